"""What the commands that run a study show: progress while it runs, and its summary."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cpi_econ.errors import Finding
    from cpi_econ.report.labels import Labels
    from cpi_econ.result.answer import CEAResult
    from cpi_econ.study.config import Study


def show_summary(
    plan: Study,
    result: CEAResult,
    folder: Path,
    files: list[Path],
    changed: Sequence[Finding] = (),
) -> None:
    """Print the summary of a result, where its files are, the plan, and what a rerun changed."""
    from cpi_econ.report.terminal import screen, summary

    names = [path.name for path in files]
    screen().print(summary(result.document, labels_of(plan), folder=str(folder), files=names))
    told = result.description["study"]["plan"] if result.description else None
    if told and (told["blind"] or told["registered"]):
        from cpi_econ.report.sections_record import plan_state

        words = f"\nPlan: {plan_state(told)}\n  hash of the settings: {told['sha256']}"
        screen().print(words, soft_wrap=True)
    if changed:
        from cpi_econ.report.findings_screen import findings_list

        screen().print("", findings_list(changed))


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
def progress_bar(*, shown: bool) -> Iterator[Callable[[int, int], None] | None]:
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
