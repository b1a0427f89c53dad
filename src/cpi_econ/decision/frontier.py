"""Efficiency frontier of several arms by their estimates."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from cpi_econ.contracts import ARM, check_replicates
from cpi_econ.decision.frontier_shares import frontier_shares
from cpi_econ.kernels.resample import FloatArray


def frontier(replicates: xr.Dataset) -> pd.DataFrame:
    """Arms from cheapest to dearest, which are dominated, and the ratio to the one before.

    Parameters
    ----------
    replicates : Dataset
        ``cost_hat`` and ``effect_hat`` on ``(arm)``.

    Returns
    -------
    DataFrame
        Columns ``arm``, ``cost``, ``effect``, ``status``, ``icer`` [currency / unit of effect] and
        ``share`` of replicates in which the arm is on the frontier.
        Status is ``frontier``; ``dominated`` where another arm costs no more and does no less;
        ``extendedly dominated`` where a mixture of two others does. The ratio compares with the
        arm before on the frontier, NaN for the cheapest and for dominated arms.

    References
    ----------
    Karlsson, Johannesson (1996), doi:10.2165/00019053-199609020-00004

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[0, 10, 20]] * 2, [[0, 1, 0.5]] * 2, arms=list("abc"), reference="a")
    >>> frontier(made)[["arm", "status", "icer"]].to_numpy().tolist()
    [['a', 'frontier', nan], ['b', 'frontier', 10.0], ['c', 'dominated', nan]]
    """
    check_replicates(replicates)
    cost, effect = replicates["cost_hat"].to_numpy(), replicates["effect_hat"].to_numpy()
    order = np.lexsort((np.arange(len(cost)), -effect, cost))
    cost, effect = cost[order], effect[order]
    status = np.full(len(cost), "dominated", dtype=object)
    rising = np.flatnonzero(effect > np.r_[-np.inf, np.maximum.accumulate(effect)[:-1]])
    kept = _hull(rising, cost, effect)
    status[rising] = "extendedly dominated"
    status[kept] = "frontier"
    ratio = np.full(len(cost), np.nan)
    ratio[kept[1:]] = np.diff(cost[kept]) / np.diff(effect[kept])
    names = replicates[ARM].to_numpy()[order]
    return pd.DataFrame(
        {
            ARM: names,
            "cost": cost,
            "effect": effect,
            "status": status,
            "icer": ratio,
            "share": frontier_shares(replicates).to_numpy()[order],
        }
    )


def _hull(rising: np.ndarray, cost: FloatArray, effect: FloatArray) -> list[int]:
    """Members of the lower convex hull of cost over effect."""
    kept: list[int] = []
    for point in rising.tolist():
        while len(kept) > 1 and _slope(kept[-2], kept[-1], cost, effect) >= _slope(
            kept[-1], point, cost, effect
        ):
            kept.pop()
        kept.append(point)
    return kept


def _slope(start: int, end: int, cost: FloatArray, effect: FloatArray) -> float:
    return float((cost[end] - cost[start]) / (effect[end] - effect[start]))
