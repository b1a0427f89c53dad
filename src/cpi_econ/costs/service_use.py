"""Service use times unit costs: one cost line a participant, time and item."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cpi_econ.costs.recall import Scale, recall_factors
from cpi_econ.costs.service_prices import price_services
from cpi_econ.costs.service_use_checks import check_service_use
from cpi_econ.costs.unit_costs import UnitCosts
from cpi_econ.costs.units import TIME_UNITS, canonical_unit, conversion, needs_minutes
from cpi_econ.errors import UnitCostError, raise_all

Recall = float | Mapping[str, float]


def cost_service_use(
    service_use: pd.DataFrame,
    unit_costs: UnitCosts,
    *,
    price_year: str,
    price_index: str | Mapping[str, str] | None = None,
    times: Mapping[str, float] | None = None,
    recall: Recall | None = None,
    scale: Scale = "linear",
    horizon: float | None = None,
    item_recall: Mapping[str, Recall] | None = None,
) -> pd.DataFrame:
    """Cost lines: each use of a service priced, with everything that led to the price.

    Parameters
    ----------
    service_use : DataFrame
        One row a participant, time and item: ``participant``, ``time``, ``service``,
        ``quantity`` (NaN unknown); optional ``item``, ``unit`` (of the use as counted),
        ``minutes`` (per contact), ``share`` (of a group session), ``minutes_imputed``,
        ``uncapped`` (quantity before a cap), ``recall_years`` and ``period_years`` (actual days
        over 365.25, taking the place of the nominal ones).
    unit_costs : UnitCosts
        Prices by service.
    price_year : str
        Price year of the costs, for example ``"2014/15"``.
    price_index : str or mapping, optional
        Index for prices of another year: one name, or perspective tag to name.
    times : mapping, optional
        Name to years since the start, in order; the first is the baseline. Without times and
        recall every line counts as it stands.
    recall : float or mapping, optional
        Years that a form asks about, for all times or by time.
    scale : {"linear", "interpolate", "none"}
        How the recall window becomes the period; see ``cpi_econ.costs.recall``.
    horizon : float, optional
        End of the analysis in years; default the last time.
    item_recall : mapping, optional
        Recall of items that were asked over another window.

    Returns
    -------
    DataFrame
        Columns ``participant``, ``time``, ``service``, ``item``, ``sector``, ``quantity``,
        ``unit``, ``minutes``, ``units`` (quantity in units of the price), ``recall_factor``,
        ``unit_cost``, ``price_year``, ``index_factor``, ``price_index`` (name, empty where none was
        needed), ``cost`` [currency at ``price_year``],
        ``counts`` (False for baseline lines outside the total), ``source``, ``price_row``
        (file and row of the price), and the optional
        columns of the input. Labels of the price table are categorical to save memory.

    Raises
    ------
    UnitCostError
        Every error of ``check_service_use`` at once.

    Notes
    -----
    ``cost = units * recall_factor * unit_cost * index_factor``. A price per hour takes
    ``units = quantity * minutes / 60``; a price per contact never meets minutes. An unknown
    quantity, or unknown minutes where they matter, gives a missing cost, never a smaller one.

    Examples
    --------
    >>> use = pd.DataFrame({"participant": ["a"], "time": ["month_9"],
    ...                     "service": ["gp_surgery"], "quantity": [2.0]})
    >>> from cpi_econ.costs.unit_costs import read_unit_costs
    >>> cost_service_use(use, read_unit_costs("uk_2014_15"), price_year="2014/15")["cost"].item()
    88.0
    """
    findings = check_service_use(
        service_use, unit_costs, price_year=price_year, price_index=price_index, times=times,
        recall=recall, scale=scale, horizon=horizon, item_recall=item_recall,
    )  # fmt: skip
    raise_all(findings, UnitCostError)
    codes, services = pd.factorize(service_use["service"])
    prices = price_services(unit_costs, [str(name) for name in services], price_year, price_index)
    factor, counts = _factors(service_use, times, recall, scale, horizon, item_recall)
    units = units_of_price(service_use, codes, prices["unit"].tolist())
    lines = service_use[["participant", "time", "service"]].copy()
    lines["item"] = service_use["item"] if "item" in service_use else service_use["service"]
    lines["sector"] = _label(prices["sector"], codes)
    lines["quantity"] = service_use["quantity"]
    lines["unit"] = _unit_of_use(service_use, prices["unit"], codes)
    lines["minutes"] = service_use.get("minutes", np.nan)
    lines["units"] = units
    lines["recall_factor"] = factor
    lines["unit_cost"] = prices["unit_cost"].to_numpy(float)[codes]
    lines["price_year"] = _label(prices["price_year"], codes)
    lines["index_factor"] = prices["index_factor"].to_numpy(float)[codes]
    lines["price_index"] = _label(prices["price_index"], codes)
    lines["cost"] = units * factor * lines["unit_cost"] * lines["index_factor"]
    lines["counts"] = counts
    lines["source"] = _label(prices["source"], codes)
    lines["price_row"] = _label(prices["file"] + ", row " + prices["row"].astype(str), codes)
    for extra in ("share", "minutes_imputed", "quantity_imputed", "uncapped", "cap"):
        if extra in service_use:
            lines[extra] = service_use[extra]
    return lines


def _unit_of_use(
    service_use: pd.DataFrame, price_unit: pd.Series, codes: NDArray[np.intp]
) -> pd.Series | pd.Categorical:
    """Unit as counted; where nobody said, that of the price, or contact for timed prices."""
    counted = _label(price_unit.where(~price_unit.isin(TIME_UNITS), "contact"), codes)
    if "unit" not in service_use or service_use["unit"].isna().all():
        return counted
    stated = service_use["unit"]
    return stated.astype(object).where(stated.notna(), pd.Series(counted, stated.index, object))


def _label(words: pd.Series, codes: NDArray[np.intp]) -> pd.Categorical:
    inner, categories = pd.factorize(words)
    return pd.Categorical.from_codes(inner[codes], categories=categories)


def units_of_price(
    service_use: pd.DataFrame, codes: NDArray[np.intp], price_units: list[str]
) -> NDArray[np.float64]:
    """Quantities in the units of their prices, shares of group sessions taken.

    Parameters
    ----------
    service_use : DataFrame
        Long service use.
    codes : array, shape (n_rows,)
        Position of each row's service in ``price_units``.
    price_units : list of str
        Unit of the price of each service.

    Returns
    -------
    array, shape (n_rows,)
        NaN where the quantity, or minutes that matter, are unknown.
    """
    quantity = service_use["quantity"].to_numpy(float)
    unit_codes, use_units = _units_of_use(service_use)
    multiplier = np.array(
        [[conversion(use, price) or 1.0 for price in price_units] for use in use_units]
    )
    units: NDArray[np.float64] = quantity * multiplier[unit_codes, codes]
    timed = np.array([[needs_minutes(use, price) for price in price_units] for use in use_units])
    by_time = timed[unit_codes, codes]
    if by_time.any():
        per_minute = np.array([1.0 if price == "minute" else 1 / 60 for price in price_units])
        minutes = service_use["minutes"].to_numpy(float)[by_time]
        known_zero = quantity[by_time] == 0
        length = np.where(known_zero, 0.0, minutes) * per_minute[codes[by_time]]
        units[by_time] = quantity[by_time] * length
    if "share" in service_use:
        units = units * service_use["share"].fillna(1.0).to_numpy(float)
    return units


def _units_of_use(service_use: pd.DataFrame) -> tuple[NDArray[np.intp], list[str]]:
    if "unit" not in service_use:
        return np.zeros(len(service_use), dtype=np.intp), [""]
    codes, units = pd.factorize(service_use["unit"], use_na_sentinel=False)
    return codes, [canonical_unit(unit) for unit in units]


def _factors(
    service_use: pd.DataFrame,
    times: Mapping[str, float] | None,
    recall: Recall | None,
    scale: Scale,
    horizon: float | None,
    item_recall: Mapping[str, Recall] | None,
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    n = len(service_use)
    if times is None:
        return np.ones(n), np.ones(n, dtype=bool)
    codes, names = pd.factorize(service_use["time"])
    table = recall_factors(times, recall, scale, horizon)
    factor = np.array([table[str(name)][0] for name in names])[codes]
    counts = np.array([table[str(name)][1] for name in names], dtype=bool)[codes]
    for item, window in (item_recall or {}).items():
        rows = (service_use["item"] == item).to_numpy(bool)
        own = recall_factors(times, window, scale, horizon)
        factor[rows] = np.array([own[str(name)][0] for name in names])[codes[rows]]
    if scale == "linear" and {"recall_years", "period_years"} <= set(service_use.columns):
        actual = (service_use["period_years"] / service_use["recall_years"]).to_numpy(float)
        factor = np.where(counts & ~np.isnan(actual), actual, factor)
    return factor, counts
