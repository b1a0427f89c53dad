"""Cost lines to costs of participants: total, by service or sector, and at baseline."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cpi_econ.contracts import with_baseline
from cpi_econ.costs.perspective import carries


def total_costs(lines: pd.DataFrame, perspective: Sequence[str] | None = None) -> pd.Series:
    """Sum the cost of each participant from one perspective.

    Parameters
    ----------
    lines : DataFrame
        Cost lines.
    perspective : sequence of str, optional
        Tags; a line counts when it carries any of them. Default: every line.

    Returns
    -------
    Series
        ``cost`` [currency] by ``participant``, sorted; NaN when any counted line is unknown.

    Raises
    ------
    UnitCostError
        ``E040`` unknown perspective.

    Examples
    --------
    >>> lines = pd.DataFrame({"participant": ["a", "a", "b"], "counts": True,
    ...                       "sector": ["NHS", "PSS", "NHS"], "cost": [5.0, 2.0, float("nan")]})
    >>> total_costs(lines, perspective=["NHS"]).to_dict()
    {'a': 5.0, 'b': nan}
    """
    total = summed(lines, perspective)
    if {"units", "unit_cost", "index_factor"} <= set(lines.columns) and len(
        lines["time"].unique()
    ) > 1:
        return with_baseline(total, "baseline_cost", baseline_cost(lines, perspective))
    return total


def summed(lines: pd.DataFrame, perspective: Sequence[str] | None = None) -> pd.Series:
    """Sum as ``total_costs`` does, without the baseline that its result carries.

    Parameters
    ----------
    lines : DataFrame
        Cost lines.
    perspective : sequence of str, optional
        Tags that count.

    Examples
    --------
    >>> lines = pd.DataFrame({"participant": ["a", "a"], "sector": "NHS", "cost": [5.0, 2.0]})
    >>> summed(lines).to_dict()
    {'a': 7.0}
    """
    return _sum(lines, carries(lines["sector"], perspective) & _counts(lines))


def baseline_cost(
    lines: pd.DataFrame, perspective: Sequence[str] | None = None, time: str | None = None
) -> pd.Series:
    """Sum the cost of the first form as it was asked: recall factor 1.

    Parameters
    ----------
    lines : DataFrame
        Cost lines.
    perspective : sequence of str, optional
        Tags that count.
    time : str, optional
        The first time; default the time of the first line.

    Returns
    -------
    Series
        ``baseline_cost`` [currency over the recall period] by ``participant``.

    Examples
    --------
    >>> lines = pd.DataFrame({"participant": ["a", "a"], "time": ["baseline", "month_9"],
    ...                       "sector": "NHS", "units": [2.0, 3.0], "unit_cost": 5.0,
    ...                       "index_factor": 1.0})
    >>> baseline_cost(lines).to_dict()
    {'a': 10.0}
    """
    first = lines["time"].iloc[0] if time is None else time
    counted = carries(lines["sector"], perspective) & (lines["time"] == first).to_numpy(bool)
    at_one = lines.assign(cost=lines["units"] * lines["unit_cost"] * lines["index_factor"])
    return _sum(at_one, counted).rename("baseline_cost")


def costs_by(
    lines: pd.DataFrame, by: str = "service", perspective: Sequence[str] | None = None
) -> pd.DataFrame:
    """Sum the cost of each participant by a column of the lines.

    Parameters
    ----------
    lines : DataFrame
        Cost lines.
    by : str
        Column such as ``service``, ``item``, ``time`` or ``sector``.
    perspective : sequence of str, optional
        Tags that count.

    Returns
    -------
    DataFrame
        Participants by values of ``by``; NaN when a counted line is unknown. Rows add up to
        ``total_costs``.

    Examples
    --------
    >>> lines = pd.DataFrame({"participant": ["a", "a"], "service": ["gp", "nurse"],
    ...                       "sector": "NHS", "counts": True, "cost": [5.0, 2.0]})
    >>> costs_by(lines).loc["a"].to_dict()
    {'gp': 5.0, 'nurse': 2.0}
    """
    counted = carries(lines["sector"], perspective) & _counts(lines)
    people, names = pd.factorize(lines["participant"], sort=True)
    columns, labels = pd.factorize(lines[by], sort=True)
    cells = people[counted] * len(labels) + columns[counted]
    cost = lines["cost"].to_numpy(float)[counted]
    sums = np.bincount(cells, weights=cost, minlength=len(names) * len(labels))
    table = sums.astype(float).reshape(len(names), len(labels))
    return pd.DataFrame(
        table,
        index=pd.Index(names, name="participant"),
        columns=pd.Index([str(label) for label in labels], name=by),
    )


def _counts(lines: pd.DataFrame) -> NDArray[np.bool_]:
    if "counts" not in lines:
        return np.ones(len(lines), dtype=bool)
    return lines["counts"].to_numpy(bool)


def _sum(lines: pd.DataFrame, counted: NDArray[np.bool_]) -> pd.Series:
    people, names = pd.factorize(lines["participant"], sort=True)
    cost = lines["cost"].to_numpy(float)[counted]
    sums = np.bincount(people[counted], weights=cost, minlength=len(names))
    return pd.Series(sums.astype(float), index=pd.Index(names, name="participant"), name="cost")
