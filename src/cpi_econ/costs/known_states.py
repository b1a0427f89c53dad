"""Use that is known without an answer: after death, and in hospital for the whole window."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd


def zero_after_death(
    service_use: pd.DataFrame,
    died_years: pd.Series,
    times: Mapping[str, float],
    recall: float | Mapping[str, float] | pd.Series | None = None,
) -> pd.DataFrame:
    """Set use to zero on forms whose whole window lies after death.

    Parameters
    ----------
    service_use : DataFrame
        Long service use.
    died_years : Series
        Years from the first visit to death by participant; NaN when alive.
    times : mapping
        Name to years, in order.
    recall : float, mapping or Series, optional
        Years that a form asks about, for all, by time or by row; default the time since the form
        before.

    Returns
    -------
    DataFrame
        Blanks after death at 0. Use between the last form and death stays missing: it happened
        and nobody counted it.

    Examples
    --------
    >>> use = pd.DataFrame({"participant": "a", "time": ["month_6", "month_9"], "service": "gp",
    ...                     "quantity": [None, None]})
    >>> times = {"baseline": 0, "month_6": 0.5, "month_9": 0.75}
    >>> zero_after_death(use, pd.Series({"a": 0.4}), times)["quantity"].tolist()
    [nan, 0.0]
    """
    time = service_use["time"].astype(object)
    if isinstance(recall, pd.Series):
        since = time.map(_window_starts(times, None)).astype(float)
        start = (time.map(dict(times)).astype(float) - recall).fillna(since)
    else:
        start = time.map(_window_starts(times, recall)).astype(float)
    died = service_use["participant"].map(died_years)
    known_zero = service_use["quantity"].isna() & (died <= start)
    quantity = service_use["quantity"].astype(float).where(~known_zero, 0.0)
    return service_use.assign(quantity=quantity)


def _window_starts(
    times: Mapping[str, float], recall: float | Mapping[str, float] | None
) -> dict[str, float]:
    starts, before = {}, 0.0
    for name, years in times.items():
        window = recall.get(name) if isinstance(recall, Mapping) else recall
        starts[name] = before if window is None else years - window
        before = years
    return starts


def zero_in_hospital(
    service_use: pd.DataFrame,
    night_items: Collection[str],
    community_items: Collection[str],
    window_days: float | Mapping[str, float] | pd.Series,
) -> pd.DataFrame:
    """Set blank community use to zero for people in hospital for the whole window.

    Parameters
    ----------
    service_use : DataFrame
        Long service use.
    night_items, community_items : collection of str
        Items counted in nights, and items that cannot be used from a ward.
    window_days : float, mapping or Series
        Days that the form asks about, for all, by time or by row.

    Returns
    -------
    DataFrame
        Blanks of ``community_items`` at 0 where nights fill the window to within a day.

    Examples
    --------
    >>> use = pd.DataFrame({"participant": "a", "time": "month_9", "service": ["ward", "gp"],
    ...                     "quantity": [91.0, None]})
    >>> zero_in_hospital(use, ["ward"], ["gp"], 91)["quantity"].tolist()
    [91.0, 0.0]
    """
    item = service_use["item"] if "item" in service_use else service_use["service"]
    nights = service_use["quantity"].where(item.isin(list(night_items)), 0.0)
    inside = nights.groupby([service_use["participant"], service_use["time"]]).transform("sum")
    days = window_of(service_use["time"], window_days)
    blank = service_use["quantity"].isna() & item.isin(list(community_items))
    quantity = service_use["quantity"].astype(float).where(~(blank & (inside >= days - 1)), 0.0)
    return service_use.assign(quantity=quantity)


def window_of(time: pd.Series, window_days: float | Mapping[str, float] | pd.Series) -> pd.Series:
    """Days of the window of each row; a Series holds them already.

    Examples
    --------
    >>> window_of(pd.Series(["month_9"]), {"month_9": 91}).tolist()
    [91.0]
    """
    if isinstance(window_days, pd.Series):
        return window_days
    if isinstance(window_days, Mapping):
        return time.astype(object).map(dict(window_days)).astype(float)
    return pd.Series(float(window_days), index=time.index)
