"""Everything that ``run`` adds to a results folder: report, workbook, every figure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from cpi_econ.report.content import Explorer, Picture, Section
from cpi_econ.report.extra import needs
from cpi_econ.report.figures import write_figure
from cpi_econ.report.html import html_page
from cpi_econ.report.material import material
from cpi_econ.report.sections import sections
from cpi_econ.report.word import word_document
from cpi_econ.report.workbook import write_workbook
from cpi_econ.result.answer import CEAResult

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


def pictures_of(shown: Sequence[Section]) -> list[Picture]:
    """Every figure of a report, those that stand for the slider on paper included."""
    found: list[Picture] = []
    for block in (block for one in shown for block in one.blocks):
        if isinstance(block, Picture):
            found.append(block)
        elif isinstance(block, Explorer):
            found += block.still
    return found


def write_report_files(result: CEAResult, folder: Path) -> None:
    """Write ``report.html``, ``report.docx``, ``tables.xlsx`` and ``figures/``.

    Parameters
    ----------
    result : CEAResult
        With a description.
    folder : Path
        An existing folder.

    Raises
    ------
    DataError
        ``E029`` a package of the extra is missing; nothing is written then.
    """
    needs("jinja2", "docx", "openpyxl")
    of = material(result)
    shown = sections(of)
    text = html_page(of, shown)
    (folder / "report.html").write_text(text, encoding="utf-8", newline="\n")
    word_document(of, shown).save(str(folder / "report.docx"))
    write_workbook(of, shown, folder / "tables.xlsx")
    for picture in pictures_of(shown):
        name = _UNSAFE.sub("_", picture.name).strip("_") or "figure"
        write_figure(picture.draw(), folder / f"figure_{name}", ("svg", "png", "pdf"))
