"""The report as a Word document: real tables and captions, figures as pictures."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cpi_econ.report.content import Block, Explorer, Listing, Paragraph, Picture, Section, Table
from cpi_econ.report.extra import needs
from cpi_econ.report.html import masked
from cpi_econ.report.material import Material
from cpi_econ.report.style import house_style
from cpi_econ.report.word_columns import PORTRAIT, layout
from cpi_econ.report.word_page import add_field, number_pages, set_face, set_page, turn_page
from cpi_econ.report.word_table import add_table, clean

if TYPE_CHECKING:
    from docx.document import Document

_DOTS_PER_INCH = 220
_HALF = 84.0


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
    writing = _Writing(document, {"Table": 0, "Figure": 0})
    for section in shown:
        _turn(writing, section.blocks[0])
        document.add_heading(clean(section.title), level=1)
        for block in section.blocks:
            _turn(writing, block)
            _add(writing, block)
    return document


@dataclass(slots=True)
class _Writing:
    """Where the writing stands: last numbers of the captions, whether the page is turned."""

    document: Document
    counts: dict[str, int]
    turned: bool = False


def _turn(writing: _Writing, block: Block) -> None:
    """Begin a turned page before a table that needs one, an upright one after it."""
    wanted = isinstance(block, Table) and layout(block).turned
    if wanted != writing.turned:
        turn_page(writing.document, turned=wanted)
        writing.turned = wanted


def _prepare(document: Document, of: Material) -> None:
    from docx.shared import Pt, RGBColor

    set_page(document.sections[0], turned=False)
    number_pages(document.sections[0])
    for name in ("Normal", "Title", "Subtitle", "Heading 1", "Caption"):
        set_face(document.styles[name], "Arial")
    document.styles["Normal"].font.size = Pt(10)
    caption = document.styles["Caption"]
    caption.font.size, caption.font.color.rgb = Pt(9.5), RGBColor(0x1F, 0x29, 0x33)
    properties = document.core_properties
    properties.title = clean(of.labels.title)[:200]
    properties.author, properties.comments = "", ""


def _add(writing: _Writing, block: Block) -> None:
    document = writing.document
    if isinstance(block, Paragraph):
        document.add_paragraph().add_run(clean(block.text)).bold = block.strong
    elif isinstance(block, Listing):
        _listing(document, block)
    elif isinstance(block, Table):
        _table(writing, block)
    elif isinstance(block, Picture):
        _pictures(writing, [block])
    elif isinstance(block, Explorer):
        for row in _side_by_side(block.still):
            _pictures(writing, row)


def _listing(document: Document, block: Listing) -> None:
    for term, text in block.items:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{clean(term)}. " if term else "").bold = True
        paragraph.add_run(clean(text))


def _caption(writing: _Writing, kind: str, text: str) -> None:
    """Caption with Word's own number, so that a manuscript renumbers and lists it."""
    writing.counts[kind] += 1
    paragraph = writing.document.add_paragraph(style="Caption")
    paragraph.paragraph_format.keep_with_next = kind == "Table"
    paragraph.add_run(f"{kind} ")
    add_field(paragraph, f" SEQ {kind} \\* ARABIC ", str(writing.counts[kind]))
    paragraph.add_run(f". {clean(text)}")


def _table(writing: _Writing, block: Table) -> None:
    from docx.shared import Pt

    _caption(writing, "Table", block.caption)
    add_table(writing.document, block, layout(block))
    note = writing.document.add_paragraph().add_run(clean(block.note))
    note.italic, note.font.size = True, Pt(8.5)


def _side_by_side(pictures: Sequence[Picture]) -> list[list[Picture]]:
    """Pictures in rows: those that stand beside the one before them share its row."""
    rows: list[list[Picture]] = []
    for one in pictures:
        if one.beside and rows and len(rows[-1]) == 1:
            rows[-1].append(one)
        else:
            rows.append([one])
    return rows


def _pictures(writing: _Writing, row: Sequence[Picture]) -> None:
    """One picture, or two in a line under one caption."""
    from docx.shared import Mm

    paragraph = writing.document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    for one in row:
        buffer, wide = _drawn(one)
        shape = paragraph.add_run().add_picture(
            buffer, width=Mm(_HALF if len(row) > 1 else min(PORTRAIT, 1.15 * wide))
        )
        shape._inline.docPr.set("descr", clean(one.alt))
        for side in "TBLR":
            # Left to itself, an office program may add room that sends the second one down.
            shape._inline.set(f"dist{side}", "0")
    said = [one.caption for one in row]
    if len(row) > 1:
        said = [f"Left: {said[0]}", f"Right: {said[1]}"]
    _caption(writing, "Figure", ". ".join(said))


def _drawn(picture: Picture) -> tuple[io.BytesIO, float]:
    """A picture as PNG, and its width [mm]."""
    buffer = io.BytesIO()
    with house_style():
        figure = picture.draw().get_figure(root=True)
        assert figure is not None
        figure.savefig(buffer, format="png", dpi=_DOTS_PER_INCH, facecolor="white")
    return buffer, 25.4 * float(figure.get_figwidth())
