"""Replicates of the arm means of cost and effect: resample, re-estimate, keep the pair."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr

from cpi_econ.contracts import ARM, COST, EFFECT, REPLICATE
from cpi_econ.errors import EstimationError, stop
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.uncertainty.analysis import (
    WHOLE_CLUSTERS,
    Analysis,
    Family,
    Model,
    Resample,
    prepare_analysis,
)
from cpi_econ.uncertainty.blocks import block_work
from cpi_econ.uncertainty.checks import (
    check_not_negative,
    check_sample,
)
from cpi_econ.uncertainty.design import Adjust, covariate_names
from cpi_econ.uncertainty.estimate import SEPARATED, arm_means, covariance
from cpi_econ.uncertainty.jackknife import jackknife_covariance
from cpi_econ.uncertainty.missing import Missing, complete_cases
from cpi_econ.uncertainty.options import check_options, check_weights, defaults, target_arm
from cpi_econ.uncertainty.parallel import Progress, run_blocks
from cpi_econ.uncertainty.people import arm_order, check_people
from cpi_econ.uncertainty.propensity import Estimand, Weighting


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
    weights: Weighting = "none",
    estimand: Estimand = "ATE",
    propensity: Sequence[str] = (),
    missing: Missing | None = None,
    impute: bool = False,
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
        Default ``clusters`` with a cluster, else ``individuals``. ``two_stage`` draws shrunken
        cluster means, then individual residuals; ``bayesian`` gives Dirichlet weights to people, or
        to clusters where there are any; ``none`` is analytic.
    model : {"none", "ols", "sur", "glm"}, optional
        Default ``sur`` with covariates, else ``none``. ``glm`` is a log-link model of cost,
        standardised over everyone's covariates, with least squares for the effect.
    adjust : mapping, optional
        Covariates of ``cost`` and of ``effect``.
    categorical : sequence of str
        Numeric covariates whose values are categories.
    family : {"gamma", "poisson"}
        How the variance of cost grows with its mean under ``glm``.
    weights : {"none", "iptw", "overlap", "aipw"}
        Weighting of people by a propensity model that is refitted in each replicate.
    estimand : {"ATE", "ATT", "ATC"}
        Whose mean is estimated: everybody's, that of the people in the arm that is not the
        reference, or that of the people in the reference. Overlap weights have their own.
    propensity : sequence of str
        Covariates of the propensity model.
    missing : {"complete_cases"}, optional
        Drop participants with a missing value; otherwise a missing value stops the run.
    impute : bool
        Not available in this version.
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
        ``(arm)``. With ``resample="none"`` also ``cov_cost_cost``, ``cov_cost_effect`` and
        ``cov_effect_effect`` on ``(arm, arm_)``; the replicates are then draws from that normal.

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
    resample, model = defaults(resample, model, cluster, adjust)
    check_options(resample, model, family, missing, impute, n_replicates, jobs)
    check_weights(weights, estimand, propensity)
    covariates = covariate_names(adjust)
    if covariates and model == "none":
        stop(EstimationError, "E071", "model none takes no covariates; use sur or ols.")
    covariates = list(dict.fromkeys([*covariates, *propensity]))
    people = check_people(table, cluster, resample, covariates)
    order = arm_order(people, arms, reference)
    target = target_arm(order, reference, estimand)
    people = complete_cases(people, covariates, missing)
    if model == "glm":
        check_not_negative(people)
    check_sample(people, order, whole_clusters=resample in WHOLE_CLUSTERS)
    made = prepare_analysis(
        people,
        resample=resample,
        model=model,
        adjust=adjust,
        categorical=categorical,
        family=family,
        weighting=weights,
        propensity=propensity,
        target=target,
    )
    _check_degrees(made)
    estimate = _observed(made)
    spread = _spread(made) if resample == "none" else None
    work = block_work(made, resample, seed, estimate, spread)
    blocks = run_blocks(work, n_replicates, jobs=jobs, progress=progress)
    draws = np.concatenate([block[0] for block in blocks])
    n_left_out, n_separated = np.sum([block[1] for block in blocks], axis=0).tolist()
    answer = _dataset(made.arms, draws, estimate, spread).sel(arm=order)
    if spread is not None:
        answer = answer.sel(arm_=order)
    return answer.assign_attrs(
        reference=reference,
        currency=currency,
        effect_unit=effect_unit,
        seed=seed,
        resample=resample,
        model=model,
        df=made.df,
        interval="t",
        n_replicates=n_replicates,
        n_participants=made.n,
        weights=weights,
        estimand="ATO" if weights == "overlap" else estimand,
        n_left_out=n_left_out,
        n_separated=n_separated,
    )


def _observed(made: Analysis) -> FloatArray:
    means, flags = arm_means(made, np.ones((1, made.n)))
    if flags[0] & SEPARATED:
        stop(
            EstimationError,
            "E089",
            "covariates of the propensity model separate the arms: for some people one arm is "
            "certain, so nobody in the other arm can stand for them. Use fewer covariates or join "
            "categories.",
        )
    estimate: FloatArray = means[0]
    return estimate


def _spread(made: Analysis) -> FloatArray:
    no_formula = made.model == "glm" or made.propensity is not None
    return jackknife_covariance(made) if no_formula else covariance(made)


def _check_degrees(made: Analysis) -> None:
    most = max(len(equation) for equation in made.equations)
    if made.n <= most:
        stop(
            EstimationError,
            "E079",
            f"{made.n} participants cannot carry {most} coefficients. Use fewer covariates.",
        )


def _dataset(
    arms: tuple[str, ...], draws: FloatArray, estimate: FloatArray, spread: FloatArray | None
) -> xr.Dataset:
    data: dict[str, tuple[tuple[str, ...], FloatArray]] = {}
    for number, name in enumerate((COST, EFFECT)):
        data[name] = ((REPLICATE, ARM), draws[:, :, number])
        data[f"{name}_hat"] = ((ARM,), estimate[:, number])
    if spread is not None:
        cut = len(arms)
        data["cov_cost_cost"] = ((ARM, "arm_"), spread[:cut, :cut])
        data["cov_cost_effect"] = ((ARM, "arm_"), spread[:cut, cut:])
        data["cov_effect_effect"] = ((ARM, "arm_"), spread[cut:, cut:])
    coords = {ARM: list(arms), REPLICATE: np.arange(len(draws))}
    return xr.Dataset(data, coords | ({"arm_": list(arms)} if spread is not None else {}))
