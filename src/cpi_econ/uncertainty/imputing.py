"""From an incomplete outcomes table to the run of its imputed analysis."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pandas as pd

from cpi_econ.contracts import ARM, COST, EFFECT
from cpi_econ.errors import FindingsError
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.uncertainty.analysis import WHOLE_CLUSTERS, Analysis
from cpi_econ.uncertainty.arm_chains import arm_chains
from cpi_econ.uncertainty.arms import arm_names
from cpi_econ.uncertainty.checks import check_sample
from cpi_econ.uncertainty.completed import Imputer
from cpi_econ.uncertainty.design import design
from cpi_econ.uncertainty.imputation import encode, filled, in_order, model_names
from cpi_econ.uncertainty.imputation_plan import ImputationPlan, check_known
from cpi_econ.uncertainty.imputed_draws import imputed_run
from cpi_econ.uncertainty.missing import known
from cpi_econ.uncertainty.runs import Job, Run, observed_means


def imputed(job: Job, plan: ImputationPlan) -> Run:
    """Run in which missing values are imputed, with the complete-case estimate beside it.

    Parameters
    ----------
    job : Job
    plan : ImputationPlan

    Returns
    -------
    Run

    Raises
    ------
    EstimationError
        ``E127`` fewer than two in an arm have a variable; the checks of the sample.
    """
    imputer, rows = imputer_of(job, plan)
    run = imputed_run(imputer, job.resample, job.seed)
    attrs = _attrs(rows, plan, model_names(job.covariates, plan))
    if run.spread is not None:
        attrs |= {"order": "rubin", "resample": "none"}
    return replace(run, attrs=attrs, extra=complete_case_means(job, imputer.analysis))


def imputer_of(job: Job, plan: ImputationPlan) -> tuple[Imputer, pd.DataFrame]:
    """Everything needed to complete drawn copies of a job's table, and its rows in order.

    Parameters
    ----------
    job : Job
    plan : ImputationPlan

    Raises
    ------
    EstimationError
        As `imputed`.
    """
    people, covariates, resample = job.people, job.covariates, job.resample
    parts = [name for made in plan.components.values() for name in made]
    names = list(dict.fromkeys([COST, EFFECT, *model_names(covariates, plan), *parts]))
    check_known(people, names)
    rows = in_order(people, resample)
    whole = filled(rows, names)
    check_sample(whole, sorted(arm_names(rows)), whole_clusters=resample in WHOLE_CLUSTERS)
    analysis = job.prepare(whole)
    arms = list(analysis.arms)
    made = design(whole, whole[ARM].astype(str), arms, job.adjust, job.categorical, job.propensity)
    encoded = encode(rows, whole, covariates, plan, job.categorical)
    imputer = Imputer(
        analysis=analysis,
        encoded=encoded,
        chains=arm_chains(encoded, rows, analysis.sizes, plan.matching),
        covariates=np.array([encoded.names.index(n) for n in made.names[len(arms) :]], np.intp),
        whole_covariates=bool(known(rows, covariates).all()),
        lost=rows[[COST, EFFECT]].isna().to_numpy(),
        reference=arms.index(job.reference),
        plan=plan,
        shares=_shares(rows, plan),
    )
    return imputer, rows


def _imputed_names(plan: ImputationPlan, predictors: Sequence[str]) -> list[str]:
    """Outcomes, or their components, besides the predictors."""
    named = [name for one in (COST, EFFECT) for name in plan.components.get(one, (one,))]
    return [name for name in named if name not in predictors]


def _shares(rows: pd.DataFrame, plan: ImputationPlan) -> dict[str, tuple[FloatArray, FloatArray]]:
    """Factors of the components of each total, and what is added to them."""
    made = {}
    for outcome, factors in plan.components.items():
        own = [
            rows[one].to_numpy(np.float64) if isinstance(one, str) else np.full(1, float(one))
            for one in factors.values()
        ]
        shared = np.stack(np.broadcast_arrays(*own))
        added = plan.added.get(outcome)
        made[outcome] = (shared, np.zeros(1) if added is None else rows[added].to_numpy(np.float64))
    return made


def _attrs(
    rows: pd.DataFrame, plan: ImputationPlan, predictors: Sequence[str]
) -> dict[str, object]:
    return {
        "missing": "impute",
        "order": plan.order,
        "imputations": plan.imputations,
        "predictors": ", ".join(predictors),
        "parts": ", ".join(_imputed_names(plan, predictors)),
        "matching": plan.matching,
        "assumption": plan.assumption or "at random within arm",
        "imputed_cost": int(rows[COST].isna().sum()),
        "imputed_effect": int(rows[EFFECT].isna().sum()),
        "n_complete": int(known(rows, (COST, EFFECT)).sum()),
    }


def complete_case_means(job: Job, analysis: Analysis) -> dict[str, FloatArray]:
    """Estimates on complete cases, for comparison; NaN where they cannot be had.

    Parameters
    ----------
    job : Job
    analysis : Analysis
        Of the completed table; gives the order of the arms.
    """
    people = job.people
    left = people[known(people, (COST, EFFECT, *job.covariates))].reset_index(drop=True)
    means = np.full((len(analysis.arms), 2), np.nan)
    if left[ARM].nunique() == len(analysis.arms) and left[ARM].value_counts().min() > 1:
        # a covariate constant among complete cases, say: then there is no such estimate
        with suppress(FindingsError):
            made = job.prepare(left)
            means = observed_means(made)[[made.arms.index(arm) for arm in analysis.arms]]
    return {"cost_hat_complete": means[:, 0], "effect_hat_complete": means[:, 1]}
