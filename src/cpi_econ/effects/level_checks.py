"""Checks of questionnaire levels that need no value set: ranges, versions and direction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from cpi_econ.effects.instruments import Instrument

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]

_FEWEST = 20
_RARE = 0.05  # share of stray values that a scale counted from 0 may hold


class LevelFault(NamedTuple):
    """One fault of one item: code, item, message and the rows concerned."""

    code: str
    item: str
    message: str
    rows: BoolArray


def check_levels(levels: pd.DataFrame, instrument: Instrument) -> list[LevelFault]:
    """Faults of a wide frame of levels, one column a dimension, NaN missing.

    Parameters
    ----------
    levels : DataFrame
        Columns named by dimension; ``inf`` marks an answer that is not a number.
    instrument : Instrument
        The declared instrument.

    Returns
    -------
    list of LevelFault
        ``E053`` not a whole number, ``E101`` counted from 0, ``E105`` a three-level instrument
        with levels 4 or 5, ``E103`` any other level out of range.

    Examples
    --------
    >>> from cpi_econ.effects.instruments import instrument
    >>> frame = pd.DataFrame({"mobility": [1.0, 6.0]})
    >>> [(fault.code, fault.rows.tolist()) for fault in check_levels(frame, instrument("EQ-5D-5L"))]
    [('E103', [False, True])]
    """
    present = [name for name in instrument.dimensions if name in levels.columns]
    columns = {name: levels[name].to_numpy(dtype=np.float64) for name in present}
    shifted = _counted_from_zero(columns, instrument)
    return [
        fault
        for name, column in columns.items()
        for fault in _check_item(name, column, instrument, shifted)
    ]


def _counted_from_zero(columns: Mapping[str, FloatArray], instrument: Instrument) -> bool:
    """Whether answers run from 0 to one below the highest level, and 0 is used.

    A few other values, such as codes for missing, do not hide it.
    """
    if instrument.first != 1 or not columns:
        return False
    answered = [column[np.isfinite(column)] for column in columns.values()]
    pooled = np.concatenate(answered)
    if len(pooled) < _FEWEST:
        return False
    top = max(instrument.last)
    shifted = (pooled >= 0) & (pooled < top)
    strange = float(np.mean(~shifted))
    often = (pooled == 0).sum() > len(pooled) * max(_RARE, strange)
    return bool(
        (pooled == 0).any()
        and not (pooled == top).any()
        and (strange == 0 or (strange <= _RARE and often))
    )


def _check_item(
    name: str, column: FloatArray, instrument: Instrument, shifted: bool
) -> list[LevelFault]:
    first, last = instrument.level_range(name)
    answered = ~np.isnan(column)
    with np.errstate(invalid="ignore"):
        whole = np.isfinite(column) & (column == np.floor(column))
    broken = answered & ~whole
    outside = whole & ((column < first) | (column > last))
    faults = []
    if broken.any():
        faults.append(
            LevelFault("E053", name, _broken_message(column[broken], first, last), broken)
        )
    zeros = outside & (column == 0) if shifted else outside & False
    if zeros.any():
        faults.append(LevelFault("E101", name, _shifted_message(instrument, last), zeros))
        outside = outside & ~zeros
    if not outside.any():
        return faults
    if _is_five_level(column[outside], instrument):
        faults.append(LevelFault("E105", name, _version_message(column, instrument), outside))
    else:
        message = _range_message(column[outside], instrument, first, last)
        faults.append(LevelFault("E103", name, message, outside))
    return faults


def _is_five_level(outside: FloatArray, instrument: Instrument) -> bool:
    three = instrument.name in ("EQ-5D-3L", "EQ-5D-Y-3L")
    return three and len(outside) > 0 and bool(np.isin(outside, [4, 5]).all())


def _broken_message(values: FloatArray, first: int, last: int) -> str:
    decimals = values[np.isfinite(values)]
    if len(decimals):
        return f"{decimals[0]:g} is no level; levels are whole numbers from {first} to {last}."
    return f"an answer is not a number; levels are whole numbers from {first} to {last}."


def _shifted_message(instrument: Instrument, last: int) -> str:
    return (
        f"holds 0-{last - 1}; {instrument.name} levels are 1-{last}. If 0 means the first answer, "
        f"write codes: {{0: 1, 1: 2, ...}} under the effect. Nothing was recoded."
    )


def _version_message(column: FloatArray, instrument: Instrument) -> str:
    high = int(np.nansum(column > 3))
    found = f"level {int(np.nanmax(column))} is found; levels above 3 stand in {rows_of(high)}"
    return (
        f"{found}, and {instrument.name} has 3 levels. Use a value set for five levels, or a "
        f"named mapping such as van_hout_2012 or dsu_2023."
    )


def _range_message(values: FloatArray, instrument: Instrument, first: int, last: int) -> str:
    found, times = np.unique(values, return_counts=True)
    listed = ", ".join(f"{value:g} in {rows_of(n)}" for value, n in zip(found, times, strict=True))
    return (
        f"holds {listed}; {instrument.name} levels run from {first} to {last}. Declare "
        f"{found[0]:g} as a missing code or correct the file."
    )


def rows_of(count: int) -> str:
    """Count of rows in words.

    Examples
    --------
    >>> rows_of(1), rows_of(4)
    ('1 row', '4 rows')
    """
    return f"{count} row{'' if count == 1 else 's'}"


def check_version(levels: pd.DataFrame, instrument: Instrument) -> list[LevelFault]:
    """``W106`` when a five-level questionnaire holds no level above 3 in any dimension.

    Examples
    --------
    >>> from cpi_econ.effects.instruments import EQ5D_DIMENSIONS, instrument
    >>> same = pd.DataFrame(3.0, index=range(40), columns=list(EQ5D_DIMENSIONS))
    >>> [fault.code for fault in check_version(same, instrument("EQ-5D-5L"))]
    ['W106']
    """
    if instrument.name != "EQ-5D-5L":
        return []
    columns = levels[[name for name in instrument.dimensions if name in levels.columns]]
    values = columns.to_numpy(dtype=np.float64)
    answered = int(np.isfinite(values).any(axis=1).sum()) if values.size else 0
    if answered < _FEWEST or np.nanmax(values) > 3:
        return []
    message = (
        f"declared EQ-5D-5L, but none of {answered} answers in any dimension exceeds level 3. "
        "Is this the 3L form? If so, declare EQ-5D-3L and a 3L value set."
    )
    return [LevelFault("W106", str(columns.columns[0]), message, np.ones(len(levels), dtype=bool))]


def check_direction(
    values: npt.ArrayLike, other: npt.ArrayLike, instrument: Instrument, other_name: str
) -> list[LevelFault]:
    """``W102`` when values correlate negatively with a measure they should go along with.

    Parameters
    ----------
    values, other : array-like of float, shape (n,)
        Utility or capability value, and another score in which more is better (a utility, the
        EQ VAS, a wellbeing total); NaN missing.
    instrument : Instrument
        The instrument whose direction is in doubt.
    other_name : str
        How to call the other measure.

    Examples
    --------
    >>> from cpi_econ.effects.instruments import instrument
    >>> x = np.linspace(0, 1, 30)
    >>> [fault.code for fault in check_direction(x, -x, instrument("ICECAP-A"), "EQ-5D")]
    ['W102']
    """
    one, two = np.asarray(values, dtype=np.float64), np.asarray(other, dtype=np.float64)
    both = np.isfinite(one) & np.isfinite(two)
    if both.sum() < _FEWEST or np.ptp(one[both]) == 0 or np.ptp(two[both]) == 0:
        return []
    r = float(np.corrcoef(one[both], two[both])[0, 1])
    if r > -2 / np.sqrt(both.sum()):
        return []
    last = max(instrument.last)
    end = f"level {last}" if instrument.best == "last" else f"level {instrument.first}"
    message = (
        f"{instrument.name} correlates {r:.2f} with {other_name}. In {instrument.name} {end} is "
        "best. Check whether the form exported the levels the other way round."
    )
    return [LevelFault("W102", instrument.dimensions[0], message, both)]
