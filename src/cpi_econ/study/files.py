"""Data files of every format to one kind of raw table, with the row numbers of the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from cpi_econ.errors import DataError, Where, stop
from cpi_econ.study.text_file import read_text

_TEXT = (".csv", ".tsv", ".tab")
_ZIP, _OLD_EXCEL, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"
_KINDS = (
    (_ZIP, "an Excel or OpenDocument workbook", ".xlsx"),
    (_OLD_EXCEL, "an old Excel workbook", ".xls"),
    (_PARQUET, "a parquet file", ".parquet"),
    (b"$FL2", "an SPSS file", ".sav"),
    (b"<stata_dta>", "a Stata file", ".dta"),
)


@dataclass(frozen=True)
class RawTable:
    """One data file as it was read.

    Parameters
    ----------
    name : str
        File name as messages show it.
    frame : DataFrame
        Values as they stand in the file; the index is the row of the file, the first
        row after the header being 2.
    labels : mapping
        Value labels by column, for files that carry them (Stata, SPSS).
    decimal : str
        Decimal sign of numbers that stand as text, a point or a comma.
    """

    name: str
    frame: pd.DataFrame
    labels: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)
    decimal: str = "."


def read_file(
    path: Path, sheet: str | int | None = None, encoding: str | None = None, decimal: str = "."
) -> RawTable:
    """Raw table of a csv, tsv, parquet, xlsx, xls, ods, dta or sav file.

    Parameters
    ----------
    path : Path
        The file; its ending names its format.
    sheet : str or int, optional
        Sheet of a workbook by name or by number from 0; the first one when absent.
    encoding : str, optional
        Encoding of a text file when it is not UTF-8, for example ``cp1252``.
    decimal : str
        Decimal sign of the numbers of a text file.

    Raises
    ------
    DataError
        ``E010`` no such file, ``E011`` not UTF-8, ``E012`` nothing in it, ``E013`` not the format
        that its name says, ``E014`` a column name twice.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(ending.lstrip(".") for ending in _READERS)
        message = f"its ending {path.suffix or '(none)'} is not known; use one of {known}."
        stop(DataError, "E013", message, Where(path.name))
    _refuse_other_format(path, _first_bytes(path))
    frame, labels = reader(path, sheet, encoding)
    # Row names that R or pandas wrote have no header, and nothing can ask for them.
    frame = frame.rename(columns=lambda name: str(name).strip()).drop(columns="", errors="ignore")
    _refuse_repeated_columns(path, frame)
    frame.index = pd.RangeIndex(2, len(frame) + 2, name="row")
    frame = frame.dropna(how="all")
    if frame.empty:
        stop(DataError, "E012", "has a header but no rows below it.", Where(path.name))
    return RawTable(path.name, frame, labels, decimal)


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            head = stream.read(16)
    except FileNotFoundError:
        message = f"there is no such file in the study's folder{_similar(path)}"
        stop(DataError, "E010", message, Where(path.name))
    except IsADirectoryError:
        stop(DataError, "E010", "is a folder, not a file.", Where(path.name))
    except OSError as error:
        stop(DataError, "E010", f"cannot be read: {error.strerror}.", Where(path.name))
    except ValueError:
        stop(DataError, "E010", "is no file name.", Where(repr(path.name)))
    if not head.strip():
        stop(DataError, "E012", "is empty.", Where(path.name))
    return head


def _similar(path: Path) -> str:
    import difflib

    forward = path.name.replace("\\", "/")
    if forward != path.name and (path.parent / forward).is_file():
        return f'; write "{forward}", which is read on every system.'
    names = [one.name for one in path.parent.iterdir()] if path.parent.is_dir() else []
    found = difflib.get_close_matches(path.name, names, n=1)
    return f'; did you mean "{found[0]}"?' if found else "."


def _refuse_other_format(path: Path, head: bytes) -> None:
    for magic, kind, ending in _KINDS:
        if head.startswith(magic) and path.suffix.lower() in _TEXT:
            message = f"is {kind}, not text; name it with {ending}, or save it as csv (UTF-8)."
            stop(DataError, "E013", message, Where(path.name))


def _refuse_repeated_columns(path: Path, frame: pd.DataFrame) -> None:
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        message = f'column "{twice[0]}" stands twice; column names must differ.'
        stop(DataError, "E014", message, Where(path.name, 1, str(twice[0])))


_Read = tuple[pd.DataFrame, dict[str, dict[Any, str]]]


def _read_workbook(path: Path, sheet: str | int | None, encoding: str | None) -> _Read:  # noqa: ARG001 - one signature for all readers
    from python_calamine import CalamineError

    try:
        cells = pd.read_excel(
            path, sheet_name=0 if sheet is None else sheet, engine="calamine", header=None
        )
    except ValueError as error:
        message = f"has no sheet {sheet!r}: {str(error).rstrip('.')}."
        stop(DataError, "E013", message, Where(path.name))
    except CalamineError:
        message = f"cannot be opened as a {path.suffix} workbook; is it really one?"
        stop(DataError, "E013", message, Where(path.name))
    if cells.empty:
        stop(DataError, "E012", "holds nothing in this sheet.", Where(path.name))
    frame = cells.iloc[1:].infer_objects()
    frame.columns = pd.Index(["" if pd.isna(name) else name for name in cells.iloc[0]])
    return frame, {}


def _read_parquet(path: Path, sheet: str | int | None, encoding: str | None) -> _Read:  # noqa: ARG001 - one signature for all readers
    import pyarrow as pa

    try:
        frame = pd.read_parquet(path)
    except (pa.ArrowInvalid, OSError):
        stop(DataError, "E013", "cannot be opened as a parquet file.", Where(path.name))
    counted = isinstance(frame.index, pd.RangeIndex) and frame.index.name is None
    return frame.reset_index(drop=counted), {}


def _read_statistics(path: Path, sheet: str | int | None, encoding: str | None) -> _Read:  # noqa: ARG001 - one signature for all readers
    import pyreadstat

    reader = pyreadstat.read_dta if path.suffix.lower() == ".dta" else pyreadstat.read_sav
    try:
        frame, meta = reader(str(path), encoding=encoding)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError):
        message = f"cannot be opened as a {path.suffix} file; is it really one?"
        stop(DataError, "E013", message, Where(path.name))
    return frame, {name: dict(labels) for name, labels in meta.variable_value_labels.items()}


def _read_text(path: Path, sheet: str | int | None, encoding: str | None) -> _Read:  # noqa: ARG001 - one signature for all readers
    return read_text(path, encoding), {}


_READERS: dict[str, Callable[[Path, str | int | None, str | None], _Read]] = {
    ".csv": _read_text,
    ".tsv": _read_text,
    ".tab": _read_text,
    ".parquet": _read_parquet,
    ".xlsx": _read_workbook,
    ".xls": _read_workbook,
    ".ods": _read_workbook,
    ".dta": _read_statistics,
    ".sav": _read_statistics,
}
