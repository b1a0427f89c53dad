"""Multinomial logistic models by Newton's method, for many weight vectors at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.draws import Draws, Sample, in_one_part, summed
from cpi_econ.kernels.leastsq import cross_products, solve
from cpi_econ.kernels.resample import FloatArray

Regressors = Callable[[slice], FloatArray]
"""Gives the regressors of some people, shape (people, p)."""

_FARTHEST = 3.0
_CLOSE = 1e-9
_STEPS = 40


class Membership(NamedTuple):
    """Fitted model of the group that people are in.

    Parameters
    ----------
    beta : array, shape (replicates, groups - 1, p)
        Coefficients of each group but the first.
    converged : array of bool, shape (replicates,)
        False where regressors separate the groups.
    """

    beta: FloatArray
    converged: NDArray[np.bool_]


def membership(
    weights: FloatArray, regressors: FloatArray, group: NDArray[np.intp]
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Probability of each person to be in each group, given the regressors.

    Parameters
    ----------
    weights : array, shape (replicates, people)
        Not negative; a person of weight 0 still gets a probability.
    regressors : array, shape (people, p)
        With a column of ones.
    group : integer array, shape (people,)
        Group of each person, from 0.

    Returns
    -------
    probability : array, shape (replicates, groups, people)
    converged : array of bool, shape (replicates,)
        False where regressors separate the groups; probabilities are then close to 0 and 1.

    Examples
    --------
    >>> group, ones = np.array([0, 0, 0, 1]), np.ones((4, 1))
    >>> membership(np.ones((1, 4)), ones, group)[0][0, :, 0].round(6).tolist()
    [0.75, 0.25]
    """
    fit = fit_membership(in_one_part(Draws(weights)), regressors.__getitem__, group)
    return probabilities(fit.beta, regressors), fit.converged


def fit_membership(
    sample: Sample,
    regressors: Regressors,
    group: NDArray[np.intp],
    start: FloatArray | None = None,
) -> Membership:
    """Multinomial logistic model of each replicate.

    Parameters
    ----------
    sample : Sample
        Weights are not negative.
    regressors : callable
        With a column of ones.
    group : integer array, shape (people,)
        Group of each person, from 0.
    start : array, shape (groups - 1, p), optional
        Coefficients to start from, such as those of the data as observed; default 0.

    Notes
    -----
    Newton steps, halved where the likelihood falls and shortened where a linear predictor would
    move by more than 3. Collinear regressors are left out in the replicate.

    References
    ----------
    Albert, Anderson (1984), doi:10.1093/biomet/71.1.1, on separation
    """
    if start is None:
        start = np.zeros((int(group.max()), regressors(slice(0, 1)).shape[1]))
    rows = sample.rows
    beta = np.tile(start, (rows, 1, 1))
    before = beta.copy()
    held = np.full(rows, -np.inf)
    converged = np.zeros(rows, dtype=bool)
    going = np.arange(rows)
    for step in range(_STEPS):
        # at first all replicates have the same probabilities, which are worked out once
        height, information, score = _derivatives(
            sample, going, beta[going] if step else start[None], regressors, group
        )
        better = height >= held[going] - _CLOSE * np.abs(height)
        back, on = going[~better], going[better]
        beta[back] = (beta[back] + before[back]) / 2
        held[on], before[on] = height[better], beta[on]
        change = solve(information[better], score[better])[0].reshape(beta[on].shape)
        reach = _reach(sample, regressors, change)
        shorter = np.minimum(1.0, _FARTHEST / np.maximum(reach, _FARTHEST))
        beta[on] += change * shorter[:, None, None]
        converged[on] = reach < _CLOSE
        going = going[~converged[going]]
        if not len(going):
            break
    return Membership(beta, converged)


def probabilities(beta: FloatArray, regressors: FloatArray) -> FloatArray:
    """Probability of each person to be in each group, shape (replicates, groups, people).

    Parameters
    ----------
    beta : array, shape (replicates, groups - 1, p)
    regressors : array, shape (people, p)

    Examples
    --------
    >>> probabilities(np.zeros((1, 1, 1)), np.ones((1, 1))).ravel().tolist()
    [0.5, 0.5]
    """
    return _chances(_predictors(beta, regressors))[0]


def of_own_group(values: FloatArray, group: NDArray[np.intp]) -> FloatArray:
    """Value of the group that each person is in, shape (replicates, people).

    Parameters
    ----------
    values : array, shape (replicates, groups, people)
    group : integer array, shape (people,)

    Examples
    --------
    >>> of_own_group(np.array([[[0.2, 0.3], [0.8, 0.7]]]), np.array([0, 1])).tolist()
    [[0.2, 0.7]]
    """
    if (group == group[0]).all():
        return values[:, group[0]]
    picked: FloatArray = values[:, group, np.arange(len(group))]
    return picked


def _predictors(beta: FloatArray, regressors: FloatArray) -> FloatArray:
    """Linear predictors of all groups, the largest of each person 0."""
    predictor = np.zeros((len(beta), beta.shape[1] + 1, len(regressors)))
    np.matmul(beta, regressors.T, out=predictor[:, 1:])
    predictor -= predictor.max(axis=1, keepdims=True)
    return predictor


def _chances(predictor: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Probabilities, and the sums that the exponentials were divided by."""
    chance = np.exp(predictor)
    total = chance.sum(axis=1)
    chance /= total[:, None]
    return chance, total


def _derivatives(
    sample: Sample,
    going: NDArray[np.intp],
    beta: FloatArray,
    regressors: Regressors,
    group: NDArray[np.intp],
) -> tuple[FloatArray, ...]:
    """Log likelihood, information and score of the replicates that are not done."""
    return summed(
        _of_part(
            counts if len(going) == sample.rows else counts[going],
            beta,
            regressors(people),
            group[people],
        )
        for people, counts in sample.weights()
    )


def _of_part(
    weights: FloatArray, beta: FloatArray, regressors: FloatArray, group: NDArray[np.intp]
) -> tuple[FloatArray, ...]:
    predictor = _predictors(beta, regressors)
    own = of_own_group(predictor, group)
    chance, total = _chances(predictor)
    height = (weights * (own - np.log(total))).sum(axis=1)
    others, p = beta.shape[1:]
    size = others * p
    inside = (group == np.arange(1, others + 1)[:, None]).astype(np.float64)
    information = np.empty((len(weights), others, p, others, p))
    for a in range(others):
        for b in range(a, others):
            variance = chance[:, a + 1] * ((a == b) - chance[:, b + 1])
            part = cross_products(weights * variance, regressors)
            information[:, a, :, b] = part
            information[:, b, :, a] = part
    score = (weights[:, None] * (inside - chance[:, 1:])) @ regressors
    return height, information.reshape(-1, size, size), score.reshape(-1, size, 1)


def _reach(sample: Sample, regressors: Regressors, change: FloatArray) -> FloatArray:
    """Farthest that a change moves a linear predictor of each replicate."""
    reach = np.zeros(len(change))
    for people in sample.people:
        moved = np.abs(change @ regressors(people).T).max(axis=(1, 2), initial=0.0)
        np.maximum(reach, moved, out=reach)
    return reach
