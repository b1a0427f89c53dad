"""Who has what, and complete cases only when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from cpi_econ.contracts import ARM, COST, EFFECT, PARTICIPANT
from cpi_econ.errors import EstimationError, Finding, raise_all, stop

Missing = Literal["complete_cases", "impute", "available_cases", "inverse_probability"]


def known(table: pd.DataFrame, columns: Iterable[str]) -> pd.Series[bool]:
    """Whether every one of the columns is known, one value a participant.

    Parameters
    ----------
    table : DataFrame
        One row a participant.
    columns : iterable of str
        Columns to look at.

    Examples
    --------
    >>> people = pd.DataFrame({"cost": [1.0, None], "effect": [1.0, 1.0]})
    >>> known(people, ["cost", "effect"]).tolist()
    [True, False]
    """
    found = np.ones(len(table), dtype=bool)
    for name in columns:
        values = table[name]
        plain = values.dtype == np.float64
        found &= ~np.isnan(values.to_numpy()) if plain else values.notna().to_numpy()
    return pd.Series(found, index=table.index, dtype=bool)


def complete_cases(
    table: pd.DataFrame, covariates: Sequence[str] = (), missing: Missing | None = None
) -> pd.DataFrame:
    """Participants with cost, effect and every covariate known, when that was asked for.

    Parameters
    ----------
    table : DataFrame
        The outcomes table.
    covariates : sequence of str
        Columns of the adjustment.
    missing : {"complete_cases", "impute", "available_cases", "inverse_probability"}, optional
        Only complete cases drop anybody here; otherwise a missing value stops the run.

    Returns
    -------
    DataFrame

    Raises
    ------
    EstimationError
        ``E126`` cost or effect missing, ``E074`` a covariate missing, and no method chosen; also
        ``E074`` where nobody in an arm has a covariate, so that nobody there is complete.

    Examples
    --------
    >>> people = pd.DataFrame({"participant": ["a", "b"], "arm": ["x", "x"],
    ...                        "cost": [1.0, None], "effect": [0.5, 0.6]})
    >>> len(complete_cases(people, missing="complete_cases"))
    1
    """
    outcome_known = known(table, (COST, EFFECT))
    covariates_known = known(table, covariates)
    if missing == "complete_cases":
        raise_all(_unknown(table, covariates), EstimationError)
        return table[outcome_known & covariates_known].reset_index(drop=True)
    if not outcome_known.all():
        stop(EstimationError, "E126", _funnel(table, outcome_known))
    if not covariates_known.all():
        raise EstimationError(
            [_gap(table, name) for name in covariates if table[name].isna().any()]
        )
    return table


def _unknown(table: pd.DataFrame, covariates: Sequence[str]) -> list[Finding]:
    """``E074`` a covariate that nobody has, or nobody in an arm."""
    findings = []
    for name in dict.fromkeys(covariates):
        has = table[name].notna().groupby(table[ARM].astype(str)).any()
        if not has.all():
            empty = ", ".join(f'"{arm}"' for arm in has.index[~has])
            where = f" in arm {empty}" if has.any() else ""
            message = (
                f'covariate "{name}" is known for nobody{where}, so nobody{where} is complete. '
                "Check the column and its missing codes, or leave the covariate out."
            )
            findings.append(Finding("E074", message))
    return findings


def _funnel(table: pd.DataFrame, complete: pd.Series[bool]) -> str:
    arms = ", ".join(
        f"{arm} {int(complete[rows.index].sum())} of {len(rows)}"
        for arm, rows in table.groupby(ARM, sort=True)
    )
    return (
        f"{int(complete.sum())} of {len(table)} participants have both cost and effect ({arms}). "
        "Choose missing.method; complete_cases drops the others and may be a scenario."
    )


def _gap(table: pd.DataFrame, name: str) -> Finding:
    lost = table.loc[table[name].isna(), PARTICIPANT].astype(str)
    return Finding(
        "E074",
        f'covariate "{name}" is missing for {len(lost)} of {len(table)} participants. Choose '
        "missing.method, or leave the covariate out.",
        participants=tuple(lost),
    )
