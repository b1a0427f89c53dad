"""``ceac``: the main job, from a study file to the acceptability curve."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cpi_econ.cli.options import (
    Dask,
    Jobs,
    Json,
    Out,
    Private,
    Quiet,
    Replicates,
    Resume,
    Seed,
    Set,
    StudyFile,
    sharing,
    study_of,
)

if TYPE_CHECKING:
    from cpi_econ.report.labels import Labels
    from cpi_econ.result.answer import CEAResult
    from cpi_econ.study.config import Study


def ceac(
    study: StudyFile,
    out: Out = None,
    private: Private = None,
    replicates: Replicates = None,
    seed: Seed = None,
    jobs: Jobs = 1,
    dask: Dask = None,
    resume: Resume = False,
    set_: Set = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Run the whole analysis; print the summary; write the results folder."""
    from cpi_econ.evaluation.evaluate import evaluate
    from cpi_econ.report.private_folder import check_private, write_private
    from cpi_econ.report.results_folder import write_results

    plan = study_of(study, replicates, seed, set_)
    folder = out if out is not None else plan.folder / "results"
    if private is not None:
        check_private(private, folder)
    with sharing(folder, dask, resume):
        with _progress(shown=not quiet and not json) as progress:
            result = evaluate(plan, jobs=jobs, progress=progress)
        files = write_results(result, folder, report=plan.wtp.report, level=plan.uncertainty.level)
    if private is not None:
        write_private(result, private, plan.currency)
    if json:
        sys.stdout.write(result.to_json())
    elif not quiet:
        _show(plan, result, folder, files)


def _show(plan: Study, result: CEAResult, folder: Path, files: list[Path]) -> None:
    from cpi_econ.report.terminal import screen, summary

    names = [path.name for path in files]
    screen().print(summary(result.document, labels_of(plan), folder=str(folder), files=names))


def labels_of(plan: Study) -> Labels:
    """Words that the screen needs of a study."""
    from cpi_econ.report.labels import Labels

    horizon = plan.raw.get("horizon")
    return Labels(
        title=plan.title,
        arms=plan.labels,
        reference=plan.reference,
        currency=plan.currency,
        price_year=plan.price_year or "",
        perspective=plan.perspective,
        horizon="" if horizon is None else str(horizon),
        cluster=plan.data.participants.cluster or "cluster",
        level=plan.uncertainty.level,
    )


@contextmanager
def _progress(*, shown: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Progress bar on standard error, and only where that is a terminal."""
    if not shown or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from cpi_econ.report.terminal import screen

    columns = (TextColumn("Resampling"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=screen(stderr=True), transient=True) as bar:
        task = bar.add_task("")

        def report(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield report
