"""Increments of each arm over the reference with intervals, and quadrant shares."""

from __future__ import annotations

import math

import numpy as np
import xarray as xr

from cpi_econ.contracts import ARM
from cpi_econ.decision.moments import (
    Increments,
    chosen_interval,
    differences,
    interval_attrs,
    limits,
)
from cpi_econ.kernels.normal import both_below
from cpi_econ.kernels.resample import FloatArray

STATISTICS = ["estimate", "se", "lower", "upper"]
QUADRANTS = ["NE", "SE", "SW", "NW"]


def increments(
    replicates: xr.Dataset, *, interval: str | None = None, level: float = 0.95
) -> xr.Dataset:
    """Differences in cost and effect, arm minus reference, with standard errors and intervals.

    Parameters
    ----------
    replicates : Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)``.
    interval : {"t", "cr2", "percentile", "bca", "studentised", "normal"}, optional
        Default: the one named by the replicates, ``t`` after ``bootstrap``, the study's own after
        `evaluate`. ``cr2`` has the standard error and the degrees of freedom of the bias-reduced
        sandwich instead of those of the replicates.
    level : float
        Confidence level.

    Returns
    -------
    Dataset
        ``inc_cost`` [currency] and ``inc_effect`` on ``(arm, statistic)`` with statistics estimate,
        se, lower and upper; ``correlation`` of the two on ``(arm)``, NaN where one is constant.

    Raises
    ------
    EstimationError
        ``E080``, ``E085``.

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[0, 10], [0, 30]], [[0, 1], [0, 3]], arms=["a", "b"], reference="a")
    >>> float(increments(made)["inc_cost"].sel(arm="b", statistic="estimate"))
    20.0
    """
    kind = chosen_interval(replicates, interval, level)
    inc = differences(replicates, kind)
    parts = {
        "inc_cost": (inc.cost_hat, inc.var_cost, inc.cost, inc.cost_influence),
        "inc_effect": (inc.effect_hat, inc.var_effect, inc.effect, inc.effect_influence),
    }
    units = dict(zip(parts, ("currency", "effect_unit"), strict=True))
    turn = dict(zip(parts, ((1.0, 0.0), (0.0, 1.0)), strict=True))
    free = {name: inc.df(*pair) for name, pair in turn.items()}
    data = {}
    for name, (hat, variance, draws, influence) in parts.items():
        se = np.sqrt(variance)
        ends = limits(
            hat,
            se,
            None if inc.exact else draws,
            interval=kind,
            level=level,
            df=free[name],
            influence=influence,
            draw_se=inc.draw_errors.se(*turn[name]) if inc.draw_errors else None,
        )
        values = np.column_stack([hat, se, *ends])
        unit = {"units": replicates.attrs.get(units[name], "")}
        data[name] = ((ARM, "statistic"), values, unit)
    return xr.Dataset(
        {**data, "correlation": ((ARM,), _correlation(inc))},
        {ARM: list(inc.arms), "statistic": STATISTICS},
        interval_attrs(replicates, kind, level, np.array(list(free.values()))),
    )


def _correlation(inc: Increments) -> FloatArray:
    product = np.sqrt(inc.var_cost * inc.var_effect)
    return np.divide(inc.cov, product, out=np.full_like(product, np.nan), where=product > 0)


def quadrants(replicates: xr.Dataset) -> xr.DataArray:
    """Share of replicates in each quadrant of the cost-effectiveness plane.

    Parameters
    ----------
    replicates : Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)``.

    Returns
    -------
    DataArray
        Shares on ``(arm, quadrant)``: NE costs more and does more, SE costs less and does more, SW
        less and less, NW more and less. Each row sums to 1; a replicate on an axis is shared. The
        exact normal probabilities where the spread is analytic.

    References
    ----------
    Black (1990), doi:10.1177/0272989X9001000308; Owen (1956), doi:10.1214/aoms/1177728074

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[0, 10], [0, -30]], [[0, 1], [0, 3]], arms=["a", "b"], reference="a")
    >>> quadrants(made).sel(arm="b").to_series().to_dict()
    {'NE': 0.5, 'SE': 0.5, 'SW': 0.0, 'NW': 0.0}
    """
    inc = differences(replicates)
    rows = [_normal_shares(inc, arm) or _draw_shares(inc, arm) for arm in range(len(inc.arms))]
    return xr.DataArray(
        np.array(rows), {ARM: list(inc.arms), "quadrant": QUADRANTS}, (ARM, "quadrant")
    )


def _draw_shares(inc: Increments, arm: int) -> list[float]:
    more, better = ((np.sign(values[:, arm]) + 1.0) / 2.0 for values in (inc.cost, inc.effect))
    parts = (more * better, (1 - more) * better, (1 - more) * (1 - better), more * (1 - better))
    return [float(part.mean()) for part in parts]


def _normal_shares(inc: Increments, arm: int) -> list[float] | None:
    """Exact shares, or None where the spread is sampled or degenerate."""
    product = math.sqrt(inc.var_cost[arm] * inc.var_effect[arm])
    if not inc.exact or product == 0.0 or abs(inc.cov[arm]) >= product * (1 - 1e-12):
        return None
    rho = inc.cov[arm] / product
    cost = inc.cost_hat[arm] / math.sqrt(inc.var_cost[arm])
    effect = inc.effect_hat[arm] / math.sqrt(inc.var_effect[arm])
    return [
        both_below(cost, effect, rho),
        both_below(-cost, effect, -rho),
        both_below(-cost, -effect, rho),
        both_below(cost, -effect, -rho),
    ]
