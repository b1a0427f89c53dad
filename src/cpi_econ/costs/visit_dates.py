"""Actual dates of the forms: periods and recall windows as they were, not as planned."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

DAYS_A_YEAR = 365.25


def actual_windows(
    service_use: pd.DataFrame, dates: pd.DataFrame, recall: float | Mapping[str, float]
) -> pd.DataFrame:
    """Add each form's actual period, in years since the form before.

    Parameters
    ----------
    service_use : DataFrame
        Long service use.
    dates : DataFrame
        ``participant``, ``time``, ``date``; optional ``recall_days`` that the form covered.
    recall : float or mapping
        Nominal recall in years, where ``recall_days`` is not given.

    Returns
    -------
    DataFrame
        Service use with ``period_years`` and ``recall_years``; NaN where a date is unknown, so
        that the nominal period is used there.

    Examples
    --------
    >>> use = pd.DataFrame({"participant": "a", "time": ["t0", "t9"], "service": "gp",
    ...                     "quantity": 1.0})
    >>> dates = pd.DataFrame({"participant": "a", "time": ["t0", "t9"],
    ...                       "date": pd.to_datetime(["2014-01-01", "2014-12-19"])})
    >>> (actual_windows(use, dates, 0.25)["period_years"] * 365.25).tolist()
    [nan, 352.0]
    """
    ordered = dates.sort_values(["participant", "date"])
    gap = ordered.groupby("participant")["date"].diff().dt.days / DAYS_A_YEAR
    nominal = recall if isinstance(recall, Mapping) else dict.fromkeys(dates["time"], recall)
    asked = ordered["time"].astype(object).map(dict(nominal)).astype(float)
    if "recall_days" in ordered:
        asked = (ordered["recall_days"] / DAYS_A_YEAR).fillna(asked)
    table = ordered.assign(period_years=gap, recall_years=asked)
    keys = ["participant", "time"]
    windows = table[[*keys, "period_years", "recall_years"]]
    return service_use.merge(windows, on=keys, how="left", validate="many_to_one")
