"""Answers in any of the accepted shapes to state numbers, or findings and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cpi_econ.effects.answer_findings import column_findings, level_findings, state_findings
from cpi_econ.effects.instruments import Instrument
from cpi_econ.errors import DataError, Finding, raise_all

Numbers = npt.NDArray[np.int32]


def read_answers(
    answers: pd.DataFrame | pd.Series | Sequence[object] | npt.NDArray[Any],
    instrument: Instrument,
    columns: Mapping[str, str] | None = None,
) -> Numbers:
    """Number of each answered state, -1 where an answer is missing.

    Parameters
    ----------
    answers : DataFrame, Series, sequence or ndarray
        Dimension columns, states, or an array of levels of shape ``(n, n_dimensions)``.
    instrument : Instrument
        Names, order and range of the dimensions.
    columns : mapping, optional
        Dimension to column name, for a frame.

    Returns
    -------
    ndarray of int32, shape (n,)

    Raises
    ------
    DataError
        All findings about the answers at once.

    Examples
    --------
    >>> from cpi_econ.effects.instruments import instrument
    >>> read_answers(["11111", "11112", None], instrument("EQ-5D-3L")).tolist()
    [0, 1, -1]
    """
    if isinstance(answers, pd.DataFrame):
        if columns and "state" in columns:
            return _from_states(answers[columns["state"]], instrument)
        return _from_frame(answers, instrument, columns or {})
    if isinstance(answers, (str, int)):
        answers = [answers]
    array = answers if isinstance(answers, (pd.Series, np.ndarray)) else _as_array(answers)
    if array.ndim == 2:
        return _from_matrix(np.asarray(array), instrument)
    return _from_states(array, instrument)


def _as_array(answers: Sequence[object]) -> npt.NDArray[Any]:
    if len(answers) and isinstance(answers[0], (list, tuple, np.ndarray)):
        return np.array(answers)
    array = np.empty(len(answers), dtype=object)
    array[:] = answers
    return array


def _from_frame(frame: pd.DataFrame, instrument: Instrument, columns: Mapping[str, str]) -> Numbers:
    names = [columns.get(dimension, dimension) for dimension in instrument.dimensions]
    raise_all(column_findings(frame, names, f"{instrument.name} needs"), DataError)
    return _combined([_numeric(frame[name]) for name in names], instrument, names, frame.index)


def _from_matrix(array: npt.NDArray[Any], instrument: Instrument) -> Numbers:
    width = len(instrument.dimensions)
    if array.shape[1] != width:
        wrong = f"the array has {array.shape[1]} columns; {instrument.name} has {width} dimensions."
        raise_all([Finding("E055", wrong)], DataError)
    names = list(instrument.dimensions)
    columns = [_numeric(pd.Series(column, copy=False)) for column in array.T]
    return _combined(columns, instrument, names, pd.RangeIndex(len(array)))


def _numeric(column: pd.Series) -> npt.NDArray[Any]:
    """Integers or floats with NaN; ``inf`` marks what is neither number nor blank."""
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iuf":
        return column.to_numpy()
    if pd.api.types.is_bool_dtype(column.dtype):
        return np.full(len(column), np.inf)
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    codes, found = pd.factorize(column)
    return np.append([_number(answer) for answer in found], np.nan)[codes]


def _number(answer: object) -> float:
    """Number of one written answer, NaN for a blank, ``inf`` for anything else."""
    text = str(answer).strip()
    if not text:
        return float("nan")
    try:
        return float(text)
    except ValueError:
        return float("inf")


def _combined(
    columns: list[npt.NDArray[Any]], instrument: Instrument, names: list[str], index: pd.Index
) -> Numbers:
    numbers = np.zeros(len(index), dtype=np.int32)
    missing = np.zeros(len(index), dtype=bool)
    for column, last, weight in zip(columns, instrument.last, instrument.weights, strict=True):
        levels, blank = _whole(column, instrument.first)
        if levels is None or _outside(levels, instrument.first, last):
            raise_all(level_findings(columns, instrument, names, index), DataError)
        else:
            numbers += (levels - np.int32(instrument.first)) * np.int32(weight)
        if blank is not None:
            missing |= blank
    numbers[missing] = -1
    return numbers


def _whole(
    column: npt.NDArray[Any], first: int
) -> tuple[npt.NDArray[np.int32] | None, npt.NDArray[np.bool_] | None]:
    """Integer levels and mask of blanks; None for levels when a value is not whole."""
    if column.dtype.kind in "iu":
        whole = column.astype(np.int32)
        return (whole, None) if column.itemsize <= 4 or (whole == column).all() else (None, None)
    blank = np.isnan(column)
    filled = np.where(blank, first, column)
    if not np.isfinite(filled).all() or np.abs(filled).max(initial=0) > 1e6:
        return None, blank
    whole = filled.astype(np.int32)
    return (whole if (whole == filled).all() else None), blank


def _outside(levels: npt.NDArray[np.int32], first: int, last: int) -> bool:
    return bool(len(levels)) and bool(levels.min() < first or levels.max() > last)


def _from_states(states: pd.Series | npt.NDArray[Any], instrument: Instrument) -> Numbers:
    codes, found = pd.factorize(states)
    numbers = np.full(len(found) + 1, -1, dtype=np.int32)
    unread: dict[int, object] = {}
    for place, state in enumerate(found):
        number = state_number(state, instrument)
        if number is None:
            unread[place] = state
        else:
            numbers[place] = number
    if unread:
        index = states.index if isinstance(states, pd.Series) else pd.RangeIndex(len(states))
        raise_all(state_findings(codes, unread, instrument, index), DataError)
    return numbers[codes]


def state_number(state: object, instrument: Instrument) -> int | None:
    """Number of one written state, -1 for a blank, None when it is no state.

    Examples
    --------
    >>> from cpi_econ.effects.instruments import instrument
    >>> eq5d = instrument("EQ-5D-3L")
    >>> state_number("11113", eq5d), state_number(11113.0, eq5d), state_number("1111x", eq5d)
    (2, 2, None)
    """
    if isinstance(state, (float, np.floating)) and float(state).is_integer():
        state = int(state)
    text = str(state).strip()
    if text == "":
        return -1
    if len(text) != len(instrument.dimensions) or not (text.isascii() and text.isdigit()):
        return None
    levels = [int(digit) for digit in text]
    if any(not instrument.first <= x <= y for x, y in zip(levels, instrument.last, strict=True)):
        return None
    return int(np.dot(np.array(levels) - instrument.first, instrument.weights))
