"""Numbers set for reading on a page: true minus signs, digits that the simulation supports."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from cpi_econ.report import numbers

DASH = "–"
_HYPHEN = re.compile(r"(?<![\w.])-(?=[£€$¥₹]?\d)")


def typeset(text: str) -> str:
    """Text with minus signs in place of hyphens before numbers.

    Examples
    --------
    >>> typeset("-£244 to 3-level"), typeset("-")
    ('−£244 to 3-level', '–')
    """
    return DASH if text == "-" else _HYPHEN.sub("−", text)


def money(value: float | None, currency: str, decimals: int = 0) -> str:
    """Amount with currency, thousands separators and a true minus.

    Examples
    --------
    >>> money(-1187.7, "GBP")
    '−£1,188'
    """
    return typeset(numbers.money(value, currency, decimals))


def number(value: float | None, decimals: int) -> str:
    """Number with fixed decimals and a true minus.

    Examples
    --------
    >>> number(-0.034186, 3)
    '−0.034'
    """
    return typeset(numbers.number(value, decimals))


def probability(value: float | None, mcse: float | None = None) -> str:
    """Probability with no more digits than its Monte Carlo error supports.

    A share of draws that is not certain is never printed as 0 or 1.

    Examples
    --------
    >>> probability(0.6093, 0.011), probability(0.99996, 0.0001), probability(1.0, 0.0)
    ('0.61', 'above 0.999', '1.00')
    """
    if value is None or not math.isfinite(value):
        return DASH
    decimals = 2
    if mcse is not None and mcse > 0:
        decimals = 3 if mcse < 0.002 else 2 if mcse < 0.03 else 1
    text, step = f"{value:.{decimals}f}", 10.0**-decimals
    if float(text) == 1 and value < 1:
        return f"above {1 - step:.{decimals}f}"
    if float(text) == 0 and value > 0:
        return f"below {step:.{decimals}f}"
    return text


def effect_places(comparison: Mapping[str, Any]) -> int:
    """Decimals for an effect and its interval: three for QALYs and the like, fewer when large.

    Examples
    --------
    >>> effect_places({"inc_effect": {"estimate": 0.0028, "se": 0.017}})
    3
    >>> effect_places({"inc_effect": {"estimate": 10.2, "se": 3.4}})
    1
    """
    largest = max(
        (abs(value) for key in ("estimate", "se") if (value := comparison["inc_effect"][key])),
        default=0.0,
    )
    return next((n for top, n in ((0.0005, 5), (1, 3), (10, 2), (1000, 1)) if largest < top), 0)


def glued(text: str) -> str:
    r"""Text in which no line ends between a minus sign and its currency.

    Examples
    --------
    >>> glued("−£5") == "−\u2060£5"
    True
    """
    return re.sub(r"−(?=[^\d\s])", "−\u2060", text)


def sentence_case(text: str) -> str:
    """Text with a capital first letter, unless its letters have a case of their own.

    Examples
    --------
    >>> sentence_case("month 9"), sentence_case("pH of blood"), sentence_case("gp_visits: 3")
    ('Month 9', 'pH of blood', 'gp_visits: 3')
    """
    own = any(letter.isupper() or letter in "_." for letter in text.split(" ", 1)[0])
    return text if own else text[:1].upper() + text[1:]


def rounded_money(value: float | None, currency: str) -> str:
    """Amount with three digits that count: what a simulation supports of a large one.

    Examples
    --------
    >>> rounded_money(1_438_698.2, "GBP"), rounded_money(25.66, "GBP"), rounded_money(3.217, "GBP")
    ('£1,440,000', '£26', '£3.22')
    """
    if value is None or not math.isfinite(value) or value == 0:
        return money(value, currency)
    digits = 2 - math.floor(math.log10(abs(value)))
    return money(round(value, digits), currency, numbers.cost_decimals([value]))


def percent(value: float | None, decimals: int = 0) -> str:
    """Percentage of a number already in per cent.

    Examples
    --------
    >>> percent(36.6), percent(None)
    ('37%', '–')
    """
    return DASH if value is None or not math.isfinite(value) else f"{value:.{decimals}f}%"
