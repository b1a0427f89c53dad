"""Names of dimensions and columns, and checks of the tables that flow between rooms."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cpi_econ.errors import DataError, EstimationError, Finding, raise_all

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import xarray as xr
    from numpy.typing import NDArray

PARTICIPANT = "participant"
TIME = "time"
ARM = "arm"
CLUSTER = "cluster"
COST = "cost"
EFFECT = "effect"
REPLICATE = "replicate"
WTP = "wtp"

MEAN = "mean"
SANDWICH = {
    "cr2_covariance": (MEAN, f"{MEAN}_"),
    "cr2_expected": (MEAN, f"{MEAN}_"),
    "cr2_square": (MEAN, f"{MEAN}_", f"{MEAN}__", f"{MEAN}___"),
}
"""What interval ``cr2`` needs of the replicates, by name, with the dimensions of each."""
DRAW_ERRORS = ("cov_cost_cost", "cov_cost_effect", "cov_effect_effect")
"""What interval ``studentised`` needs, each after ``draw_`` and after ``data_``."""

SERVICE_USE_COLUMNS = ("participant", "time", "service", "quantity", "unit")
RESPONSES_COLUMNS = ("participant", "time", "item", "level")
COST_LINE_COLUMNS = (
    "participant",
    "time",
    "service",
    "sector",
    "quantity",
    "recall_factor",
    "unit_cost",
    "index_factor",
    "cost",
)


def mean_labels(arms: Sequence[str]) -> list[str]:
    """Names of the mean cost of each arm, then of the mean effects.

    Examples
    --------
    >>> mean_labels(["low", "high"])
    ['cost of low', 'cost of high', 'effect of low', 'effect of high']
    """
    return [f"{outcome} of {arm}" for outcome in (COST, EFFECT) for arm in arms]


def plural(unit: str) -> str:
    """Return the plural of an effect unit where the rule is sure, else the unit as written.

    Examples
    --------
    >>> plural("QALY"), plural("RG-UK point"), plural("year of full capability")
    ('QALYs', 'RG-UK points', 'years of full capability')
    """
    if unit.startswith("year of "):
        return f"years of {unit.removeprefix('year of ')}"
    if unit.endswith((" point", " day", " case", " event")):
        return f"{unit}s"
    return "QALYs" if unit == "QALY" else unit


def check_outcomes(table: pd.DataFrame) -> pd.DataFrame:
    """Return an outcomes table sorted by participant, or raise ``DataError``.

    Parameters
    ----------
    table : DataFrame
        One row a participant with columns ``participant``, ``arm``, ``cost``, ``effect``.

    Raises
    ------
    DataError
        As `order_of_outcomes` does.
    """
    order = order_of_outcomes(table)
    return (table if order is None else table.iloc[order]).reset_index(drop=True)


def order_of_outcomes(table: pd.DataFrame) -> NDArray[np.intp] | None:
    """Rows of an outcomes table in the order of participants; None where they stand so.

    Parameters
    ----------
    table : DataFrame
        As `check_outcomes` takes it.

    Raises
    ------
    DataError
        ``E015`` a participant without an arm, ``E115`` an identifier twice, ``E014`` a column
        missing.
    """
    from cpi_econ.identifiers import order_and_repeated

    findings = [
        Finding("E014", f'the outcomes table has no column "{name}".')
        for name in (PARTICIPANT, ARM, COST, EFFECT)
        if name not in table.columns
    ]
    raise_all(findings, DataError)
    rising = _rising(table[PARTICIPANT])
    order, again = (None, None) if rising else order_and_repeated(table[PARTICIPANT])
    lost = table[ARM].isna()
    if again is not None and again.any():
        names = tuple(map(str, table.loc[table[PARTICIPANT].duplicated(), PARTICIPANT]))
        message = "identifiers stand twice; one row a participant."
        findings.append(Finding("E115", message, participants=names))
    if lost.any():
        names = tuple(map(str, table.loc[lost, PARTICIPANT]))
        findings.append(Finding("E015", "participants have no arm.", participants=names))
    raise_all(findings, DataError)
    return order


def _rising(identifiers: pd.Series[str]) -> bool:
    """Whether each identifier stands behind the one before: then none needs to be moved."""
    from cpi_econ.identifiers import neighbours

    try:
        return all(
            bool(this.gt(last).all() and last.notna().all() and this.notna().all())
            for this, last in map(neighbours, (identifiers.iloc[:100], identifiers))
        )
    except TypeError:  # no order, as of numbers among words
        return False


def check_replicates(replicates: xr.Dataset) -> xr.Dataset:
    """Return ``replicates`` if it keeps the contract, or raise ``EstimationError``.

    Parameters
    ----------
    replicates : Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)``, ``cost_hat`` and ``effect_hat`` on
        ``(arm,)``, attribute ``reference`` naming one of the arms.
    """
    findings = [
        Finding("E080", f'replicates have no variable "{name}".')
        for name in ("cost", "effect", "cost_hat", "effect_hat")
        if name not in replicates
    ]
    raise_all(findings, EstimationError)
    for name in ("cost", "effect"):
        if replicates[name].dims != (REPLICATE, ARM):
            findings.append(
                Finding(
                    "E080", f"{name} must lie on (replicate, arm), not {replicates[name].dims}."
                )
            )
        elif not math.isfinite(float(replicates[name].sum(skipna=False))):
            findings.append(Finding("E080", f"{name} holds missing or infinite values."))
    if replicates.attrs.get("reference") not in replicates[ARM].values:
        findings.append(
            Finding(
                "E080",
                f"reference {replicates.attrs.get('reference')!r} is no arm; arms are "
                f"{', '.join(map(str, replicates[ARM].values))}.",
            )
        )
    raise_all(findings, EstimationError)
    return replicates


_MOST_BASELINES = 200_000


def with_baseline(outcome: pd.Series, name: str, baseline: pd.Series) -> pd.Series:
    """Outcome that carries its values at the first time in ``attrs``, for `outcomes` to find.

    Parameters
    ----------
    outcome, baseline : Series
        By participant.
    name : str
        ``baseline_cost`` or ``baseline_utility``.

    Notes
    -----
    Plain numbers, so that the frame can still be written as parquet; left out above 200,000
    participants.
    """
    if len(baseline) <= _MOST_BASELINES:
        outcome.attrs[name] = _Carried(
            zip(baseline.index.astype(str).tolist(), baseline.astype(float).tolist(), strict=True)
        )
    return outcome


class _Carried(dict[str, float]):
    """Values that pandas hands on from frame to frame without copying them."""

    def __deepcopy__(self, memo: object) -> _Carried:
        return self
