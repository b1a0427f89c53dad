"""Times and values of a curve as matrices, with their checks."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from cpi_econ.contracts import PARTICIPANT, TIME
from cpi_econ.effects.answer_findings import column_findings
from cpi_econ.errors import DataError, Finding, raise_all, stop

FloatArray = npt.NDArray[np.float64]

_MONTHS = re.compile(r"^(?:months?|m)[_ ]?(\d+)|(\d+)[_ ]?(?:months?|m)$", re.IGNORECASE)


def check_times(times: Mapping[str, float], horizon: float | None) -> float:
    """End of the horizon [years], by default the last time.

    Raises
    ------
    DataError
        ``E061`` horizon not within the visits, ``E062`` fewer than two times or not increasing,
        ``E119`` a time named in months that holds the months themselves.

    Examples
    --------
    >>> check_times({"baseline": 0, "month_9": 0.75}, None)
    0.75
    """
    at = [float(value) for value in times.values()]
    findings = [_months_finding(name, years) for name, years in times.items()]
    raise_all([finding for finding in findings if finding is not None], DataError)
    if len(at) < 2 or any(b <= a for a, b in itertools.pairwise(at)):
        listed = ", ".join(f"{name} {years:g}" for name, years in times.items())
        stop(DataError, "E062", f"a curve needs two or more times that increase, not {listed}.")
    end = at[-1] if horizon is None else float(horizon)
    if not at[0] < end <= at[-1] + 1e-9:
        message = (
            f"the horizon is {end:g} years but visits run from {at[0]:g} to {at[-1]:g} years; "
            "choose a horizon within the visits. Nothing is extrapolated."
        )
        stop(DataError, "E061", message)
    return end


def _months_finding(name: str, years: float) -> Finding | None:
    found = _MONTHS.search(name)
    if not found or float(found[1] or found[2]) != years or years == 0:
        return None
    message = (
        f'time "{name}" is {years:g} years; times look like months. Times are in years: '
        f"{years:g} months are {years / 12:.4g}."
    )
    return Finding("E119", message)


def matrix_of(frame: pd.DataFrame, column: str, times: Mapping[str, float]) -> pd.DataFrame:
    """Wide frame of one column, participants sorted by times in order; absent rows are NaN.

    Raises
    ------
    DataError
        ``E055`` a column missing, ``E060`` a person has two rows at one time.
    """
    raise_all(column_findings(frame, [PARTICIPANT, TIME, column], "a curve needs"), DataError)
    rows = frame[frame[TIME].isin(list(times))]
    twice = rows.duplicated([PARTICIPANT, TIME])
    if twice.any():
        people = tuple(sorted(set(rows.loc[twice, PARTICIPANT].astype(str))))
        message = "one person has two values at one time; keep one row a person and time."
        raise_all([Finding("E060", message, participants=people)], DataError)
    wide = rows.set_index([PARTICIPANT, TIME])[column].unstack(TIME)
    people_seen = pd.Index(sorted(frame[PARTICIPANT].unique()), name=PARTICIPANT)
    return wide.reindex(index=people_seen, columns=list(times)).astype(np.float64)


def visit_matrix(
    visit_times: pd.DataFrame | None, participants: pd.Index, times: Mapping[str, float]
) -> FloatArray:
    """Time of each visit [years], shape (n, k): actual where known, else nominal.

    Raises
    ------
    DataError
        ``E062`` a person's visits are not in order.
    """
    nominal = np.array([float(years) for years in times.values()])
    at = np.broadcast_to(nominal, (len(participants), len(nominal)))
    if visit_times is None:
        return at.copy()
    actual = matrix_of(visit_times, "years", times).reindex(participants).to_numpy()
    at = np.where(np.isnan(actual), at, actual)
    wrong = (np.diff(at, axis=1) <= 0).any(axis=1)
    if wrong.any():
        people = tuple(str(name) for name in participants[np.flatnonzero(wrong)])
        message = (
            "visits are not in the order of their times; correct the dates, or remove them to "
            "use nominal times."
        )
        raise_all([Finding("E062", message, participants=people)], DataError)
    return at
