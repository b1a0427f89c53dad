"""Money between countries: purchasing power parities, or an exchange rate that is given."""

from __future__ import annotations

import logging
from functools import cache
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cpi_econ.errors import Finding, UnitCostError, raise_all
from cpi_econ.paths import data_root

Amount = TypeVar("Amount", float, pd.Series, NDArray[np.float64])
_LOG = logging.getLogger("cpi_econ")


@cache
def purchasing_power() -> pd.DataFrame:
    """Purchasing power parities of GDP.

    Returns
    -------
    DataFrame
        Columns ``country`` (ISO 3166 alpha-3), ``country_name``, ``currency``, ``year``,
        ``ppp`` [national currency per international dollar, USA = 1], ``source``, ``status``.

    References
    ----------
    World Bank, PA.NUS.PPP.

    Examples
    --------
    >>> table = purchasing_power()
    >>> table.query("country == 'GBR' and year == '2023'")["ppp"].item()
    0.660709
    """
    table = pd.read_csv(data_root() / "unit_costs" / "ppp.csv", dtype=str)
    return table.assign(ppp=table["ppp"].astype(float))


def convert(
    amount: Amount,
    from_currency: str,
    to_currency: str,
    *,
    year: int | str,
    rate: float | None = None,
) -> Amount:
    """Convert an amount to another currency at the purchasing power of one year.

    Parameters
    ----------
    amount : float, Series or array
        Money in ``from_currency`` at the prices of ``year``.
    from_currency, to_currency : str
        Currency (``GBP``) or country (``GBR``, ``DEU``). ``EUR`` alone stands for the unweighted
        geometric mean of the euro countries in the table; name a country to choose one.
    year : int or str
        Calendar year; inflate first, convert after, or the other way round, but keep the year.
    rate : float, optional
        Exchange rate (units of ``to_currency`` for one unit of ``from_currency``) to use in place
        of purchasing power, for example a market rate.

    Returns
    -------
    float, Series or array
        ``amount * ppp(to) / ppp(from)``, or ``amount * rate``.

    Raises
    ------
    UnitCostError
        ``E041`` unknown currency, or a year without a value; the message names the range.

    Examples
    --------
    >>> round(convert(100.0, "GBP", "USD", year=2023), 2)
    151.35
    >>> convert(100.0, "GBP", "EUR", year=2023, rate=1.15)
    114.99999999999999
    """
    if rate is not None:
        return amount * rate
    findings = [*_unknown(from_currency, str(year)), *_unknown(to_currency, str(year))]
    raise_all(findings, UnitCostError)
    return amount * (_ppp(to_currency, str(year)) / _ppp(from_currency, str(year)))


def _rows(place: str) -> pd.DataFrame:
    table = purchasing_power()
    return table[(table["currency"] == place) | (table["country"] == place)]


def _unknown(place: str, year: str) -> list[Finding]:
    rows = _rows(place)
    if rows.empty:
        known = ", ".join(sorted(set(purchasing_power()["currency"])))
        return [
            Finding(
                "E041",
                f'no purchasing power parity for "{place}"; currencies are {known}, or a country '
                "by its three letters. Give rate= for another.",
            )
        ]
    if year in set(rows["year"]):
        return []
    held = f"{rows['year'].min()} to {rows['year'].max()}"
    return [
        Finding(
            "E041",
            f"no purchasing power parity of {place} for {year}; the table holds calendar years "
            f"{held}. Bring the amount to one of them first.",
        )
    ]


def _ppp(place: str, year: str) -> float:
    rows = _rows(place)
    values = rows.loc[rows["year"] == year, "ppp"].to_numpy(float)
    if len(values) > 1:
        _LOG.warning(
            "%s is used in %d countries of the table (purchasing power %.3f to %.3f); their "
            "geometric mean is taken. Name a country to choose one.",
            place, len(values), values.min(), values.max(),
        )  # fmt: skip
    return float(np.exp(np.log(values).mean()))
