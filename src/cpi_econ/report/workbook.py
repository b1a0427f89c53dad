"""All tables of a report as one workbook, a sheet each, that runs nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from cpi_econ.report.content import Section, Table, tables_of
from cpi_econ.report.extra import needs
from cpi_econ.report.material import Material
from cpi_econ.result.tables import (
    arms_table,
    ceac_table,
    guarded,
    increments_table,
    inmb_table,
)

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\']")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_WIDEST = 60
_LONGEST = 32_000


def write_workbook(of: Material, shown: Sequence[Section], path: Path) -> None:
    """Write the tables of a report, then those of ``results.json`` with all their digits.

    Parameters
    ----------
    of : Material
    shown : sequence of Section
    path : Path
        File that ends in ``.xlsx``.

    Notes
    -----
    A cell of text that begins with ``= + - @`` gets an apostrophe, as in the CSV files, and
    every text is stored as text, so that no spreadsheet takes it for a formula.
    """
    needs("openpyxl")
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    taken: set[str] = set()
    contents = book.create_sheet(_sheet_name("contents", taken))
    listed: list[list[Any]] = [["Sheet", "Table"]]
    for table in tables_of(shown):
        sheet = book.create_sheet(_sheet_name(table.name, taken))
        _write(sheet, [[table.caption], [], list(table.columns), *map(list, table.rows)], table)
        listed.append([sheet.title, table.caption])
    for name, frame in _results(of).items():
        sheet = book.create_sheet(_sheet_name(f"data_{name}", taken))
        rows = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
        _write(sheet, [list(frame.columns), *rows], None)
        listed.append([sheet.title, f"{name}, every digit"])
    _write(contents, listed, None)
    book.save(path)


def _results(of: Material) -> dict[str, pd.DataFrame]:
    return {
        "arms": arms_table(of.results),
        "increments": increments_table(of.results),
        "inmb": inmb_table(of.results),
        "ceac": ceac_table(of.results),
    }


def _write(sheet: Worksheet, rows: list[list[Any]], table: Table | None) -> None:
    note = [[], [table.note]] if table is not None and table.note else []
    wide = max(map(len, rows))
    names = [f"column {at}" for at in range(wide)]
    padded = [[*row, *[None] * (wide - len(row))] for row in (*rows, *note)]
    safe = guarded(pd.DataFrame(padded, columns=names, dtype=object))
    for place, row in enumerate(safe.itertuples(index=False, name=None), start=1):
        for column, value in enumerate(row, start=1):
            if value is None or value != value:
                continue
            cell = sheet.cell(place, column)
            if isinstance(value, (int, float)):
                cell.value = value
            else:
                cell.value, cell.data_type = _legal(str(value)), "s"
    _finish(sheet, 1 if table is None else 3)


def _legal(text: str) -> str:
    return _ILLEGAL.sub("", text)[:_LONGEST]


def _finish(sheet: Worksheet, header: int) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for cell in sheet[header]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = f"A{header + 1}"
    for column in range(1, sheet.max_column + 1):
        cells = [sheet.cell(row, column).value for row in range(header, sheet.max_row + 1)]
        longest = max((len(str(cell)) for cell in cells if cell is not None), default=8)
        sheet.column_dimensions[get_column_letter(column)].width = min(_WIDEST, longest + 2)


def _sheet_name(name: str, taken: set[str]) -> str:
    """Name of a sheet: at most 31 letters, none of those a spreadsheet refuses, never twice."""
    base = _ILLEGAL.sub("", _NOT_IN_A_NAME.sub("_", name))[:28] or "sheet"
    chosen, at = base, 2
    while chosen.lower() in taken:
        chosen, at = f"{base}_{at}", at + 1
    taken.add(chosen.lower())
    return chosen
