"""Model terms beyond the levels: what each counts in a state.

Definitions follow the articles that print them; the name printed there stands in each docstring.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

SHORT_NAMES = ("mo", "sc", "ua", "pd", "ad")
_DIMENSION = "(" + "|".join(SHORT_NAMES) + ")"
_AT_4_OR_5 = re.compile(f"{_DIMENSION}45")
_BOTH = re.compile(f"{_DIMENSION}([1-5])_{_DIMENSION}([1-5])")
_PRODUCT = re.compile(f"{_DIMENSION}_x_{_DIMENSION}")


def _count(levels: IntArray, *wanted: int) -> IntArray:
    return np.asarray(np.isin(levels, wanted).sum(axis=1), dtype=np.int64)


def _beyond_first(levels: IntArray, *wanted: int) -> IntArray:
    return np.maximum(0, _count(levels, *wanted) - 1)


def _count_4_5_minus_1_squared(levels: IntArray) -> IntArray:
    many = _count(levels, 4, 5)
    return np.where(many > 0, (many - 1) ** 2, 0)


COUNTS: dict[str, Callable[[IntArray], npt.NDArray[np.generic]]] = {
    "any_problem": lambda levels: levels.max(axis=1) > 1,
    "any_3": lambda levels: _count(levels, 3) > 0,
    "all_3": lambda levels: _count(levels, 3) == levels.shape[1],
    "any_4_5": lambda levels: levels.max(axis=1) > 3,
    "any_5": lambda levels: _count(levels, 5) > 0,
    "d1": lambda levels: _beyond_first(levels, 2, 3),
    "i2": lambda levels: _beyond_first(levels, 2),
    "i2_sq": lambda levels: _beyond_first(levels, 2) ** 2,
    "i3": lambda levels: _beyond_first(levels, 3),
    "i3_sq": lambda levels: _beyond_first(levels, 3) ** 2,
    "only_levels_1_2": lambda levels: (_count(levels, 2) > 0) & (_count(levels, 3) == 0),
    "only_levels_1_3": lambda levels: (_count(levels, 3) > 0) & (_count(levels, 2) == 0),
    "levels_2_and_3": lambda levels: (_count(levels, 2) > 0) & (_count(levels, 3) > 0),
    "count_2_if_any_3": lambda levels: _count(levels, 2) * (_count(levels, 3) > 0),
    "count_2_sq": lambda levels: _count(levels, 2) ** 2,
    "count_3_sq": lambda levels: _count(levels, 3) ** 2,
    "no_level_1": lambda levels: _count(levels, 1) == 0,
    "count_45_minus_1_sq": _count_4_5_minus_1_squared,
}


def is_term(name: str) -> bool:
    """Whether a name is a model term known here.

    Examples
    --------
    >>> is_term("any_3"), is_term("mo2_ua2"), is_term("anything")
    (True, True, False)
    """
    return name in COUNTS or any(p.fullmatch(name) for p in (_AT_4_OR_5, _BOTH, _PRODUCT))


def term_counts(name: str, levels: IntArray) -> FloatArray:
    """Number that a term takes in each state.

    Parameters
    ----------
    name : str
        ``any_3`` and the like; ``mo45`` mobility at level 4 or 5; ``mo2_ua2`` both at those levels;
        ``mo_x_ad`` product of the levels less one.
    levels : ndarray of int, shape (n, 5)
        Levels in the order mobility, self-care, usual activities, pain, anxiety.

    Raises
    ------
    KeyError
        A name that is not a term.

    Examples
    --------
    >>> term_counts("any_3", np.array([[1, 1, 2, 1, 3], [1, 1, 1, 1, 1]])).tolist()
    [1.0, 0.0]
    """
    if name in COUNTS:
        return COUNTS[name](levels).astype(np.float64)
    column = {short: levels[:, place] for place, short in enumerate(SHORT_NAMES)}
    if found := _AT_4_OR_5.fullmatch(name):
        return np.asarray(column[found[1]] > 3, dtype=np.float64)
    if found := _BOTH.fullmatch(name):
        one, other = column[found[1]] == int(found[2]), column[found[3]] == int(found[4])
        return np.asarray(one & other, dtype=np.float64)
    if found := _PRODUCT.fullmatch(name):
        return np.asarray((column[found[1]] - 1) * (column[found[2]] - 1), dtype=np.float64)
    raise KeyError(name)
