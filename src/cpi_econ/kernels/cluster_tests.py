"""Tests of a difference between arms that take clusters as units."""

from __future__ import annotations

from itertools import combinations
from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.resample import FloatArray

MOST_ALLOCATIONS = 20_000
_DRAWN = 9_999
_ROWS = 500
_WEBB = np.sqrt(np.array([0.5, 1.0, 1.5]))
_TIE = 1e-9


class Permutation(NamedTuple):
    """Result of a permutation test.

    Parameters
    ----------
    p_value : array, shape (m,)
    n : int
        Allocations looked at.
    exact : bool
        Whether these are all allocations.
    """

    p_value: FloatArray
    n: int
    exact: bool


def permutation_test(
    values: FloatArray, treated: NDArray[np.bool_], rng: np.random.Generator
) -> Permutation:
    """Two-sided p-values of a difference in means of clusters, over allocations of the arm.

    Parameters
    ----------
    values : array, shape (clusters, m)
        Mean of each cluster, for m outcomes.
    treated : array of bool, shape (clusters,)
    rng : Generator
        Used where there are more than 20,000 allocations, of which 9,999 are then drawn.

    References
    ----------
    Fisher (1935), The Design of Experiments; Gail, Mark, Carroll, Green, Pee (1996),
    doi:10.1002/(SICI)1097-0258(19960615)15:11<1069::AID-SIM220>3.0.CO;2-Q

    Examples
    --------
    >>> found = permutation_test(np.array([[1.0], [2], [3], [9]]), np.arange(4) == 3,
    ...                          np.random.default_rng(1))
    >>> found.p_value.tolist(), found.n, found.exact
    ([0.25], 4, True)
    """
    clusters, chosen = len(treated), int(treated.sum())
    exact = comb(clusters, chosen) <= MOST_ALLOCATIONS
    if exact:
        drawn = np.array(list(combinations(range(clusters), chosen)))
    else:
        drawn = rng.random((_DRAWN, clusters)).argpartition(chosen, axis=1)[:, :chosen]
    allocation = np.zeros((len(drawn), clusters))
    np.put_along_axis(allocation, drawn, 1.0, axis=1)
    every = _difference(allocation, values)
    observed = _difference(treated[None].astype(np.float64), values)
    as_far = (np.abs(every) >= np.abs(observed) * (1 - _TIE)).sum(axis=0)
    more = 0 if exact else 1
    return Permutation((as_far + more) / (len(drawn) + more), len(drawn), exact)


def _difference(allocation: FloatArray, values: FloatArray) -> FloatArray:
    size = allocation.sum(axis=1, keepdims=True)
    rest = 1.0 - allocation
    made: FloatArray = allocation @ values / size - rest @ values / rest.sum(axis=1, keepdims=True)
    return made


def wild_cluster_test(
    regressors: FloatArray,
    outcomes: FloatArray,
    clusters: NDArray[np.intp],
    contrast: FloatArray,
    draws: int,
    rng: np.random.Generator,
) -> FloatArray:
    r"""Two-sided p-values of a contrast by the restricted wild cluster bootstrap.

    Parameters
    ----------
    regressors : array, shape (people, k)
    outcomes : array, shape (people, m)
    clusters : integer array, shape (people,)
    contrast : array, shape (k,)
        Tested against 0.
    draws : int
    rng : Generator

    Returns
    -------
    array, shape (m,)

    Notes
    -----
    Residuals under the null hypothesis are multiplied by one of Webb's six weights,
    :math:`\pm\sqrt{.5}, \pm 1, \pm\sqrt{1.5}`, for each cluster; the statistic is the contrast over
    its cluster-robust error.

    References
    ----------
    Cameron, Gelbach, Miller (2008), doi:10.1162/rest.90.3.414; Webb (2023),
    doi:10.1111/caje.12661

    Examples
    --------
    >>> arms, cluster = np.repeat(np.eye(2), 6, axis=0), np.repeat(np.arange(6), 2)
    >>> found = wild_cluster_test(arms, np.arange(12.0)[:, None] % 3, cluster,
    ...                           np.array([1.0, -1.0]), 99, np.random.default_rng(1))
    >>> found.shape
    (1,)
    """
    bread: FloatArray = np.asarray(np.linalg.inv(regressors.T @ regressors), dtype=np.float64)
    project: FloatArray = bread @ regressors.T
    fitted = regressors @ _restricted(bread, project @ outcomes, contrast)
    residuals = outcomes - fitted
    influence: FloatArray = contrast @ project
    groups = np.eye(int(clusters.max()) + 1)[clusters]

    def squared(values: FloatArray) -> FloatArray:
        """Squared statistics, shape (rows,), of outcomes of shape (rows, people)."""
        left = values - (values @ project.T) @ regressors.T
        error = (((left * influence) @ groups) ** 2).sum(axis=1)
        top = (values @ influence) ** 2
        ratio: FloatArray = np.divide(top, error, out=np.zeros_like(top), where=error > 0)
        return ratio

    observed: FloatArray = np.array([squared(column[None])[0] for column in outcomes.T])
    as_far = np.zeros(outcomes.shape[1])
    for start in range(0, draws, _ROWS):
        shape = (min(_ROWS, draws - start), groups.shape[1])
        sign = rng.choice([-1.0, 1.0], size=shape)
        weight = (sign * rng.choice(_WEBB, size=shape)) @ groups.T
        for number, statistic in enumerate(observed):
            made = squared(fitted[:, number] + weight * residuals[:, number])
            as_far[number] += (made >= statistic * (1 - _TIE)).sum()
    p_values: FloatArray = (as_far + 1) / (draws + 1)
    return p_values


def _restricted(bread: FloatArray, beta: FloatArray, contrast: FloatArray) -> FloatArray:
    """Least squares under the hypothesis that the contrast is 0."""
    side = bread @ contrast
    made: FloatArray = beta - np.outer(side / (contrast @ side), contrast @ beta)
    return made
