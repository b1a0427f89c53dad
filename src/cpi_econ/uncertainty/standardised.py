"""Arm means of cost from a model with a log link, standardised over everyone's covariates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cpi_econ.errors import EstimationError, stop
from cpi_econ.kernels.glm import log_link
from cpi_econ.kernels.logit import membership
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.uncertainty.analysis import Analysis

POWERS = {"poisson": 1, "gamma": 2, "two_part": 2}


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
        ``E089`` the model did not converge in a replicate.

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
    unit = cost.mean()
    fitted = weights * (cost > 0) if analysis.family == "two_part" else weights
    beta, left_out, converged = log_link(
        fitted, regressors, np.clip(cost / unit, 0.0, None), power=POWERS[analysis.family]
    )
    if not converged.all():
        stop(
            EstimationError,
            "E089",
            f"the {analysis.family} model of cost did not converge in {int((~converged).sum())} of "
            f"{len(converged)} draws, as when nobody in an arm has a cost. Use ols or sur.",
        )
    n_arms = len(analysis.arms)
    factor = np.exp(beta[:, n_arms:] @ regressors[:, n_arms:].T)
    predicted = np.exp(beta[:, :n_arms])[:, :, None] * factor[:, None]
    if analysis.family == "two_part":
        predicted *= chance_of_cost(weights, regressors, cost > 0, n_arms)
    means = (predicted @ target[:, :, None])[:, :, 0] / target.sum(axis=1, keepdims=True)
    if added is not None:
        indicators = regressors[:, :n_arms]
        residuals = cost / unit - predicted[:, analysis.arm, np.arange(analysis.n)]
        means += ((added * residuals) @ indicators) / (added @ indicators)
    means *= unit
    return (means - analysis.location[0]) / analysis.scale[0], left_out


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
        1 where everybody has a cost. Where all of an arm have one, as good as 1 there.

    Examples
    --------
    >>> arms = np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]])
    >>> made = chance_of_cost(np.ones((1, 4)), arms, np.array([True, True, True, False]), 2)
    >>> made[0, :, 0].round(6).tolist()
    [1.0, 0.5]
    """
    n = len(positive)
    if positive.all():
        return np.ones((len(weights), n_arms, n))
    moved = [regressors]
    for arm in range(n_arms):
        other = regressors.copy()
        other[:, :n_arms] = np.eye(n_arms)[arm]
        moved.append(other)
    none = np.zeros((len(weights), n * n_arms))
    group = np.concatenate([positive.astype(np.intp), np.zeros(n * n_arms, dtype=np.intp)])
    chance = membership(np.concatenate([weights, none], axis=1), np.concatenate(moved), group)[0]
    return chance[:, 1, n:].reshape(len(weights), n_arms, n)
