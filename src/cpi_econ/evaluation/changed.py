"""Outcomes of a study as changes from baseline, where its plan says so."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cpi_econ.errors import Finding, Where
from cpi_econ.study.config import Study
from cpi_econ.uncertainty.changes import changes
from cpi_econ.uncertainty.outcomes import person_values

Baselines = Mapping[str, pd.Series | None]


def changed_outcomes(study: Study, table: pd.DataFrame, baselines: Baselines) -> pd.DataFrame:
    """Outcomes table with the changes that ``adjust.changes`` asks for.

    Parameters
    ----------
    study : Study
    table : DataFrame
        Outcomes table.
    baselines : mapping of str to Series or None
        Of ``cost`` and of ``effect``, by participant.
    """
    factor = {str(key): value for key, value in study.adjust.changes.items()}
    before = {
        f"{key} before": person_values(table["participant"], values)
        for key, values in baselines.items()
        if key in factor and values is not None
    }
    if not before:
        return table
    named = {key: f"{key} before" for key in factor if f"{key} before" in before}
    used = {key: factor[key] for key in named}
    return changes(table.assign(**before), named, used).drop(columns=list(before))


def change_findings(study: Study, cost: pd.Series | None, effects: Baselines) -> list[Finding]:
    """``E007`` for an outcome that has no value at the first visit to change from.

    Parameters
    ----------
    study : Study
    cost : Series or None
        Cost at the first visit.
    effects : mapping of str to Series or None
        Value of each effect at the first visit.
    """
    keys = ("adjust", "changes")
    place = Where(study.path.name, study.line(*keys), ".".join(keys))
    lacking = ["cost"] if "cost" in study.adjust.changes and cost is None else []
    if "effect" in study.adjust.changes:
        lacking += [name for name, values in effects.items() if values is None]
    return [
        Finding(
            "E007",
            f"{name} has no value at the first visit that it could be a change from; give values "
            "by visit, or leave it out of changes.",
            place,
        )
        for name in lacking
    ]


def change_note(study: Study) -> list[Finding]:
    """``N140``: that differences are differences in differences.

    Parameters
    ----------
    study : Study
    """
    factor = study.adjust.changes
    if not factor:
        return []
    told = " and ".join(f"{key} less {value:g} times its baseline" for key, value in factor.items())
    message = (
        f"outcomes are changes from baseline ({told}): arm means are mean changes, and differences "
        "are differences in differences, which assume that the arms would have changed alike."
    )
    return [Finding("N140", message)]
