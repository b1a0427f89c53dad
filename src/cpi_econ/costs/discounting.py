"""Discounting of costs by the period in which they fall."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from cpi_econ.costs.recall import Scale
from cpi_econ.kernels.curve import trapezium_area


def discount_factors_by_time(
    times: Mapping[str, float],
    rate: float,
    *,
    scale: Scale = "linear",
    horizon: float | None = None,
) -> dict[str, float]:
    """Mean discount factor of the period that the form of each time stands for.

    Parameters
    ----------
    times : mapping
        Name to years since the start, in order; the first is the baseline.
    rate : float
        Discount rate a year; whole years are discounted, the first one is not.
    scale : {"linear", "interpolate", "none"}
        How a form stands for a period; see ``cpi_econ.costs.recall``.
    horizon : float, optional
        End of the analysis in years; default the last time.

    Returns
    -------
    dict
        Factor by time; 1 for the baseline unless forms are interpolated.

    Notes
    -----
    The factor is the area under the discounted rate of use over the area under the plain one.

    Examples
    --------
    >>> factors = discount_factors_by_time({"start": 0, "year_1": 1, "year_2": 2}, 0.25)
    >>> {name: round(factor, 3) for name, factor in factors.items()}
    {'start': 1.0, 'year_1': 1.0, 'year_2': 0.8}
    """
    years = np.array(list(times.values()), dtype=float)
    end = float(years[-1] if horizon is None else horizon)
    factors = {}
    for place, name in enumerate(times):
        if scale == "interpolate":
            at, use = years[None, :], np.eye(len(years))[[place]]
        else:
            at, use = years[None, [max(place - 1, 0), place]], np.ones((1, 2))
        plain = float(trapezium_area(at, use, end)[0])
        factors[name] = float(trapezium_area(at, use, end, rate)[0]) / plain if plain > 0 else 1.0
    return factors


def discount_lines(lines: pd.DataFrame, factors: Mapping[str, float]) -> pd.DataFrame:
    """Cost lines with ``discount_factor``, taken into ``cost``; other times have factor 1.

    Parameters
    ----------
    lines : DataFrame
        From ``cost_service_use``.
    factors : mapping
        From ``discount_factors_by_time``.
    """
    factor = lines["time"].astype(object).map(dict(factors)).fillna(1.0).astype(float)
    return lines.assign(discount_factor=factor, cost=lines["cost"] * factor)
