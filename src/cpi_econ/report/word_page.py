"""Pages of the Word document: A4 upright or turned, numbers at the foot, fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.document import Document
    from docx.section import Section
    from docx.styles.style import BaseStyle
    from docx.text.paragraph import Paragraph

_SHORT, _LONG, _MARGIN = 210, 297, 20


def set_page(section: Section, *, turned: bool) -> None:
    """Make the pages of a section A4, upright or turned, with margins of 20 mm.

    Parameters
    ----------
    section : docx.section.Section
    turned : bool
        Whether the long side lies at the foot.
    """
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    section.orientation = WD_ORIENT.LANDSCAPE if turned else WD_ORIENT.PORTRAIT
    sides = (_LONG, _SHORT) if turned else (_SHORT, _LONG)
    section.page_width, section.page_height = Mm(sides[0]), Mm(sides[1])
    section.left_margin = section.right_margin = Mm(_MARGIN)
    section.top_margin = section.bottom_margin = Mm(_MARGIN)


def turn_page(document: Document, *, turned: bool) -> None:
    """Begin a new page, turned or upright; an empty section is turned as it stands.

    Parameters
    ----------
    document : docx.document.Document
    turned : bool
    """
    from docx.enum.section import WD_SECTION

    set_page(document.add_section(WD_SECTION.NEW_PAGE), turned=turned)


def number_pages(section: Section) -> None:
    """Put the page's number at its foot.

    Parameters
    ----------
    section : docx.section.Section
        Later sections take their foot from it.
    """
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    add_field(paragraph, " PAGE ", "1")


def set_face(style: BaseStyle, face: str) -> None:
    """Set the typeface of a style, whatever the theme of the template says.

    Parameters
    ----------
    style : docx.styles.style.BaseStyle
    face : str
    """
    from docx.oxml.ns import qn

    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.attrib.pop(qn(f"w:{name}Theme"), None)
        fonts.set(qn(f"w:{name}"), face)


def add_field(paragraph: Paragraph, instruction: str, shown: str) -> None:
    """Add a field that Word computes, with what it shows until then.

    Parameters
    ----------
    paragraph : docx.text.paragraph.Paragraph
    instruction, shown : str
    """
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = shown
    run.append(text)
    field.append(run)
    paragraph._p.append(field)
