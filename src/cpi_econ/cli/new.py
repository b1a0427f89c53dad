"""``new``: a copy of the bundled example, ready to edit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cpi_econ.cli.options import Quiet


def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make.")],
    quiet: Quiet = False,
) -> None:
    """Copy the bundled example study into DIR."""
    import shutil

    from cpi_econ.errors import StudyFileError, Where, stop
    from cpi_econ.paths import data_root

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = "is there already and not empty; name a new folder."
        stop(StudyFileError, "E008", message, Where(str(folder)))
    source = data_root() / "examples" / "connecting_people"
    names = sorted(path for path in source.iterdir() if path.is_file())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in names:
            if not path.name.startswith("."):
                shutil.copyfile(path, folder / path.name)
    except OSError as error:
        stop(StudyFileError, "E008", f"cannot be made: {error.strerror}.", Where(str(folder)))
    if not quiet:
        typer.echo(f"{folder} holds a synthetic example study. Edit it, then run:")
        plan = str(folder / "study.yaml")
        quoted = f'"{plan}"' if " " in plan else plan
        typer.echo(f"  python -m cpi_econ ceac {quoted}")
