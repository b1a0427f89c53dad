"""The results folder: written beside and renamed, so that nothing is ever half-written."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr

from cpi_econ.errors import DataError, Where, stop
from cpi_econ.result.tables import tables, write_tables

if TYPE_CHECKING:
    from cpi_econ.result.answer import CEAResult

SCHEMA = "cpi_econ/results/1"
Writer = Callable[[Path], object]


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """Empty folder whose files move to ``folder`` when the block ends well, and not otherwise.

    Raises
    ------
    DataError
        ``E027`` when a file cannot be written, for example because it is open in Excel.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder))
    except OSError as error:
        message = f"results cannot be written there: {error.strerror}."
        stop(DataError, "E027", message, Where(str(folder)))
    try:
        yield stage
        _move_all(stage, folder)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _move_all(stage: Path, folder: Path) -> None:
    """Move every file, or, when one is held open, none: those already moved go back."""
    names = sorted(path.name for path in stage.iterdir())
    former = stage / "former"
    former.mkdir()
    moved: list[str] = []
    try:
        for name in names:
            if (folder / name).is_file():
                os.replace(folder / name, former / name)  # noqa: PTH105 - names the locked file
            os.replace(stage / name, folder / name)  # noqa: PTH105 - names the locked file
            moved.append(name)
    except OSError as error:
        _move_back(names, moved, folder, former)
        message = "cannot be replaced; close the program that holds it open and run again."
        if not isinstance(error, PermissionError):
            message = f"cannot be replaced: {error.strerror}."
        stop(DataError, "E027", message, Where(names[len(moved)]))


def _move_back(names: list[str], moved: list[str], folder: Path, former: Path) -> None:
    for name in moved:
        (folder / name).unlink()
    for name in names:
        if (former / name).is_file():
            os.replace(former / name, folder / name)  # noqa: PTH105 - as above


def write_folder(result: CEAResult, folder: Path, also: Writer | None = None) -> list[Path]:
    """Write every data file of a result, and whatever ``also`` writes, all or none.

    Parameters
    ----------
    result : CEAResult
    folder : Path
    also : callable, optional
        Takes the staging folder and writes further files, such as figures.

    Returns
    -------
    list of Path
        Files written, ``results.json`` first.
    """
    with staged(folder) as stage:
        (stage / "results.json").write_text(result.to_json(), encoding="utf-8", newline="\n")
        _write_description(result, stage)
        frames = tables(result.document, result.datasets)
        write_tables({**frames, "costs_by_service": result.services}, stage)
        _write_replicates(result, stage / "replicates.nc")
        if also is not None:
            also(stage)
        names = sorted(path.name for path in stage.iterdir())
    names.sort(key=lambda name: name != "results.json")
    return [folder / name for name in names]


def _write_description(result: CEAResult, stage: Path) -> None:
    if result.description is not None:
        text = json.dumps(result.description, indent=1, ensure_ascii=False, allow_nan=False)
        path = stage / "description.json"
        path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _read_description(folder: Path) -> dict[str, object] | None:
    path = folder / "description.json"
    if not path.exists():
        return None
    content: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _write_replicates(result: CEAResult, path: Path) -> None:
    """Primary analysis at the root of the netCDF-4 file, every other one in a group."""
    for place, (key, dataset) in enumerate(result.datasets.items()):
        stored = dataset.assign_attrs(scenario=key[0], effect_name=key[1])
        stored.attrs = {name: _storable(value) for name, value in stored.attrs.items()}
        group = None if place == 0 else f"analysis_{place}"
        mode = "w" if place == 0 else "a"
        stored.to_netcdf(path, mode=mode, group=group, engine="h5netcdf")  # type: ignore[call-overload]


def _storable(value: object) -> object:
    return str(value) if value is None or isinstance(value, (bool, dict, list, tuple)) else value


def read_folder(folder: Path) -> CEAResult:
    """Result of a folder written by `write_folder`."""
    from cpi_econ.result.answer import CEAResult

    path = folder / "results.json"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        stop(DataError, "E010", "there is no results.json in this folder.", Where(str(folder)))
    except (UnicodeDecodeError, json.JSONDecodeError):
        stop(DataError, "E013", "is not a results file of cpi_econ.", Where("results.json"))
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        stop(DataError, "E013", f"does not follow the schema {SCHEMA}.", Where("results.json"))
    services = pd.read_csv(folder / "costs_by_service.csv")
    replicates = _read_replicates(document, folder / "replicates.nc")
    return CEAResult(document, replicates, services, description=_read_description(folder))


def _read_replicates(document: dict[str, object], path: Path) -> dict[tuple[str, str], xr.Dataset]:
    scenarios: dict[str, dict[str, dict[str, object]]] = document["scenarios"]  # type: ignore[assignment]
    keys = [(name, effect) for name, one in scenarios.items() for effect in one["effects"]]
    found = {}
    for place, key in enumerate(keys):
        group = None if place == 0 else f"analysis_{place}"
        with xr.open_dataset(path, group=group, engine="h5netcdf") as dataset:
            found[key] = dataset.load()
    return found
