"""The ledger: every pound as a line, checked against the totals, written for the analyst."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from cpi_econ.costs.perspective import carries
from cpi_econ.costs.totals import summed
from cpi_econ.errors import Finding, UnitCostError, raise_all

LEDGER_COLUMNS = (
    "participant",
    "time",
    "item",
    "service",
    "sector",
    "quantity",
    "uncapped",
    "cap",
    "quantity_imputed",
    "unit",
    "minutes",
    "minutes_imputed",
    "share",
    "units",
    "recall_factor",
    "counts",
    "unit_cost",
    "price_year",
    "price_index",
    "index_factor",
    "discount_factor",
    "currency",
    "cost",
    "source",
    "price_row",
)


def ledger(lines: pd.DataFrame, currency: str | None = None) -> pd.DataFrame:
    """Order cost lines for reading, one row a pound's origin.

    Parameters
    ----------
    lines : DataFrame
        Cost lines, those of delivery stacked under those of service use.
    currency : str, optional
        Written on each line.

    Returns
    -------
    DataFrame
        The columns of ``LEDGER_COLUMNS`` that the lines have, sorted by participant, time and
        item in their first order of appearance.

    Examples
    --------
    >>> lines = pd.DataFrame({"cost": [5.0, 2.0], "participant": ["b", "a"], "sector": "NHS"})
    >>> ledger(lines, "GBP").values.tolist()
    [['a', 'NHS', 'GBP', 2.0], ['b', 'NHS', 'GBP', 5.0]]
    """
    rows = lines if currency is None else lines.assign(currency=currency)
    columns = [name for name in LEDGER_COLUMNS if name in rows]
    return rows[columns].sort_values("participant", kind="stable").reset_index(drop=True)


def check_ledger(
    lines: pd.DataFrame, totals: pd.Series, perspective: Sequence[str] | None = None
) -> None:
    """Raise unless the counted lines of every participant sum to the total, to the penny.

    Parameters
    ----------
    lines : DataFrame
        Cost lines.
    totals : Series
        Cost by participant, as used in the analysis.
    perspective : sequence of str, optional
        Tags of that total.

    Raises
    ------
    UnitCostError
        ``E042`` with the participants whose lines and total differ by half a penny or more, or
        of whom only one of the two is missing.

    Examples
    --------
    >>> lines = pd.DataFrame({"participant": ["a"], "sector": "NHS", "cost": [5.0]})
    >>> check_ledger(lines, pd.Series({"a": 5.0}))
    """
    sums = summed(lines, perspective).reindex(totals.index)
    apart = ~np.isclose(sums, totals, rtol=0, atol=0.005, equal_nan=True)
    if apart.any():
        people = tuple(str(name) for name in totals.index[apart])
        said = f"cost lines and totals differ for {len(people)} people."
        raise_all([Finding("E042", said, participants=people)], UnitCostError)


def counted_lines(lines: pd.DataFrame, perspective: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the lines that make up a total.

    Examples
    --------
    >>> lines = pd.DataFrame({"sector": ["NHS", "transfer"], "counts": True, "cost": [5.0, 90.0]})
    >>> counted_lines(lines)["cost"].tolist()
    [5.0]
    """
    counted = carries(lines["sector"], perspective)
    if "counts" in lines:
        counted &= lines["counts"].to_numpy(bool)
    return lines[counted]


def write_ledger(lines: pd.DataFrame, path: str | Path, currency: str | None = None) -> None:
    """Write the ledger as csv or parquet, in the analyst's private folder.

    Parameters
    ----------
    lines : DataFrame
        Cost lines.
    path : str or Path
        File ending in ``.csv`` or ``.parquet``. It names participants: keep it out of the
        results folder.
    currency : str, optional
        Written on each line.
    """
    table = ledger(lines, currency)
    if Path(path).suffix == ".parquet":
        table.to_parquet(path, index=False)
    else:
        table.to_csv(path, index=False, encoding="utf-8")
