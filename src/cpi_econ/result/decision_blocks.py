"""Frontier, thresholds and break-even of replicates, as they stand in ``results.json``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import xarray as xr

from cpi_econ.decision.break_even import break_even
from cpi_econ.decision.frontier import frontier
from cpi_econ.decision.threshold_table import threshold_table
from cpi_econ.result.numbers import number

Row = dict[str, Any]
_BY_ARM = ["net_monetary_benefit", "net_health_benefit", "probability", "expected_loss"]


def frontier_rows(replicates: xr.Dataset) -> list[Row]:
    """Arms from cheapest to dearest, dominated ones named, with the ratio to the arm before.

    Parameters
    ----------
    replicates : Dataset

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[0, 10]] * 2, [[0, 1]] * 2, arms=["a", "b"], reference="a")
    >>> [(row["arm"], row["icer"]) for row in frontier_rows(made)]
    [('a', None), ('b', 10)]
    """
    renamed = {"cost": "mean_cost", "effect": "mean_effect"}
    return _rows(frontier(replicates).rename(columns=renamed))


def threshold_rows(replicates: xr.Dataset, report: Sequence[float]) -> list[Row]:
    """Net benefit in money and health, probability and expected loss of every arm.

    Parameters
    ----------
    replicates : Dataset
    report : sequence of float
        Thresholds.

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[0, 10]] * 2, [[0, 1]] * 2, arms=["a", "b"], reference="a")
    >>> threshold_rows(made, [20])[1]["net_monetary_benefit"]
    10
    """
    if not len(report):
        return []
    table = threshold_table(replicates, list(report), interval="normal")
    return _rows(table[["wtp", "arm", *_BY_ARM, "best"]])


def break_even_block(
    replicates: xr.Dataset, arm: str, interval: str | None, level: float
) -> dict[str, Any]:
    """Threshold at which an arm breaks even with the reference, and those that data leave open.

    Parameters
    ----------
    replicates : Dataset
    arm : str
    interval, level : str or None, and float

    Returns
    -------
    dict
        ``value`` or None, ``better``, ``undecided`` as pairs whose end is None where it is
        infinite, and ``statement``.
    """
    found = break_even(replicates, arm, interval=interval, level=level)
    return {
        "value": number(found.value),
        "better": found.better,
        "undecided": [
            [number(low), None if math.isinf(high) else number(high)]
            for low, high in found.undecided
        ],
        "statement": found.statement,
    }


def _rows(table: pd.DataFrame) -> list[Row]:
    return [
        {
            str(name): value if isinstance(value, (str, bool)) else number(value)
            for name, value in row.items()
        }
        for row in table.to_dict("records")
    ]
