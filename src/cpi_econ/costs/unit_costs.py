"""Unit costs: the bundled catalogue and the user's own tables, read, checked and stacked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from cpi_econ.costs.exchange import Exchange, exchange_rows
from cpi_econ.costs.nearest import nearest
from cpi_econ.costs.unit_cost_checks import check_rows, compare_tables, tidy
from cpi_econ.costs.unit_cost_files import OPTIONAL, REQUIRED, read_table, table_names
from cpi_econ.errors import Finding, UnitCostError, raise_all, stop


@dataclass(frozen=True, slots=True, eq=False)
class UnitCosts:
    """Unit costs, one row a service, with the source of each.

    Parameters
    ----------
    table : DataFrame
        Columns ``service``, ``label``, ``section``, ``unit``, ``unit_cost`` [currency per unit],
        ``currency``, ``price_year``, ``minutes`` (typical duration), ``sector`` (perspective tags
        joined by ``|``), ``source``, ``status``, ``note``, ``file``, ``row``.
    findings : tuple of Finding
        Overrides and implausible prices met while reading.
    """

    table: pd.DataFrame
    findings: tuple[Finding, ...] = ()

    @property
    def currency(self) -> str | None:
        """The one currency of the table; None when no row states it."""
        stated = self.table["currency"][self.table["currency"] != ""]
        return str(stated.iloc[0]) if len(stated) else None

    def add_price(
        self,
        service: str,
        *,
        unit: str,
        unit_cost: float,
        price_year: str,
        sector: str,
        source: str,
    ) -> UnitCosts:
        """Return the table with one more service, or another price for one it has.

        Parameters
        ----------
        service, unit, price_year, sector, source : str
            As the columns of the table.
        unit_cost : float
            Money per unit.

        Raises
        ------
        UnitCostError
            The findings of a unit-cost table.

        Examples
        --------
        >>> prices = read_unit_costs("uk_2014_15").add_price(
        ...     "day_off_work", unit="day", unit_cost=108.0, price_year="2014/15",
        ...     sector="societal", source="7.5 hours at 12 an hour and 20% on-costs")
        >>> len(prices.table)
        93
        """
        given = {"service": service, "unit": unit, "unit_cost": str(unit_cost), "source": source}
        given |= {"price_year": price_year, "sector": sector, "currency": self.currency or ""}
        row = pd.DataFrame([given]).reindex(columns=[*REQUIRED, *OPTIONAL], fill_value="")
        row = row.assign(file="this analysis", row=1)
        raise_all(check_rows(row, "this analysis"), UnitCostError)
        others = self.table[self.table["service"] != service]
        return replace(self, table=pd.concat([others, tidy(row)], ignore_index=True))

    def replace_cost(self, service: str, unit_cost: float) -> UnitCosts:
        """Return the table with another unit cost for one service, for a scenario.

        Parameters
        ----------
        service : str
            Service of the table.
        unit_cost : float
            Money per unit, at the service's own price year.

        Raises
        ------
        UnitCostError
            ``E036`` the table has no such service, ``E034`` a negative unit cost.

        Examples
        --------
        >>> dear = read_unit_costs("uk_2014_15").replace_cost("gp_surgery", 60.0)
        >>> dear.table.set_index("service").loc["gp_surgery", "unit_cost"].item()
        60.0
        """
        rows = self.table["service"] == service
        if not rows.any():
            known = nearest(service, self.table["service"])
            stop(UnitCostError, "E036", f'no unit cost is called "{service}".{known}')
        if not unit_cost >= 0:
            stop(UnitCostError, "E034", f"unit cost of {service} is {unit_cost}; it must be >= 0.")
        table = self.table.copy()
        table.loc[rows, "unit_cost"] = float(unit_cost)
        table.loc[rows, "source"] = f"set to {unit_cost:g} for this analysis"
        return replace(self, table=table)


def read_unit_costs(
    *names: str | Path, folder: str | Path | None = None, exchange: Exchange | None = None
) -> UnitCosts:
    """Read unit costs from catalogue tables and the user's files; later tables win.

    Parameters
    ----------
    *names : str or Path
        Catalogue names such as ``"uk_2014_15"``, or csv and xlsx files with the same columns.
    folder : str or Path, optional
        Folder that file names are relative to; default the working folder.
    exchange : Exchange, optional
        How rows in another currency are converted, each told in a finding ``N040``.

    Returns
    -------
    UnitCosts
        One row a service. A service priced by two tables is a finding with both values.

    Raises
    ------
    UnitCostError
        All problems at once: ``E039`` no such table, ``E030`` column missing, ``E031`` price that
        is no number, ``E032`` perspective tag, ``E033`` blank unit, ``E034`` negative price,
        ``E035`` two currencies, ``E113`` no price year, ``E114`` service twice.

    Examples
    --------
    >>> prices = read_unit_costs("uk_2014_15")
    >>> prices.table.set_index("service").loc["ae_all", "unit_cost"].item()
    131.92
    """
    findings: list[Finding] = []
    tables: list[pd.DataFrame] = []
    for name in names:
        raw, file, problems = read_table(name, folder)
        findings += problems
        if raw is not None:
            faults = check_rows(raw, file)
            if exchange is not None and not faults:
                raw, faults = exchange_rows(raw, exchange)
            findings += faults
            tables.append(raw)
    findings += compare_tables(tables)
    raise_all(findings, UnitCostError)
    stacked = pd.concat([tidy(table) for table in tables], ignore_index=True)
    last = stacked.drop_duplicates("service", keep="last").reset_index(drop=True)
    return UnitCosts(last, tuple(findings))


def unit_costs(name: str) -> pd.DataFrame:
    """Frame of one table of the bundled catalogue.

    Parameters
    ----------
    name : str
        Table name, for example ``"uk_2023_24"``; see ``unit_cost_tables()``.

    Returns
    -------
    DataFrame
        The columns of ``UnitCosts.table``.

    Examples
    --------
    >>> unit_costs("uk_2023_24").query("service == 'social_worker_hour'")["unit_cost"].item()
    48.0
    """
    if name not in table_names():
        known = ", ".join(table_names())
        stop(UnitCostError, "E039", f'no catalogue table is called "{name}"; tables are {known}.')
    return read_unit_costs(name).table


def unit_cost_tables() -> list[str]:
    """Names of the tables of the bundled catalogue.

    Examples
    --------
    >>> "uk_2014_15" in unit_cost_tables()
    True
    """
    return table_names()
