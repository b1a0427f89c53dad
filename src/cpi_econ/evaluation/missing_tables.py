"""What goes with a missing cost or effect, told without telling of anybody."""

from __future__ import annotations

import pandas as pd

from cpi_econ.contracts import COST, EFFECT
from cpi_econ.evaluation.person_table import BASELINES, PersonTable
from cpi_econ.result.document import SMALLEST
from cpi_econ.study.config import Study
from cpi_econ.uncertainty.missingness import missingness_predictors


def missing_tables(study: Study, people: PersonTable) -> dict[str, pd.DataFrame]:
    """Table ``missing_predictors``: people with cost and effect against those without.

    Parameters
    ----------
    study : Study
    people : PersonTable

    Returns
    -------
    dict of DataFrame
        As `missingness_predictors` gives it, for baselines, covariates and predictors; rows that
        rest on fewer than five people are left out. Empty when nothing is missing.
    """
    table = people.outcomes(study, study.primary)
    lost = table[[COST, EFFECT]].isna().any(axis=1)
    small = 0 if study.report.small_numbers == "show" else SMALLEST
    if min(lost.sum(), (~lost).sum()) < max(small, 2):
        return {}
    names = [name for name in _asked(study) if name in table and table[name].notna().any()]
    if not names:
        return {}
    found = missingness_predictors(table, names)
    shown = [_is_safe(table, lost, str(label), names, small) for label in found["column"]]
    return {"missing_predictors": found[shown].reset_index(drop=True)}


def _asked(study: Study) -> list[str]:
    """Baselines, then what the study adjusts for, weights by or imputes from."""
    plan = study.missing
    named = [*BASELINES, *study.adjust.cost, *study.adjust.effect, *study.weights.covariates]
    return list(dict.fromkeys([*named, *(plan.predictors if plan is not None else ())]))


def _is_safe(
    table: pd.DataFrame, lost: pd.Series, label: str, names: list[str], small: int
) -> bool:
    """Whether every group behind a row has enough people; of a category also those within."""
    if label in names:
        has = table[label].notna()
        return all(int((has & part).sum()) >= small for part in (lost, ~lost))
    name = next(one for one in names if label.startswith(f"{one}: "))
    inside = table[name].astype(str) == label.removeprefix(f"{name}: ")
    outside = table[name].notna() & ~inside
    return all(
        int((group & part).sum()) >= small for group in (inside, outside) for part in (lost, ~lost)
    )
