"""Numbers and values inside the sentences of findings."""

from __future__ import annotations

from typing import Any


def number_of(count: int, one: str, many: str | None = None) -> str:
    """Count and noun, in the plural where it is not one.

    Examples
    --------
    >>> number_of(1, "row has", "rows have"), number_of(3, "row")
    ('1 row has', '3 rows')
    """
    return f"{count} {one if count == 1 else many or one + 's'}"


def shortened(value: Any, most: int = 40) -> Any:
    """Text cut to a length that a sentence bears; anything else as it is.

    Examples
    --------
    >>> shortened("9" * 50, most=5)
    '99999...'
    """
    too_long = isinstance(value, str) and len(value) > most
    return f"{value[:most]}..." if too_long else value
