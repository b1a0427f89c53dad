"""Order of identifiers: short words are sorted as numbers."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_BYTES, _FEW = 8, 100
_LEADING = np.array([2**64 - 2 ** (8 * (_BYTES - n)) for n in range(_BYTES + 1)], dtype=np.uint64)


def order_of(identifiers: pd.Series) -> NDArray[np.intp]:
    """Places of identifiers in order, equal ones as they stand, missing ones last.

    Parameters
    ----------
    identifiers : Series
        Words or numbers.

    Notes
    -----
    Words of up to eight bytes of UTF-8 are compared as numbers of 64 bits, a quarter of the time
    of comparing text.

    Examples
    --------
    >>> order_of(pd.Series(["b", "10", None, "9", "a"])).tolist()
    [1, 3, 4, 0, 2]
    """
    numbers = _as_numbers(identifiers)
    return _order_of_words(identifiers) if numbers is None else np.argsort(numbers, kind="stable")


def order_and_repeated(identifiers: pd.Series) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Places of identifiers in order, and whether each in that order is the one before it.

    Parameters
    ----------
    identifiers : Series
        Words or numbers.

    Examples
    --------
    >>> order, again = order_and_repeated(pd.Series(["b", "a", "b"]))
    >>> order.tolist(), again.tolist()
    ([1, 0, 2], [False, False, True])
    """
    numbers = _as_numbers(identifiers)
    if numbers is None:
        order = _order_of_words(identifiers)
        return order, repeated(identifiers.iloc[order])
    order = np.argsort(numbers, kind="stable")
    ordered = numbers[order]
    return order, np.concatenate([[False], ordered[1:] == ordered[:-1]])


def repeated(ordered: pd.Series) -> NDArray[np.bool_]:
    """Whether each identifier is the one before it; missing ones are all the same.

    Parameters
    ----------
    ordered : Series
        Identifiers in order.

    Notes
    -----
    Neighbours are compared in a twentieth of the time of hashing everybody.

    Examples
    --------
    >>> repeated(pd.Series(["a", "a", "b"])).tolist()
    [False, True, False]
    """
    this, last = neighbours(ordered)
    same = this.eq(last) | (this.isna() & last.isna())
    return np.concatenate([np.zeros(min(len(ordered), 1), dtype=bool), same.to_numpy(dtype=bool)])


def looked_up(identifiers: pd.Series, order: NDArray[np.intp]) -> pd.Series:
    """Identifiers in an order, each looked up only where it is told.

    Parameters
    ----------
    identifiers : Series
    order : integer array
        Places among them.

    Notes
    -----
    Text is kept where it is, with a number of its place for each person: a million words in a
    random order would be copied one by one.

    Examples
    --------
    >>> looked_up(pd.Series(["a", "b"]), np.array([1, 0])).astype(str).tolist()
    ['b', 'a']
    """
    words = arrow_words(identifiers)
    if words is None:
        return identifiers.iloc[order].reset_index(drop=True)
    import pyarrow as pa

    places = pa.array(order.astype(np.int32) if len(words) < 2**31 else order)
    made = pa.chunked_array([pa.DictionaryArray.from_arrays(places, words)])
    return pd.Series(pd.arrays.ArrowExtensionArray(made), name=identifiers.name)


def neighbours(ordered: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Everybody but the first, and beside each the one before.

    Parameters
    ----------
    ordered : Series

    Examples
    --------
    >>> this, last = neighbours(pd.Series([1, 2, 3]))
    >>> this.tolist(), last.tolist()
    ([2, 3], [1, 2])
    """
    return ordered.iloc[1:].reset_index(drop=True), ordered.iloc[:-1].reset_index(drop=True)


def arrow_words(column: pd.Series) -> Any:
    """Words of a column as one array of Arrow; None where it holds something else.

    Parameters
    ----------
    column : Series

    Examples
    --------
    >>> arrow_words(pd.Series(["a", "b"], dtype="str")).to_pylist()
    ['a', 'b']
    """
    if column.dtype == object or not pd.api.types.is_string_dtype(column.dtype):
        return None
    import pyarrow as pa

    words = pa.array(column.array, type=pa.large_string(), from_pandas=True)
    return words.combine_chunks() if isinstance(words, pa.ChunkedArray) else words


def _order_of_words(identifiers: pd.Series) -> NDArray[np.intp]:
    words: Any = identifiers.array
    return cast("NDArray[np.intp]", words.argsort(kind="stable", na_position="last"))


def _as_numbers(identifiers: pd.Series) -> NDArray[np.uint64] | None:
    """Number for each word, in the same order; None where words are long, missing or hold NUL."""
    words = arrow_words(identifiers)
    if words is None or words.null_count or not len(words):
        return None
    _, places, text = words.buffers()
    edges = np.frombuffer(places, np.int64, len(words) + 1, 8 * words.offset)
    size = np.diff(edges)
    letters = np.zeros(edges[-1] + _BYTES, dtype=np.uint8)
    letters[: edges[-1]] = np.frombuffer(text, np.uint8, edges[-1])
    if size.max() > _BYTES or not letters[edges[0] : edges[-1]].all():
        return None
    changes = np.flatnonzero(size[1:] != size[:-1]) + 1
    if len(changes) < _FEW:
        return _of_one_length(letters, edges, [0, *changes.tolist(), len(size)])
    # eight bytes from the start of each word, without those behind its end
    each = np.ndarray(int(edges[-1]) + 1, ">u8", letters.data, strides=(1,))[edges[:-1]]
    numbers = each.astype(np.uint64)
    numbers &= _LEADING[size]
    return numbers


def _of_one_length(
    letters: NDArray[np.uint8], edges: NDArray[np.int64], ends: list[int]
) -> NDArray[np.uint64]:
    """Number for each word, where all words from one end to the next have one length."""
    made = np.empty(len(edges) - 1, dtype=np.uint64)
    for first, last in pairwise(ends):
        start, size = int(edges[first]), int(edges[first + 1] - edges[first])
        each = np.ndarray(last - first, ">u8", letters.data, start, (size,))
        np.bitwise_and(each, _LEADING[size], out=made[first:last])
    return made
