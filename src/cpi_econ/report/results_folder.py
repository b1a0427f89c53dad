"""A result and its figures to the results folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cpi_econ.report.figures import plot_ceac, plot_plane, write_figure
from cpi_econ.result.answer import CEAResult
from cpi_econ.result.files import write_folder


def write_results(
    result: CEAResult,
    folder: str | Path,
    *,
    report: Sequence[float] = (20_000, 30_000),
    level: float = 0.95,
    everything: bool = False,
) -> list[Path]:
    """Write the whole results folder: data files, plane and acceptability curve.

    Parameters
    ----------
    result : CEAResult
    folder : path-like
        Made when absent. All files appear together or none does.
    report : sequence of float
        Willingness to pay that the figures mark [currency per unit of effect].
    level : float
        Level of the ellipse.
    everything : bool
        Add the report, the workbook and every figure (extra ``report``).

    Returns
    -------
    list of Path
        Files written, ``results.json`` first.
    """
    replicates = result.replicates
    effect = result.effects[0]
    curve = result.document["scenarios"]["base case"]["effects"][effect]["ceac"]

    def figures(stage: Path) -> None:
        plane = plot_plane(replicates, wtp=report[0] if report else None, level=level)
        write_figure(plane, stage / "plane")
        write_figure(plot_ceac(replicates, curve["wtp"], report=report), stage / "ceac")
        if everything:
            from cpi_econ.report.report_files import write_report_files

            write_report_files(result, stage)

    return write_folder(result, Path(folder), figures)
