"""Replicates from a file of another model's simulations: csv, xlsx or netCDF."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from cpi_econ.contracts import ARM, COST, EFFECT, REPLICATE, check_replicates
from cpi_econ.decision.replicates import replicates
from cpi_econ.decision.simulations_file import BOOKS, read_delimited, read_sheets
from cpi_econ.errors import DataError, Finding, Where, raise_all, stop
from cpi_econ.kernels.resample import FloatArray

_TEXT = (".csv", ".tsv", ".txt")
_NETCDF = (".nc", ".nc4", ".netcdf", ".h5")


def read_replicates(
    path: str | Path,
    *,
    reference: str | None = None,
    currency: str = "",
    effect_unit: str = "",
) -> xr.Dataset:
    r"""Replicates of a file.

    Parameters
    ----------
    path : path-like
        A long table with columns ``replicate``, ``arm``, ``cost`` and ``effect``; a wide table with
        columns ``cost_ARM`` and ``effect_ARM``; a workbook with one such sheet, or with two sheets
        ``cost`` and ``effect`` whose columns are the arms; or netCDF as in ``replicates.nc``.
    reference : str, optional
        Arm that the others are compared with; the first one of the file, or the one that a netCDF
        file names, when absent.
    currency, effect_unit : str
        Units, where the file does not carry them.

    Returns
    -------
    Dataset
        ``cost``, ``effect`` on ``(replicate, arm)`` with their estimates.

    Raises
    ------
    DataError
        ``E096`` no file, an unknown ending, columns that do not pair, or cells without a number.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "model.csv"
    ...     _ = file.write_text("cost_a,cost_b,effect_a,effect_b\n0,10,0,1\n0,30,0,3\n")
    ...     read_replicates(file)["cost_hat"].values.tolist()
    [0.0, 20.0]
    """
    path = Path(path)
    ending = path.suffix.lower()
    if not path.is_file():
        stop(DataError, "E096", "there is no such file.", Where(path.name))
    if ending in _NETCDF:
        return _netcdf(path, reference)
    if ending not in _TEXT + BOOKS:
        allowed = ", ".join(_TEXT + BOOKS + _NETCDF)
        stop(DataError, "E096", f'"{ending}" is no known format; use {allowed}.', Where(path.name))
    cost, effect = _two_tables(path, ending)
    arms = [str(name) for name in cost.columns]
    return replicates(
        _numbers(cost, path),
        _numbers(effect, path),
        arms=arms,
        reference=_chosen(arms, reference, path),
        currency=currency,
        effect_unit=effect_unit,
    )


def _netcdf(path: Path, reference: str | None) -> xr.Dataset:
    try:
        with xr.open_dataset(path, engine="h5netcdf") as opened:
            made = opened.load()
    except OSError:
        stop(DataError, "E096", "is not a netCDF-4 file.", Where(path.name))
    for name in (COST, EFFECT):
        if name in made and f"{name}_hat" not in made:
            made[f"{name}_hat"] = made[name].mean(REPLICATE)
    if ARM in made.coords and reference is not None:
        made = made.assign_attrs(
            reference=_chosen([str(a) for a in made[ARM].values], reference, path)
        )
    return check_replicates(made)


def _chosen(arms: list[str], reference: str | None, path: Path) -> str:
    if reference is not None and reference not in arms:
        message = f'"{reference}" is no arm of the file; arms are {", ".join(arms)}.'
        stop(DataError, "E096", message, Where(path.name))
    return arms[0] if reference is None else reference


def _two_tables(path: Path, ending: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Costs and effects, one column an arm."""
    if ending in _TEXT:
        return _split(read_delimited(path), path)
    named = read_sheets(path)
    if {COST, EFFECT} <= set(named):
        cost, effect = (_without_number(named[name]) for name in (COST, EFFECT))
        return cost, _matched(effect, list(cost.columns), path)
    return _split(next(iter(named.values())), path)


def _split(table: pd.DataFrame, path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    if {REPLICATE, ARM, COST, EFFECT} <= set(table.columns):
        return _from_long(table, path)
    arms = [str(name).removeprefix("cost_") for name in table if str(name).startswith("cost_")]
    if not arms:
        listing = ", ".join(map(str, table.columns[:8]))
        message = (
            "needs columns replicate, arm, cost and effect, or cost_ARM and effect_ARM for each "
            f"arm; columns are {listing}."
        )
        stop(DataError, "E096", message, Where(path.name))
    cost = table[[f"cost_{arm}" for arm in arms]].set_axis(arms, axis=1)
    effects = [str(name) for name in table if str(name).startswith("effect_")]
    effect = table[effects].set_axis([name.removeprefix("effect_") for name in effects], axis=1)
    return cost, _matched(effect, arms, path)


def _from_long(table: pd.DataFrame, path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    if table.duplicated([REPLICATE, ARM]).any():
        stop(DataError, "E096", "holds an arm twice in one replicate.", Where(path.name))
    arms = table[ARM].unique().tolist()
    cost, effect = (
        table.pivot(index=REPLICATE, columns=ARM, values=name)[arms] for name in (COST, EFFECT)
    )
    return cost, effect


def _without_number(sheet: pd.DataFrame) -> pd.DataFrame:
    return sheet.drop(columns=[name for name in sheet if str(name).lower() == REPLICATE])


def _matched(effect: pd.DataFrame, arms: list[str], path: Path) -> pd.DataFrame:
    if set(effect.columns) != set(arms):
        found = ", ".join(map(str, effect.columns)) or "none"
        message = f"costs are of {', '.join(map(str, arms))}; effects are of {found}."
        stop(DataError, "E096", message, Where(path.name))
    return effect[arms]


def _numbers(table: pd.DataFrame, path: Path) -> FloatArray:
    values = table.apply(pd.to_numeric, errors="coerce")
    findings = [
        Finding(
            "E096",
            f"{int(count)} cells of arm {name} hold no number; every replicate needs both values.",
            Where(path.name, None, str(name)),
        )
        for name, count in values.isna().sum().items()
        if count
    ]
    raise_all(findings, DataError)
    made: FloatArray = values.to_numpy(np.float64)
    return made
