"""Price indices: one amount moved between price years by a named series."""

from __future__ import annotations

from functools import cache
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cpi_econ.costs.nearest import nearest
from cpi_econ.costs.price_year import price_year
from cpi_econ.errors import Finding, UnitCostError, raise_all, stop
from cpi_econ.paths import data_root

Amount = TypeVar("Amount", float, pd.Series, NDArray[np.float64])


@cache
def _all_indices() -> pd.DataFrame:
    table = pd.read_csv(
        data_root() / "unit_costs" / "price_index.csv", dtype=str, keep_default_na=False
    )
    table["value"] = table["value"].astype(float)
    return table


def price_indices() -> pd.DataFrame:
    """List every price index: name, title, first and last year.

    Returns
    -------
    DataFrame
        Columns ``name``, ``title``, ``first``, ``last``, ``n_years``.

    Examples
    --------
    >>> "nhscii" in set(price_indices()["name"])
    True
    """
    grouped = _all_indices().groupby("name", sort=True)
    return grouped.agg(
        title=("title", "first"),
        first=("year", "min"),
        last=("year", "max"),
        n_years=("year", "size"),
    ).reset_index()


def price_index(name: str) -> pd.DataFrame:
    """Levels of one price index.

    Parameters
    ----------
    name : str
        ``hchs``, ``nhscii``, ``nhs`` (HCHS to 2014/15, then NHSCII), ``pss``, ``cpi``,
        ``gdp_deflator`` or another name of ``price_indices()``.

    Returns
    -------
    DataFrame
        Columns ``year``, ``value`` (level, base year = 100), ``base``, ``source``, ``status``.

    Raises
    ------
    UnitCostError
        ``E038`` no index of that name.

    Examples
    --------
    >>> price_index("hchs").set_index("year").loc["2014/15", "value"].item()
    293.1
    """
    table = _all_indices()
    rows = table[table["name"] == name]
    if rows.empty:
        names = sorted(set(table["name"]))
        stop(
            UnitCostError,
            "E038",
            f'no price index is called "{name}"; names are {", ".join(names)}.'
            f"{nearest(name, names)}",
        )
    return rows.drop(columns=["name"]).reset_index(drop=True)


def index_factor(from_year: str, to_year: str, index: str) -> float:
    """Factor that moves an amount from one price year to another.

    Parameters
    ----------
    from_year, to_year : str
        Price years, for example ``"2021/22"``.
    index : str
        Name of the price index.

    Returns
    -------
    float
        Level at ``to_year`` divided by level at ``from_year``.

    Raises
    ------
    UnitCostError
        ``E037`` a year that the index does not hold; the message names its range.

    Examples
    --------
    >>> round(index_factor("2021/22", "2014/15", "nhscii"), 6)
    0.883275
    """
    levels = _levels(index)
    years = [price_year(year) or str(year) for year in (from_year, to_year)]
    raise_all(
        [_outside(year, index, levels) for year in dict.fromkeys(years) if year not in levels],
        UnitCostError,
    )
    return float(levels[years[1]] / levels[years[0]])


@cache
def _levels(index: str) -> pd.Series:
    return price_index(index).set_index("year")["value"]


def _outside(year: str, index: str, levels: pd.Series) -> Finding:
    kind = "financial years" if "/" in levels.index[0] else "calendar years"
    held = f"{levels.index[0]} to {levels.index[-1]}"
    gaps = "" if _unbroken(levels.index) else f" ({', '.join(levels.index)})"
    return Finding(
        "E037",
        f"price index {index} has no value for {year}; it holds {kind} {held}{gaps}. "
        "Choose another index, or give the unit cost at a year that the index holds.",
    )


def _unbroken(years: pd.Index) -> bool:
    starts = [int(str(year)[:4]) for year in years]
    return starts == list(range(starts[0], starts[0] + len(starts)))


def inflate(amount: Amount, from_year: str, to_year: str, *, index: str) -> Amount:
    """Amount at the prices of another year.

    Parameters
    ----------
    amount : float, Series or array
        Money at the prices of ``from_year``.
    from_year, to_year : str
        Price years; going backwards is as good as forwards.
    index : str
        Name of the price index; it must be named.

    Returns
    -------
    float, Series or array
        ``amount`` times level at ``to_year`` over level at ``from_year``.

    Raises
    ------
    UnitCostError
        ``E037`` year outside the index, ``E038`` unknown index.

    Examples
    --------
    >>> round(inflate(100.0, "2021/22", "2023/24", index="nhscii"), 2)
    109.97
    """
    return amount * index_factor(from_year, to_year, index)
