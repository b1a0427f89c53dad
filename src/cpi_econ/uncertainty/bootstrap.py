"""Replicates of the arm means of cost and effect: resample, re-estimate, keep the pair."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd
import xarray as xr

from cpi_econ.kernels.glm import Link
from cpi_econ.uncertainty.analysis import Errors, Family, Model, Resample, prepare_analysis
from cpi_econ.uncertainty.blas_threads import one_thread
from cpi_econ.uncertainty.checks import check_not_negative
from cpi_econ.uncertainty.design import Adjust
from cpi_econ.uncertainty.draw_errors import with_draw_errors
from cpi_econ.uncertainty.imputation_plan import (
    Added,
    Assumption,
    Components,
    Delta,
    ImputationPlan,
    Matching,
    Order,
)
from cpi_econ.uncertainty.make_run import make_run
from cpi_econ.uncertainty.missing import Missing
from cpi_econ.uncertainty.options import (
    adjusted_for,
    check_errors,
    check_family,
    check_options,
    check_weights,
    defaults,
    target_arm,
)
from cpi_econ.uncertainty.parallel import Progress, run_blocks
from cpi_econ.uncertainty.people import arm_order, check_people
from cpi_econ.uncertainty.propensity import Estimand, Weighting
from cpi_econ.uncertainty.run_dataset import dataset, influence_of
from cpi_econ.uncertainty.runs import Job
from cpi_econ.uncertainty.weight_limits import WeightLimits, check_limits

_PREDICTED = ("impute", "inverse_probability")
"""What is done about missing values by means of columns other than outcomes and covariates."""


def bootstrap(
    table: pd.DataFrame,
    *,
    reference: str,
    arms: Sequence[str] | None = None,
    cluster: str | None = None,
    resample: Resample | None = None,
    model: Model | None = None,
    adjust: Adjust | None = None,
    categorical: Sequence[str] = (),
    family: Family = "gamma",
    link: Link = "log",
    weights: Weighting = "none",
    estimand: Estimand = "ATE",
    propensity: Sequence[str] = (),
    limits: WeightLimits | None = None,
    missing: Missing | None = None,
    impute: bool = False,
    order: Order = "impute_in_bootstrap",
    imputations: int = 20,
    predictors: Sequence[str] = (),
    components: Components | None = None,
    added: Added | None = None,
    delta: Delta | None = None,
    assumption: Assumption | None = None,
    matching: Matching = "donors",
    errors: Errors = "CR1",
    jackknife: bool = False,
    studentised: bool = False,
    n_replicates: int = 5000,
    seed: int = 1,
    jobs: int = 1,
    currency: str = "",
    effect_unit: str = "",
    progress: Progress | None = None,
) -> xr.Dataset:
    """Replicates of the mean cost and effect of each arm, and the estimates on the data.

    Parameters
    ----------
    table : DataFrame
        One row a participant: ``participant``, ``arm``, ``cost`` [currency], ``effect`` and
        covariates.
    reference : str
        Arm that the others are compared with.
    arms : sequence of str, optional
        Arms in the order of the answer; default the reference, then the others by name.
    cluster : str, optional
        Column of the cluster, such as the agency.
    resample : {"individuals", "clusters", "two_stage", "bayesian", "none"}, optional
        Default ``two_stage`` with a cluster (``clusters`` under glm and mixed), else
        ``individuals``. ``two_stage`` draws shrunken cluster means, then individual residuals;
        ``bayesian`` gives Dirichlet weights to people, or to clusters where there are any;
        ``none`` is analytic.
    model : {"none", "ols", "sur", "glm", "mixed"}, optional
        Default ``sur`` with covariates, else ``none``. ``glm`` is a generalised linear model
        of cost, standardised over everyone's covariates, with least squares for the effect;
        ``mixed`` has correlated random intercepts of clusters for both.
    adjust : mapping, optional
        Covariates of ``cost`` and of ``effect``.
    categorical : sequence of str
        Numeric covariates whose values are categories.
    family : {"gamma", "poisson", "two_part", "gaussian"}
        How the variance of cost grows with its mean under ``glm``; ``two_part`` is a logistic model
        of any cost times a gamma model of cost where there is one.
    link : {"log", "identity"}
        Scale on which covariates add to the mean of cost under ``glm``; ``identity`` is for gamma
        and gaussian.
    weights : {"none", "iptw", "overlap", "aipw"}
        Weighting of people by a propensity model that is refitted in each replicate.
    estimand : {"ATE", "ATT", "ATC"}
        Whose mean is estimated: everybody's, that of the people in the arm that is not the
        reference, or that of the people in the reference. Overlap weights have their own.
    propensity : sequence of str
        Covariates of the propensity model.
    limits : WeightLimits, optional
        Trimming, truncation and stabilisation of weights.
    missing : {"complete_cases", "impute", "available_cases", "inverse_probability"}, optional
        What is done about missing values; without it they stop the run. Available cases are the
        people with a cost for cost, and those with an effect for the effect. By inverse probability
        complete cases stand for everybody, given the arm, the covariates and ``predictors``.
    impute : bool
        The same as ``missing="impute"``.
    order, imputations, predictors, components, added, delta, assumption, matching
        How values are imputed, see `ImputationPlan`. ``rubin`` is analytic.
    errors : {"CR1", "CR2"}
        Analytic error of clusters; ``CR2`` has Satterthwaite's degrees of freedom.
    jackknife : bool
        Keep what each person, or cluster, does to the means, which interval ``bca`` needs.
    studentised : bool
        Keep the standard error of each draw, which interval ``studentised`` needs.
    n_replicates : int
        Replicates.
    seed : int
        Seed; results do not depend on ``jobs`` nor on the order of rows.
    jobs : int
        Workers.
    currency, effect_unit : str
        Units, kept as attributes.
    progress : callable, optional
        Called with replicates done and in all.

    Returns
    -------
    Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)``, ``cost_hat`` and ``effect_hat`` on
        ``(arm)``; with ``jackknife`` ``cost_influence`` and ``effect_influence`` on
        ``(unit, arm)``. With clusters, least squares and whole data also what interval ``cr2``
        needs (``cr2_covariance``, ``cr2_expected``, ``cr2_square``). With ``resample="none"`` also
        ``cov_cost_cost``, ``cov_cost_effect`` and ``cov_effect_effect`` on ``(arm, arm_)``; the
        replicates are then draws from that normal. Attribute ``interval`` is the interval that
        decisions use where none is named: ``t``, or ``cr2`` with ``errors="CR2"``. `evaluate` names
        ``cr2`` wherever there is one.

    Raises
    ------
    EstimationError
        Every problem of the estimation, with its code.

    References
    ----------
    Davison, Hinkley (1997), Bootstrap Methods and their Application, 3.8; Briggs, Wonderling,
    Mooney (1997), doi:10.1002/(SICI)1099-1050(199707)6:4<327::AID-HEC282>3.0.CO;2-W

    Examples
    --------
    >>> people = pd.DataFrame({"participant": list("abcdef"), "arm": ["low", "high"] * 3,
    ...                        "cost": [1.0, 4.0, 2.0, 5.0, 3.0, 6.0],
    ...                        "effect": [0.1, 0.4, 0.2, 0.3, 0.3, 0.5]})
    >>> made = bootstrap(people, reference="low", n_replicates=100)
    >>> made["cost_hat"].to_series().to_dict()
    {'low': 2.0, 'high': 5.0}
    """
    missing = "impute" if impute else missing
    if order == "rubin" and missing == "impute":
        resample = resample or "none"
    resample, model = defaults(resample, model, cluster, adjust, missing)
    check_options(resample, model, missing, n_replicates, jobs)
    check_family(family, link)
    check_errors(errors, resample, model, cluster)
    check_weights(weights, estimand, propensity, model)
    covariates = [*adjusted_for(model, adjust), *propensity]
    people = check_people(table, cluster, resample, covariates, narrow=missing not in _PREDICTED)
    arms = arm_order(people, arms, reference)
    check_limits(limits or WeightLimits(), len(arms))
    if model == "glm":
        check_not_negative(people, family, link)
    parts = components or {}, added or {}, delta or {}
    plan = ImputationPlan(order, imputations, tuple(predictors), *parts, assumption, matching)
    job = Job(
        people=people,
        covariates=covariates,
        prepare=partial(
            prepare_analysis,
            resample=resample,
            model=model,
            adjust=adjust,
            categorical=categorical,
            family=family,
            link=link,
            weighting=weights,
            propensity=propensity,
            target=target_arm(arms, reference, estimand),
            errors=errors,
            limits=limits,
        ),
        reference=reference,
        resample=resample,
        seed=seed,
        adjust=adjust,
        propensity=propensity,
        categorical=categorical,
    )
    with one_thread():
        run = make_run(job, missing, plan)
        influence = influence_of(run) if jackknife else None
        blocks = run_blocks(run.work, n_replicates, jobs=jobs, size=run.block, progress=progress)
        made = dataset(run, blocks, arms, influence)
        made = with_draw_errors(made, run, job, jobs) if studentised else made
    units = {"reference": reference, "currency": currency, "effect_unit": effect_unit}
    method = {"resample": resample, "model": model, "weights": weights, "seed": seed}
    target = {"estimand": "ATO" if weights == "overlap" else estimand}
    return made.assign_attrs(units | method | target | dict(run.attrs))
