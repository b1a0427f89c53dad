"""The report as a Word document: real tables and captions, figures as pictures."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cpi_econ.report.content import Block, Explorer, Listing, Paragraph, Picture, Section, Table
from cpi_econ.report.extra import needs
from cpi_econ.report.html import masked
from cpi_econ.report.material import Material
from cpi_econ.report.style import house_style

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table as WordTable

_DOTS_PER_INCH = 200
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MANY_COLUMNS = 6


def word_document(of: Material, shown: Sequence[Section]) -> Document:
    """Document with the sections of a report; ``.save(path)`` writes it.

    Parameters
    ----------
    of : Material
    shown : sequence of Section
        From ``sections``.

    Raises
    ------
    DataError
        ``E029`` python-docx is not installed.
    """
    needs("docx")
    from docx import Document as new_document

    document = new_document()
    _prepare(document, of)
    document.add_heading(_clean(of.labels.title) or "Economic evaluation", level=0)
    if of.labels.setting:
        document.add_paragraph(_clean(of.labels.setting), style="Subtitle")
    if masked(of):
        document.add_paragraph("Blinded report: arms are masked as A and B.", style="Intense Quote")
    counts = {"Table": 0, "Figure": 0}
    for section in shown:
        document.add_heading(_clean(section.title), level=1)
        for block in section.blocks:
            _add(document, block, counts)
    return document


def _prepare(document: Document, of: Material) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm, Pt, RGBColor

    page = document.sections[0]
    page.orientation, page.page_width, page.page_height = WD_ORIENT.PORTRAIT, Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(20)
    page.top_margin = page.bottom_margin = Mm(20)
    document.styles["Normal"].font.name = "Calibri"
    document.styles["Normal"].font.size = Pt(10.5)
    caption = document.styles["Caption"]
    caption.font.size, caption.font.color.rgb = Pt(9.5), RGBColor(0x1F, 0x29, 0x33)
    properties = document.core_properties
    properties.title = _clean(of.labels.title)[:200]
    properties.author, properties.comments = "", ""


def _add(document: Document, block: Block, counts: dict[str, int]) -> None:
    if isinstance(block, Paragraph):
        document.add_paragraph().add_run(_clean(block.text)).bold = block.strong
    elif isinstance(block, Listing):
        _listing(document, block)
    elif isinstance(block, Table):
        _table(document, block, counts)
    elif isinstance(block, Picture):
        _picture(document, block, counts)
    elif isinstance(block, Explorer):
        for picture in block.still:
            _picture(document, picture, counts)


def _listing(document: Document, block: Listing) -> None:
    for term, text in block.items:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{_clean(term)}. " if term else "").bold = True
        paragraph.add_run(_clean(text))


def _caption(document: Document, kind: str, text: str, counts: dict[str, int]) -> None:
    """Caption with Word's own number, so that a manuscript renumbers and lists it."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    counts[kind] += 1
    paragraph = document.add_paragraph(style="Caption")
    paragraph.paragraph_format.keep_with_next = kind == "Table"
    paragraph.add_run(f"{kind} ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), f" SEQ {kind} \\* ARABIC ")
    run, number = OxmlElement("w:r"), OxmlElement("w:t")
    number.text = str(counts[kind])
    run.append(number)
    field.append(run)
    paragraph._p.append(field)
    paragraph.add_run(f". {_clean(text)}")


def _table(document: Document, block: Table, counts: dict[str, int]) -> None:
    _caption(document, "Table", block.caption, counts)
    table = document.add_table(rows=1, cols=len(block.columns))
    table.style = "Light List"
    small = len(block.columns) > _MANY_COLUMNS
    _row(table, 0, block.columns, block.words, header=True, small=small)
    for row in block.rows:
        table.add_row()
        _row(table, -1, row, block.words, header=False, small=small)
    _repeat_header(table)
    if block.note:
        document.add_paragraph().add_run(_clean(block.note)).italic = True
    else:
        document.add_paragraph()


def _row(
    table: WordTable, at: int, texts: Sequence[str], words: int, *, header: bool, small: bool
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    for column, (cell, text) in enumerate(zip(table.rows[at].cells, texts, strict=True)):
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        run = paragraph.add_run(_clean(text))
        run.bold, run.font.size = header, Pt(7.5 if small else 9)
        if column >= words:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _repeat_header(table: WordTable) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = table.rows[0]._tr.get_or_add_trPr()
    flag = OxmlElement("w:tblHeader")
    flag.set(qn("w:val"), "true")
    properties.append(flag)


def _picture(document: Document, block: Picture, counts: dict[str, int]) -> None:
    from docx.shared import Inches

    buffer = io.BytesIO()
    with house_style():
        figure = block.draw().get_figure(root=True)
        assert figure is not None
        figure.savefig(buffer, format="png", dpi=_DOTS_PER_INCH, facecolor="white")
    width = min(6.69, float(figure.get_figwidth()) * 1.15)
    shape = document.add_picture(buffer, width=Inches(width))
    shape._inline.docPr.set("descr", _clean(block.alt))
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    _caption(document, "Figure", block.caption, counts)


def _clean(text: str) -> str:
    """Text without the characters that XML forbids."""
    return _ILLEGAL.sub("", text)
