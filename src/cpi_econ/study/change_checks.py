"""Whether outcomes can be changes from baseline in a plan (difference in differences)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cpi_econ.study.config import Study

_Check = Iterator[tuple[str, str, tuple[Any, ...]]]


def change_plan(study: Study) -> _Check:
    """Code, message and key of each part of a plan that changes from baseline do not go with.

    Parameters
    ----------
    study : Study
        A study file whose keys and values are well formed.
    """
    keys = ("adjust", "changes")
    adjust, missing = study.adjust, study.missing
    if not adjust.changes:
        return
    if len(study.times) < 2:
        yield "E007", "changes need two visits or more under times.", keys
    if missing is not None and missing.method == "impute" and missing.level == "visits":
        message = "changes are imputed as they are, not by visit; write missing.level: totals."
        yield "E007", message, keys
    plain = adjust.family == "gaussian" and adjust.link == "identity"
    if "cost" in adjust.changes and adjust.model == "glm" and not plain:
        message = "a change in cost may be below 0, which model glm cannot have; use ols or sur."
        yield "E007", message, keys
    if "effect" in adjust.changes:
        yield from _length(study, adjust.changes["effect"])


def _length(study: Study, factor: float) -> _Check:
    """An area over time holds the value at baseline for as many years as it covers."""
    years = study.horizon if study.horizon is not None else max(study.times.values(), default=0.0)
    if years and abs(factor / years - 1) > 0.01:
        message = (
            f"the effect covers {years:g} years, and its baseline is taken times {factor:g}; write "
            f"effect: {years:g}."
        )
        yield "E007", message, ("adjust", "changes")
    if years > 1 and study.discount.effects > 0:
        message = (
            "changes of a discounted effect are not defined here; take effect out of changes and "
            "adjust for baseline_utility instead."
        )
        yield "E007", message, ("adjust", "changes")
