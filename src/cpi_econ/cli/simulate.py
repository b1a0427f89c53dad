"""``simulate``: bias and coverage of the study's analysis on made-up studies of its shape."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cpi_econ.cli.options import (
    Dask,
    Jobs,
    Json,
    Quiet,
    Replicates,
    Seed,
    Set,
    StudyFile,
    sharing,
    study_of,
)


def simulate(
    study: StudyFile,
    studies: Annotated[int, typer.Option(help="Made-up studies.", min=2)] = 500,
    wtp: Annotated[
        list[float] | None,
        typer.Option(
            "--wtp", help="Threshold; may be given several times.", show_default="as reported"
        ),
    ] = None,
    replicates: Replicates = None,
    seed: Seed = None,
    jobs: Jobs = 1,
    dask: Dask = None,
    set_: Set = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Print how well the study's own analysis does on made-up studies like it."""
    from cpi_econ.evaluation.simulation import simulate as simulated

    plan = study_of(study, None, seed, set_)
    with sharing(plan.folder / "results", dask, resume=False):
        found = simulated(plan, studies=studies, n_replicates=replicates or 500, wtp=wtp, jobs=jobs)
    answer = found.as_dict()
    if json:
        from json import dumps

        sys.stdout.write(dumps(answer, indent=1, ensure_ascii=False) + "\n")
    elif not quiet:
        from cpi_econ.cli.running import labels_of
        from cpi_econ.report.simulation_screen import simulation_screen
        from cpi_econ.report.terminal import screen

        screen().print(simulation_screen(answer, labels_of(plan)))
