"""Quantities as a person writes them: durations, shares and sizes with their units."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

PER_YEAR = {"year": 1.0, "month": 12.0, "week": 365.25 / 7, "day": 365.25}
_DURATION = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*([A-Za-z]+)\s*$")
_SHARE = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*%\s*$")
_SIZE = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*per\s+year\s*$")


def years(value: Any) -> float:
    """Years of a duration such as ``9 months``; a month is 1/12 year.

    Parameters
    ----------
    value : str or 0
        Number and unit: years, months, weeks or days. Zero needs no unit.

    Raises
    ------
    ValueError
        A number without a unit, an unknown unit, a negative duration.

    Examples
    --------
    >>> years("9 months")
    0.75
    """
    if isinstance(value, bool) or value is None:
        raise ValueError("a duration is needed, for example 9 months.")
    if isinstance(value, (int, float)):
        if value == 0:
            return 0.0
        raise ValueError(f"{value} has no unit: months or years? Write {value} months.")
    found = _DURATION.match(str(value))
    if not found:
        if re.fullmatch(r"\s*-?\d+(\.\d+)?\s*", str(value)):
            raise ValueError(f"{value} has no unit: months or years? Write {value} months.")
        raise ValueError(f'"{value}" is not a duration; write for example 9 months or 1 year.')
    number, unit = float(found[1]), found[2].lower().removesuffix("s")
    if unit not in PER_YEAR:
        raise ValueError(f'"{found[2]}" is not a unit of time; use years, months, weeks or days.')
    if number < 0:
        raise ValueError(f"{value} is negative; a duration starts at zero.")
    return number / PER_YEAR[unit]


def share(value: Any) -> float:
    """Share between 0 and 1 of a percentage such as ``3.5%``, or of a plain fraction.

    Raises
    ------
    ValueError
        A bare number of 1 or more, where percent and fraction cannot be told apart.

    Examples
    --------
    >>> share("3.5%")
    0.035
    """
    found = _SHARE.match(str(value))
    if found:
        number = float(found[1]) / 100
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        number = float(value)
        if number >= 1:
            raise ValueError(f"{value} has no unit: write {value}% if you mean percent.")
    else:
        raise ValueError(f'"{value}" is not a percentage; write for example 3.5%.')
    if not 0 <= number <= 1:
        raise ValueError(f"{value} is outside 0% to 100%.")
    return number


def per_year(value: Any) -> float:
    """People per year of a size such as ``12000 per year``.

    Examples
    --------
    >>> per_year("12000 per year")
    12000.0
    """
    found = _SIZE.match(str(value))
    if not found:
        raise ValueError(f'"{value}" has no unit: write for example 12000 per year.')
    return float(found[1])


def price_year(value: Any) -> str:
    """Price year as text: a financial year ``2014/15`` or a calendar year ``2014``.

    Examples
    --------
    >>> price_year("2014/15")
    '2014/15'
    """
    text = str(value).strip()
    financial = re.fullmatch(r"(\d{4})/(\d{2})", text)
    if financial and (int(financial[1]) + 1) % 100 == int(financial[2]):
        return text
    if re.fullmatch(r"\d{4}", text):
        return text
    raise ValueError(f'"{value}" is not a price year; write 2014/15 or 2014.')


Years = Annotated[float, BeforeValidator(years)]
Share = Annotated[float, BeforeValidator(share), PlainSerializer(float)]
PerYear = Annotated[float, BeforeValidator(per_year)]
PriceYear = Annotated[str, BeforeValidator(price_year)]
