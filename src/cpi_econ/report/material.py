"""What the sections of a report are written from: a result with its description."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from cpi_econ.errors import DataError, Where, stop
from cpi_econ.report.labels import Labels, printable
from cpi_econ.result.answer import BASE_CASE, CEAResult
from cpi_econ.result.table_block import from_block

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, slots=True)
class Material:
    """Results, settings and tables of one study.

    Parameters
    ----------
    results : mapping
        Content of ``results.json``.
    study : mapping
        Settings of ``description.json``.
    tables : mapping of str to DataFrame
        Its tables; a table without rows is absent.
    datasets : mapping of (scenario, effect) to Dataset
        Replicates.
    labels : Labels
    research : mapping
        Answers on further research of ``description.json``, where a run made them.
    """

    results: Mapping[str, Any]
    study: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    datasets: Mapping[tuple[str, str], xr.Dataset]
    labels: Labels
    research: Mapping[str, Any] = field(default_factory=dict)

    @property
    def base(self) -> Mapping[str, Any]:
        """Effects of the base case."""
        effects: Mapping[str, Any] = self.results["scenarios"][BASE_CASE]["effects"]
        return effects

    @property
    def primary(self) -> str:
        """Name of the primary effect."""
        return next(iter(self.base))

    @property
    def others(self) -> list[str]:
        """Names of the arms compared with the reference."""
        return list(self.base[self.primary]["comparisons"])

    @property
    def arms(self) -> list[str]:
        """Names of all arms, in the order of the study file."""
        return list(self.study["arms"])

    def table(self, name: str) -> pd.DataFrame | None:
        """Table of the description, or None when it has no rows."""
        return self.tables.get(name)

    def effect_name(self, effect: str) -> str:
        """Name of an effect for reading: the unit for QALYs, else its words."""
        named = {"qaly": "QALYs", "qalys": "QALYs"}
        return named.get(effect.lower(), printable(effect.replace("_", " ")))

    def time_name(self, time: object) -> str:
        """Name of a time for reading."""
        return printable(str(time).replace("_", " "))


def material(result: CEAResult) -> Material:
    """What a report of ``result`` is written from.

    Parameters
    ----------
    result : CEAResult
        From `evaluate`, or from `load` of a folder that holds ``description.json``.

    Raises
    ------
    DataError
        ``E028`` the results were written without a description.
    """
    told = result.description
    if told is None:
        message = (
            "is absent from the results folder, and the report needs it; run the study again "
            "(ceac or run)."
        )
        stop(DataError, "E028", message, Where("description.json"))
    frames = {name: from_block(block) for name, block in told["tables"].items()}
    study = told["study"]
    labels, research = labels_from(study), told.get("research", {})
    return Material(result.document, study, frames, result.datasets, labels, research)


def labels_from(study: Mapping[str, Any]) -> Labels:
    """Labels of a description's settings."""
    return Labels(
        title=printable(study["title"]),
        arms=study["arms"],
        reference=study["reference"],
        currency=study["currency"],
        price_year=study["price_year"],
        perspective=tuple(study["perspective"]),
        horizon=study["horizon"],
        cluster=printable(study["cluster"] or "cluster"),
        level=study["uncertainty"]["level"],
    )
