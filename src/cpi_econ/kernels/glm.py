"""Generalised linear models, for many weight vectors at once."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.leastsq import cross_products, solve
from cpi_econ.kernels.resample import FloatArray

Link = Literal["log", "identity"]

_FARTHEST = 2.0
_CLOSE = 1e-9
_STEPS = 100
_LEAST = 1e-6
_CURVED = 0.001
_FLAT = 0.1


def quasi_likelihood(
    weights: FloatArray,
    regressors: FloatArray,
    outcome: FloatArray,
    *,
    power: int,
    link: Link = "log",
) -> tuple[FloatArray, NDArray[np.bool_], NDArray[np.bool_]]:
    r"""Coefficients of a model of the mean whose variance is a power of the mean.

    Parameters
    ----------
    weights : array, shape (replicates, people)
    regressors : array, shape (people, p)
        With a constant among their sums, such as indicators of all arms.
    outcome : array, shape (people,)
        Not negative, of mean near 1.
    power : int
        The variance is proportional to this power of the mean: 0 for Gaussian, 1 for Poisson, 2
        for gamma.
    link : {"log", "identity"}
        The mean is the exponential of the linear predictor, or the linear predictor itself, which
        must then be above 0 for everybody of some weight.

    Returns
    -------
    beta : array, shape (replicates, p)
    left_out : array of bool, shape (replicates,)
        Whether a regressor was collinear in the replicate and left out.
    converged : array of bool, shape (replicates,)

    Notes
    -----
    Solves :math:`\sum_i w_i x_i (y_i - \mu_i) \mu_i'(\eta_i) \mu_i^{-power} = 0` by Newton steps,
    halved where the quasi-likelihood falls, and shortened where a linear predictor would move by
    more than 2 (log) or a mean fall by more than nine tenths of itself (identity). Only mean and
    variance are assumed, so zeros are allowed.

    References
    ----------
    Wedderburn (1974), doi:10.1093/biomet/61.3.439; Barber, Thompson (2004),
    doi:10.1258/1355819042250249

    Examples
    --------
    >>> arms = np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]])
    >>> cost = np.array([1.0, 3, 0, 8])
    >>> beta, _, _ = quasi_likelihood(np.ones((1, 4)), arms, cost, power=2)
    >>> np.exp(beta).round(6).tolist()
    [[2.0, 4.0]]
    >>> quasi_likelihood(np.ones((1, 4)), arms, cost, power=2, link="identity")[0].round(6).tolist()
    [[2.0, 4.0]]
    """
    rows, p = len(weights), regressors.shape[1]
    beta = np.tile(_start(regressors, link), (rows, 1))
    before = beta.copy()
    held = np.full(rows, -np.inf)
    left_out = np.zeros(rows, dtype=bool)
    converged = np.zeros(rows, dtype=bool)
    going = np.arange(rows)
    for _ in range(_STEPS):
        mean, inside = _means(beta[going] @ regressors.T, weights[going], link)
        height = _objective(weights[going], outcome, mean, power)
        better = inside & (height >= held[going] - _CLOSE * np.abs(height))
        back = going[~better]
        beta[back] = (beta[back] + before[back]) / 2
        on = going[better]
        held[on], before[on], mean = height[better], beta[on], mean[better]
        ratio = outcome / mean
        working = weights[on] * mean ** ((2 if link == "log" else 0) - power)
        normal = _information(working, ratio, regressors, power, link)
        inverse, out = solve(normal, np.broadcast_to(np.eye(p), normal.shape))
        left_out[on] |= out.any(axis=1)
        pull = working * (ratio - 1.0)
        score = (pull if link == "log" else pull * mean) @ regressors
        change = (inverse @ score[:, :, None])[:, :, 0]
        moved = change @ regressors.T
        reach = np.abs(moved).max(axis=1)
        far = reach if link == "log" else _descent(moved / mean, weights[on])
        beta[on] += change * np.minimum(1.0, _FARTHEST / np.maximum(far, _FARTHEST))[:, None]
        converged[on] = reach < _CLOSE
        going = going[~converged[going]]
        if not len(going):
            break
    return beta, left_out, converged


def _start(regressors: FloatArray, link: Link) -> FloatArray:
    """Coefficients that make every mean 1."""
    if link == "log":
        return np.zeros(regressors.shape[1])
    return np.asarray(np.linalg.lstsq(regressors, np.ones(len(regressors)))[0])


def _means(
    predictor: FloatArray, weights: FloatArray, link: Link
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Means, and whether all that count in a replicate are above 0."""
    if link == "log":
        return np.exp(predictor), np.ones(len(predictor), dtype=bool)
    mean = np.where(weights > 0, predictor, 1.0)
    inside: NDArray[np.bool_] = np.all(mean > _LEAST, axis=1)
    return np.maximum(mean, _LEAST), inside


def _descent(moved: FloatArray, weights: FloatArray) -> FloatArray:
    """Largest fall of a mean, such that nine tenths of the mean count as the farthest."""
    fall: FloatArray = np.where(weights > 0, -moved, 0.0).max(axis=1)
    return fall * _FARTHEST / 0.9


def _information(
    working: FloatArray, ratio: FloatArray, regressors: FloatArray, power: int, link: Link
) -> FloatArray:
    """Second derivative with its sign turned, made positive where it is not.

    For Poisson it is the expected one. For gamma with a log link a tenth of the expected is mixed
    in: the exact one is singular where few outcomes are above 0, the expected one makes steps that
    overshoot where one outcome is far above its mean. Otherwise it need not be positive far from
    the root; people of negative curvature then count as nearly flat.
    """
    if link == "log" and power > 0:
        curvature = 1.0 if power == 1 else 0.1 + 0.9 * ratio
        return cross_products(working * curvature, regressors)
    exact = 2.0 - ratio if link == "log" else 2.0 * ratio - 1.0
    expected = cross_products(working, regressors)
    surplus = cross_products(working * (exact - _CURVED), regressors)
    size = np.sqrt(np.diagonal(expected, axis1=1, axis2=2))
    size = np.where(size > 0, size, 1.0)
    lowest = np.linalg.eigvalsh(surplus / size[:, :, None] / size[:, None])[:, 0]
    made: FloatArray = surplus + _CURVED * expected
    flat = np.flatnonzero(lowest < -_CLOSE)
    made[flat] = cross_products(working[flat] * np.maximum(exact[flat], _FLAT), regressors)
    return made


def _objective(
    weights: FloatArray, outcome: FloatArray, mean: FloatArray, power: int
) -> FloatArray:
    """Log quasi-likelihood, concave in the coefficients for Poisson and gamma with a log link."""
    if power == 0:
        terms = -((outcome - mean) ** 2) / 2
    elif power == 1:
        terms = outcome * np.log(mean) - mean
    else:
        terms = -outcome / mean - np.log(mean)
    total: FloatArray = (weights * terms).sum(axis=1)
    return total
