"""The analysis that a study file asks for, run on its outcomes table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import xarray as xr

from cpi_econ.contracts import ARM, CLUSTER
from cpi_econ.decision.headline_interval import headline_interval
from cpi_econ.decision.moments import chosen_interval
from cpi_econ.errors import Finding
from cpi_econ.evaluation.few_clusters import few_cluster_findings
from cpi_econ.evaluation.missing_data import missing_options
from cpi_econ.study.config import Study
from cpi_econ.uncertainty.balance import weight_findings, weight_summary
from cpi_econ.uncertainty.bootstrap import bootstrap
from cpi_econ.uncertainty.checks import sample_findings
from cpi_econ.uncertainty.design import covariate_names
from cpi_econ.uncertainty.missing import complete_cases
from cpi_econ.uncertainty.overlap import (
    outside_overlap,
    overlap_findings,
    propensity_scores,
)
from cpi_econ.uncertainty.weight_limits import WeightLimits

Progress = Callable[[int, int], None]


def study_replicates(
    study: Study, table: pd.DataFrame, unit: str, jobs: int = 1, progress: Progress | None = None
) -> xr.Dataset:
    """Replicates of one effect of a study, every draw repeating the whole analysis.

    Parameters
    ----------
    study : Study
    table : DataFrame
        Outcomes table.
    unit : str
        Unit of the effect.
    jobs : int
        Workers.
    progress : callable, optional
        Called with the replicates done and to be done.
    """
    plan = study.uncertainty
    replicates = bootstrap(
        table,
        reference=study.reference,
        arms=list(study.arms),
        cluster=CLUSTER if CLUSTER in table and plan.resample != "individuals" else None,
        resample=plan.resample,
        **model_options(study),
        **weight_options(study),
        **missing_options(study, table),
        errors=plan.errors,
        jackknife=plan.interval == "bca",
        studentised=plan.interval == "studentised",
        n_replicates=plan.replicates,
        seed=plan.seed,
        jobs=jobs,
        currency=study.currency,
        effect_unit=unit,
        progress=progress,
    )
    kind = chosen_interval(replicates, plan.interval or headline_interval(replicates), plan.level)
    labels = [study.labels[arm] for arm in replicates[ARM].to_numpy()]
    return replicates.assign_attrs(interval=kind).assign_coords(arm_label=(ARM, labels))


def estimation_findings(study: Study, table: pd.DataFrame, replicates: xr.Dataset) -> list[Finding]:
    """Warnings and notes on the people analysed: units drawn, few clusters, thin weights.

    Parameters
    ----------
    table : DataFrame
        Outcomes table.
    replicates : Dataset
        From `study_replicates`.
    """
    analysed = table
    if study.missing is not None and study.missing.method == "complete_cases":
        analysed = complete_cases(table, _covariates(study), "complete_cases")
    if replicates.attrs["resample"] == "individuals":
        analysed = analysed.drop(columns=CLUSTER, errors="ignore")
    findings = sample_findings(analysed, resample=str(replicates.attrs["resample"]))
    findings += few_cluster_findings(study, table, replicates)
    if study.weights.method != "none":
        summary = weight_summary(
            analysed,
            reference=study.reference,
            categorical=study.adjust.categorical,
            **weight_options(study),
        )
        findings += weight_findings(summary)
        scores = propensity_scores(
            analysed,
            reference=study.reference,
            propensity=list(study.weights.covariates),
            categorical=study.adjust.categorical,
        )
        findings += overlap_findings(outside_overlap(scores))
    return findings


def _covariates(study: Study) -> list[str]:
    adjusted = model_options(study)["adjust"]
    names = [*covariate_names(adjusted), *weight_options(study).get("propensity", ())]
    return list(dict.fromkeys(names))


def model_options(study: Study) -> dict[str, Any]:
    """Options of `bootstrap` from the part ``adjust`` of a study.

    Parameters
    ----------
    study : Study
    """
    adjust = study.adjust
    options: dict[str, Any] = {"categorical": adjust.categorical}
    if adjust.model == "none" or not (adjust.model == "mixed" or adjust.cost or adjust.effect):
        return options | {"model": "none", "adjust": None}
    covariates = {"cost": list(adjust.cost), "effect": list(adjust.effect)}
    kind = {"model": adjust.model, "family": adjust.family, "link": adjust.link}
    return options | {"adjust": covariates} | kind


def weight_options(study: Study) -> dict[str, Any]:
    """Options of `bootstrap` from the part ``weights`` of a study; empty without weights.

    Parameters
    ----------
    study : Study
    """
    weights = study.weights
    if weights.method == "none":
        return {}
    return {
        "weights": weights.method,
        "estimand": weights.estimand or "ATE",
        "propensity": list(weights.covariates),
        "limits": WeightLimits(weights.trim, weights.truncate, weights.stabilised),
    }
