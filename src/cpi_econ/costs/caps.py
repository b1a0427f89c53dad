"""Caps: use that cannot exceed the days of its window, applied, counted and listed."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from cpi_econ.costs.known_states import window_of
from cpi_econ.errors import Finding, Where

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Cap:
    """Most that a set of items may add up to, in a day or in a window.

    Parameters
    ----------
    items : collection of str
        Items counted together, all in the same unit.
    per_day : float
        Most units a day: 1 for nights in all places and for day care, 5/7 for working days, 16
        (or 24) for hours of informal care.
    per_window : float
        Most units in the whole window, such as the days of a friction period.

    Examples
    --------
    >>> Cap(["acute_ward", "rehabilitation_ward"], per_day=1).per_day
    1
    """

    items: Collection[str]
    per_day: float = math.inf
    per_window: float = math.inf


def cap_quantities(
    service_use: pd.DataFrame,
    caps: Mapping[str, Cap],
    window_days: float | Mapping[str, float] | pd.Series,
) -> pd.DataFrame:
    """Bring use down to what its window can hold.

    Parameters
    ----------
    service_use : DataFrame
        Long service use.
    caps : mapping
        Name of each cap to its rule.
    window_days : float, mapping or Series
        Days that the form asks about, for all, by time or by row.

    Returns
    -------
    DataFrame
        Service use with ``quantity`` capped, ``uncapped`` (the quantity as answered) and
        ``cap`` (name of the last cap that bit, else empty). Items under one cap shrink in
        proportion, so that their total meets the limit; an item under two caps meets both.

    Examples
    --------
    >>> use = pd.DataFrame({"participant": "a", "time": "month_9",
    ...                     "service": ["ward_1", "ward_2"], "quantity": [91.0, 91.0]})
    >>> cap_quantities(use, {"nights": Cap(["ward_1", "ward_2"], 1)}, 91)["quantity"].tolist()
    [45.5, 45.5]
    """
    item = service_use["item"] if "item" in service_use else service_use["service"]
    days = window_of(service_use["time"], window_days)
    quantity = service_use["quantity"].astype(float)
    capped, bitten = quantity.copy(), pd.Series("", index=service_use.index)
    for name, cap in caps.items():
        under = item.isin(list(cap.items))
        total = (
            quantity.where(under, 0.0)
            .groupby([service_use["participant"], service_use["time"]])
            .transform("sum")
        )
        limit = (cap.per_day * days).clip(upper=cap.per_window)
        over = under & (total > limit * (1 + _ROUNDING)) & (quantity > 0)
        fits = quantity * limit / total
        capped = capped.where(~over | (capped <= fits), fits)
        bitten = bitten.where(~over, name)
    return service_use.assign(quantity=capped, uncapped=quantity, cap=bitten)


def check_caps(capped: pd.DataFrame, file: str | None = None) -> list[Finding]:
    """List every cap that bit, with its people: ``W037``.

    Parameters
    ----------
    capped : DataFrame
        What ``cap_quantities`` returned.
    file : str, optional
        File shown in the findings.

    Examples
    --------
    >>> use = pd.DataFrame({"participant": "a", "time": "month_9", "service": ["ward"],
    ...                     "quantity": [120.0]})
    >>> [f.code for f in check_caps(cap_quantities(use, {"nights": Cap(["ward"], 1)}, 91))]
    ['W037']
    """
    if "cap" not in capped:
        return []
    hit = capped[capped["cap"] != ""]
    return [
        Finding(
            "W037",
            f"{rows['participant'].nunique()} people exceed the cap on {name}: "
            f"{rows['uncapped'].sum():g} were counted and {rows['quantity'].sum():g} fit in the "
            "window. The capped figures are costed; check the answers.",
            Where(file),
            tuple(dict.fromkeys(rows["participant"].astype(str))),
        )
        for name, rows in hit.groupby("cap", sort=True)
    ]
