"""Arm means of cost from a generalised linear model, standardised over everyone's covariates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cpi_econ.errors import EstimationError, stop
from cpi_econ.kernels.glm import quasi_likelihood
from cpi_econ.kernels.logit import membership
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.uncertainty.analysis import Analysis

POWERS = {"gaussian": 0, "poisson": 1, "gamma": 2, "two_part": 2}


def least_squares(analysis: Analysis) -> bool:
    """Whether the model of cost is that of `ols`: Gaussian with link identity.

    Parameters
    ----------
    analysis : Analysis
    """
    return analysis.family == "gaussian" and analysis.link == "identity"


def standardised_costs(
    analysis: Analysis,
    weights: FloatArray,
    target: FloatArray,
    added: FloatArray | None = None,
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Mean cost of each arm, had everyone been in that arm, on the standardised scale.

    Parameters
    ----------
    analysis : Analysis
    weights : array, shape (replicates, people)
        Of the fit.
    target : array, shape (replicates, people)
        People over whose covariates predictions are averaged.
    added : array, shape (replicates, people), optional
        Weights of the residuals that augment each arm's mean.

    Returns
    -------
    means : array, shape (replicates, arms)
    left_out : array of bool, shape (replicates,)

    Raises
    ------
    EstimationError
        ``E089`` the model did not converge in a replicate, or a mean is not above 0.

    Notes
    -----
    Predictions are averaged over the covariates of everybody in the replicate, the same for each
    arm (recycled predictions), never over each arm's own people. In a two-part model the prediction
    is the probability of any cost times the mean of cost where there is one.

    References
    ----------
    Barber, Thompson (2004), doi:10.1258/1355819042250249; Basu, Rathouz (2005),
    doi:10.1093/biostatistics/kxh020; Duan, Manning, Morris, Newhouse (1983),
    doi:10.1080/07350015.1983.10509330, for two parts
    """
    regressors = analysis.columns[:, analysis.equations[0]]
    cost = analysis.columns[:, -2] * analysis.scale[0] + analysis.location[0]
    unit = cost.mean() or 1.0
    fitted = weights * (cost > 0) if analysis.family == "two_part" else weights
    beta, left_out, converged = quasi_likelihood(
        fitted,
        regressors,
        np.clip(cost / unit, 0.0, None),
        power=POWERS[analysis.family],
        link=analysis.link,
    )
    _check_fit(analysis, converged)
    n_arms = len(analysis.arms)
    predicted = _predicted(analysis, beta, regressors[:, n_arms:])
    if analysis.family == "two_part":
        predicted *= chance_of_cost(weights, regressors, cost > 0, n_arms)
    means = (predicted @ target[:, :, None])[:, :, 0] / target.sum(axis=1, keepdims=True)
    _check_fit(analysis, (means > 0).all(axis=1) | (analysis.link == "log"))
    if added is not None:
        indicators = regressors[:, :n_arms]
        residuals = cost / unit - predicted[:, analysis.arm, np.arange(analysis.n)]
        means += ((added * residuals) @ indicators) / (added @ indicators)
    means *= unit
    return (means - analysis.location[0]) / analysis.scale[0], left_out


def _predicted(analysis: Analysis, beta: FloatArray, covariates: FloatArray) -> FloatArray:
    """Mean of everybody in every arm, shape (replicates, arms, people)."""
    n_arms = len(analysis.arms)
    added = beta[:, n_arms:] @ covariates.T
    if analysis.link == "identity":
        return beta[:, :n_arms, None] + added[:, None]
    predicted: FloatArray = np.exp(beta[:, :n_arms])[:, :, None] * np.exp(added)[:, None]
    return predicted


def _check_fit(analysis: Analysis, fits: NDArray[np.bool_]) -> None:
    """Raise ``EstimationError`` (``E089``) unless every draw has a model."""
    if fits.all():
        return
    reason, remedy = "as when nobody in an arm has a cost", "ols or sur"
    if analysis.family == "gaussian":
        reason = "as when one cost stands far above all others"
    if analysis.link == "identity":
        reason, remedy = "whose means must all be above 0", "link log, or ols or sur"
    stop(
        EstimationError,
        "E089",
        f"the {analysis.family} model of cost with link {analysis.link} did not converge in "
        f"{int((~fits).sum())} of {len(fits)} draws, {reason}. Use {remedy}.",
    )


def chance_of_cost(
    weights: FloatArray, regressors: FloatArray, positive: NDArray[np.bool_], n_arms: int
) -> FloatArray:
    """Probability of any cost, had everyone been in each arm, from a logistic model.

    Parameters
    ----------
    weights : array, shape (replicates, people)
    regressors : array, shape (people, k)
        Arm indicators, then covariates.
    positive : array of bool, shape (people,)
    n_arms : int

    Returns
    -------
    array, shape (replicates, arms, people)
        1 where everybody has a cost, 0 where nobody has. Where all of an arm have one, as good as
        1 there.

    Examples
    --------
    >>> arms = np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]])
    >>> made = chance_of_cost(np.ones((1, 4)), arms, np.array([True, True, True, False]), 2)
    >>> made[0, :, 0].round(6).tolist()
    [1.0, 0.5]
    """
    n = len(positive)
    if positive.all() or not positive.any():
        return np.full((len(weights), n_arms, n), float(positive.all()))
    moved = [regressors]
    for arm in range(n_arms):
        other = regressors.copy()
        other[:, :n_arms] = np.eye(n_arms)[arm]
        moved.append(other)
    none = np.zeros((len(weights), n * n_arms))
    group = np.concatenate([positive.astype(np.intp), np.zeros(n * n_arms, dtype=np.intp)])
    chance = membership(np.concatenate([weights, none], axis=1), np.concatenate(moved), group)[0]
    return chance[:, 1, n:].reshape(len(weights), n_arms, n)
