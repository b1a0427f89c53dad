"""Generalised linear models, for many weight vectors at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.draws import Sample
from cpi_econ.kernels.leastsq import cross_products, solve
from cpi_econ.kernels.logit import Regressors
from cpi_econ.kernels.resample import FloatArray

Link = Literal["log", "identity"]

_FARTHEST = 2.0
_CLOSE = 1e-9
_STEPS = 100
_LEAST = 1e-6
_CURVED = 0.001
_FLAT = 0.1


def quasi_likelihood(
    sample: Sample,
    regressors: Regressors,
    outcome: FloatArray,
    *,
    power: int,
    link: Link = "log",
) -> tuple[FloatArray, NDArray[np.bool_], NDArray[np.bool_]]:
    r"""Coefficients of a model of the mean whose variance is a power of the mean.

    Parameters
    ----------
    sample : Sample
    regressors : callable
        Gives the regressors of some people, shape (people, p), with a constant among their sums,
        such as indicators of all arms.
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
    >>> from cpi_econ.kernels.draws import as_observed
    >>> arms = np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]])
    >>> cost = np.array([1.0, 3, 0, 8])
    >>> beta, _, _ = quasi_likelihood(as_observed(4), arms.__getitem__, cost, power=2)
    >>> np.exp(beta).round(6).tolist()
    [[2.0, 4.0]]
    >>> beta, _, _ = quasi_likelihood(
    ...     as_observed(4), arms.__getitem__, cost, power=2, link="identity")
    >>> beta.round(6).tolist()
    [[2.0, 4.0]]
    """
    model = _Model(sample, regressors, outcome, power, link)
    rows = sample.rows
    beta = np.tile(_start(model), (rows, 1))
    before = beta.copy()
    held = np.full(rows, -np.inf)
    left_out = np.zeros(rows, dtype=bool)
    converged = np.zeros(rows, dtype=bool)
    going = np.arange(rows)
    for _ in range(_STEPS):
        found = _derivatives(model, going, beta[going])
        better = found.inside & (found.height >= held[going] - _CLOSE * np.abs(found.height))
        back = going[~better]
        beta[back] = (beta[back] + before[back]) / 2
        on = going[better]
        held[on], before[on] = found.height[better], beta[on]
        normal = _information(model, on, beta[on], found, better)
        inverse, out = solve(normal, np.broadcast_to(np.eye(beta.shape[1]), normal.shape))
        left_out[on] |= out.any(axis=1)
        change = (inverse @ found.score[better][:, :, None])[:, :, 0]
        reach, far = _reach(model, on, beta[on], change)
        beta[on] += change * np.minimum(1.0, _FARTHEST / np.maximum(far, _FARTHEST))[:, None]
        converged[on] = reach < _CLOSE
        going = going[~converged[going]]
        if not len(going):
            break
    return beta, left_out, converged


class _Model(NamedTuple):
    sample: Sample
    regressors: Regressors
    outcome: FloatArray
    power: int
    link: Link


class _Derivatives(NamedTuple):
    """Of each replicate: whether all means are allowed, and sums over people."""

    inside: NDArray[np.bool_]
    height: FloatArray
    score: FloatArray
    expected: FloatArray
    surplus: FloatArray


def _start(model: _Model) -> FloatArray:
    """Coefficients that make every mean 1."""
    p = model.regressors(slice(0, 1)).shape[1]
    if model.link == "log":
        return np.zeros(p)
    normal, right = np.zeros((p, p)), np.zeros(p)
    for people in model.sample.people:
        part = model.regressors(people)
        normal += part.T @ part
        right += part.sum(axis=0)
    return np.asarray(np.linalg.lstsq(normal, right)[0])


def _parts(model: _Model, rows: NDArray[np.intp]) -> Iterator[tuple[slice, FloatArray, FloatArray]]:
    """People of each part, their weights in some replicates, and their regressors."""
    for people, counts in model.sample.weights():
        weights = counts if len(rows) == model.sample.rows else counts[rows]
        yield people, weights, model.regressors(people)


def _derivatives(model: _Model, rows: NDArray[np.intp], beta: FloatArray) -> _Derivatives:
    p = beta.shape[1]
    square = (len(rows), p, p)
    inside, height = np.ones(len(rows), dtype=bool), np.zeros(len(rows))
    score, expected, surplus = np.zeros(beta.shape), np.zeros(square), np.zeros(square)
    for people, weights, regressors in _parts(model, rows):
        mean, allowed = _means(beta @ regressors.T, weights, model.link)
        ratio = model.outcome[people] / mean
        inside &= allowed
        height += _objective(weights, model.outcome[people], mean, model.power)
        working = weights * mean ** ((2 if model.link == "log" else 0) - model.power)
        pull = working * (ratio - 1.0)
        score += (pull if model.link == "log" else pull * mean) @ regressors
        if _stable(model):
            curvature = 1.0 if model.power == 1 else 0.1 + 0.9 * ratio
            surplus += cross_products(working * curvature, regressors)
        else:
            expected += cross_products(working, regressors)
            surplus += cross_products(working * (_exact(model, ratio) - _CURVED), regressors)
    return _Derivatives(inside, height, score, expected, surplus)


def _stable(model: _Model) -> bool:
    """Whether the curvature of every person is positive."""
    return model.link == "log" and model.power > 0


def _exact(model: _Model, ratio: FloatArray) -> FloatArray:
    """Curvature of each person over the expected one."""
    return 2.0 - ratio if model.link == "log" else 2.0 * ratio - 1.0


def _means(
    predictor: FloatArray, weights: FloatArray, link: Link
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Means, and whether all that count in a replicate are above 0."""
    if link == "log":
        return np.exp(predictor), np.ones(len(predictor), dtype=bool)
    mean = np.where(weights > 0, predictor, 1.0)
    inside: NDArray[np.bool_] = np.all(mean > _LEAST, axis=1)
    return np.maximum(mean, _LEAST), inside


def _reach(
    model: _Model, rows: NDArray[np.intp], beta: FloatArray, change: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Farthest that a change moves a linear predictor, and that by which steps are shortened.

    With a log link they are the same; else it is the largest fall of a mean, such that nine tenths
    of the mean count as the farthest.
    """
    reach, far = np.zeros(len(rows)), np.full(len(rows), -np.inf)
    if model.link == "log":
        for people in model.sample.people:
            moved = np.abs(change @ model.regressors(people).T).max(axis=1)
            np.maximum(reach, moved, out=reach)
        return reach, reach
    for _, weights, regressors in _parts(model, rows):
        moved = change @ regressors.T
        mean, _ = _means(beta @ regressors.T, weights, model.link)
        fall = np.where(weights > 0, -moved / mean, 0.0).max(axis=1)
        np.maximum(reach, np.abs(moved).max(axis=1), out=reach)
        np.maximum(far, fall * _FARTHEST / 0.9, out=far)
    return reach, far


def _information(
    model: _Model,
    rows: NDArray[np.intp],
    beta: FloatArray,
    found: _Derivatives,
    better: NDArray[np.bool_],
) -> FloatArray:
    """Second derivative with its sign turned, made positive where it is not.

    For Poisson it is the expected one. For gamma with a log link a tenth of the expected is mixed
    in: the exact one is singular where few outcomes are above 0, the expected one makes steps that
    overshoot where one outcome is far above its mean. Otherwise it need not be positive far from
    the root; people of negative curvature then count as nearly flat.
    """
    surplus = found.surplus[better]
    if _stable(model):
        return surplus
    expected = found.expected[better]
    size = np.sqrt(np.diagonal(expected, axis1=1, axis2=2))
    size = np.where(size > 0, size, 1.0)
    lowest = np.linalg.eigvalsh(surplus / size[:, :, None] / size[:, None])[:, 0]
    made: FloatArray = surplus + _CURVED * expected
    flat = np.flatnonzero(lowest < -_CLOSE)
    if len(flat):
        made[flat] = _flattened(model, rows[flat], beta[flat])
    return made


def _flattened(model: _Model, rows: NDArray[np.intp], beta: FloatArray) -> FloatArray:
    made = np.zeros((len(rows), beta.shape[1], beta.shape[1]))
    for people, weights, regressors in _parts(model, rows):
        mean, _ = _means(beta @ regressors.T, weights, model.link)
        working = weights * mean ** ((2 if model.link == "log" else 0) - model.power)
        exact = _exact(model, model.outcome[people] / mean)
        made += cross_products(working * np.maximum(exact, _FLAT), regressors)
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
