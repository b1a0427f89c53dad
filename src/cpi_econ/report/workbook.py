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
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\']")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SHOWN = re.compile(r"(−?)([£€$¥₹]?)(\d[\d,]*(?:\.\d+)?)(%?)")
_WIDEST, _POINTS = 60, 15
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
    for row in contents.iter_rows(min_row=2, max_col=1):
        row[0].hyperlink = f"#'{row[0].value}'!A1"
        row[0].style = "Hyperlink"
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
            if value is not None and value == value:
                words = table is None or place <= 3 or table.holds_words(column - 1)
                _put(sheet.cell(place, column), value, words=words)
    _finish(sheet, 1 if table is None else 3, len(rows), table)


def _put(cell: Cell, value: Any, *, words: bool) -> None:
    """Store a value: numbers as numbers, also those of a report, which keep how they look."""
    read = None if words or not isinstance(value, str) else as_number(value)
    if read is not None:
        cell.value, cell.number_format = read
    elif isinstance(value, (int, float)):
        cell.value = value
    else:
        cell.value, cell.data_type = _legal(str(value)), "s"


def as_number(text: str) -> tuple[float, str] | None:
    """Number that a cell of a report shows and the format that shows it so; None for other text.

    Examples
    --------
    >>> as_number("−£1,188"), as_number("37%"), as_number("−£1,188 (735)")
    ((-1188.0, '"£"#,##0'), (0.37, '0%'), None)
    """
    found = _SHOWN.fullmatch(text)
    if found is None:
        return None
    minus, sign, digits, share = found.groups()
    decimals = len(digits.partition(".")[2])
    shape = f"{'#,##0' if not share else '0'}{'.' if decimals else ''}{'0' * decimals}"
    value = float(digits.replace(",", "")) * (-1 if minus else 1)
    if share:
        return value / 100, f"{shape}%"
    return value, f'"{sign}"{shape}' if sign else shape


def _legal(text: str) -> str:
    return _ILLEGAL.sub("", text)[:_LONGEST]


def _finish(sheet: Worksheet, header: int, last: int, table: Table | None) -> None:
    """Make a sheet readable: header, widths of columns, one page wide on paper."""
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.utils import get_column_letter

    lines = dict.fromkeys(range(header, last + 1), 1)
    bold, rule = Font(name="Calibri", size=11, bold=True), Border(bottom=Side("thin"))
    sheet.cell(1, 1).font = bold
    sheet.freeze_panes = f"A{header + 1}"
    for column in range(1, sheet.max_column + 1):
        cells = [sheet.cell(row, column) for row in range(header, last + 1)]
        shown = [str(cell.value) for cell in cells[1:] if cell.value is not None]
        heading = max(map(len, str(cells[0].value or "").split()), default=8)
        width = min(_WIDEST, max([heading + 2, *(len(text) + 2 for text in shown)]))
        sheet.column_dimensions[get_column_letter(column)].width = width
        side = "left" if table is None or table.holds_words(column - 1) else "right"
        aligned = Alignment(wrap_text=True, vertical="top", horizontal=side)
        for cell in cells:
            cell.alignment = aligned
            lines[cell.row] = max(lines[cell.row], _lines(cell.value, width))
        cells[0].font, cells[0].border = bold, rule
    if table is not None:
        _spread(sheet, 1, lines)
        _spread(sheet, last + 2, lines)
    for row, most in lines.items():
        if most > 1:
            sheet.row_dimensions[row].height = _POINTS * most
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{header}:{header}"


def _spread(sheet: Worksheet, row: int, lines: dict[int, int]) -> None:
    """Let a caption or a note run over all columns, in as many lines as it needs."""
    from openpyxl.styles import Alignment

    columns = sheet.column_dimensions.values()
    lines[row] = _lines(sheet.cell(row, 1).value, sum(one.width for one in columns))
    sheet.cell(row, 1).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=sheet.max_column)


def _lines(value: Any, width: float) -> int:
    """Lines that a cell takes when its words wrap."""
    used, lines = 0, 1
    for word in str(value or "").split():
        if used and used + len(word) + 1 > width - 1:
            used, lines = 0, lines + 1
        used += len(word) + bool(used)
    return lines


def _sheet_name(name: str, taken: set[str]) -> str:
    """Name of a sheet: at most 31 letters, none of those a spreadsheet refuses, never twice."""
    base = _ILLEGAL.sub("", _NOT_IN_A_NAME.sub("_", name))[:28] or "sheet"
    chosen, at = base, 2
    while chosen.lower() in taken:
        chosen, at = f"{base}_{at}", at + 1
    taken.add(chosen.lower())
    return chosen
