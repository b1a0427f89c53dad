"""Numbers written with a decimal comma, as spreadsheets write them in most of Europe."""

from __future__ import annotations

import re

import pandas as pd

_COMMA = re.compile(r"[-+]?\d+,\d+(?:[eE][-+]?\d+)?")
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:\.\d{3})+,\d+")


def points_for_commas(text: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Text of numbers with a decimal point, and which cells hold a point that may mean either.

    Parameters
    ----------
    text : Series of str
        Cells of a file whose decimal sign is a comma.

    Returns
    -------
    Series of str
        ``1.234,5`` as ``1234.5``, ``0,75`` as ``0.75``; other cells as they are.
    Series of bool
        Cells such as ``1.234``: thousands by the file's own rule, decimals by another's.

    Examples
    --------
    >>> points, either = points_for_commas(pd.Series(["0,75", "1.234,5", "3", "1.234"]))
    >>> points.tolist(), either.tolist()
    (['0.75', '1234.5', '3', '1.234'], [False, False, False, True])
    """
    grouped = text.str.fullmatch(_GROUPED).fillna(False).astype(bool)
    comma = text.str.fullmatch(_COMMA).fillna(False).astype(bool)
    plain = text.mask(grouped, text.str.replace(".", "", regex=False))
    plain = plain.mask(grouped | comma, plain.str.replace(",", ".", regex=False))
    digits = text.str.contains(r"\d\.\d", regex=True).fillna(False).astype(bool)
    return plain, digits & ~grouped


def mostly_commas(text: pd.Series) -> bool:
    """Whether most cells of a column are numbers with a decimal comma.

    Examples
    --------
    >>> mostly_commas(pd.Series(["45,3", "51,0", "60"])), mostly_commas(pd.Series(["a", "b"]))
    (True, False)
    """
    known = text.dropna()
    comma = known.str.fullmatch(_COMMA).astype(bool)
    number = pd.to_numeric(known, errors="coerce").notna()
    return bool(comma.any() and 2 * int((comma | number).sum()) > len(known))
