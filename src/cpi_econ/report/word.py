"""The report as a Word document: real tables and captions, figures as pictures."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cpi_econ.report.content import Block, Explorer, Listing, Paragraph, Picture, Section, Table
from cpi_econ.report.extra import needs
from cpi_econ.report.html import masked
from cpi_econ.report.material import Material
from cpi_econ.report.style import house_style
from cpi_econ.report.word_table import add_table, clean

if TYPE_CHECKING:
    from docx.document import Document

_DOTS_PER_INCH = 200


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
    document.add_heading(clean(of.labels.title) or "Economic evaluation", level=0)
    if of.labels.setting:
        document.add_paragraph(clean(of.labels.setting), style="Subtitle")
    if masked(of):
        document.add_paragraph("Blinded report: arms are masked as A and B.", style="Intense Quote")
    counts = {"Table": 0, "Figure": 0}
    for section in shown:
        document.add_heading(clean(section.title), level=1)
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
    properties.title = clean(of.labels.title)[:200]
    properties.author, properties.comments = "", ""


def _add(document: Document, block: Block, counts: dict[str, int]) -> None:
    if isinstance(block, Paragraph):
        document.add_paragraph().add_run(clean(block.text)).bold = block.strong
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
        paragraph.add_run(f"{clean(term)}. " if term else "").bold = True
        paragraph.add_run(clean(text))


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
    paragraph.add_run(f". {clean(text)}")


def _table(document: Document, block: Table, counts: dict[str, int]) -> None:
    _caption(document, "Table", block.caption, counts)
    add_table(document, block)
    document.add_paragraph().add_run(clean(block.note)).italic = True


def _picture(document: Document, block: Picture, counts: dict[str, int]) -> None:
    from docx.shared import Inches

    buffer = io.BytesIO()
    with house_style():
        figure = block.draw().get_figure(root=True)
        assert figure is not None
        figure.savefig(buffer, format="png", dpi=_DOTS_PER_INCH, facecolor="white")
    width = min(6.69, float(figure.get_figwidth()) * 1.15)
    shape = document.add_picture(buffer, width=Inches(width))
    shape._inline.docPr.set("descr", clean(block.alt))
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    _caption(document, "Figure", block.caption, counts)
