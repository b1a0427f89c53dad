"""What is done about missing values decides the run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from cpi_econ.contracts import ARM, COST, EFFECT
from cpi_econ.errors import EstimationError, Finding, raise_all, stop
from cpi_econ.uncertainty.analysis import WHOLE_CLUSTERS, Analysis
from cpi_econ.uncertainty.arms import arm_names
from cpi_econ.uncertainty.checks import check_sample
from cpi_econ.uncertainty.completeness import completeness_model
from cpi_econ.uncertainty.design import design
from cpi_econ.uncertainty.imputation import filled, in_order, model_names
from cpi_econ.uncertainty.imputation_plan import ImputationPlan, check_known, plan_findings
from cpi_econ.uncertainty.imputing import complete_case_means, imputed
from cpi_econ.uncertainty.missing import Missing, complete_cases, known
from cpi_econ.uncertainty.runs import Job, Run, plain_run


def make_run(job: Job, missing: Missing | None, plan: ImputationPlan) -> Run:
    """Run on complete data, complete cases, available cases or imputed data.

    Parameters
    ----------
    job : Job
    missing : {"complete_cases", "impute", "available_cases", "inverse_probability"}, optional
    plan : ImputationPlan

    Notes
    -----
    Without a missing value all of them are the same run, to the bit.
    """
    if missing == "impute":
        raise_all(plan_findings(plan, job.people, job.reference), EstimationError)
    whole = bool(known(job.people, (COST, EFFECT, *job.covariates)).all())
    if missing == "impute" and not whole:
        return imputed(job, plan)
    if missing == "available_cases" and not whole:
        return _available(job)
    if missing == "inverse_probability" and not whole:
        return _inverse_probability(job, plan)
    chosen: Missing | None = "complete_cases" if missing is not None else None
    people = job.people if whole else complete_cases(job.people, job.covariates, chosen)
    return plain_run(_analysis(job, people), job.resample, job.seed)


def _available(job: Job) -> Run:
    """Cost from everybody with a cost, effect from everybody with an effect."""
    has_covariates = known(job.people, job.covariates)
    people = job.people[has_covariates & job.people[[COST, EFFECT]].notna().any(axis=1)]
    people = in_order(people.reset_index(drop=True), job.resample)
    check_known(people, (COST, EFFECT), "estimated")
    made = _analysis(job, filled(people, (COST, EFFECT)))
    available = people[[COST, EFFECT]].notna().to_numpy().astype(np.float64)
    run = plain_run(replace(made, available=available), job.resample, job.seed)
    attrs = {
        "missing": "available_cases",
        "n_cost": int(available[:, 0].sum()),
        "n_effect": int(available[:, 1].sum()),
        "n_complete": int(available.all(axis=1).sum()),
    }
    return replace(run, attrs=attrs, extra=complete_case_means(job, made))


def _inverse_probability(job: Job, plan: ImputationPlan) -> Run:
    """Complete cases stand for everybody, by the inverse of their probability of being complete."""
    names = _observed_names(job, plan)
    people = in_order(job.people, job.resample)
    needed = list(dict.fromkeys([COST, EFFECT, *job.covariates]))
    check_known(people, needed, "estimated")
    made = _analysis(job, filled(people, needed))
    columns = design(
        people, people[ARM].astype(str), list(made.arms), {COST: names}, job.categorical
    ).columns
    seen = known(people, needed).to_numpy()
    model = completeness_model(columns, len(made.arms), seen)
    available = np.repeat(seen[:, None], 2, axis=1).astype(np.float64)
    weighted = replace(made, available=available, observation=model)
    attrs = {
        "missing": "inverse_probability",
        "predictors": ", ".join(names),
        "completeness": model.entered,
        "n_complete": int(seen.sum()),
    }
    extra = complete_case_means(job, made)
    return replace(plain_run(weighted, job.resample, job.seed), attrs=attrs, extra=extra)


def _observed_names(job: Job, plan: ImputationPlan) -> list[str]:
    """Predictors, and those covariates that everybody has; ``E074`` a predictor with gaps."""
    lost = {name: int(job.people[name].isna().sum()) for name in model_names((), plan)}
    findings = [
        Finding(
            "E074",
            f'predictor "{name}" is missing for {count} participants; weights for missing outcomes '
            "need predictors that everybody has. Leave it out, or impute.",
        )
        for name, count in lost.items()
        if count
    ]
    raise_all(findings, EstimationError)
    asked = model_names(job.covariates, plan)
    return [name for name in asked if name in lost or job.people[name].notna().all()]


def _analysis(job: Job, people: pd.DataFrame) -> Analysis:
    check_sample(people, arm_names(job.people), whole_clusters=job.resample in WHOLE_CLUSTERS)
    made = job.prepare(people)
    most = max(len(equation) for equation in made.equations)
    if made.n <= most:
        message = f"{made.n} participants cannot carry {most} coefficients. Use fewer covariates."
        stop(EstimationError, "E079", message)
    return made
