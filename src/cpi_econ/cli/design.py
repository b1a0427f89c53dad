"""``design``: the size of the next study, by its power and by what it is worth."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

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
    StudyFile,
    sharing,
    study_of,
)
from cpi_econ.cli.research_options import (
    Discount,
    PeopleAYear,
    Publish,
    Uncertainty,
    Wtp,
    Years,
    counts_of,
    people_of,
    show_files,
    without_subgroups,
)
from cpi_econ.cli.running import labels_of, progress_bar


def design(
    study: StudyFile,
    sizes: Annotated[
        str | None,
        typer.Option(
            help="Clusters, or people without clusters: 16:40, 16:40:4 or 16,24.",
            show_default="from this study's to 2.5 times it",
        ),
    ] = None,
    per_cluster: Annotated[
        float | None, typer.Option(help="People recruited in a cluster.", min=1)
    ] = None,
    dropout: Annotated[
        float | None, typer.Option(help="Share of people without complete data.", min=0, max=0.99)
    ] = None,
    ratio: Annotated[
        float | None,
        typer.Option(help="Every other arm's size for one of the reference.", show_default="1"),
    ] = None,
    wtp: Wtp = None,
    people: PeopleAYear = None,
    years: Years = None,
    discount: Discount = None,
    study_years: Annotated[
        float | None,
        typer.Option(help="Years until the next study reports.", min=0, show_default="2"),
    ] = None,
    fixed_cost: Annotated[float | None, typer.Option(help="Cost of any study.", min=0)] = None,
    cost_per_cluster: Annotated[float | None, typer.Option(help="Cost a cluster.", min=0)] = None,
    cost_per_person: Annotated[float | None, typer.Option(help="Cost a person.", min=0)] = None,
    power: Annotated[float, typer.Option(help="Power wanted.")] = 0.8,
    alpha: Annotated[float, typer.Option(help="Two-sided level.")] = 0.05,
    uncertainty: Uncertainty = "replicates",
    out: Publish = None,
    replicates: Replicates = None,
    seed: Seed = None,
    jobs: Jobs = 1,
    dask: Dask = None,
    resume: Resume = False,
    set_: Set = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Print value, power and best size of the next study on one screen."""
    from cpi_econ.errors import StudyFileError, Where, stop
    from cpi_econ.evaluation.evaluate import evaluate
    from cpi_econ.evaluation.next_study import next_study

    plan = study_of(study, replicates, seed, set_)
    population = people_of(plan.population, people, years, discount)
    if population is None:
        message = "say whose decision it is: --people 12000 --years 5, or population: in the file."
        stop(StudyFileError, "E095", message, Where(plan.path.name, None, "population"))
    options = {
        "sizes": counts_of(sizes),
        "per_cluster": per_cluster,
        "dropout": dropout,
        "ratio": ratio,
        "fixed_cost": fixed_cost,
        "years": study_years,
        "uncertainty": uncertainty,
        "cost_per_cluster": cost_per_cluster,
        "cost_per_person": cost_per_person,
        "power": power,
        "alpha": alpha,
    }
    drawn = sharing(out or plan.folder / "results", dask, resume)
    with drawn, progress_bar(shown=not quiet and not json) as progress:
        result = evaluate(without_subgroups(plan), jobs=jobs, progress=progress)
    assert result.outcomes is not None
    answer = next_study(
        plan,
        result.outcomes,
        result.replicates,
        people=population,
        wtp=wtp or list(plan.wtp.report),
        options=options,
    )
    files: list[Path] = []
    if out is not None:
        from cpi_econ.report.research_files import write_next_study

        files = write_next_study(answer, out)
    if json:
        from json import dumps

        sys.stdout.write(dumps(answer, indent=1, ensure_ascii=False) + "\n")
    elif not quiet:
        from cpi_econ.report.research_screen import design_screen
        from cpi_econ.report.terminal import screen

        screen().print(design_screen(answer, labels_of(plan)))
        show_files(files)
