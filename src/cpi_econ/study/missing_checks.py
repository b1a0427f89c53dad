"""Whether what a study does about missing data goes with the rest of its plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cpi_econ.study.config import Missing, Study

_Check = Iterator[tuple[str, str, tuple[Any, ...]]]


def missing_plan(study: Study) -> _Check:
    """Code, message and key of each contradiction between ``missing`` and another part.

    Parameters
    ----------
    study : Study
        A study file whose keys and values are well formed.
    """
    yield from _identifiers(study)
    plan = study.missing
    if plan is None:
        return
    if plan.method in ("available_cases", "inverse_probability"):
        yield from _weighted(study, plan)
    if plan.method == "impute":
        yield from _imputed(study, plan)


def _identifiers(study: Study) -> _Check:
    """Columns that tell people apart among covariates and predictors."""
    named: list[tuple[tuple[str, str], tuple[str, ...]]] = [
        (("adjust", "cost"), study.adjust.cost),
        (("adjust", "effect"), study.adjust.effect),
        (("weights", "covariates"), study.weights.covariates),
    ]
    if study.missing is not None:
        named.append((("missing", "predictors"), study.missing.predictors))
    for keys, names in named:
        if study.data.participants.id in names:
            message = (
                f'"{study.data.participants.id}" tells people apart, so it cannot predict '
                "anything; leave it out."
            )
            yield "E007", message, keys


def _weighted(study: Study, plan: Missing) -> _Check:
    resample, model = study.uncertainty.resample, study.adjust.model
    if resample == "two_stage":
        message = (
            f"{plan.method} has no residuals for resample: two_stage to redraw; use resample: "
            "clusters, or method: impute."
        )
        yield "E007", message, ("missing", "method")
    if plan.method == "available_cases" and model == "sur" and study.adjust.cost:
        message = (
            "available_cases gives cost and effect on different people, which adjust.model: sur "
            "cannot join; use model: ols, or method: impute."
        )
        yield "E007", message, ("missing", "method")


def _imputed(study: Study, plan: Missing) -> _Check:
    for outcome, shifts in plan.delta.items():
        if outcome not in ("cost", "effect"):
            message = f'delta has "{outcome}"; allowed are cost and effect.'
            yield "E007", message, ("missing", "delta")
        for arm in shifts:
            if arm not in study.arms:
                message = f'delta has arm "{arm}"; arms are {", ".join(study.arms)}.'
                yield "E007", message, ("missing", "delta", outcome)
    if plan.assumption == "last_mean" and not _visits(study):
        message = (
            "assumption: last_mean carries the mean of the last known visit forward, and this "
            "study has neither utilities nor costs by visit; use jump_to_reference or "
            "copy_reference."
        )
        yield "E007", message, ("missing", "assumption")


def _visits(study: Study) -> bool:
    """Whether any outcome is made of more than one visit."""
    values = any(effect.column is None for effect in study.effects.values())
    return values or bool(study.costs.items) or len(study.costs.sum_over) > 1
