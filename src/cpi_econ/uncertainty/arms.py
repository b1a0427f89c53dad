"""Arms of people: their names, their numbers and the people of each."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cpi_econ.contracts import ARM
from cpi_econ.identifiers import arrow_words

FEW = 16
"""Arms up to which a look at everybody for each arm is faster than hashing everybody once."""


def arm_names(table: pd.DataFrame) -> list[str]:
    """Arms as text, in the order in which they occur.

    Parameters
    ----------
    table : DataFrame

    Examples
    --------
    >>> arm_names(pd.DataFrame({"arm": [1, 0, 1]}))
    ['1', '0']
    """
    column = table[ARM]
    coded = _few_categories(column)
    if coded is None:
        return list(dict.fromkeys(map(str, column.unique())))
    return list(dict.fromkeys(str(coded.categories[code]) for code in _as_they_occur(coded)))


def arms_of(column: pd.Series[str]) -> pd.Categorical[str]:
    """Arms as text, numbered in the order in which they first occur.

    Parameters
    ----------
    column : Series
        Arm of each person.

    Examples
    --------
    >>> arms_of(pd.Series(["low", "high", "low"])).codes.tolist()
    [0, 1, 0]
    """
    coded = _few_categories(column)
    if coded is None:
        code, names = pd.factorize(column)
    else:
        order = _as_they_occur(coded)
        names = coded.categories[order]
        number = np.full(len(coded.categories) + 1, -1, dtype=np.int8)
        number[order] = np.arange(len(order))
        code = coded.codes if order == list(range(len(number) - 1)) else number[coded.codes]
    texts = [str(name) for name in names]
    if len(set(texts)) < len(texts):
        return arms_of(column.astype(str))
    return pd.Categorical.from_codes(code, pd.Index(texts))


def arm_sizes(table: pd.DataFrame) -> dict[str, int]:
    """Number of people in each arm.

    Parameters
    ----------
    table : DataFrame

    Examples
    --------
    >>> arm_sizes(pd.DataFrame({"arm": ["low", "high", "low"]}))
    {'low': 2, 'high': 1}
    """
    arms = arms_of(table[ARM])
    return dict(zip(arms.categories, sizes_of(arms).tolist(), strict=True))


def sizes_of(arms: pd.Categorical[str]) -> NDArray[np.int64]:
    """Number of people in each arm, shape (arms,).

    Parameters
    ----------
    arms : Categorical
        As `arms_of` gives it.

    Examples
    --------
    >>> sizes_of(arms_of(pd.Series(["low", "high", "low"]))).tolist()
    [2, 1]
    """
    codes, count = arms.codes, len(arms.categories)
    if count > FEW:
        return np.bincount(codes[codes >= 0], minlength=count).astype(np.int64)
    found = [np.count_nonzero(codes == code) for code in range(count)]
    return np.array(found, dtype=np.int64)


def as_categories(column: pd.Series[Any]) -> pd.Series[Any]:
    """Arms as categories, whose codes are compared, sorted and counted faster than words.

    Parameters
    ----------
    column : Series
        Arm of each person; missing where nothing is known.

    Examples
    --------
    >>> as_categories(pd.Series(["low", "high", "low"])).cat.codes.tolist()
    [0, 1, 0]
    """
    words = arrow_words(column)
    if words is None:
        return column.astype("category")
    import pyarrow.compute as pc

    names: list[str] = []
    code = np.full(len(column), -1, dtype=np.int8)
    known = left = column.notna().to_numpy()
    while left.any():
        if len(names) == FEW:
            return column.astype("category")
        names.append(words[int(left.argmax())].as_py())
        here = _bits(pc.equal(words, names[-1])) & known
        code += here.view(np.int8) * np.int8(len(names))
        left = left & ~here
    made = pd.Categorical.from_codes(code, pd.Index(names, dtype=column.dtype))
    return pd.Series(made, index=column.index, name=column.name)


def _bits(found: Any) -> NDArray[np.bool_]:
    """Truths of Arrow as those of numpy, anything where one is missing."""
    bits = np.frombuffer(found.buffers()[1], dtype=np.uint8)
    whole = np.unpackbits(bits, count=found.offset + len(found), bitorder="little")
    return whole[found.offset :].view(np.bool_)


def rows_by_arm(arms: pd.Categorical[str]) -> NDArray[np.intp]:
    """Rows of the first arm's people, then of the second's, each as they stand.

    Parameters
    ----------
    arms : Categorical
        As `arms_of` gives it.

    Examples
    --------
    >>> rows_by_arm(arms_of(pd.Series(["low", "high", "low"]))).tolist()
    [0, 2, 1]
    """
    codes, count = arms.codes, len(arms.categories)
    if count > FEW:
        return np.argsort(codes, kind="stable")
    return np.concatenate([np.flatnonzero(codes == code) for code in range(count)])


def _few_categories(column: pd.Series[str]) -> pd.Categorical[str] | None:
    values = column.array
    return values if isinstance(values, pd.Categorical) and len(values.categories) <= FEW else None


def _as_they_occur(arms: pd.Categorical[str]) -> list[int]:
    """Categories that occur, in the order in which they first do."""
    for codes in (arms.codes[:100], arms.codes):
        here = [codes == code for code in range(len(arms.categories))]
        first = {code: int(one.argmax()) for code, one in enumerate(here) if one.any()}
        if len(first) == len(here):
            break
    return sorted(first, key=first.__getitem__)
