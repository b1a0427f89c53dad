"""A table of the report as a Word table: three rules, a header that repeats, fitted columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cpi_econ.report.content import Table
from cpi_econ.report.table_shapes import decimals_aligned
from cpi_econ.report.typeset import glued
from cpi_econ.report.word_columns import Layout

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table as WordTable
    from docx.table import _Cell, _Row

_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_WHOLE = 14
_THICK, _THIN = "8", "4"


def clean(text: str) -> str:
    r"""Text without the characters that XML forbids.

    Examples
    --------
    >>> clean("High\x00 fidelity")
    'High fidelity'
    """
    return _ILLEGAL.sub("", text)


def add_table(document: Document, block: Table, laid: Layout) -> None:
    """Add a table to the end of a document.

    Parameters
    ----------
    document : docx.document.Document
    block : Table
        Arms side by side get a heading above their columns.
    laid : Layout
    """
    table = document.add_table(rows=0, cols=len(block.columns))
    table.autofit = False
    figures = {at for at in range(len(block.columns)) if not block.holds_words(at)}
    for texts in _header(block):
        _fill(table, texts, figures, laid.size, bold=True)
    _merge(table, block)
    head = len(table.rows)
    for texts in decimals_aligned(block):
        glued = [_glued(text) if at in figures else text for at, text in enumerate(texts)]
        _fill(table, glued, figures, laid.size, bold=False)
    _fit(table, laid.widths)
    _rules(table, head)
    for row in list(table.rows)[:head]:
        _flag(row, "w:tblHeader")
    for row in table.rows:
        _flag(row, "w:cantSplit")
    if len(block.rows) <= _WHOLE:
        _keep(table)


def _glued(text: str) -> str:
    """A number with its bracket, broken before the bracket or not at all."""
    return glued(text).replace(" ", "\u00a0").replace("\u00a0(", " (")


def _keep(table: WordTable) -> None:
    """Keep a short table on one page: every row with the next."""
    for row in list(table.rows)[:-1]:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


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


def _fit(table: WordTable, widths: Sequence[float]) -> None:
    from docx.shared import Mm

    wide = [Mm(width) for width in widths]
    for column, width in zip(table.columns, wide, strict=True):
        column.width = width
    for row in table.rows:
        for cell, width in zip(row.cells, wide, strict=True):
            # A merged heading comes once a column it spans; its width is theirs together.
            cell.width = width


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
