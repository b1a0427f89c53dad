"""``voi``: what perfect or partial information would be worth."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
from cpi_econ.cli.research_options import (
    Discount,
    PeopleAYear,
    Publish,
    Uncertainty,
    Wtp,
    Years,
    file_of_replicates,
    labels_of_result,
    people_of,
    reported,
    show_files,
    stated_population,
    without_subgroups,
)

if TYPE_CHECKING:
    from cpi_econ.report.labels import Labels
    from cpi_econ.study.config import Study

_THRESHOLDS = (20_000.0, 30_000.0)


def voi(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="STUDY|RESULTS|FILE",
            help="Study file, results folder, or a file of simulations (csv, xlsx, nc).",
        ),
    ],
    wtp: Wtp = None,
    people: PeopleAYear = None,
    years: Years = None,
    discount: Discount = None,
    unit_cost_cv: Annotated[
        float, typer.Option(help="Coefficient of variation of unknown unit costs.", min=0)
    ] = 0.0,
    scenarios: Annotated[
        bool, typer.Option("--scenarios", help="Count the choice of scenario as uncertain.")
    ] = False,
    subgroup: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="What learning about each of its subgroups is worth."),
    ] = None,
    parameters: Annotated[
        Path | None, typer.Option(help="csv of a model's parameters, one row a simulation.")
    ] = None,
    together: Annotated[
        list[str] | None,
        typer.Option(metavar="A,B", help="Parameters learnt together; may be given several times."),
    ] = None,
    reference: Annotated[str | None, typer.Option(help="Reference arm of a file.")] = None,
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
    """Print what perfect and partial information is worth, per person and for the population."""
    from cpi_econ.evaluation.information import information

    if subgroup is not None and (scenarios or unit_cost_cv or uncertainty != "replicates"):
        message = "--subgroup goes without --scenarios, --unit-cost-cv and --uncertainty."
        raise typer.BadParameter(message)
    if file_of_replicates(source):
        labels, options = _of_file(source, reference, parameters, together)
    else:
        with sharing(out or source.parent / "results", dask, resume):
            made = _of_study(source, replicates, seed, jobs, set_, scenarios, uncertainty)
            plan, labels, options = made
            if subgroup is not None:
                options |= _by_subgroup(plan, options, subgroup, jobs)
        options.pop("outcomes")
    thresholds = wtp or options.pop("report", None) or list(_THRESHOLDS)
    options.pop("report", None)
    stated = options.pop("population", None)
    data = options.pop("replicates")
    answer = information(
        data,
        thresholds,
        people=people_of(stated, people, years, discount),
        unit_cost_cv=unit_cost_cv,
        **options,
    )
    files: list[Path] = []
    if out is not None:
        from cpi_econ.report.research_files import write_information

        files = write_information(answer, data, out)
    if json:
        from json import dumps

        sys.stdout.write(dumps(answer, indent=1, ensure_ascii=False) + "\n")
    elif not quiet:
        from cpi_econ.report.research_screen import information_screen
        from cpi_econ.report.terminal import screen

        screen().print(information_screen(answer, labels))
        show_files(files)


def _of_file(
    source: Path, reference: str | None, parameters: Path | None, together: list[str] | None
) -> tuple[Labels, dict[str, Any]]:
    from cpi_econ.decision.replicates_file import read_replicates
    from cpi_econ.report.labels import Labels

    made = read_replicates(source, reference=reference)
    options: dict[str, Any] = {"replicates": made}
    if parameters is not None:
        from cpi_econ.decision.simulations_file import read_parameters

        options["parameters"] = read_parameters(parameters)
        options["groups"] = _groups(list(map(str, options["parameters"])), together or [])
    currency = str(made.attrs.get("currency", ""))
    return Labels(title=source.name, currency=currency), options


def _groups(names: list[str], together: list[str]) -> dict[str, list[str]]:
    """Each parameter alone, and those that are learnt together."""
    found = {name: [name] for name in names}
    for text in together:
        group = [part.strip() for part in text.split(",")]
        unknown = [part for part in group if part not in names]
        if unknown:
            message = f"{', '.join(unknown)} is no parameter; parameters are {', '.join(names)}."
            raise typer.BadParameter(message)
        found[" + ".join(group)] = group
    return found


def _of_study(
    source: Path,
    replicates: int | None,
    seed: int | None,
    jobs: int,
    set_: list[str] | None,
    scenarios: bool,
    uncertainty: str,
) -> tuple[Study | None, Labels, dict[str, Any]]:
    from cpi_econ.cli.running import labels_of
    from cpi_econ.evaluation.evaluate import evaluate
    from cpi_econ.evaluation.information import service_means
    from cpi_econ.evaluation.pilot import pilot_of
    from cpi_econ.evaluation.present_spread import present
    from cpi_econ.result.answer import BASE_CASE, load

    plan = None if source.is_dir() else study_of(source, replicates, seed, set_)
    if plan is None:
        result = load(source)
    else:
        result = evaluate(without_subgroups(plan), scenarios=scenarios, jobs=jobs)
    known = None if plan is None else pilot_of(plan, result)
    data = present(result.replicates, known, uncertainty)
    labels = labels_of_result(result) if plan is None else labels_of(plan)
    services = result.services[result.services["scenario"] == BASE_CASE]
    options: dict[str, Any] = {
        "replicates": data,
        "known": known,
        "outcomes": result.outcomes,
        "report": reported(result),
        "population": stated_population(result),
        "parts": service_means(services, [str(arm) for arm in data["arm"].values]),
    }
    if scenarios:
        first = result.effects[0]
        options["scenarios"] = {
            name: made for (name, effect), made in result.datasets.items() if effect == first
        }
    return plan, labels, options


def _by_subgroup(plan: Study | None, options: dict[str, Any], by: str, jobs: int) -> dict[str, Any]:
    """Everyone as the mean of the subgroups, whose differences are the parameters."""
    from cpi_econ.errors import EstimationError, stop
    from cpi_econ.evaluation.subgroup_information import subgroup_parameters
    from cpi_econ.evaluation.subgroups import subgroups

    if plan is None:
        message = "subgroups need the participants; name the study file, not its results."
        stop(EstimationError, "E099", message)
    unit = str(options["replicates"].attrs.get("effect_unit", ""))
    whole = subgroup_parameters(subgroups(plan, options["outcomes"], by, unit, jobs=jobs))
    return {
        "replicates": whole.replicates,
        "parameters": whole.parameters,
        "groups": {f"{by}: {name}": columns for name, columns in whole.groups.items()},
        "known": None,
    }
