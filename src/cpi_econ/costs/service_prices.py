"""Prices of the services in use, brought to one price year."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cpi_econ.costs.perspective import tags_of
from cpi_econ.costs.price_index import index_factor
from cpi_econ.costs.price_year import price_year as tidy_year
from cpi_econ.costs.unit_costs import UnitCosts
from cpi_econ.errors import Finding, UnitCostError, Where, raise_all


def index_for(sector: str, price_index: str | Mapping[str, str] | None) -> str | None:
    """Name of the price index for a service.

    Parameters
    ----------
    sector : str
        Tags joined by ``|``; the first tag that the mapping holds decides.
    price_index : str, mapping or None
        One name for all, or tag to name; the key ``default`` serves the other tags.

    Examples
    --------
    >>> index_for("PSS|societal", {"NHS": "nhscii", "PSS": "pss"})
    'pss'
    """
    if price_index is None or isinstance(price_index, str):
        return price_index
    tags = [*tags_of(sector), "default"]
    return next((price_index[tag] for tag in tags if tag in price_index), None)


def price_services(
    unit_costs: UnitCosts,
    services: list[str],
    price_year: str,
    price_index: str | Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Prices of some services with the factor that brings them to one price year.

    Parameters
    ----------
    unit_costs : UnitCosts
        Price table.
    services : list of str
        Services of the table, each once.
    price_year : str
        Price year of the analysis.
    price_index : str, mapping or None
        Index for prices of other years.

    Returns
    -------
    DataFrame
        Rows of the table in the order of ``services``, with ``index_factor`` and ``price_index``.

    Raises
    ------
    UnitCostError
        See ``check_price_years``.
    """
    raise_all(check_price_years(unit_costs, services, price_year, price_index), UnitCostError)
    prices = unit_costs.table.set_index("service").loc[services]
    target = tidy_year(price_year) or price_year
    names, factors = [], []
    for year, sector in zip(prices["price_year"], prices["sector"], strict=True):
        name = index_for(sector, price_index) if year != target else None
        names.append(name or "")
        factors.append(index_factor(year, target, name) if name else 1.0)
    return prices.assign(index_factor=factors, price_index=names)


def check_price_years(
    unit_costs: UnitCosts,
    services: list[str],
    price_year: str,
    price_index: str | Mapping[str, str] | None = None,
) -> list[Finding]:
    """List prices that cannot be brought to the price year.

    Returns
    -------
    list of Finding
        ``E043`` no index named for a price of another year, ``E037`` a year outside the index,
        ``E038`` no such index, ``E113`` the price year of the analysis is no year.
    """
    target = tidy_year(price_year)
    if target is None:
        said = f'price year "{price_year}" is no year; write 2014/15 or 2014.'
        return [Finding("E113", said)]
    rows = unit_costs.table[unit_costs.table["service"].isin(services)]
    findings: dict[Finding, None] = {}
    for row in rows[rows["price_year"] != target].itertuples():
        name = index_for(str(row.sector), price_index)
        if name is None:
            findings[_no_index(row, target)] = None
            continue
        try:
            index_factor(str(row.price_year), target, name)
        except UnitCostError as error:
            findings |= dict.fromkeys(error.findings)
    return list(findings)


def _no_index(row: object, target: str) -> Finding:
    return Finding(
        "E043",
        f"{row.service} is priced at {row.price_year} and the analysis at {target}. Name a "  # type: ignore[attr-defined]
        "price_index (nhscii, pss, cpi, ...), or one for each tag.",
        Where(str(row.file), int(row.row), "price_year"),  # type: ignore[attr-defined]
    )
