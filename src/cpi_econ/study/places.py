"""Where participants stand among the identifiers of a file, told by sorting them.

A million words are sorted and compared with their neighbours in a sixth of the time of a look-up.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cpi_econ.identifiers import order_and_repeated


def stand_twice(people: pd.Series[str]) -> bool:
    """Whether an identifier, missing ones aside, stands twice.

    Parameters
    ----------
    people : Series of str

    Examples
    --------
    >>> stand_twice(pd.Series(["b", "a", "b"])), stand_twice(pd.Series(["b", None, None]))
    (True, False)
    """
    named = people.dropna()
    return len(_first_of_each(named)[0]) < len(named)


def first_rows(people: pd.Series[str], participants: pd.Series[str]) -> NDArray[np.intp]:
    """Place of each participant's first row, or -1.

    Parameters
    ----------
    people : Series of str
        Identifiers of the rows of a file.
    participants : Series of str
        Identifiers, sorted, each once.

    Examples
    --------
    >>> first_rows(pd.Series(["b", "a", "b"]), pd.Series(["a", "b", "c"])).tolist()
    [1, 0, -1]
    """
    rows, found = _first_of_each(people)
    if len(found) == len(participants) and bool((found == participants.array).all()):
        return rows
    place = pd.Index(found).get_indexer(pd.Index(participants))
    return np.where(place < 0, -1, rows[place]) if len(rows) else place


def at_rows(values: pd.Series[float], rows: NDArray[np.intp], index: pd.Index) -> pd.Series[float]:
    """Value at each place, missing where that is -1.

    Parameters
    ----------
    values : Series of float
    rows : integer array
        Places among ``values``.
    index : Index
        Of the new Series.

    Examples
    --------
    >>> at_rows(pd.Series([1.0, 2.0]), np.array([1, -1]), pd.Index(["a", "b"])).tolist()
    [2.0, nan]
    """
    there = rows >= 0
    made = np.full(len(rows), np.nan)
    made[there] = values.to_numpy()[rows[there]]
    return pd.Series(made, index=index)


def _first_of_each(people: pd.Series[str]) -> tuple[NDArray[np.intp], Any]:
    """Place of the first of each identifier, and the identifiers in order."""
    known = int(people.notna().sum())
    order, again = order_and_repeated(people)
    order, new = order[:known], ~again[:known]
    ordered = people.iloc[order]
    return (order, ordered.array) if new.all() else (order[new], ordered.array[new])
