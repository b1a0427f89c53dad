"""The report of a result as files."""

from __future__ import annotations

from pathlib import Path

from cpi_econ.report.html import html_page
from cpi_econ.report.material import material
from cpi_econ.report.sections import sections
from cpi_econ.result.answer import CEAResult


def write_report(result: CEAResult, path: str | Path) -> Path:
    """Write the report of a result and return its path.

    Parameters
    ----------
    result : CEAResult
        From `evaluate` or `load`.
    path : path-like
        File that ends in ``.html``.

    Raises
    ------
    DataError
        ``E028`` results without a description, ``E029`` a package of the extra is missing.
    """
    of = material(result)
    target = Path(path)
    target.write_text(html_page(of, sections(of)), encoding="utf-8", newline="\n")
    return target
