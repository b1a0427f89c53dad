"""What can be wrong with a unit-cost table, row by row and between tables."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import pandas as pd

from cpi_econ.costs.nearest import nearest
from cpi_econ.costs.perspective import TAGS, tags_of
from cpi_econ.costs.price_year import price_year
from cpi_econ.costs.unit_cost_files import table_names
from cpi_econ.costs.units import canonical_unit
from cpi_econ.errors import Finding, Where

Row = dict[Hashable, Any]
_FAR = 10.0  # ratio to the median of like services beyond which a price is looked at again


def check_rows(raw: pd.DataFrame, file: str) -> list[Finding]:
    """List what is wrong in one table of text cells.

    Parameters
    ----------
    raw : DataFrame
        Text cells with the columns of a unit-cost table, ``file`` and ``row``.
    file : str
        Base name shown in the findings.

    Returns
    -------
    list of Finding
        ``E031``, ``E032``, ``E033``, ``E034``, ``E113``, ``E114``.
    """
    findings: list[Finding] = []
    for row in raw.to_dict("records"):
        findings += _check_price(row, file) + _check_unit(row, file) + _check_tags(row, file)
    return findings + _check_years(raw, file) + _check_twice(raw, file)


def _check_price(row: Row, file: str) -> list[Finding]:
    findings = []
    for column in ("unit_cost", "minutes"):
        text, where = str(row[column]), Where(file, int(str(row["row"])), column)
        value = pd.to_numeric(text, errors="coerce")
        if text == "" and column == "minutes":
            continue
        if pd.isna(value) or abs(value) == float("inf"):
            findings.append(
                Finding(
                    "E031",
                    f'{column} of {row["service"]} is "{text}"; write a plain number, without '
                    "currency sign, words or thousands separator.",
                    where,
                )
            )
        elif value < 0:
            findings.append(
                Finding(
                    "E034", f"{column} of {row['service']} is {text}; it cannot be negative.", where
                )
            )
    return findings


def _check_unit(row: Row, file: str) -> list[Finding]:
    where = int(str(row["row"]))
    findings = []
    if row["service"] == "":
        findings.append(Finding("E033", "a unit cost has no service name.", Where(file, where)))
    if canonical_unit(row["unit"]) == "":
        findings.append(
            Finding(
                "E033",
                f"unit of {row['service']} is blank; write contact, hour, night, attendance, "
                "session, day, week, item or dose.",
                Where(file, where, "unit"),
            )
        )
    return findings


def _check_tags(row: Row, file: str) -> list[Finding]:
    where = Where(file, int(str(row["row"])), "sector")
    tags = tags_of(str(row["sector"]))
    unknown = [tag for tag in tags if tag not in TAGS]
    if tags and not unknown:
        return []
    said = f'perspective tag "{unknown[0]}"' if unknown else "no perspective tag"
    hint = nearest(unknown[0], TAGS) if unknown else ""
    return [
        Finding(
            "E032",
            f"{row['service']} has {said}; tags are {', '.join(TAGS)}, joined by |. A line "
            f"without a tag would count in no perspective.{hint}",
            where,
        )
    ]


def _check_years(raw: pd.DataFrame, file: str) -> list[Finding]:
    blank = raw[raw["price_year"] == ""]
    findings = []
    if len(blank):
        n = len(blank)
        findings.append(
            Finding(
                "E113",
                f"{n} unit cost{'s have' if n > 1 else ' has'} no price year: "
                f"{', '.join(blank['service'])}. Write the year that the price belongs to, "
                "for example 2014/15.",
                Where(file, int(blank["row"].iloc[0]), "price_year"),
            )
        )
    wrong = raw[(raw["price_year"] != "") & raw["price_year"].map(price_year).isna()]
    return findings + [
        Finding(
            "E113",
            f'price year of {row.service} is "{row.price_year}"; write 2014/15 for a financial '
            "year or 2014 for a calendar year.",
            Where(file, int(str(row.row)), "price_year"),
        )
        for row in wrong.itertuples()
    ]


def _check_twice(raw: pd.DataFrame, file: str) -> list[Finding]:
    twice = raw[(raw["service"] != "") & raw["service"].duplicated(keep=False)]
    return [
        Finding(
            "E114",
            f'"{service}" appears {len(rows)} times with {" and ".join(rows["unit_cost"])}. Rows '
            f"{' and '.join(rows['row'].astype(str))}. Keep one, or give them different names.",
            Where(file, int(rows["row"].iloc[1]), "service"),
        )
        for service, rows in twice.groupby("service", sort=False)
    ]


def compare_tables(tables: Sequence[pd.DataFrame]) -> list[Finding]:
    """List overrides, mixed currencies and prices far from their like.

    Parameters
    ----------
    tables : sequence of DataFrame
        Raw tables in the order given; later ones win.

    Returns
    -------
    list of Finding
        ``N030`` an override with both values, ``E035`` two currencies, ``W031`` a user's price
        more than ten times from the median of its section and unit in the tables before it.
    """
    findings: list[Finding] = []
    for i, later in enumerate(tables):
        if i:
            before = pd.concat(tables[:i], ignore_index=True)
            findings += _overrides(before, later)
            findings += [] if _is_catalogue(later) else _far(before, later)
    return findings + _currencies(tables)


def _is_catalogue(table: pd.DataFrame) -> bool:
    return len(table) > 0 and str(table["file"].iloc[0]).removesuffix(".csv") in table_names()


def _overrides(before: pd.DataFrame, later: pd.DataFrame) -> list[Finding]:
    standing = before.drop_duplicates("service", keep="last").set_index("service")
    return [
        Finding(
            "N030",
            f"{row.service}: {row.unit_cost} per {row.unit} ({row.price_year}) replaces "
            f"{old['unit_cost']} per {old['unit']} ({old['price_year']}) of {old['file']}.",
            Where(str(row.file), int(str(row.row)), "unit_cost"),
        )
        for row in later.drop_duplicates("service").itertuples()
        if row.service in standing.index
        for old in (standing.loc[str(row.service)],)
    ]


def _far(before: pd.DataFrame, later: pd.DataFrame) -> list[Finding]:
    value = pd.to_numeric(before["unit_cost"], errors="coerce")
    like = value.groupby([before["section"], before["unit"]]).agg(["median", "size"])
    findings = []
    for row in later.itertuples():
        key, price = (row.section, row.unit), pd.to_numeric(str(row.unit_cost), errors="coerce")
        if row.section == "" or key not in like.index or not price > 0:
            continue
        median, size = (float(value) for value in like.loc[[key]].iloc[0])
        if size >= 5 and not 1 / _FAR <= price / median <= _FAR:
            findings.append(
                Finding(
                    "W031",
                    f"{row.service} costs {price:g} per {row.unit}; the median of {size:.0f} "
                    f"{row.section} services per {row.unit} is {median:g}. Check the figure "
                    "and its unit.",
                    Where(str(row.file), int(str(row.row)), "unit_cost"),
                )
            )
    return findings


def _currencies(tables: Sequence[pd.DataFrame]) -> list[Finding]:
    if not tables:
        return []
    rows = pd.concat(tables, ignore_index=True)
    stated = rows[rows["currency"] != ""]
    if stated["currency"].nunique() < 2:
        return []
    last = stated.drop_duplicates("currency").iloc[-1]
    return [
        Finding(
            "E035",
            f"unit costs are in {stated['currency'].nunique()} currencies: "
            f"{', '.join(sorted(set(stated['currency'])))}. Convert them to one first "
            "(cpi_econ.convert).",
            Where(str(last["file"]), int(last["row"]), "currency"),
        )
    ]


def tidy(raw: pd.DataFrame) -> pd.DataFrame:
    """Typed table from checked text cells.

    Parameters
    ----------
    raw : DataFrame
        Text cells without findings of severity error.

    Returns
    -------
    DataFrame
        ``unit_cost`` and ``minutes`` as numbers, ``unit`` and ``price_year`` in one spelling.
    """
    table = raw.copy()
    table["unit_cost"] = pd.to_numeric(table["unit_cost"])
    table["minutes"] = pd.to_numeric(table["minutes"].where(table["minutes"] != "")).astype(float)
    table["unit_cost"] = table["unit_cost"].astype(float)
    table["unit"] = table["unit"].map(canonical_unit)
    table["price_year"] = table["price_year"].map(price_year)
    table["sector"] = table["sector"].map(lambda text: "|".join(tags_of(text)))
    return table
