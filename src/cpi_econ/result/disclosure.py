"""Small counts: masked, and masked so that no sum gives them away."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cpi_econ.result.document import SMALLEST, SmallNumbers

SMALL = f"<{SMALLEST}"
COVER = "*"
_MOST = SMALLEST - 1
Cell = int | str


def masked_counts(counts: Sequence[int], small: SmallNumbers = "mask") -> list[Cell]:
    """Counts of cells whose total is known, small ones masked with as many others as needed.

    Parameters
    ----------
    counts : sequence of int
        Cells that add up to a number the reader can see.
    small : {"mask", "show"}
        ``show`` returns the counts as they are.

    Returns
    -------
    list of int or str
        ``<5`` for counts from one to four, ``*`` for a larger count that is hidden because the
        total would give a small one away, and every other count as it is.

    Notes
    -----
    Larger counts are hidden from the smallest upwards until every small count could still be
    two different numbers (secondary suppression). When the cells cannot be made safe, all of
    them are hidden.

    References
    ----------
    Hundepool et al. (2012), Statistical Disclosure Control, chapter 4,
    doi:10.1002/9781118348239.

    Examples
    --------
    >>> masked_counts([2, 30, 12])
    ['<5', 30, '*']
    >>> masked_counts([0, 30, 12])
    [0, 30, 12]
    """
    whole = [int(value) for value in counts]
    hidden = [at for at, value in enumerate(whole) if 0 < value < SMALLEST]
    if small == "show" or not hidden:
        return list(whole)
    n_small = len(hidden)
    larger = sorted((at for at, v in enumerate(whole) if v >= SMALLEST), key=whole.__getitem__)
    while not _open(sum(whole[at] for at in hidden), n_small, len(hidden) - n_small):
        if not larger:
            return [COVER] * len(whole)
        hidden.append(larger.pop(0))
    named = {at: SMALL if 0 < whole[at] < SMALLEST else COVER for at in hidden}
    return [named.get(at, value) for at, value in enumerate(whole)]


def _open(total: int, n_small: int, n_larger: int) -> bool:
    """Whether each of the small counts can still be two different numbers."""
    highest = min(_MOST, total - (n_small - 1) - SMALLEST * n_larger)
    lowest = 1 if n_larger else max(1, total - _MOST * (n_small - 1))
    return highest > lowest


def mask_column(
    table: pd.DataFrame,
    count: str,
    within: Sequence[str],
    follow: Sequence[str] = (),
    small: SmallNumbers = "mask",
) -> pd.DataFrame:
    """Table with one column of counts masked inside groups that have a visible total.

    Parameters
    ----------
    table : DataFrame
    count : str
        Column of counts.
    within : sequence of str
        Columns of the groups; empty for the whole table as one group.
    follow : sequence of str
        Columns that would give the count away; missing in masked rows.
    small : {"mask", "show"}

    Examples
    --------
    >>> table = pd.DataFrame({"arm": "low", "level": [1, 2, 3], "n": [2, 30, 12],
    ...                       "percent": [5.0, 68.0, 27.0]})
    >>> mask_column(table, "n", ["arm"], ["percent"])["percent"].tolist()
    [nan, 68.0, nan]
    """
    if small == "show" or table.empty:
        return table
    shown = pd.Series(index=table.index, dtype=object)
    keys = [table[name].astype(str) for name in within] or [pd.Series("", index=table.index)]
    for _, rows in table.groupby(keys, sort=False):
        shown[rows.index] = pd.Series(
            masked_counts(rows[count].tolist(), small), index=rows.index, dtype=object
        )
    hidden = shown.map(lambda cell: isinstance(cell, str)).astype(bool)
    blank = {name: table[name].astype(object).mask(hidden) for name in follow}
    return table.assign(**{count: shown}, **blank)
