"""Quality-adjusted life years: the area under each person's utility curve."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from cpi_econ.contracts import PARTICIPANT, TIME, with_baseline
from cpi_econ.effects.curve_input import check_times, matrix_of, visit_matrix
from cpi_econ.kernels.curve import trapezium_area

FloatArray = npt.NDArray[np.float64]


def qalys(
    utilities: pd.DataFrame,
    times: Mapping[str, float],
    horizon: float | None = None,
    died: pd.Series | None = None,
    discount: float | None = None,
    visit_times: pd.DataFrame | None = None,
) -> pd.Series:
    """Quality-adjusted life years of each participant.

    Parameters
    ----------
    utilities : DataFrame
        Columns ``participant``, ``time``, ``utility``; NaN or an absent row is a missing visit.
    times : mapping of str to float
        Name of each visit and its nominal time [years], in order; the first is baseline.
    horizon : float, optional
        End of the area [years]; by default the last nominal time.
    died : Series, optional
        Years from the first visit to death, indexed by participant; NaN alive.
    discount : float, optional
        Rate a year, 0.035 for 3.5%; time within the first year is not discounted.
    visit_times : DataFrame, optional
        Columns ``participant``, ``time``, ``years``: when each visit took place. A person without
        a date keeps the nominal time. After a last visit before the horizon the curve is flat.

    Returns
    -------
    Series
        Named ``qaly``, indexed by participant in sorted order; NaN when a visit that is needed is
        missing, never smaller.

    Raises
    ------
    DataError
        ``E060`` two rows for one person and time, ``E061`` a horizon beyond the last visit,
        ``E062`` times not increasing, ``E119`` times that look like months.

    Notes
    -----
    Trapezium rule between visits. Who dies has utility 0 from the date of death: the curve runs in
    a straight line from the last visit to 0 at the death, and visits after it are ignored.

    References
    ----------
    Manca, Hawkins, Sculpher (2005), doi:10.1002/hec.944.

    Examples
    --------
    >>> seen = pd.DataFrame({"participant": ["a", "a"], "time": ["baseline", "month_9"],
    ...                      "utility": [0.6, 0.8]})
    >>> qalys(seen, {"baseline": 0, "month_9": 0.75}).round(3).to_dict()
    {'a': 0.525}
    """
    area = area_under_curve(utilities, times, horizon, died, discount, visit_times).rename("qaly")
    first = utilities[utilities[TIME] == next(iter(times))].set_index(PARTICIPANT)["utility"]
    return with_baseline(area, "baseline_utility", first)


def area_under_curve(
    utilities: pd.DataFrame,
    times: Mapping[str, float],
    horizon: float | None = None,
    died: pd.Series | None = None,
    discount: float | None = None,
    visit_times: pd.DataFrame | None = None,
) -> pd.Series:
    """Area under a curve of values over time; arguments as in :func:`qalys`."""
    end = check_times(times, horizon)
    values = matrix_of(utilities, "utility", times)
    at = visit_matrix(visit_times, values.index, times)
    death = _deaths(died, values.index)
    curve_times, curve = end_at_death(*carried_to(at, values.to_numpy(), end), death)
    area = trapezium_area(curve_times, curve, end, discount or 0.0)
    return pd.Series(area, index=values.index)


def _deaths(died: pd.Series | None, participants: pd.Index) -> FloatArray:
    if died is None:
        return np.full(len(participants), np.nan)
    return died.reindex(participants).to_numpy(dtype=np.float64)


def carried_to(at: FloatArray, values: FloatArray, end: float) -> tuple[FloatArray, FloatArray]:
    """Times and values with the last value held to the end of the horizon."""
    last = np.maximum(at[:, -1:], end)
    return np.hstack([at, last]), np.hstack([values, values[:, -1:]])


def end_at_death(
    at: FloatArray, values: FloatArray, death: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Times and values with 0 from each row's time of death on.

    Examples
    --------
    >>> at, values = end_at_death(np.array([[0.0, 1.0]]), np.array([[0.8, 0.9]]), np.array([0.5]))
    >>> at.tolist(), values.tolist()
    ([[0.0, 0.5, 1.0]], [[0.8, 0.0, 0.0]])
    """
    if not np.isfinite(death).any():
        return at, values
    moment = np.where(np.isfinite(death), np.maximum(death, at[:, 0]), at[:, -1])
    dead = np.isfinite(death)[:, None] & (at >= moment[:, None])
    kept = np.where(dead, 0.0, values)
    alive = np.isnan(death)
    extra = np.where(alive, kept[:, -1], 0.0)
    joined_at = np.hstack([at, moment[:, None]])
    joined = np.hstack([kept, extra[:, None]])
    # The death comes before a visit at the same moment, so that the curve falls to 0 there.
    order = np.lexsort((np.hstack([np.ones_like(at), np.zeros((len(at), 1))]), joined_at), axis=1)
    return np.take_along_axis(joined_at, order, 1), np.take_along_axis(joined, order, 1)
