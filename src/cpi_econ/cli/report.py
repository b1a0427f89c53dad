"""``report``: the report of a results folder, or of a study that has none yet."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cpi_econ.cli.options import (
    Dask,
    Jobs,
    Json,
    Quiet,
    Replicates,
    Resume,
    Seed,
    Set,
    sharing,
    study_of,
)

if TYPE_CHECKING:
    from cpi_econ.result.answer import CEAResult

Source = Annotated[
    Path, typer.Argument(metavar="STUDY|RESULTS", help="A study file, or a results folder.")
]
Page = Annotated[
    Path | None,
    typer.Option("--html", help="The page.", show_default="report.html in the results folder"),
]
Words = Annotated[Path | None, typer.Option("--docx", help="The Word document.")]


def report(
    source: Source,
    html: Page = None,
    docx: Words = None,
    replicates: Replicates = None,
    seed: Seed = None,
    jobs: Jobs = 1,
    dask: Dask = None,
    resume: Resume = False,
    set_: Set = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Write the report from a results folder; run the study if there is none."""
    from cpi_econ.report.extra import needs
    from cpi_econ.report.write import write_report

    needs("jinja2", "docx")
    fresh = any(one is not None for one in (replicates, seed)) or bool(set_)
    folder = source if source.is_dir() else source.parent / "results"
    result = None if fresh else _saved(folder, source)
    if result is None:
        with sharing(folder, dask, resume):
            result = _evaluated(source, replicates, seed, jobs, set_, quiet=quiet or json)
    targets = [one for one in (html, docx) if one is not None]
    if not targets:
        folder.mkdir(parents=True, exist_ok=True)
        targets = [folder / "report.html"]
    written = [str(write_report(result, target)) for target in targets]
    if json:
        from json import dumps

        sys.stdout.write(dumps({"written": written}) + "\n")
    elif not quiet:
        typer.echo("\n".join(f"Report: {name}" for name in written))


def _saved(folder: Path, source: Path) -> CEAResult | None:
    """Results of the folder, or None when they are absent or of another study file."""
    from cpi_econ.provenance import sha256
    from cpi_econ.result.answer import load

    if source.is_dir():
        return load(folder)
    if not (folder / "results.json").exists() or not source.is_file():
        return None
    result = load(folder)
    same = result.document["provenance"]["study"]["sha256"] == sha256(source)
    return result if same and result.description is not None else None


def _evaluated(
    source: Path,
    replicates: int | None,
    seed: int | None,
    jobs: int,
    set_: list[str] | None,
    *,
    quiet: bool,
) -> CEAResult:
    from cpi_econ.cli.running import progress_bar
    from cpi_econ.evaluation.evaluate import evaluate

    plan = study_of(source, replicates, seed, set_)
    with progress_bar(shown=not quiet) as progress:
        return evaluate(plan, effects="all", scenarios=True, jobs=jobs, progress=progress)
