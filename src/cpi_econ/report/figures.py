"""Figures of a result, and their files.

Every ``plot_`` function takes replicates, draws on the axes given or on a figure of its own,
and returns the axes. None touches matplotlib's global state.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from matplotlib.axes import Axes

from cpi_econ.report.acceptability import plot_ceac
from cpi_econ.report.plane import plot_plane
from cpi_econ.report.style import house_style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

__all__ = ["plot_ceac", "plot_plane", "write_figure"]

Format = Literal["svg", "png", "pdf"]
_DOTS_PER_INCH = 300


def write_figure(
    figure: Axes | Figure,
    path: str | Path,
    formats: Sequence[Format] = ("svg", "png"),
) -> list[Path]:
    """Write a figure in each format and return the files written.

    The same figure gives the same bytes each time: no date, fixed identifiers. Text stays
    text in SVG, so a journal can set it in its own face; PNG has 300 dots per inch.

    Parameters
    ----------
    figure : matplotlib Axes or Figure
        What a ``plot_`` function returned.
    path : str or Path
        Name without suffix; the folder must exist.
    formats : sequence of str
        ``svg``, ``png`` or ``pdf``.

    Returns
    -------
    list of Path
        One file a format.
    """
    whole = figure.figure.figure if isinstance(figure, Axes) else figure
    stem = Path(path)
    written = []
    with house_style():
        for name in formats:
            target = stem.parent / f"{stem.name}.{name}"
            whole.savefig(
                target, format=name, dpi=_DOTS_PER_INCH, metadata=_undated(name), facecolor="white"
            )
            written.append(target)
    return written


def _undated(name: Format) -> dict[str, str | None]:
    dated: dict[Format, dict[str, str | None]] = {
        "svg": {"Date": None},
        "png": {},
        "pdf": {"CreationDate": None},
    }
    return dated[name]
