"""Incremental net monetary benefit over a grid of willingness to pay."""

from __future__ import annotations

import math

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from cpi_econ.contracts import ARM, WTP
from cpi_econ.decision.moments import (
    Increments,
    chosen_interval,
    differences,
    interval_attrs,
    limits,
)
from cpi_econ.decision.monte_carlo import monte_carlo_error
from cpi_econ.errors import EstimationError, stop
from cpi_econ.kernels.normal import probability_positive
from cpi_econ.kernels.resample import FloatArray


def wtp_grid(start: float, end: float, *, step: float) -> FloatArray:
    """Willingness-to-pay values from start to end, both included [currency / unit of effect].

    Parameters
    ----------
    start, end : float
        First and last value.
    step : float
        Distance of neighbours; the end is kept when it does not fall on a step.

    Raises
    ------
    EstimationError
        ``E083`` a negative start, an end before the start, or a step that is not positive.

    Examples
    --------
    >>> wtp_grid(0, 50_000, step=20_000).tolist()
    [0.0, 20000.0, 40000.0, 50000.0]
    """
    if not (0 <= start <= end and step > 0 and math.isfinite(end)):
        message = (
            f"wtp runs from {start:g} to {end:g} by {step:g}; give 0 <= from <= to and step > 0."
        )
        stop(EstimationError, "E083", message)
    count = math.floor((end - start) / step * (1 + 1e-12))
    grid: FloatArray = start + step * np.arange(count + 1, dtype=np.float64)
    return grid if math.isclose(grid[-1], end) else np.concatenate([grid, [float(end)]])


def wtp_values(wtp: ArrayLike) -> FloatArray:
    """Willingness to pay as a one-dimensional array.

    Raises
    ------
    EstimationError
        ``E083`` a value that is negative or no number.

    Examples
    --------
    >>> wtp_values(20_000).tolist()
    [20000.0]
    """
    try:
        values = np.atleast_1d(np.asarray(wtp, dtype=np.float64))
    except (TypeError, ValueError):
        values = np.array([np.nan])
    if values.ndim != 1 or not np.isfinite(values).all() or (values < 0).any():
        stop(EstimationError, "E083", "wtp must be finite numbers, none below 0.")
    return values


def inmb(replicates: xr.Dataset, wtp: ArrayLike) -> xr.DataArray:
    """Estimated incremental net monetary benefit of each arm over the reference [currency].

    Parameters
    ----------
    replicates : Dataset
        ``cost_hat`` and ``effect_hat`` on ``(arm)``.
    wtp : array-like, shape (thresholds,)
        Willingness to pay [currency / unit of effect].

    Returns
    -------
    DataArray
        On ``(wtp, arm)``: wtp times the difference in effect, minus the difference in cost.

    References
    ----------
    Stinnett, Mullahy (1998), doi:10.1177/0272989X98018002S09

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[0, 10], [0, 30]], [[0, 1], [0, 3]], arms=["a", "b"], reference="a")
    >>> inmb(made, [0, 100]).values.tolist()
    [[-20.0], [180.0]]
    """
    return inmb_intervals(replicates, wtp)["estimate"]


def inmb_intervals(
    replicates: xr.Dataset,
    wtp: ArrayLike,
    *,
    interval: str | None = None,
    level: float = 0.95,
) -> xr.Dataset:
    """Incremental net monetary benefit with its interval and the probability that it is positive.

    Parameters
    ----------
    replicates : Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)``.
    wtp : array-like, shape (thresholds,)
        Willingness to pay [currency / unit of effect].
    interval : {"t", "cr2", "percentile", "bca", "studentised", "normal"}, optional
        Default: the one named by the replicates, see `increments`.
    level : float
        Confidence level.

    Returns
    -------
    Dataset
        ``estimate``, ``se``, ``lower``, ``upper`` [currency], ``probability`` that the arm has more
        net benefit than the reference, and ``mcse``, its Monte Carlo standard error (0 where the
        probability is exact), all on ``(wtp, arm)``.

    Notes
    -----
    :math:`se^2 = k^2 s_e^2 + s_c^2 - 2 k s_{ce}` at willingness to pay k.

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[0, 10], [0, 30]], [[0, 1], [0, 3]], arms=["a", "b"], reference="a")
    >>> inmb_intervals(made, [10])["probability"].values.tolist()
    [[0.5]]
    """
    kind = chosen_interval(replicates, interval, level)
    grid = wtp_values(wtp)
    inc = differences(replicates, kind)
    free = np.array([inc.df(-1.0, threshold) for threshold in grid])
    free = free.reshape(len(grid), len(inc.arms))
    rows = grid[:, None]
    estimate = rows * inc.effect_hat - inc.cost_hat
    se = np.sqrt(_variance(inc, rows))
    lower, upper, probability = (np.empty_like(estimate) for _ in range(3))
    for row, threshold in enumerate(grid):
        draws = None if inc.exact else threshold * inc.effect - inc.cost
        lower[row], upper[row] = limits(
            estimate[row],
            se[row],
            draws,
            interval=kind,
            level=level,
            df=free[row],
            influence=_influence(inc, threshold),
            draw_se=inc.draw_errors.se(-1.0, threshold) if inc.draw_errors else None,
        )
        if draws is not None:
            probability[row] = (np.sign(draws).mean(axis=0) + 1.0) / 2.0
    if inc.exact:
        probability = _exact_probability(differences(replicates), rows, estimate)
    mcse = monte_carlo_error(replicates, probability)
    names = ("estimate", "se", "lower", "upper", "probability", "mcse")
    arrays = (estimate, se, lower, upper, probability, mcse)
    units = {"units": replicates.attrs.get("currency", "")}
    return xr.Dataset(
        {
            name: ((WTP, ARM), values, {"units": "1"} if name in names[4:] else units)
            for name, values in zip(names, arrays, strict=True)
        },
        {WTP: grid, ARM: list(inc.arms)},
        interval_attrs(replicates, kind, level, free),
    )


def _variance(inc: Increments, wtp: FloatArray) -> FloatArray:
    variance = wtp**2 * inc.var_effect + inc.var_cost - 2 * wtp * inc.cov
    return np.asarray(np.clip(variance, 0.0, None))


def _exact_probability(inc: Increments, wtp: FloatArray, estimate: FloatArray) -> FloatArray:
    return probability_positive(estimate, np.sqrt(_variance(inc, wtp)))


def _influence(inc: Increments, wtp: float) -> FloatArray | None:
    if inc.cost_influence is None or inc.effect_influence is None:
        return None
    return wtp * inc.effect_influence - inc.cost_influence
