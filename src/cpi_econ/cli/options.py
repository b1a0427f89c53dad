"""Options that several commands share."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from cpi_econ.study.config import Study

StudyFile = Annotated[Path, typer.Argument(metavar="STUDY", help="The study file (YAML).")]
Out = Annotated[
    Path | None,
    typer.Option(help="Results folder.", show_default="results beside the study file"),
]
Private = Annotated[
    Path | None,
    typer.Option(
        help="Folder for the ledger and outcomes, which name participants; not the results folder.",
        show_default="not written",
    ),
]
Replicates = Annotated[int | None, typer.Option(help="Replicates, in place of the study file's.")]
Seed = Annotated[int | None, typer.Option(help="Seed, in place of the study file's.")]
Jobs = Annotated[int, typer.Option(help="Workers; the numbers do not depend on it.", min=1)]
Dask = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Dask scheduler whose workers draw, as tcp://host:8786."),
]
Resume = Annotated[
    bool,
    typer.Option("--resume", help="Keep finished draws of a long run; take up one interrupted."),
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY.PATH=VALUE", help="Override one entry of the study file."),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but problems.")]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable to standard output.")]


def study_of(
    path: Path, replicates: int | None, seed: int | None, assignments: list[str] | None
) -> Study:
    """Study of a file with the overrides typed in the terminal."""
    from cpi_econ.study.blinding import blinded
    from cpi_econ.study.load import read_study

    typed: dict[str, Any] = {"uncertainty.replicates": replicates, "uncertainty.seed": seed}
    given = [f"{key}={value}" for key, value in typed.items() if value is not None]
    return blinded(read_study(path, [*(assignments or []), *given]))


def sharing(folder: Path, dask: str | None, resume: bool) -> AbstractContextManager[None]:
    """Who draws, and where finished draws are kept: hidden beside the results folder."""
    from cpi_econ.uncertainty.parallel import workers

    whole = folder.resolve()
    return workers(dask=dask, keep=whole.parent / f".{whole.name}-blocks" if resume else None)
