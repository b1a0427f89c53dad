"""Multinomial logistic models by Newton's method, for many weight vectors at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.leastsq import cross_products, solve
from cpi_econ.kernels.resample import FloatArray

_FARTHEST = 3.0
_CLOSE = 1e-9
_STEPS = 40
_MANY = 50_000


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

    Notes
    -----
    Newton steps, halved where the likelihood falls and shortened where a linear predictor would
    move by more than 3. Collinear regressors are left out in the replicate.

    References
    ----------
    Albert, Anderson (1984), doi:10.1093/biomet/71.1.1, on separation

    Examples
    --------
    >>> group, ones = np.array([0, 0, 0, 1]), np.ones((4, 1))
    >>> membership(np.ones((1, 4)), ones, group)[0][0, :, 0].round(6).tolist()
    [0.75, 0.25]
    """
    beta, converged = _coefficients(weights, regressors, group, int(group.max()))
    return _probabilities(beta, regressors, group, weights)[0], converged


def _coefficients(
    weights: FloatArray, regressors: FloatArray, group: NDArray[np.intp], others: int
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Coefficients of each group but the first, and whether they converged."""
    rows = len(weights)
    inside = (group == np.arange(1, others + 1)[:, None]).astype(np.float64)
    beta = np.zeros((rows, others, regressors.shape[1]))
    if len(regressors) > _MANY:
        # every sixteenth person gives a start from which three steps over everybody are enough
        few = slice(None, None, 16)
        start, sound = _coefficients(weights[:, few], regressors[few], group[few], others)
        beta[sound] = start[sound]
    before = beta.copy()
    held = np.full(rows, -np.inf)
    converged = np.zeros(rows, dtype=bool)
    going = np.arange(rows)
    for _ in range(_STEPS):
        chance, height = _probabilities(beta[going], regressors, group, weights[going])
        better = height >= held[going] - _CLOSE * np.abs(height)
        back, on = going[~better], going[better]
        beta[back] = (beta[back] + before[back]) / 2
        held[on], before[on] = height[better], beta[on]
        change = _newton_step(weights[on], regressors, inside, chance[better, 1:])
        reach = np.abs(change @ regressors.T).max(axis=(1, 2), initial=0.0)
        shorter = np.minimum(1.0, _FARTHEST / np.maximum(reach, _FARTHEST))
        beta[on] += change * shorter[:, None, None]
        converged[on] = reach < _CLOSE
        going = going[~converged[going]]
        if not len(going):
            break
    return beta, converged


def _probabilities(
    beta: FloatArray, regressors: FloatArray, group: NDArray[np.intp], weights: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Probabilities of all groups and the log likelihood of each replicate."""
    rows, people = len(beta), len(regressors)
    predictor = np.zeros((rows, beta.shape[1] + 1, people))
    predictor[:, 1:] = beta @ regressors.T
    predictor -= predictor.max(axis=1, keepdims=True)
    total = np.log(np.exp(predictor).sum(axis=1))
    own = predictor[:, group, np.arange(people)] - total
    return np.exp(predictor - total[:, None]), (weights * own).sum(axis=1)


def _newton_step(
    weights: FloatArray, regressors: FloatArray, inside: FloatArray, chance: FloatArray
) -> FloatArray:
    others, p = len(inside), regressors.shape[1]
    information = np.empty((len(weights), others, p, others, p))
    for a in range(others):
        for b in range(a, others):
            variance = chance[:, a] * ((a == b) - chance[:, b])
            part = cross_products(weights * variance, regressors)
            information[:, a, :, b] = part
            information[:, b, :, a] = part
    score = (weights[:, None] * (inside - chance)) @ regressors
    size = others * p
    step, _ = solve(information.reshape(-1, size, size), score.reshape(-1, size, 1))
    return step.reshape(-1, others, p)
