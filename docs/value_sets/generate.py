"""Write the catalogue page from the files under ``tariffs``: python docs/value_sets/generate.py."""

from __future__ import annotations

from pathlib import Path

from cpi_econ.effects.catalogue import catalogue_table
from cpi_econ.paths import data_root

PAGE = Path(__file__).with_name("catalogue.md")
INTRODUCTION = """# The catalogue of value sets

Made from the files under `tariffs/` by `python docs/value_sets/generate.py`; do not edit. One file
holds one set with its citation, DOI, method, sample, licence note, checks and discrepancies. In the
terminal: `python -m cpi_econ value-sets show ID`.

Status: *verified* sets agree with two or more independent transcriptions of their article, or with
an anchor the publisher prints; *unverified* sets stand in one place; *disputed* sets have rival
versions that change results, offered as variants where the rival coefficients are known;
*superseded* tables are kept for replication. Sets that are not verified work, and say so once as
finding W050. *n* is blank where it was not found.
"""


def page() -> str:
    """Text of the page."""
    table = catalogue_table()
    parts = [INTRODUCTION]
    for instrument, rows in table.groupby("instrument", sort=False):
        parts.append(f"\n## {instrument} ({len(rows)})\n")
        parts.append("| id | region | year | method | n | status | worst value | variants |")
        parts.append("| --- | --- | --- | --- | ---: | --- | ---: | --- |")
        for row in rows.to_dict("records"):
            variants = row["variants"].replace(" ", ", ")
            cells = [f"`{row['id']}`", row["region"], row["year"], row["method"], row["n"]]
            cells += [row["status"], row["worst"], variants]
            parts.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    return "\n".join(parts) + "\n"


def main() -> None:
    """Write the index that the package reads, and the page."""
    index = data_root() / "tariffs" / "catalogue.csv"
    catalogue_table().to_csv(index, index=False, lineterminator="\n")
    PAGE.write_text(page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
