"""Area under curves made of straight pieces, and discount factors."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def discount_factors(years: npt.ArrayLike, rate: float) -> FloatArray:
    """Discount factor of each moment: 1 within the first year, 1/(1+rate) in the second.

    Parameters
    ----------
    years : array-like of float
        Time since the start [years].
    rate : float
        Discount rate a year, 0.035 for 3.5%.

    Examples
    --------
    >>> discount_factors([0.5, 1.5, 2.0], 0.25).tolist()
    [1.0, 0.8, 0.64]
    """
    whole = np.floor(np.asarray(years, dtype=np.float64))
    return np.asarray((1.0 + rate) ** -np.maximum(whole, 0.0), dtype=np.float64)


def trapezium_area(
    times: FloatArray, values: FloatArray, horizon: float, rate: float = 0.0
) -> FloatArray:
    """Area under each row's straight-line curve from its first time to the horizon.

    Parameters
    ----------
    times : ndarray, shape (n, k)
        Increasing times [years].
    values : ndarray, shape (n, k)
        Height at those times. NaN anywhere on a piece that starts before the horizon makes the
        area NaN; pieces of no length count for nothing.
    horizon : float
        End of the area [years].
    rate : float
        Discount rate a year; each year after the first is discounted as a whole.

    Returns
    -------
    ndarray, shape (n,)

    Notes
    -----
    sum over pieces and years of d(year) * (v(a) + v(b)) / 2 * (b - a), a and b the ends of the
    piece clipped to the year and to the horizon.

    Examples
    --------
    >>> trapezium_area(np.array([[0.0, 0.75]]), np.array([[0.6, 0.8]]), 0.75).round(4).tolist()
    [0.525]
    """
    area = np.zeros(len(times))
    years = np.arange(max(1, int(np.ceil(horizon)))) if rate else np.zeros(1)
    for left in range(times.shape[1] - 1):
        start, end = times[:, left], times[:, left + 1]
        length = end - start
        needed = (length > 0) & (start < horizon)
        slope = np.divide(
            values[:, left + 1] - values[:, left], length, out=np.zeros(len(area)), where=needed
        )
        for year in years:
            last = min(year + 1, horizon) if rate else horizon
            a, b = np.clip(start, year, last), np.clip(end, year, last)
            middle = values[:, left] + slope * ((a + b) / 2 - start)
            area += np.where(needed, middle * (b - a) / (1.0 + rate) ** year, 0.0)
    return area
