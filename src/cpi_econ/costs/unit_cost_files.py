"""Unit-cost tables on disk: the catalogue and csv or xlsx files, all cells as text."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pandas as pd

from cpi_econ.costs.nearest import nearest
from cpi_econ.errors import Finding, Where
from cpi_econ.paths import data_root
from cpi_econ.text_rows import delimiter_of, uneven_row

REQUIRED = ("service", "unit", "unit_cost", "price_year", "sector")
OPTIONAL = ("label", "section", "currency", "minutes", "source", "status", "note")
_OTHER_NAMES = {
    "service_id": "service",
    "service_label": "label",
    "csri_section": "section",
    "perspective": "sector",
    "typical_duration_min": "minutes",
    "verified": "status",
}
_BOOKS = (".xlsx", ".xls", ".ods")
_AMOUNTS = ("unit_cost", "minutes")


def table_names() -> list[str]:
    """Names of the catalogue tables, in the order of their price years.

    Examples
    --------
    >>> table_names()[0]
    'uk_2012_13'
    """
    return sorted(path.stem for path in (data_root() / "unit_costs").glob("uk_*.csv"))


def read_table(
    name: str | Path, folder: str | Path | None = None
) -> tuple[pd.DataFrame | None, str, list[Finding]]:
    """Raw table (text cells, column names unified), its file name and what is wrong with it.

    Parameters
    ----------
    name : str or Path
        Catalogue name or file.
    folder : str or Path, optional
        Folder of the file.

    Returns
    -------
    tuple
        Frame of text cells with columns ``file`` and ``row`` added, or None; the file's base
        name; findings.
    """
    path = _place(name, folder)
    file = path.name
    if not path.is_file():
        return None, file, [_no_table(str(name))]
    try:
        cells = _cells(path)
    except (ValueError, OSError, csv.Error) as error:
        return None, file, [_unreadable(file, error)]
    cells.columns = [_column(column) for column in cells.columns]
    findings = _missing_columns(cells, file)
    if findings:
        return None, file, findings
    cells = cells.reindex(columns=[*REQUIRED, *OPTIONAL], fill_value="")
    cells["file"], cells["row"] = file, range(2, len(cells) + 2)
    filled = (cells[list(REQUIRED)] != "").any(axis=1)
    return cells[filled].reset_index(drop=True), file, findings


def _place(name: str | Path, folder: str | Path | None) -> Path:
    if isinstance(name, str) and name in table_names():
        return data_root() / "unit_costs" / f"{name}.csv"
    return Path(folder or ".") / name


def _cells(path: Path) -> pd.DataFrame:
    if path.suffix.lower() in _BOOKS:
        book = _book(path)
        delimiter = ","
    else:
        with path.open(encoding="utf-8-sig") as stream:
            delimiter = delimiter_of(stream.readline())
        book = _text(path, delimiter)
    cells = pd.DataFrame({name: book[name].str.strip() for name in book.columns})
    amounts = [name for name in cells.columns if _column(name) in _AMOUNTS]
    if delimiter != ",":
        cells[amounts] = cells[amounts].map(table_number)
    return cells


class _RowError(ValueError):
    """A row of a text table that cannot be what its author meant."""

    def __init__(self, row: int, reason: str) -> None:
        super().__init__(reason)
        self.row = row


def _text(path: Path, delimiter: str) -> pd.DataFrame:
    """Cells of a text table; empty ones may be left out at the end of a row, or stand there."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream, delimiter=delimiter, strict=True))
    if not rows:
        raise pd.errors.EmptyDataError
    header = rows[0]
    width = max((at for at, name in enumerate(header, 1) if name.strip()), default=0)
    for number, row in enumerate(rows, 1):
        if any(cell.strip() for cell in row[width:]):
            raise _RowError(number, uneven_row(len(row), width))
    named = [_column(name) for name in header[:width]]
    twice = [name for name in named if name and named.count(name) > 1]
    if twice:
        raise _RowError(1, f'column "{twice[0]}" stands twice; column names must differ.')
    filled = [(row + [""] * width)[:width] for row in rows[1:]]
    return pd.DataFrame(filled, columns=header[:width], dtype="str").drop(
        columns=[name for name in header[:width] if not name.strip()]
    )


def table_number(text: str) -> str:
    """Number of a table separated by semicolons or tabs, its decimal comma as a point.

    Three figures after the only comma may be thousands, so such a cell stays as it is.

    Examples
    --------
    >>> table_number("25,37"), table_number("1,234"), table_number("night")
    ('25.37', '1,234', 'night')
    """
    decimal = re.fullmatch(r"\d+,(\d{1,2}|\d{4,})", text)
    return text.replace(",", ".") if decimal else text


def _book(path: Path) -> pd.DataFrame:
    from python_calamine import CalamineError

    try:
        return pd.read_excel(path, engine="calamine", dtype=str, keep_default_na=False)
    except CalamineError as error:
        raise ValueError(str(error)) from error


def _column(name: object) -> str:
    words = str(name).strip().lower().replace(" ", "_")
    return _OTHER_NAMES.get(words, words)


def _missing_columns(cells: pd.DataFrame, file: str) -> list[Finding]:
    lost = [name for name in REQUIRED if name not in cells.columns]
    return [
        Finding(
            "E030",
            f'unit-cost table has no column "{name}"; it needs {", ".join(REQUIRED)}.'
            f"{nearest(name, cells.columns)}",
            Where(file, 1, name),
        )
        for name in lost
    ]


def _no_table(name: str) -> Finding:
    names = table_names()
    return Finding(
        "E039",
        f'"{name}" is neither a catalogue table nor a file; tables are {", ".join(names)}.'
        f"{nearest(name, names)}",
    )


def _unreadable(file: str, error: Exception) -> Finding:
    if isinstance(error, _RowError):
        return Finding("E039", str(error), Where(file, error.row))
    if isinstance(error, UnicodeDecodeError):
        reason = "it is not UTF-8 text; save it as csv UTF-8, or as xlsx"
    elif isinstance(error, pd.errors.EmptyDataError):
        reason = "it is empty"
    else:
        reason = "it is not the kind of file that its name says"
    return Finding("E039", f"unit-cost table cannot be read: {reason}.", Where(file))
