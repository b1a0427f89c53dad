"""NICE Decision Support Unit mapping between EQ-5D-3L and EQ-5D-5L by age band and sex."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from cpi_econ.effects.instruments import Instrument
from cpi_econ.effects.value_set import ValueSet
from cpi_econ.errors import DataError, Finding, ValueSetError, Where, raise_all, stop
from cpi_econ.paths import data_root

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

AGE_BANDS = ("18-34", "35-44", "45-54", "55-64", "65+")
_BAND_STARTS = (35, 45, 55, 65)
SEXES = ("male", "female")
_SEX_WORDS = {"male": 0, "m": 0, "man": 0, "female": 1, "f": 1, "woman": 1}
_TABLES = {"EQ-5D-5L": "dsu_2023_5l_to_3l.csv.gz", "EQ-5D-3L": "dsu_2023_3l_to_5l.csv.gz"}


@cache
def dsu_table(source: str) -> pd.DataFrame:
    """Published table from one version: state, age band, sex, then one column a target set."""
    path = data_root() / "tariffs" / "mappings" / _TABLES[source]
    return pd.read_csv(path, dtype={"state": str})


@cache
def _by_group(source: str, target: str) -> FloatArray:
    """Expected value, shape (age band, sex, state)."""
    table = dsu_table(source)
    band = table["age_band"].map({name: k for k, name in enumerate(AGE_BANDS)}).to_numpy()
    sex = table["sex"].map({name: k for k, name in enumerate(SEXES)}).to_numpy()
    states = pd.factorize(table["state"], sort=True)[0]
    values = np.full((len(AGE_BANDS), len(SEXES), states.max() + 1), np.nan)
    values[band, sex, states] = table[target].to_numpy()
    return values


def dsu_targets(source: str) -> list[str]:
    """Ids of the value sets to which the tables lead from one version.

    Examples
    --------
    >>> dsu_targets("EQ-5D-5L")[0]
    'eq5d3l_gb_tto_1997'
    """
    return list(dsu_table(source).columns[3:])


def expected_by_group(source: Instrument, target: ValueSet) -> FloatArray:
    """Expected target value of every source state, shape (age band, sex, state).

    Raises
    ------
    ValueSetError
        ``E058`` the tables hold no column for this set.
    """
    known = dsu_targets(source.name)
    if target.id not in known:
        message = (
            f"the DSU tables from {source.name} hold no expected values for {target.id}, and none "
            f"can be worked out from them. They hold {', '.join(known)}. A response mapping "
            "(van_hout_2012, van_hout_2021) takes any set of its target version."
        )
        stop(ValueSetError, "E058", message)
    return _by_group(source.name, target.id)


def dsu_values(
    numbers: npt.NDArray[np.integer],
    source: Instrument,
    target: ValueSet,
    age: npt.ArrayLike | pd.Series | None,
    sex: Sequence[object] | pd.Series | None,
) -> FloatArray:
    """Expected target value of state numbers (-1 missing) by age and sex."""
    table = expected_by_group(source, target)
    wanted = numbers >= 0
    bands, sexes = groups(age, sex, wanted)
    values = np.full(len(numbers), np.nan)
    values[wanted] = table[bands[wanted], sexes[wanted], numbers[wanted]]
    return values


def groups(
    age: npt.ArrayLike | pd.Series | None,
    sex: Sequence[object] | pd.Series | None,
    wanted: npt.NDArray[np.bool_],
) -> tuple[IntArray, IntArray]:
    """Age band and sex of each row as places in ``AGE_BANDS`` and ``SEXES``.

    Raises
    ------
    DataError
        ``E057`` age or sex not given, missing, below 16 or unread in a row that is needed.

    Examples
    --------
    >>> bands, sexes = groups([30, 70], ["male", "female"], np.array([True, True]))
    >>> bands.tolist(), sexes.tolist()
    ([0, 4], [0, 1])
    """
    if age is None or sex is None:
        absent = " and ".join(n for n, x in (("age", age), ("sex", sex)) if x is None)
        stop(DataError, "E057", f"mapping dsu_2023 works by age and sex; {absent} not given.")
    years = _spread(pd.to_numeric(pd.Series(age), errors="coerce"), wanted)
    words = _spread(pd.Series(sex), wanted).astype(str).str.strip().str.lower().map(_SEX_WORDS)
    findings = _group_findings(years, words, wanted)
    raise_all(findings, DataError)
    bands = np.searchsorted(_BAND_STARTS, years.fillna(18).to_numpy(dtype=np.float64), side="right")
    return bands.astype(np.int64), np.asarray(words.fillna(0), dtype=np.int64)


def _spread(column: pd.Series, wanted: npt.NDArray[np.bool_]) -> pd.Series:
    if len(column) == 1 and len(wanted) != 1:
        return pd.Series(np.repeat(column.to_numpy(), len(wanted)))
    if len(column) != len(wanted):
        wrong = f"age and sex need one value a row: {len(wanted)} rows, {len(column)} values."
        stop(DataError, "E057", wrong)
    return column.reset_index(drop=True)


def _group_findings(
    years: pd.Series, words: pd.Series, wanted: npt.NDArray[np.bool_]
) -> list[Finding]:
    no_age = wanted & ~(years >= 16).to_numpy()
    no_sex = wanted & words.isna().to_numpy()
    message = "{} of {} answered rows have no {}; mapping dsu_2023 needs it. {}"
    return [
        Finding(
            "E057",
            message.format(int(lost.sum()), int(wanted.sum()), what, remedy),
            Where(column=column),
        )
        for lost, what, column, remedy in (
            (no_age, "age of 16 or more", "age", "Complete the ages, or use van_hout_2012."),
            (no_sex, "sex that reads male or female", "sex", "Complete it, or use van_hout_2012."),
        )
        if lost.any()
    ]


def dsu_from_utility(
    utility: npt.ArrayLike,
    source_value_set: ValueSet,
    target: ValueSet,
    age: npt.ArrayLike | pd.Series | None,
    sex: Sequence[object] | pd.Series | None,
    match: Literal["exact", "approximate"] = "approximate",
    bandwidth: float | None = None,
) -> FloatArray:
    """Expected target value when only a utility on the source version is known.

    Parameters
    ----------
    utility : array-like, shape (n,)
        Values on the source version's set; NaN stays missing.
    source_value_set, target : ValueSet
        The set on which ``utility`` was valued, and the set to reach.
    age, sex : array-like
        Years, and ``male`` or ``female``; one value or one a row.
    match : {"exact", "approximate"}
        Average of the states whose own value equals the utility to 3 decimals, or of all states
        weighted by nearness.
    bandwidth : float, optional
        Half-width h of the weights; by default 0.2 below 0.8, 0.1 up to 0.951, and above that the
        distance to 1 plus 0.001, so that full health is reached.

    Raises
    ------
    DataError
        ``E059`` an exact utility that no state has; ``E057`` age or sex missing.

    Notes
    -----
    Weights 1 - (distance / h)^2 within h, after Hernandez Alava and Pudney (2017).

    References
    ----------
    doi:10.1016/j.jhealeco.2017.06.013
    """
    wanted_values = np.asarray(utility, dtype=np.float64)
    wanted = np.isfinite(wanted_values)
    table = expected_by_group(source_value_set.instrument, target)
    bands, sexes = groups(age, sex, wanted)
    own = source_value_set.table.to_numpy()
    result = np.full(len(wanted_values), np.nan)
    lost = []
    for row in np.flatnonzero(wanted):
        weights = _weights(own, wanted_values[row], match, bandwidth)
        if weights.sum() == 0:
            lost.append(wanted_values[row])
        else:
            result[row] = np.average(table[bands[row], sexes[row]], weights=weights)
    if lost:
        shown = ", ".join(f"{value:g}" for value in sorted(set(lost))[:5])
        message = (
            f"no state of {source_value_set.id} has the value {shown}. Check that the utilities "
            "were valued with this set, or use match approximate."
        )
        stop(DataError, "E059", message)
    return result


def _weights(own: FloatArray, value: float, match: str, bandwidth: float | None) -> FloatArray:
    distance = np.abs(own - value)
    if match == "exact":
        return (distance < 0.00051).astype(np.float64)
    h = _bandwidth(value) if bandwidth is None else bandwidth
    return np.maximum(0.0, 1.0 - (distance / h) ** 2)


def _bandwidth(value: float) -> float:
    if value < 0.8:
        return 0.2
    return 0.1 if value <= 0.951 else max(1.0 - value, 0.0) + 0.001
