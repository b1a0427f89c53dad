"""`CEAResult`: the answer of a study, frozen, as it is saved."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from cpi_econ.errors import Finding

if TYPE_CHECKING:
    import xarray as xr

BASE_CASE = "base case"


@dataclass(frozen=True)
class CEAResult:
    """Everything an analysis found.

    Parameters
    ----------
    document : mapping
        Content of ``results.json``, schema ``cpi_econ/results/1``.
    datasets : mapping of (scenario, effect) to Dataset
        Replicates behind each block of the document.
    services : DataFrame
        Costs by service and arm.
    description : mapping or None
        Content of ``description.json``: settings and tables that the report shows besides.
    outcomes : DataFrame or None
        One row a participant; the analyst's own, never saved, absent after `load`.
    findings : tuple of Finding
        With the identifiers of the participants concerned, which are never saved either.
    lines : DataFrame or None
        Cost lines of the base case; never saved with the results either.
    """

    document: Mapping[str, Any]
    datasets: Mapping[tuple[str, str], xr.Dataset]
    services: pd.DataFrame
    outcomes: pd.DataFrame | None = field(default=None, repr=False)
    findings: tuple[Finding, ...] = ()
    description: Mapping[str, Any] | None = field(default=None, repr=False)
    lines: pd.DataFrame | None = field(default=None, repr=False)

    @property
    def replicates(self) -> xr.Dataset:
        """Replicates of the base case and the primary effect."""
        return next(iter(self.datasets.values()))

    @property
    def effects(self) -> list[str]:
        """Names of the effects of the base case, the primary one first."""
        return list(self.document["scenarios"][BASE_CASE]["effects"])

    def summary(self) -> pd.DataFrame:
        """Increments of every scenario, effect and arm, one row each.

        Returns
        -------
        DataFrame
            ``scenario, effect, arm``, then estimate, standard error and interval of the
            incremental cost and effect, the icer and the statement that goes with it.
        """
        rows = []
        for scenario, block in self.document["scenarios"].items():
            for effect, answer in block["effects"].items():
                for arm, one in answer["comparisons"].items():
                    row = {"scenario": scenario, "effect": effect, "arm": arm}
                    for name in ("inc_cost", "inc_effect"):
                        row |= {f"{name}_{key}": value for key, value in one[name].items()}
                    row |= {"icer": one["icer"]["estimate"], "statement": one["icer"]["statement"]}
                    rows.append(row)
        return pd.DataFrame(rows)

    def to_json(self) -> str:
        """Text of ``results.json``."""
        return json.dumps(self.document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"

    def save(self, folder: str | Path) -> list[Path]:
        """Write the data files of the results folder, and return their paths.

        Parameters
        ----------
        folder : path-like
            Made when absent. Figures are added by ``cpi_econ.write_results``.
        """
        from cpi_econ.result.files import write_folder

        return write_folder(self, Path(folder))


def load(folder: str | Path) -> CEAResult:
    """Result that was saved in a results folder.

    Parameters
    ----------
    folder : path-like

    Raises
    ------
    DataError
        ``E010`` no results there, ``E013`` files that are not this version's results.
    """
    from cpi_econ.result.files import read_folder

    return read_folder(Path(folder))
