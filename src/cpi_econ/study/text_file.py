"""Text tables (comma, semicolon or tab) to a frame of text, faults named by row."""

from __future__ import annotations

import codecs
import csv
import warnings
from collections.abc import Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import NoReturn

import pandas as pd

from cpi_econ.errors import DataError, Where, stop
from cpi_econ.study.plain_text import Wanted, chosen, read_plain
from cpi_econ.text_rows import delimiter_of, uneven_row

_UTF8 = "utf-8-sig"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_text(
    path: Path, encoding: str | None = None, wanted: Wanted | None = None
) -> tuple[pd.DataFrame, list[str]]:
    """Cells of a text table as text, missing where empty; the first row names the columns.

    Parameters
    ----------
    path : Path
        A csv file (comma, semicolon or tab, told from its first row) or a tsv file.
    encoding : str, optional
        Encoding of the file when it is not UTF-8.
    wanted : callable, optional
        Tells by its name whether a column is wanted.

    Returns
    -------
    DataFrame
        Every column, or those that are wanted where the table has no fault.
    list of str
        Names of the columns that were left unread.

    Raises
    ------
    DataError
        ``E011`` encoding, ``E012`` nothing in it, ``E013`` no table.
    """
    _refuse_binary(path, encoding)
    in_code = encoding or _UTF8
    delimiter = _delimiter(path, in_code)
    names = _names(path, in_code, delimiter)
    read, unread = chosen(names, wanted)
    frame = read_plain(path, delimiter, len(names), read) if encoding is None else None
    if frame is None:
        frame = _read_with_care(path, in_code, delimiter, len(names))
        read, unread = chosen(names)
    frame.columns = pd.Index([names[place] for place in read])
    return frame, unread


def _read_with_care(path: Path, encoding: str, delimiter: str, width: int) -> pd.DataFrame:
    """Cells of a table that has faults, or rows that are blank or longer only by empty cells."""
    try:
        with warnings.catch_warnings():
            # of a first row with more cells than the header has, some would be lost
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(
                path,
                sep=delimiter,
                header=0,
                names=range(width),
                dtype="str",
                keep_default_na=False,
                na_values=[""],
                skip_blank_lines=False,
                index_col=False,
                encoding=encoding,
            )
    except UnicodeError:
        _not_encoded(path, encoding)
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        _refuse_lengths(path, encoding, delimiter, width, fewer=False)
        _no_table(path, error)
    if frame.iloc[:, -1].isna().any():
        _refuse_lengths(path, encoding, delimiter, width, fewer=True)
    return frame


def _refuse_binary(path: Path, encoding: str | None) -> None:
    if encoding is not None:
        return
    with path.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as content:
        begin, place = content[:2], content.find(b"\0")
        row = content[: max(place, 0)].count(b"\n") + 1
    if begin in _UTF16:
        message = "is UTF-16 text; write encoding: utf-16 under the file, or save it as UTF-8."
        stop(DataError, "E011", message, Where(path.name))
    if place >= 0:
        message = "holds a NUL byte, so it is damaged or no text file; export it again."
        stop(DataError, "E011", message, Where(path.name, row))


def _delimiter(path: Path, encoding: str) -> str:
    if path.suffix.lower() in {".tsv", ".tab"}:
        return "\t"
    try:
        with path.open(encoding=encoding) as stream:
            header = stream.readline()
    except UnicodeError:
        _not_encoded(path, encoding)
    except (LookupError, ValueError):
        stop(DataError, "E011", f'"{encoding}" is no known encoding.', Where(path.name))
    if not header.strip():
        message = "its first row is blank; it must hold the names of the columns."
        stop(DataError, "E012", message, Where(path.name, 1))
    return delimiter_of(header)


def _records(path: Path, encoding: str, delimiter: str) -> Iterator[list[str]]:
    with path.open(encoding=encoding, newline="") as stream:
        yield from csv.reader(stream, delimiter=delimiter)


def _names(path: Path, encoding: str, delimiter: str) -> list[str]:
    try:
        return [name.strip() for name in next(_records(path, encoding, delimiter), [""])]
    except csv.Error as error:
        _no_table(path, error)
    except UnicodeError:
        _not_encoded(path, encoding)


def _refuse_lengths(path: Path, encoding: str, delimiter: str, width: int, *, fewer: bool) -> None:
    """``E013`` at the first row whose number of cells is not that of the header."""
    try:
        for row, cells in enumerate(_records(path, encoding, delimiter), 1):
            wrong = len(cells) < width and len(cells) > 1 if fewer else len(cells) > width
            if wrong and any(cells):
                stop(DataError, "E013", uneven_row(len(cells), width), Where(path.name, row))
    except csv.Error:
        return


def _no_table(path: Path, error: Exception) -> NoReturn:
    text = str(error).replace("Error tokenizing data. C error: ", "").strip().rstrip(".")
    if text.startswith("EOF inside string starting at row "):
        row = int(text.rpartition(" ")[2]) + 1
        message = "a quotation mark is opened here and never closed."
        stop(DataError, "E013", message, Where(path.name, row))
    stop(DataError, "E013", f"cannot be read as a table: {text}.", Where(path.name))


def _not_encoded(path: Path, encoding: str) -> NoReturn:
    name = encoding.removesuffix("-sig").upper()
    message = (
        f'is not {name} text; save it as "CSV UTF-8", or name its encoding under the '
        "file, for example encoding: cp1252."
    )
    row = _first_undecoded(path) if encoding == _UTF8 else None
    stop(DataError, "E011", message, Where(path.name, row))


def _first_undecoded(path: Path) -> int | None:
    for row, line in enumerate(path.read_bytes().split(b"\n"), 1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            return row
    return None
