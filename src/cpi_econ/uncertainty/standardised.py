"""Arm means of cost from a generalised linear model, standardised over everyone's covariates."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from cpi_econ.errors import EstimationError, stop
from cpi_econ.kernels.draws import Sample, summed
from cpi_econ.kernels.glm import quasi_likelihood
from cpi_econ.kernels.logit import Regressors, fit_membership, of_own_group, probabilities
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.uncertainty.analysis import Analysis

Predicted = Callable[[slice], FloatArray]

POWERS = {"gaussian": 0, "poisson": 1, "gamma": 2, "two_part": 2}


def least_squares(analysis: Analysis) -> bool:
    """Whether the model of cost is that of `ols`: Gaussian with link identity.

    Parameters
    ----------
    analysis : Analysis
    """
    return analysis.family == "gaussian" and analysis.link == "identity"


def standardised_costs(
    analysis: Analysis, weights: Sample, target: Sample, added: Sample | None = None
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Mean cost of each arm, had everyone been in that arm, on the standardised scale.

    Parameters
    ----------
    analysis : Analysis
    weights : Sample
        Weights of the fit.
    target : Sample
        People over whose covariates predictions are averaged.
    added : Sample, optional
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
    regressors = partial(_regressors, analysis)
    cost = analysis.columns[:, -2] * analysis.scale[0] + analysis.location[0]
    unit = cost.mean() or 1.0
    two_part = analysis.family == "two_part"
    beta, left_out, converged = quasi_likelihood(
        weights.weighted(lambda people, w: w * (cost[people] > 0)) if two_part else weights,
        regressors,
        np.clip(cost / unit, 0.0, None),
        power=POWERS[analysis.family],
        link=analysis.link,
    )
    _check_fit(analysis, converged)
    chance = chance_of_cost(weights, regressors, cost > 0, len(analysis.arms)) if two_part else None

    def predicted(people: slice) -> FloatArray:
        made = _predicted(analysis, beta, regressors(people))
        return made if chance is None else made * chance(people)

    means = _averages(target, predicted)
    if analysis.link != "log":
        _check_fit(analysis, np.all(means > 0, axis=1))
    if added is not None:
        means += _mean_residuals(analysis, added, cost / unit, predicted)
    means *= unit
    return (means - analysis.location[0]) / analysis.scale[0], left_out


def _regressors(analysis: Analysis, people: slice) -> FloatArray:
    return analysis.columns[people][:, analysis.equations[0]]


def _averages(target: Sample, predicted: Predicted) -> FloatArray:
    """Means of predictions over the target population, shape (replicates, arms)."""
    sums, total = summed(
        ((predicted(people) @ weights[:, :, None])[:, :, 0], weights.sum(axis=1, keepdims=True))
        for people, weights in target.weights()
    )
    return sums / total


def _mean_residuals(
    analysis: Analysis, added: Sample, cost: FloatArray, predicted: Predicted
) -> FloatArray:
    """Weighted mean residual of each arm, shape (replicates, arms)."""

    def of_part(people: slice, weights: FloatArray) -> tuple[FloatArray, ...]:
        indicators = analysis.columns[people, : len(analysis.arms)]
        residuals = cost[people] - of_own_group(predicted(people), analysis.arm[people])
        return (weights * residuals) @ indicators, weights @ indicators

    sums, total = summed(of_part(*part) for part in added.weights())
    return sums / total


def _predicted(analysis: Analysis, beta: FloatArray, regressors: FloatArray) -> FloatArray:
    """Mean of everybody in every arm, shape (replicates, arms, people)."""
    n_arms = len(analysis.arms)
    added = beta[:, n_arms:] @ regressors[:, n_arms:].T
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
    weights: Sample, regressors: Regressors, positive: NDArray[np.bool_], n_arms: int
) -> Predicted:
    """Probability of any cost, had everyone been in each arm, from a logistic model.

    Parameters
    ----------
    weights : Sample
    regressors : callable
        Gives arm indicators, then covariates, of some people.
    positive : array of bool, shape (people,)
    n_arms : int

    Returns
    -------
    callable
        Gives the probabilities of some people, shape (replicates, arms, people): 1 where everybody
        has a cost, 0 where nobody has. Where all of an arm have one, as good as 1 there.

    Examples
    --------
    >>> from cpi_econ.kernels.draws import as_observed
    >>> arms = np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]])
    >>> paid = np.array([True, True, True, False])
    >>> made = chance_of_cost(as_observed(4), arms.__getitem__, paid, 2)
    >>> made(slice(0, 1)).ravel().round(6).tolist()
    [1.0, 0.5]
    """
    if positive.all() or not positive.any():
        return lambda people: np.full((1, n_arms, len(positive[people])), float(positive.all()))
    beta = fit_membership(weights, regressors, positive.astype(np.intp)).beta

    def chance(people: slice) -> FloatArray:
        moved = regressors(people).copy()
        made = []
        for arm in np.eye(n_arms):
            moved[:, :n_arms] = arm
            made.append(probabilities(beta, moved)[:, 1])
        return np.stack(made, axis=1)

    return chance
