"""Degree in place of arms: costs, effects and net benefit by level of a study's exposure."""

from __future__ import annotations

from typing import Any

from cpi_econ.contracts import ARM, CLUSTER
from cpi_econ.decision.net_benefit import wtp_grid
from cpi_econ.evaluation.person_table import PersonTable
from cpi_econ.result.document import effect_block, number
from cpi_econ.study.config import Study
from cpi_econ.uncertainty.dose_response import dose_response


def exposure_block(study: Study, people: PersonTable, jobs: int = 1) -> dict[str, Any] | None:
    """Block ``exposure`` of ``results.json``; None when the study file names no exposure.

    Parameters
    ----------
    study : Study
    people : PersonTable
        Of the base case.
    jobs : int
        Workers.

    Returns
    -------
    dict or None
        ``column``, ``covariates``, ``reference`` and ``levels`` by the name that stands for an arm,
        ``participants`` by effect, ``within_clusters`` (whether people of a cluster differ in it),
        and ``effects`` as in a scenario.

    Raises
    ------
    EstimationError
        Those of `dose_response`.
    """
    plan = study.exposure
    if plan is None:
        return None
    drawn = study.uncertainty
    cluster = CLUSTER if drawn.resample != "individuals" else None
    blocks: dict[str, Any] = {}
    told: dict[str, Any] = {}
    counts: dict[str, int] = {}
    for name in study.effects:
        table = people.outcomes(study, name)
        made = dose_response(
            table,
            exposure=plan.column,
            doses=plan.at,
            reference=plan.at[0] if plan.reference is None else plan.reference,
            propensity=plan.covariates,
            categorical=study.adjust.categorical,
            cluster=cluster if CLUSTER in table else None,
            truncate=plan.truncate,
            n_replicates=drawn.replicates,
            seed=drawn.seed,
            jobs=jobs,
            currency=study.currency,
            effect_unit=people.effects[name].unit,
        )
        doses = zip(made[ARM].values, made["dose"].values, strict=True)
        told = told or {
            "column": plan.column,
            "covariates": list(plan.covariates),
            "reference": str(made.attrs["reference"]),
            "levels": {str(level): number(dose) for level, dose in doses},
            "within_clusters": _varies(table, plan.column),
        }
        counts[name] = int(made.attrs["n_participants"])
        grid = study.for_effect(name).wtp
        blocks[name] = effect_block(
            made,
            wtp=wtp_grid(grid.from_, grid.to, step=grid.step).tolist(),
            report=grid.report,
            # Neither the jackknife of BCa nor the regression of CR2 is made for levels.
            interval=drawn.interval if drawn.interval in ("percentile", "normal") else "t",
            level=drawn.level,
            population=None,
        )
    return {**told, "participants": counts, "effects": blocks}


def _varies(table: Any, column: str) -> bool | None:
    """Whether people of one cluster have different exposures; None without clusters."""
    if CLUSTER not in table:
        return None
    return bool(table.groupby(CLUSTER)[column].nunique().max() > 1)
