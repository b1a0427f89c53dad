"""Price years: ``2014/15`` for a financial year, ``2014`` for a calendar year."""

from __future__ import annotations

import re

_FINANCIAL = re.compile(r"^(\d{4})\s*[/\-\u2013]\s*(\d{4}|\d{2})$")
_CALENDAR = re.compile(r"^(\d{4})(?:\.0)?$")


def price_year(text: object) -> str | None:
    """Price year in its one spelling, or None when ``text`` is no year.

    Parameters
    ----------
    text : object
        Year as typed: ``2014/15``, ``2014-15``, ``2014/2015`` or ``2014``.

    Returns
    -------
    str or None
        ``"2014/15"`` for a financial year, ``"2014"`` for a calendar year.

    Examples
    --------
    >>> price_year("2014-2015"), price_year(2014), price_year("2014/17"), price_year("")
    ('2014/15', '2014', None, None)
    """
    words = str(text).strip()
    calendar = _CALENDAR.match(words)
    if calendar:
        return calendar[1]
    financial = _FINANCIAL.match(words)
    if financial and (int(financial[1]) + 1) % 100 == int(financial[2][-2:]):
        return f"{financial[1]}/{financial[2][-2:]}"
    return None
