"""The report of a result as a file: a page or a Word document."""

from __future__ import annotations

from pathlib import Path

from cpi_econ.report.html import html_page
from cpi_econ.report.material import material
from cpi_econ.report.sections import sections
from cpi_econ.report.word import word_document
from cpi_econ.result.answer import CEAResult
from cpi_econ.result.files import staged


def write_report(result: CEAResult, path: str | Path) -> Path:
    """Write the report of a result and return its path.

    Parameters
    ----------
    result : CEAResult
        From `evaluate` or `load`.
    path : path-like
        A name that ends in ``.docx`` gives a Word document, any other a page. Its folder is made
        where there is none.

    Raises
    ------
    DataError
        ``E027`` the file cannot be written, for example because it is open in Word; ``E028``
        results without a description; ``E029`` a package of the extra is missing.
    """
    of = material(result)
    target = Path(path)
    shown = sections(of)
    with staged(target.parent) as stage:
        if target.suffix.lower() == ".docx":
            word_document(of, shown).save(str(stage / target.name))
        else:
            page = html_page(of, shown)
            (stage / target.name).write_text(page, encoding="utf-8", newline="\n")
    return target
