"""Replicates to the blocks of ``results.json``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
import xarray as xr

from cpi_econ.contracts import ARM, CLUSTER, COST, EFFECT
from cpi_econ.decision.acceptability import ceac, ceaf
from cpi_econ.decision.icer import icer
from cpi_econ.decision.incremental import increments
from cpi_econ.decision.information import effective_population, evpi
from cpi_econ.decision.moments import chosen_interval
from cpi_econ.decision.sandwich import stored_sandwich
from cpi_econ.result.decision_blocks import break_even_block, frontier_rows, threshold_rows
from cpi_econ.result.net_benefit_rows import net_benefit_rows
from cpi_econ.result.numbers import number as number
from cpi_econ.result.numbers import numbers as numbers

Block = dict[str, Any]
SmallNumbers = Literal["mask", "show"]
SMALLEST = 5


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
    interval: str | None,
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
    interval : str or None
        Kind of the intervals; None for the one that the replicates name.
    level : float
        Of the intervals.
    population : mapping, optional
        ``size`` a year, ``years`` and ``discount`` rate, for the population's EVPI.
    """
    grid = np.asarray(wtp, dtype=float)
    frontier = ceaf(replicates, grid)
    return {
        "unit": replicates.attrs["effect_unit"],
        "arms": _arms(replicates, chosen_interval(replicates, interval, level)),
        "comparisons": comparisons_block(replicates, report, interval, level),
        "ceac": ceac_block(replicates, wtp),
        "ceaf": {
            "wtp": numbers(grid),
            "arm": [str(arm) for arm in frontier["best"].values],
            "probability": numbers(frontier["probability"]),
        },
        "evpi": _evpi(replicates, grid, population),
        "frontier": frontier_rows(replicates),
        "thresholds": threshold_rows(replicates, report),
    }


def _arms(replicates: xr.Dataset, interval: str) -> Block:
    blocks: Block = {}
    sandwich = stored_sandwich(replicates) if interval == "cr2" else None
    if sandwich is not None:
        errors = np.sqrt(np.clip(np.diagonal(sandwich.covariance), 0.0, None)).reshape(2, -1)
        replicates = replicates.assign({"se": (("outcome", ARM), errors)})
        replicates = replicates.assign_coords(outcome=[COST, EFFECT])
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
    if "se" in replicates:
        return float(replicates["se"].sel({ARM: arm, "outcome": name}))
    covariance = f"cov_{name}_{name}"
    if covariance in replicates:
        return float(np.sqrt(replicates[covariance].sel({ARM: arm, "arm_": arm})))
    return float(replicates[name].sel({ARM: arm}).std(ddof=1))


def ceac_block(replicates: xr.Dataset, wtp: Sequence[float]) -> Block:
    """Acceptability curve of every arm over a grid of willingness to pay."""
    grid = np.asarray(wtp, dtype=float)
    probability = ceac(replicates, grid)
    curves = {str(arm): numbers(probability.sel({ARM: arm})) for arm in replicates[ARM].values}
    return {"wtp": numbers(grid), "probability": curves}


def comparisons_block(
    replicates: xr.Dataset, report: Sequence[float], interval: str | None, level: float
) -> Block:
    """Every arm against the reference: differences, ratio, quadrants, net benefit, break-even."""
    differences = increments(replicates, interval=interval, level=level)
    benefit = net_benefit_rows(replicates, report, interval=interval, level=level)
    blocks: Block = {}
    for arm in differences[ARM].values:
        one = differences.sel({ARM: arm})
        ratio = icer(replicates, str(arm), interval=interval, level=level)
        blocks[str(arm)] = {
            "interval": differences.attrs["interval"],
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
            "inmb": benefit[str(arm)],
            "break_even": break_even_block(replicates, str(arm), interval, level),
        }
    return blocks


def _statistics(values: xr.DataArray) -> Block:
    return {str(name): number(values.sel(statistic=name)) for name in values["statistic"].values}


def _evpi(replicates: xr.Dataset, grid: Any, population: Mapping[str, float] | None) -> Block:
    per_person = evpi(replicates, grid)
    block: Block = {"wtp": numbers(grid), "per_person": numbers(per_person), "population": None}
    if population is not None:
        people = effective_population(
            population["size"], population["years"], discount=population["discount"]
        )
        block["population"] = numbers(np.asarray(per_person, dtype=float) * people)
    return block
