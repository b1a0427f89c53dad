"""Generalised linear models with a log link, for many weight vectors at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.leastsq import cross_products, solve
from cpi_econ.kernels.resample import FloatArray

_FARTHEST = 2.0
_CLOSE = 1e-9
_STEPS = 100


def log_link(
    weights: FloatArray, regressors: FloatArray, outcome: FloatArray, *, power: int
) -> tuple[FloatArray, NDArray[np.bool_], NDArray[np.bool_]]:
    r"""Coefficients of a model whose mean is the exponential of the linear predictor.

    Parameters
    ----------
    weights : array, shape (replicates, people)
    regressors : array, shape (people, p)
    outcome : array, shape (people,)
        Not negative, of mean near 1.
    power : int
        The variance is proportional to this power of the mean: 1 for Poisson, 2 for gamma.

    Returns
    -------
    beta : array, shape (replicates, p)
    left_out : array of bool, shape (replicates,)
        Whether a regressor was collinear in the replicate and left out.
    converged : array of bool, shape (replicates,)

    Notes
    -----
    Solves :math:`\sum_i w_i x_i (y_i - \mu_i) \mu_i^{1 - power} = 0` by Newton steps, halved where
    the quasi-likelihood falls and shortened where a linear predictor would move by more than 2.
    Only mean and variance are assumed, so zeros are allowed.

    References
    ----------
    Wedderburn (1974), doi:10.1093/biomet/61.3.439; Barber, Thompson (2004),
    doi:10.1258/1355819042250249

    Examples
    --------
    >>> arms = np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]])
    >>> beta, _, _ = log_link(np.ones((1, 4)), arms, np.array([1.0, 3, 0, 8]), power=2)
    >>> np.exp(beta).round(6).tolist()
    [[2.0, 4.0]]
    """
    rows, p = len(weights), regressors.shape[1]
    beta, before = np.zeros((rows, p)), np.zeros((rows, p))
    held = np.full(rows, -np.inf)
    left_out = np.zeros(rows, dtype=bool)
    converged = np.zeros(rows, dtype=bool)
    going = np.arange(rows)
    for _ in range(_STEPS):
        mean = np.exp(beta[going] @ regressors.T)
        height = _objective(weights[going], outcome, mean, power)
        better = height >= held[going] - _CLOSE * np.abs(height)
        back = going[~better]
        beta[back] = (beta[back] + before[back]) / 2
        on = going[better]
        held[on], before[on], mean = height[better], beta[on], mean[better]
        working = weights[on] * mean ** (2 - power)
        normal = cross_products(working * _curvature(outcome / mean, power), regressors)
        inverse, out = solve(normal, np.broadcast_to(np.eye(p), normal.shape))
        left_out[on] |= out.any(axis=1)
        score = (working * (outcome / mean - 1.0)) @ regressors
        change = (inverse @ score[:, :, None])[:, :, 0]
        reach = np.abs(change @ regressors.T).max(axis=1)
        beta[on] += change * np.minimum(1.0, _FARTHEST / np.maximum(reach, _FARTHEST))[:, None]
        converged[on] = reach < _CLOSE
        going = going[~converged[going]]
        if not len(going):
            break
    return beta, left_out, converged


def _curvature(ratio: FloatArray, power: int) -> FloatArray | float:
    """Second derivative over that expected; for gamma a tenth of the expected is mixed in.

    The exact one is singular where few outcomes are above 0, the expected one makes steps that
    overshoot where one outcome is far above its mean.
    """
    return 1.0 if power == 1 else 0.1 + 0.9 * ratio


def _objective(
    weights: FloatArray, outcome: FloatArray, mean: FloatArray, power: int
) -> FloatArray:
    """Log quasi-likelihood, concave in the coefficients for both families."""
    terms = outcome * np.log(mean) - mean if power == 1 else -outcome / mean - np.log(mean)
    total: FloatArray = (weights * terms).sum(axis=1)
    return total
