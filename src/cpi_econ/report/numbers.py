"""Numbers as they are printed: money, effects, probabilities, intervals.

Plain hyphens stand for minus: the terminal's text must survive any console's encoding.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from cpi_econ.contracts import plural as plural

_SIGNS = {"GBP": "£", "EUR": "€", "USD": "$", "JPY": "¥", "INR": "₹"}
_ABSENT = "-"


def currency_sign(currency: str) -> str:
    """Return the sign of a currency code, or the code where it has no sign of its own.

    Examples
    --------
    >>> currency_sign("GBP"), currency_sign("SEK")
    ('£', 'SEK')
    """
    return _SIGNS.get(currency, currency)


def money(value: float | None, currency: str = "", decimals: int = 0) -> str:
    """Return an amount with its currency and thousands separators.

    Examples
    --------
    >>> money(-1331.4, "GBP"), money(1234.5, "SEK"), money(None)
    ('-£1,331', 'SEK 1,234', '-')
    """
    if value is None or not math.isfinite(value):
        return _ABSENT
    sign = _SIGNS.get(currency, f"{currency} " if currency else "")
    digits = f"{abs(value):,.{decimals}f}"
    return f"{'-' if value < 0 and _nonzero(digits) else ''}{sign}{digits}"


def number(value: float | None, decimals: int) -> str:
    """Return a number with fixed decimals; zero has no sign.

    Examples
    --------
    >>> number(-0.01234, 3), number(-0.00001, 3)
    ('-0.012', '0.000')
    """
    if value is None or not math.isfinite(value):
        return _ABSENT
    return money(value, decimals=decimals)


def interval(lower: str, upper: str) -> str:
    """Return two printed limits as an interval.

    Examples
    --------
    >>> interval("-£2,600", "-£62")
    '-£2,600 to -£62'
    """
    return _ABSENT if _ABSENT in (lower, upper) else f"{lower} to {upper}"


def percent(share: float | None, decimals: int = 0) -> str:
    """Return a share as a percentage.

    Examples
    --------
    >>> percent(0.6991, 1)
    '69.9%'
    """
    return _ABSENT if share is None else f"{100 * share:.{decimals}f}%"


def cost_decimals(values: Iterable[float | None]) -> int:
    """Return decimals for amounts: whole units, or two where all of them are below ten.

    Examples
    --------
    >>> cost_decimals([-1331.4, 640.2]), cost_decimals([3.2, 1.1])
    (0, 2)
    """
    return 2 if _largest(values) < 10 else 0


def effect_decimals(values: Iterable[float | None]) -> int:
    """Return decimals for effects: four below one tenth, fewer as they grow.

    Examples
    --------
    >>> effect_decimals([0.012]), effect_decimals([0.4]), effect_decimals([12.3])
    (4, 3, 2)
    """
    largest = _largest(values)
    return next((n for top, n in ((0.1, 4), (1, 3), (100, 2), (1000, 1)) if largest < top), 0)


def _largest(values: Iterable[float | None]) -> float:
    return max((abs(v) for v in values if v is not None and math.isfinite(v)), default=0.0)


def _nonzero(digits: str) -> bool:
    return any(digit in "123456789" for digit in digits)
