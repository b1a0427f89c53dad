"""Options of ``voi`` and ``design``, and what they are read from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cpi_econ.evaluation.research_plan import People
    from cpi_econ.report.labels import Labels
    from cpi_econ.result.answer import CEAResult
    from cpi_econ.study.config import Population, Study

Wtp = Annotated[
    list[float] | None,
    typer.Option(
        "--wtp", help="Threshold; may be given several times.", show_default="as reported"
    ),
]
PeopleAYear = Annotated[
    float | None,
    typer.Option("--people", help="People a year who meet the decision.", min=0),
]
Years = Annotated[
    float | None,
    typer.Option(help="Years for which the decision stands.", min=0, show_default="5"),
]
Discount = Annotated[
    float | None,
    typer.Option(help="Discount rate a year, such as 0.035.", min=0, show_default="0"),
]
Uncertainty = Annotated[
    str,
    typer.Option(help="Of today: replicates; people (normal, as they vary); interval (cr2)."),
]
Publish = Annotated[
    Path | None,
    typer.Option("--out", help="Folder for tables and figures.", show_default="not written"),
]


def without_subgroups(study: Study) -> Study:
    """Study whose subgroups are left alone, where nobody asks for them."""
    return study.model_copy(update={"subgroups": (), "equity_weights": {}})


def show_files(files: list[Path]) -> None:
    """Print where the files are."""
    if files:
        typer.echo(f"{len(files)} files in {files[0].parent}: {', '.join(f.name for f in files)}")


def people_of(
    stated: Population | People | None,
    size: float | None,
    years: float | None,
    discount: float | None,
) -> People | None:
    """Population of the options, else the one stated, else None."""
    from cpi_econ.evaluation.research_plan import People

    if size is None and stated is None:
        return None
    if stated is None:
        return People(size=size or 0.0, years=years or 5.0, discount=discount or 0.0)
    return People(
        size=stated.size if size is None else size,
        years=stated.years if years is None else years,
        discount=stated.discount if discount is None else discount,
    )


def reported(result: CEAResult) -> list[float]:
    """Thresholds that a result reports for its primary effect."""
    block = next(iter(result.document["scenarios"].values()))["effects"][result.effects[0]]
    comparison = next(iter(block["comparisons"].values()))
    return [float(row["wtp"]) for row in comparison["inmb"]]


def stated_population(result: CEAResult) -> People | None:
    """Population that the study file of a result states, else None."""
    from cpi_econ.evaluation.research_plan import People

    told = result.description or {}
    population = told.get("study", {}).get("population")
    return None if population is None else People(**population)


def labels_of_result(result: CEAResult) -> Labels:
    """Words for a result that was saved: what its replicates carry."""
    from cpi_econ.report.labels import Labels

    data = result.replicates
    names = [str(arm) for arm in data["arm"].values]
    shown = data.coords.get("arm_label")
    labels = names if shown is None else [str(label) for label in shown.values]
    return Labels(
        arms=dict(zip(names, labels, strict=True)),
        reference=str(data.attrs["reference"]),
        currency=str(data.attrs.get("currency", "")),
    )


def counts_of(text: str | None) -> list[int] | None:
    """Sizes of ``16:40``, ``16:40:4`` or ``16,24``; None when absent.

    Raises
    ------
    typer.BadParameter
        A text that is none of these.

    Examples
    --------
    >>> counts_of("16:24:4"), counts_of("8,12"), counts_of(None)
    ([16, 20, 24], [8, 12], None)
    """
    from cpi_econ.study.research import sizes_between

    if text is None:
        return None
    try:
        if ":" in text:
            first, last, *step = (int(part) for part in text.split(":"))
            found = sizes_between(first, last, *step)
        else:
            found = sorted(int(part) for part in text.split(","))
    except (TypeError, ValueError):
        found = []
    if not found or min(found) < 4:
        message = f"{text!r} is no range of sizes; write 16:40, 16:40:4 or 16,24, from 4 up."
        raise typer.BadParameter(message)
    return found


def file_of_replicates(path: Path) -> bool:
    """Whether a path is a file of simulations, not a study file or a results folder."""
    return path.is_file() and path.suffix.lower() not in {".yaml", ".yml"}
