"""Units of use and units of price, and how one becomes the other."""

from __future__ import annotations

ENCOUNTERS = frozenset({"contact", "attendance", "session", "visit", "appointment"})
TIME_UNITS = frozenset({"hour", "minute"})
_STAYS = {"night": 1.0, "day": 1.0, "week": 7.0}
_HOURS = {"hour": 1.0, "minute": 1 / 60}
_ALIASES = {
    "bed day": "night",
    "bedday": "night",
    "bed_day": "night",
    "min": "minute",
    "hr": "hour",
}


def canonical_unit(text: object) -> str:
    """Return a unit in the singular and in one spelling; empty when blank.

    Examples
    --------
    >>> canonical_unit("Hours"), canonical_unit("bed day"), canonical_unit(None)
    ('hour', 'night', '')
    """
    if not isinstance(text, str):
        return ""
    words = text.strip().lower()
    singular = words.removesuffix("s") if len(words) > 3 else words
    return _ALIASES.get(words, _ALIASES.get(singular, singular))


def conversion(use_unit: str, price_unit: str) -> float | None:
    """Price units in one unit of use, or None when minutes would be needed or nothing fits.

    A use without a unit is taken to be counted in the unit of its price, except that a price
    per hour or minute always needs a stated unit or minutes.

    Parameters
    ----------
    use_unit, price_unit : str
        Canonical units; ``use_unit`` may be empty.

    Examples
    --------
    >>> conversion("minute", "hour") * 90, conversion("week", "night")
    (1.5, 7.0)
    >>> conversion("hour", "contact") is None
    True
    """
    if use_unit == price_unit:
        return 1.0
    for table in (_HOURS, _STAYS):
        if use_unit in table and price_unit in table:
            return table[use_unit] / table[price_unit]
    if use_unit in ENCOUNTERS and price_unit in ENCOUNTERS:
        return 1.0
    return 1.0 if not use_unit and price_unit not in TIME_UNITS else None


def needs_minutes(use_unit: str, price_unit: str) -> bool:
    """Whether minutes for each encounter turn this use into units of this price.

    Examples
    --------
    >>> needs_minutes("contact", "hour"), needs_minutes("hour", "hour")
    (True, False)
    """
    return price_unit in TIME_UNITS and (not use_unit or use_unit in ENCOUNTERS)
