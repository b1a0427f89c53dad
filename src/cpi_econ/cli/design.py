"""``design``: the size of the next study, by its power and by what it is worth."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cpi_econ.cli.options import Jobs, Json, Quiet, Replicates, Seed, Set, StudyFile, study_of
from cpi_econ.cli.research_options import (
    Discount,
    PeopleAYear,
    Wtp,
    Years,
    counts_of,
    people_of,
)

if TYPE_CHECKING:
    import xarray as xr

    from cpi_econ.evaluation.pilot import Pilot

_FIXED, _PER_CLUSTER, _PER_PERSON = 150_000.0, 5_000.0, 500.0


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
    wtp: Wtp = None,
    people: PeopleAYear = None,
    years: Years = None,
    discount: Discount = None,
    study_years: Annotated[
        float, typer.Option(help="Years until the next study reports.", min=0)
    ] = 2.0,
    fixed_cost: Annotated[float | None, typer.Option(help="Cost of any study.", min=0)] = None,
    cost_per_cluster: Annotated[float | None, typer.Option(help="Cost a cluster.", min=0)] = None,
    cost_per_person: Annotated[float | None, typer.Option(help="Cost a person.", min=0)] = None,
    power: Annotated[float, typer.Option(help="Power wanted.")] = 0.8,
    alpha: Annotated[float, typer.Option(help="Two-sided level.")] = 0.05,
    uncertainty: Annotated[
        str, typer.Option(help="Of today: replicates, or people (normal, by their variation).")
    ] = "replicates",
    replicates: Replicates = None,
    seed: Seed = None,
    jobs: Jobs = 1,
    set_: Set = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Print value, power and best size of the next study on one screen."""
    from cpi_econ.decision.research import StudyCost
    from cpi_econ.errors import StudyFileError, Where, stop
    from cpi_econ.evaluation.evaluate import evaluate
    from cpi_econ.evaluation.pilot import candidates, pilot_of
    from cpi_econ.evaluation.research_plan import research_plan

    plan = study_of(study, replicates, seed, set_)
    population = people_of(plan, people, years, discount)
    if population is None:
        message = "say whose decision it is: --people 12000 --years 5, or population: in the file."
        stop(StudyFileError, "E095", message, Where(plan.path.name, None, "population"))
    result = evaluate(plan, jobs=jobs)
    known = pilot_of(plan, result)
    count = known.study.n_clusters or known.study.total
    given = (fixed_cost, cost_per_cluster, cost_per_person)
    assumed = all(one is None for one in given)
    fixed, cluster, person = (
        (_FIXED, _PER_CLUSTER if known.study.clusters else 0.0, _PER_PERSON)
        if assumed
        else (one or 0.0 for one in given)
    )
    answer = research_plan(
        _present(result.replicates, known, uncertainty),
        known,
        candidates(known, counts_of(sizes, count), cluster_size=per_cluster, dropout=dropout),
        wtp or list(plan.wtp.report),
        people=population,
        cost=StudyCost(fixed=fixed, per_cluster=cluster, per_participant=person),
        study_years=study_years,
        alpha=alpha,
        power_wanted=power,
        cost_assumed=assumed,
    )
    if json:
        from json import dumps

        sys.stdout.write(dumps(answer, indent=1, ensure_ascii=False) + "\n")
    elif not quiet:
        from cpi_econ.cli.running import labels_of
        from cpi_econ.report.research_screen import design_screen
        from cpi_econ.report.terminal import screen

        screen().print(design_screen(answer, labels_of(plan)))


def _present(replicates: xr.Dataset, known: Pilot, uncertainty: str) -> xr.Dataset:
    from cpi_econ.evaluation.pilot import normal_replicates

    if uncertainty not in {"replicates", "people"}:
        raise typer.BadParameter(f"uncertainty is {uncertainty!r}; use replicates or people.")
    return replicates if uncertainty == "replicates" else normal_replicates(replicates, known)
