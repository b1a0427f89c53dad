"""Unit costs of another currency, brought to the currency of the analysis row by row."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from cpi_econ.costs.currency import convert
from cpi_econ.errors import Finding, Where


@dataclass(frozen=True, slots=True)
class Exchange:
    """Conversion of the unit costs that stand in one currency.

    Parameters
    ----------
    from_currency : str
        Currency of the rows to convert, as their table writes it.
    to_currency : str
        Currency of the analysis.
    year : str
        Calendar year of the purchasing power parity, or of the rate.
    rate : float, optional
        Money of the analysis for one unit of theirs; default purchasing power parity.
    place : str, optional
        Country or currency whose parity stands for ``to_currency``, such as ``DEU`` for EUR.

    Examples
    --------
    >>> round(Exchange("USD", "GBP", "2023").factor, 6)
    0.660709
    """

    from_currency: str
    to_currency: str
    year: str
    rate: float | None = None
    place: str | None = None

    @property
    def factor(self) -> float:
        """Money of the analysis for one unit of theirs."""
        target = self.place or self.to_currency
        return convert(1.0, self.from_currency, target, year=self.year, rate=self.rate)


def exchange_rows(raw: pd.DataFrame, exchange: Exchange) -> tuple[pd.DataFrame, list[Finding]]:
    """Convert the rows of a checked unit-cost table that stand in the other currency.

    Parameters
    ----------
    raw : DataFrame
        Text cells: ``unit_cost``, ``currency``, ``source``, ``file``.
    exchange : Exchange
        What is converted, and how.

    Returns
    -------
    DataFrame
        The table with those rows converted, each saying so in its source. Their price year
        stays: a price index is applied after.
    list of Finding
        ``N040`` the factor, once for the table.

    Raises
    ------
    UnitCostError
        ``E041`` no parity for a currency or year.

    Examples
    --------
    >>> raw = pd.DataFrame({"unit_cost": ["100"], "currency": ["USD"], "source": ["bill"],
    ...                     "file": ["us.csv"]})
    >>> table, found = exchange_rows(raw, Exchange("USD", "GBP", "2023", rate=0.8))
    >>> table["unit_cost"].item(), found[0].code
    ('80.0', 'N040')
    """
    theirs = raw["currency"] == exchange.from_currency
    if not theirs.any():
        return raw, []
    factor = exchange.factor
    how = "purchasing power parity" if exchange.rate is None else "exchange rate"
    said = f"{how} of {exchange.year}, {exchange.from_currency} x {factor:.6g}"
    converted = (pd.to_numeric(raw["unit_cost"]) * factor).map(repr)
    table = raw.assign(
        unit_cost=raw["unit_cost"].where(~theirs, converted),
        currency=raw["currency"].where(~theirs, exchange.to_currency),
        source=raw["source"].where(~theirs, raw["source"] + f" ({said})"),
    )
    message = (
        f"{int(theirs.sum())} unit costs were converted from {exchange.from_currency} to "
        f"{exchange.to_currency} at {said}."
    )
    return table, [Finding("N040", message, Where(str(raw["file"].iloc[0]), column="currency"))]
