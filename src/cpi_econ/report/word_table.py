"""A table of the report as a Word table: three rules, a header that repeats, fitted columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cpi_econ.report.content import Table

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table as WordTable
    from docx.table import _Cell, _Row

_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_PAGE_WIDTH = 170.0
_FIRST, _NARROWEST = 38.0, 18.0
_PADDING, _EM = 4.2, 0.21
_MANY_COLUMNS = 6
_THICK, _THIN = "8", "4"


def clean(text: str) -> str:
    r"""Text without the characters that XML forbids.

    Examples
    --------
    >>> clean("High\x00 fidelity")
    'High fidelity'
    """
    return _ILLEGAL.sub("", text)


def add_table(document: Document, block: Table) -> None:
    """Add a table to the end of a document.

    Parameters
    ----------
    document : docx.document.Document
    block : Table
        Arms side by side get a heading above their columns.
    """
    table = document.add_table(rows=0, cols=len(block.columns))
    table.autofit = False
    size = 7.5 if len(block.columns) > _MANY_COLUMNS else 9.0
    figures = {at for at in range(len(block.columns)) if not block.holds_words(at)}
    for texts in _header(block):
        _fill(table, texts, figures, size, bold=True)
    _merge(table, block)
    head = len(table.rows)
    for row_texts in block.rows:
        _fill(table, row_texts, figures, size, bold=False)
    _fit(table, block, size)
    _rules(table, head)
    for row in list(table.rows)[:head]:
        _flag(row, "w:tblHeader")
    for row in table.rows:
        _flag(row, "w:cantSplit")


def _header(block: Table) -> list[list[str]]:
    if not block.groups:
        return [list(block.columns)]
    above = ["" for _ in range(block.words)]
    below = list(block.columns[: block.words])
    for heading, short in block.groups:
        above += [heading, *("" for _ in short[1:])]
        below += list(short)
    return [above, below]


def _merge(table: WordTable, block: Table) -> None:
    at = block.words
    for _, short in block.groups:
        cell = table.cell(0, at).merge(table.cell(0, at + len(short) - 1))
        for extra in cell.paragraphs[1:]:
            extra._p.getparent().remove(extra._p)
        at += len(short)


def _fill(
    table: WordTable, texts: Sequence[str], figures: set[int], size: float, *, bold: bool
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    new: _Row = table.add_row()  # type: ignore[no-untyped-call]
    for column, (cell, text) in enumerate(zip(new.cells, texts, strict=True)):
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_before = Pt(1.5)
        paragraph.paragraph_format.space_after = Pt(1.5)
        run = paragraph.add_run(clean(text))
        run.bold, run.font.size = bold, Pt(size)
        if column in figures:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _fit(table: WordTable, block: Table, size: float) -> None:
    """Columns of numbers as wide as they ask, words in what is left of the page."""
    from docx.shared import Mm

    widths = [Mm(width) for width in column_widths(block, size)]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            # A merged heading comes once a column it spans; its width is theirs together.
            cell.width = width


def column_widths(block: Table, size: float) -> list[float]:
    """Widths [mm] that fill the page at most; words give way first.

    Parameters
    ----------
    block : Table
    size : float
        Size of the type [points].

    Examples
    --------
    >>> table = Table("t", "", ["Service", "Cost"], [["A very long name " * 9, "£5"]])
    >>> [round(width) for width in column_widths(table, 9)]
    [158, 12]
    """
    lower = _header(block)[-1]
    wants = []
    for column, heading in enumerate(lower):
        cells = [len(row[column]) for row in block.rows]
        word = max((len(part) for part in heading.split()), default=0)
        wants.append(_PADDING + _EM * size * max(word, *cells, 4))
    words = [at for at in range(len(lower)) if block.holds_words(at)]
    figures = [at for at in range(len(lower)) if at not in words]
    least = sum(min(wants[at], _NARROWEST if at else _FIRST) for at in words)
    asked = sum(wants[at] for at in figures)
    shrunk = min(1.0, (_PAGE_WIDTH - least) / max(asked, 1.0))
    fitted = {at: shrunk * wants[at] for at in figures}
    room = _PAGE_WIDTH - sum(fitted.values())
    fitted |= dict(zip(words, _shared([wants[at] for at in words], room), strict=True))
    return [fitted[at] for at in range(len(lower))]


def _shared(wants: list[float], room: float) -> list[float]:
    """Room for columns that ask for too much: the modest get theirs, the others share."""
    given = dict.fromkeys(range(len(wants)), 0.0)
    open_ = sorted(given, key=wants.__getitem__)
    while open_:
        each = room / len(open_)
        at = open_.pop(0)
        given[at] = min(wants[at], each)
        room -= given[at]
    return list(given.values())


def _rules(table: WordTable, head: int) -> None:
    rows = list(table.rows)
    for cell in rows[0].cells:
        _border(cell, "top", _THICK)
    for cell in rows[head - 1].cells:
        _border(cell, "bottom", _THIN)
    for cell in rows[-1].cells:
        _border(cell, "bottom", _THICK)


def _border(cell: _Cell, side: str, size: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = cell._tc.get_or_add_tcPr()
    borders = properties.find(qn("w:tcBorders"))
    if borders is None:
        borders = OxmlElement("w:tcBorders")
        properties.append(borders)
    rule = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", size), ("color", "52606D")):
        rule.set(qn(f"w:{name}"), value)
    borders.append(rule)


def _flag(row: _Row, name: str) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement(name))
