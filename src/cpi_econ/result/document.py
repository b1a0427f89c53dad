"""Replicates to the blocks of ``results.json``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
import xarray as xr

from cpi_econ.contracts import ARM, CLUSTER, COST, EFFECT, WTP
from cpi_econ.decision.acceptability import ceac, ceaf
from cpi_econ.decision.icer import icer
from cpi_econ.decision.incremental import increments
from cpi_econ.decision.information import effective_population, evpi
from cpi_econ.decision.net_benefit import inmb_intervals

Block = dict[str, Any]
SmallNumbers = Literal["mask", "show"]
SMALLEST = 5
_DIGITS = 12


def number(value: Any) -> float | int | None:
    """Number as it is written: 12 significant digits, whole numbers without a point.

    Examples
    --------
    >>> number(0.1 + 0.2), number(20000.0), number(float("nan"))
    (0.3, 20000, None)
    """
    if value is None or not np.isfinite(value):
        return None
    rounded = float(f"{float(value):.{_DIGITS}g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded


def numbers(values: Any) -> list[float | int | None]:
    """Numbers of an array as they are written."""
    return [number(value) for value in np.asarray(values, dtype=float).tolist()]


def count(people: int, small: SmallNumbers) -> int | str:
    """People in a cell of a table, masked below five.

    Examples
    --------
    >>> count(3, "mask"), count(3, "show"), count(0, "mask")
    ('<5', 3, 0)
    """
    return f"<{SMALLEST}" if small == "mask" and 0 < people < SMALLEST else people


def sample_block(outcomes: pd.DataFrame, arms: Sequence[str], small: SmallNumbers) -> Block:
    """People, clusters and complete cases by arm.

    Parameters
    ----------
    outcomes : DataFrame
        Outcomes table of the primary effect.
    """
    complete = outcomes[COST].notna() & outcomes[EFFECT].notna()
    blocks = {}
    for arm in arms:
        rows = outcomes[ARM].eq(arm)
        clusters = int(outcomes.loc[rows, CLUSTER].nunique()) if CLUSTER in outcomes else None
        blocks[arm] = {
            "participants": count(int(rows.sum()), small),
            "clusters": clusters,
            "complete": count(int((rows & complete).sum()), small),
        }
    return {"participants": len(outcomes), "arms": blocks}


def effect_block(
    replicates: xr.Dataset,
    *,
    wtp: Sequence[float],
    report: Sequence[float],
    interval: str,
    level: float,
    population: Mapping[str, float] | None = None,
) -> Block:
    """One effect of one scenario: arms, comparisons, curves and value of information.

    Parameters
    ----------
    replicates : Dataset
        From ``bootstrap``.
    wtp, report : sequence of float
        Grid of willingness to pay, and the values reported in words.
    interval, level : str, float
        Kind and level of the intervals.
    population : mapping, optional
        ``size`` a year, ``years`` and ``discount`` rate, for the population's EVPI.
    """
    grid = np.asarray(wtp, dtype=float)
    frontier = ceaf(replicates, grid)
    probability = ceac(replicates, grid)
    return {
        "unit": replicates.attrs["effect_unit"],
        "arms": _arms(replicates),
        "comparisons": _comparisons(replicates, report, interval, level),
        "ceac": {
            "wtp": numbers(grid),
            "probability": {
                str(arm): numbers(probability.sel({ARM: arm})) for arm in replicates[ARM].values
            },
        },
        "ceaf": {
            "wtp": numbers(grid),
            "arm": [str(arm) for arm in frontier["best"].values],
            "probability": numbers(frontier["probability"]),
        },
        "evpi": _evpi(replicates, grid, population),
    }


def _arms(replicates: xr.Dataset) -> Block:
    blocks: Block = {}
    for arm in replicates[ARM].values:
        blocks[str(arm)] = {
            name: {
                "estimate": number(replicates[f"{name}_hat"].sel({ARM: arm})),
                "se": number(_standard_error(replicates, name, arm)),
            }
            for name in (COST, EFFECT)
        }
    return blocks


def _standard_error(replicates: xr.Dataset, name: str, arm: Any) -> float:
    covariance = f"cov_{name}_{name}"
    if covariance in replicates:
        return float(np.sqrt(replicates[covariance].sel({ARM: arm, "arm_": arm})))
    return float(replicates[name].sel({ARM: arm}).std(ddof=1))


def _comparisons(
    replicates: xr.Dataset, report: Sequence[float], interval: str, level: float
) -> Block:
    differences = increments(replicates, interval=interval, level=level)
    benefit = inmb_intervals(replicates, np.asarray(report, float), interval=interval, level=level)
    blocks: Block = {}
    for arm in differences[ARM].values:
        one = differences.sel({ARM: arm})
        ratio = icer(replicates, str(arm), interval=interval, level=level)
        blocks[str(arm)] = {
            "inc_cost": _statistics(one["inc_cost"]),
            "inc_effect": _statistics(one["inc_effect"]),
            "correlation": number(one["correlation"]),
            "icer": {
                "estimate": number(ratio.value),
                "lower": number(ratio.lower),
                "upper": number(ratio.upper),
                "method": ratio.method,
                "statement": ratio.statement,
            },
            "quadrants": {name: number(share) for name, share in ratio.quadrants.items()},
            "inmb": _net_benefit(benefit.sel({ARM: arm})),
        }
    return blocks


def _statistics(values: xr.DataArray) -> Block:
    return {str(name): number(values.sel(statistic=name)) for name in values["statistic"].values}


def _net_benefit(benefit: xr.Dataset) -> list[Block]:
    names = ("estimate", "se", "lower", "upper", "probability", "mcse")
    return [
        {"wtp": number(wtp)} | {name: number(benefit[name].sel({WTP: wtp})) for name in names}
        for wtp in benefit[WTP].values
    ]


def _evpi(replicates: xr.Dataset, grid: Any, population: Mapping[str, float] | None) -> Block:
    per_person = evpi(replicates, grid)
    block: Block = {"wtp": numbers(grid), "per_person": numbers(per_person), "population": None}
    if population is not None:
        people = effective_population(
            population["size"], population["years"], discount=population["discount"]
        )
        block["population"] = numbers(np.asarray(per_person, dtype=float) * people)
    return block
