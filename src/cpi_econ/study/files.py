"""Data files of every format to one kind of raw table, with the row numbers of the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from cpi_econ.errors import DataError, Where, stop
from cpi_econ.study.plain_text import Wanted, chosen
from cpi_econ.study.text_file import read_text

LARGE = 16 * 2**20
"""Size [bytes] of a file from which on columns that nobody names are left unread."""

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
    unread : tuple of str
        Columns that the file has and the frame has not.
    """

    name: str
    frame: pd.DataFrame
    labels: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)
    decimal: str = "."
    unread: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of all columns of the file, those that were not read behind the others."""
        return (*map(str, self.frame.columns), *self.unread)


def read_file(
    path: Path,
    sheet: str | int | None = None,
    encoding: str | None = None,
    decimal: str = ".",
    wanted: Wanted | None = None,
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
    wanted : callable, optional
        Tells by its name whether a column is wanted; the others of a file of 16 MiB or more are
        left unread where its format and its content allow it.

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
    asked = _Asked(sheet, encoding, wanted if path.stat().st_size >= LARGE else None)
    frame, labels, unread = reader(path, asked)
    # Row names that R or pandas wrote have no header, and nothing can ask for them.
    frame = frame.rename(columns=lambda name: str(name).strip()).drop(columns="", errors="ignore")
    unread = tuple(name.strip() for name in unread if name.strip())
    _refuse_repeated_columns(path, pd.Index([*frame.columns, *unread]))
    frame.index = pd.RangeIndex(2, len(frame) + 2, name="row")
    blank = frame.isna().all(axis=1)
    if unread and blank.any():  # whether a row is blank, all columns say
        return read_file(path, sheet, encoding, decimal)
    frame = frame[~blank] if blank.any() else frame
    if frame.empty:
        stop(DataError, "E012", "has a header but no rows below it.", Where(path.name))
    return RawTable(path.name, frame, labels, decimal, unread)


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


def _refuse_repeated_columns(path: Path, names: pd.Index) -> None:
    twice = names[names.duplicated()]
    if len(twice):
        message = f'column "{twice[0]}" stands twice; column names must differ.'
        stop(DataError, "E014", message, Where(path.name, 1, str(twice[0])))


class _Asked(NamedTuple):
    """What a file is read with; a format takes of it what it knows."""

    sheet: str | int | None
    encoding: str | None
    wanted: Wanted | None


_Read = tuple[pd.DataFrame, dict[str, dict[Any, str]], Sequence[str]]


def _read_workbook(path: Path, asked: _Asked) -> _Read:
    sheet = asked.sheet
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
    return frame, {}, ()


def _read_parquet(path: Path, asked: _Asked) -> _Read:
    import pyarrow as pa
    from pyarrow.parquet import read_schema

    try:
        names = read_schema(path).names if asked.wanted is not None else []
        read, unread = chosen(names, asked.wanted)
        frame = pd.read_parquet(path, columns=[names[place] for place in read] if unread else None)
    except (pa.ArrowInvalid, OSError):
        stop(DataError, "E013", "cannot be opened as a parquet file.", Where(path.name))
    counted = isinstance(frame.index, pd.RangeIndex) and frame.index.name is None
    frame = frame.reset_index(drop=counted)
    return frame, {}, [name for name in unread if name not in frame.columns]


def _read_statistics(path: Path, asked: _Asked) -> _Read:
    import pyreadstat

    reader = pyreadstat.read_dta if path.suffix.lower() == ".dta" else pyreadstat.read_sav
    try:
        names = []
        if asked.wanted is not None:
            names = reader(str(path), encoding=asked.encoding, metadataonly=True)[1].column_names
        read, unread = chosen(names, asked.wanted)
        usecols = [names[place] for place in read] if unread else None
        frame, meta = reader(str(path), encoding=asked.encoding, usecols=usecols)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError):
        message = f"cannot be opened as a {path.suffix} file; is it really one?"
        stop(DataError, "E013", message, Where(path.name))
    labels = {name: dict(labels) for name, labels in meta.variable_value_labels.items()}
    return frame, labels, unread


def _read_text(path: Path, asked: _Asked) -> _Read:
    frame, unread = read_text(path, asked.encoding, asked.wanted)
    return frame, {}, unread


_READERS: dict[str, Callable[[Path, _Asked], _Read]] = {
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
