"""The next study of a study file: its keys and the command's options made one plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from cpi_econ.decision.next_study import NextStudy
from cpi_econ.decision.research import StudyCost
from cpi_econ.evaluation.pilot import Pilot, candidates, study_pilot
from cpi_econ.evaluation.power_plan import power_curve
from cpi_econ.evaluation.present_spread import UNCERTAINTY, present
from cpi_econ.evaluation.research_plan import People, research_plan
from cpi_econ.result.document import numbers
from cpi_econ.study.config import Study
from cpi_econ.study.research import sizes_of

_ILLUSTRATION = {"fixed_cost": 150_000.0, "cost_per_cluster": 5_000.0, "cost_per_person": 500.0}
_YEARS, _POWER, _ALPHA, _LARGER = 2.0, 0.8, 0.05, 2.5


def next_study(
    study: Study,
    outcomes: pd.DataFrame,
    replicates: xr.Dataset,
    *,
    people: People,
    wtp: Sequence[float],
    options: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Value, power and best size of the next study, as plain values.

    Parameters
    ----------
    study : Study
    outcomes : DataFrame
        Outcomes table of the effect.
    replicates : Dataset
        Of the same effect.
    people : People
    wtp : sequence of float
        Thresholds.
    options : mapping, optional
        In place of what the file says under ``next_study:``: ``sizes`` (a list), ``per_cluster``,
        ``dropout``, ``ratio``, ``fixed_cost``, ``cost_per_cluster``, ``cost_per_person``,
        ``years``; and ``power``, ``alpha`` and ``uncertainty``, as in `present`. None stands for
        what is not said.

    Returns
    -------
    dict
        As from `research_plan`, with ``uncertainty`` and ``power_curve`` besides.

    Raises
    ------
    EstimationError
        ``E092``, ``E094``, ``E095`` a study that cannot be.
    """
    known = study_pilot(study, outcomes)
    said = {**_from_file(study), **{k: v for k, v in (options or {}).items() if v is not None}}
    studies = _studies(known, said, str(replicates.attrs["reference"]))
    cost, assumed = _cost(known, said)
    answer = research_plan(
        present(replicates, known, said.get("uncertainty", UNCERTAINTY[0])),
        known,
        studies,
        wtp,
        people=people,
        cost=cost,
        study_years=float(said.get("years", _YEARS)),
        alpha=float(said.get("alpha", _ALPHA)),
        power_wanted=float(said.get("power", _POWER)),
        ratio=float(said.get("ratio", 1.0)),
        cost_assumed=assumed,
    )
    curve = power_curve(answer, known, studies, max(2.0 * max(wtp), 1.0))
    return answer | {
        "currency": str(replicates.attrs.get("currency", "")),
        "uncertainty": said.get("uncertainty", UNCERTAINTY[0]),
        "power_curve": {
            "wtp": numbers(curve["wtp"]),
            "power": {str(name): numbers(curve.sel(study=name)) for name in curve["study"].values},
        },
    }


def _from_file(study: Study) -> dict[str, Any]:
    plan = study.next_study
    if plan is None:
        return {}
    told = {name: value for name, value in plan.model_dump().items() if value is not None}
    sizes = sizes_of(plan.sizes)
    return told | {"sizes": sizes} if sizes else {k: v for k, v in told.items() if k != "sizes"}


def _studies(known: Pilot, said: Mapping[str, Any], reference: str) -> list[NextStudy]:
    pilot = known.study.n_clusters or known.study.total
    sizes = said.get("sizes") or _sizes_like(pilot, len(known.study.participants))
    size, lost = said.get("per_cluster"), said.get("dropout")
    ratio = float(said.get("ratio", 1.0))
    return candidates(
        known, sizes, cluster_size=size, dropout=lost, ratio=ratio, reference=reference
    )


def _sizes_like(pilot: int, arms: int) -> list[int]:
    """From the pilot's size, at least two units an arm, to 2.5 times it."""
    first = max(pilot, 2 * arms)
    return np.arange(first, round(_LARGER * first) + 1, max(first // 4, 1)).tolist()


def _cost(known: Pilot, said: Mapping[str, Any]) -> tuple[StudyCost, bool]:
    """Cost of a study, and whether it is the program's illustration."""
    assumed = not any(name in said for name in _ILLUSTRATION)
    amounts = {name: said.get(name, 0.0) for name in _ILLUSTRATION}
    if assumed:
        amounts = dict(_ILLUSTRATION)
        if not known.study.clusters:
            amounts["cost_per_cluster"] = 0.0
    return StudyCost(
        fixed=float(amounts["fixed_cost"]),
        per_cluster=float(amounts["cost_per_cluster"]),
        per_participant=float(amounts["cost_per_person"]),
    ), assumed
