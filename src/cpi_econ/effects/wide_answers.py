"""Long answers to a table of one row a visit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cpi_econ.contracts import PARTICIPANT, TIME

_KEYS = (PARTICIPANT, TIME, "item")


def wide_answers(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a participant and time, in the order of both, and one column an item.

    Parameters
    ----------
    rows : DataFrame
        ``participant``, ``time``, ``item``, ``level``.

    Raises
    ------
    ValueError
        An item twice at one visit.

    Notes
    -----
    Millions of words are sorted into codes once, at a third of the time of an index of words.

    Examples
    --------
    >>> rows = pd.DataFrame({"participant": ["b", "a", "a"], "time": "baseline",
    ...                      "item": ["x", "y", "x"], "level": [1, 2, 3]})
    >>> wide_answers(rows)[["participant", "x", "y"]].to_dict("list")
    {'participant': ['a', 'b'], 'x': [3.0, 1.0], 'y': [2.0, nan]}
    """
    (person, people), (time, times), (item, items) = (
        pd.factorize(rows[name], sort=True) for name in _KEYS
    )
    plain = pd.api.types.is_numeric_dtype(rows["level"].dtype) and len(rows) > 0
    if not plain or min(code.min() for code in (person, time, item)) < 0:
        return _unstacked(rows)
    visit = person * len(times) + time
    seen = np.zeros(len(people) * len(times), dtype=bool)
    seen[visit] = True
    visits = np.flatnonzero(seen)
    cell = (np.cumsum(seen) - 1)[visit] * len(items) + item
    if np.bincount(cell).max() > 1:
        return _unstacked(rows)
    level = rows["level"].to_numpy()
    whole = len(level) == len(visits) * len(items)
    levels = np.full(len(visits) * len(items), np.nan)
    levels[cell] = rows["level"].to_numpy(dtype=float, na_value=np.nan)
    table = pd.DataFrame(levels.reshape(len(visits), len(items)), columns=list(items))
    if whole and not table.isna().to_numpy().any():
        table = table.astype(level.dtype)
    table.insert(0, TIME, times.take(visits % len(times)))
    table.insert(0, PARTICIPANT, people.take(visits // len(times)))
    return table


def _unstacked(rows: pd.DataFrame) -> pd.DataFrame:
    """Do the same for answers as text, and for keys that are missing or stand twice."""
    wide = rows.set_index(list(_KEYS))["level"].unstack("item").reset_index()
    wide.columns.name = None
    return wide
