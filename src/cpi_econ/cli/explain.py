"""``explain``: one participant's path, on the analyst's own screen."""

from __future__ import annotations

from typing import Annotated

import typer

from cpi_econ.cli.options import Set, StudyFile, study_of

Participant = Annotated[
    str, typer.Argument(metavar="ID", help="Identifier as it stands in the data.")
]


def explain(study: StudyFile, participant: Participant, set_: Set = None) -> None:
    """Show one participant from answers to cost, effect and weight; write nothing."""
    from cpi_econ.report.explanation import explanation_parts
    from cpi_econ.report.labels import printable
    from cpi_econ.report.participant_path import participant_path

    plan = study_of(study, None, None, set_)
    path = participant_path(plan, participant)
    typer.echo("Private: this screen is about one person. Do not share it.")
    typer.echo(printable(f"participant {path.participant}"))
    for heading, lines in explanation_parts(path, plan.currency).items():
        typer.echo(f"\n{heading}")
        for line in lines:
            typer.echo(f"  {printable(line)}")
