"""Restricted maximum likelihood of one outcome with random intercepts, for many weight vectors."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.leastsq import Equation, cross_products, solve
from cpi_econ.kernels.resample import FloatArray

_GRID = np.array([0.0, 0.01, 0.03, 0.07, 0.13, 0.2, 0.3, 0.45, 0.6, 0.75, 0.9, 0.98])
_NARROWED = 16
_GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0


class ClusterSums(NamedTuple):
    """What a random-intercept model needs of the data in each replicate.

    Parameters
    ----------
    products : array, shape (replicates, q, q)
        Cross-products of all columns.
    sums : array, shape (replicates or 1, clusters, q)
        Sums of the columns over the people of each cluster.
    sizes : array, shape (replicates or 1, clusters)
        People in each cluster.
    copies : array, shape (replicates, clusters)
        How often the cluster is drawn; each copy has a random intercept of its own.
    """

    products: FloatArray
    sums: FloatArray
    sizes: FloatArray
    copies: FloatArray


class Reml(NamedTuple):
    """Estimates of one outcome.

    Parameters
    ----------
    beta : array, shape (replicates, k)
    between, within : array, shape (replicates,)
        Variance of the random intercepts, and of the residuals.
    """

    beta: FloatArray
    between: FloatArray
    within: FloatArray


def cluster_sums(
    columns: FloatArray, clusters: NDArray[np.intp], weights: FloatArray, *, whole: bool
) -> ClusterSums:
    """Sums of the columns by cluster in each replicate.

    Parameters
    ----------
    columns : array, shape (people, q)
    clusters : integer array, shape (people,)
        From 0.
    weights : array, shape (replicates, people)
    whole : bool
        Whether weights are copies of whole clusters, else of people within them.

    Examples
    --------
    >>> made = cluster_sums(np.ones((3, 1)), np.array([0, 0, 1]), np.array([[2.0, 2, 0]]),
    ...                     whole=True)
    >>> made.sizes.tolist(), made.copies.tolist(), made.products.ravel().tolist()
    ([[2.0, 1.0]], [[2.0, 0.0]], [4.0])
    """
    number = int(clusters.max()) + 1
    products = cross_products(weights, columns)
    if whole:
        first = np.unique(clusters, return_index=True)[1]
        sums = np.zeros((number, columns.shape[1]))
        for column, part in enumerate(columns.T):
            sums[:, column] = np.bincount(clusters, part, number)
        sizes = np.bincount(clusters, minlength=number).astype(np.float64)
        return ClusterSums(products, sums[None], sizes[None], weights[:, first])
    # people cluster after cluster, so that sums run along neighbours
    order = np.argsort(clusters, kind="stable")
    starts = np.searchsorted(clusters[order], np.arange(number))
    drawn = weights[:, order]
    sizes = np.add.reduceat(drawn, starts, axis=1)
    parts = [np.add.reduceat(drawn * part, starts, axis=1) for part in columns[order].T]
    return ClusterSums(products, np.stack(parts, axis=2), sizes, (sizes > 0).astype(np.float64))


def copied_cluster_sums(
    columns: FloatArray, clusters: NDArray[np.intp], weights: FloatArray, units: int
) -> ClusterSums:
    """Sums by cluster where every copy of a person has values of its own.

    Parameters
    ----------
    columns : array, shape (replicates, q, slots)
    clusters : integer array, shape (replicates, slots)
        Cluster of each copy, from 0.
    weights : array, shape (replicates, slots)
        0 for an empty slot; the same for all people of a cluster.
    units : int
        Number of clusters.

    Examples
    --------
    >>> made = copied_cluster_sums(np.ones((1, 1, 3)), np.array([[0, 1, 1]]), np.ones((1, 3)), 2)
    >>> made.sums.ravel().tolist(), made.sizes.tolist(), made.copies.tolist()
    ([1.0, 2.0], [[1.0, 2.0]], [[1.0, 1.0]])
    """
    rows, q, _ = columns.shape
    cells = (clusters + units * np.arange(rows)[:, None]).ravel()
    inside = (weights > 0).astype(np.float64)

    def total(values: FloatArray) -> FloatArray:
        found = np.bincount(cells, values.ravel(), minlength=rows * units)
        return np.asarray(found, dtype=np.float64).reshape(rows, units)

    products = (columns * weights[:, None]) @ columns.transpose(0, 2, 1)
    sums = np.stack([total(columns[:, one] * inside) for one in range(q)], axis=2)
    sizes = total(inside)
    return ClusterSums(products, sums, sizes, total(weights) / np.maximum(sizes, 1.0))


def gram(sums: FloatArray, factor: FloatArray) -> FloatArray:
    """Sum over clusters of the outer products of their sums, each times its factor.

    Parameters
    ----------
    sums : array, shape (replicates or 1, clusters, q)
    factor : array, shape (replicates, clusters)

    Returns
    -------
    array, shape (replicates, q, q)
    """
    made: FloatArray = (sums * factor[:, :, None]).transpose(0, 2, 1) @ sums
    return made


def reml_components(data: ClusterSums, equation: Equation, outcome: int) -> Reml:
    r"""REML estimates of a regression with a random intercept for each cluster.

    Parameters
    ----------
    data : ClusterSums
    equation : integer array
        Numbers of the regressors.
    outcome : int
        Number of the outcome's column.

    Returns
    -------
    Reml

    Notes
    -----
    The likelihood is profiled over the intraclass correlation :math:`\rho` from 0 to .98: a grid,
    then golden sections around its best point, to about four digits. With
    :math:`\lambda = \rho/(1-\rho)`, :math:`V_g^{-1} = I - \lambda/(1 + n_g \lambda) J`.

    References
    ----------
    Patterson, Thompson (1971), doi:10.1093/biomet/58.3.545
    """
    chosen = np.append(equation, outcome)
    part = data._replace(
        products=data.products[:, chosen[:, None], chosen], sums=data.sums[:, :, chosen]
    )
    last = len(equation)
    alike = part.products[:, :last, :last]
    out = solve(alike, np.zeros((len(alike), last, 1)))[1]
    kept = np.concatenate([~out, np.ones((len(out), 1), bool)], axis=1)
    share = _least(part, kept)
    moments = _moments(part, share, kept)
    root = np.linalg.cholesky(moments)
    beta: FloatArray = solve(moments[:, :last, :last], moments[:, :last, last:])[0][:, :, 0]
    people = (data.copies * data.sizes).sum(axis=1)
    within = root[:, last, last] ** 2 / np.maximum(people - (~out).sum(axis=1), 1.0)
    return Reml(beta, within * share / (1.0 - share), within)


def _moments(data: ClusterSums, share: FloatArray, kept: NDArray[np.bool_]) -> FloatArray:
    """Cross-products weighted by the inverse correlation matrix; columns left out made harmless."""
    ratio = (share / (1.0 - share))[:, None]
    made = data.products - gram(data.sums, data.copies * ratio / (1.0 + data.sizes * ratio))
    made *= kept[:, :, None] & kept[:, None, :]
    number = np.arange(made.shape[1])
    made[:, number, number] += ~kept
    # an outcome fitted without error has a residual variance of 0, whose logarithm is no number
    made[:, -1, -1] += 1e-12 * data.products[:, -1, -1] + np.finfo(np.float64).tiny
    return made


def _criterion(data: ClusterSums, share: FloatArray, kept: NDArray[np.bool_]) -> FloatArray:
    """Minus twice the restricted log likelihood of each replicate, up to a constant."""
    root = np.linalg.cholesky(_moments(data, share, kept))
    logs = np.log(np.diagonal(root, axis1=1, axis2=2))
    people = (data.copies * data.sizes).sum(axis=1)
    ratio = (share / (1.0 - share))[:, None]
    spread = (data.copies * np.log1p(data.sizes * ratio)).sum(axis=1)
    free = people - (kept.sum(axis=1) - 1)
    value: FloatArray = 2 * free * logs[:, -1] + 2 * logs[:, :-1].sum(axis=1) + spread
    return value


def _least(data: ClusterSums, kept: NDArray[np.bool_]) -> FloatArray:
    """Intraclass correlation that minimises the criterion in each replicate."""
    rows = len(kept)
    heights = np.stack([_criterion(data, np.full(rows, point), kept) for point in _GRID])
    best = heights.argmin(axis=0)
    low, high = _GRID[np.maximum(best - 1, 0)], _GRID[np.minimum(best + 1, len(_GRID) - 1)]
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = _criterion(data, left, kept), _criterion(data, right, kept)
    for _ in range(_NARROWED):
        down = at_left < at_right
        low, high = np.where(down, low, left), np.where(down, right, high)
        fresh = np.where(down, high - _GOLDEN * (high - low), low + _GOLDEN * (high - low))
        value = _criterion(data, fresh, kept)
        left, right = np.where(down, fresh, right), np.where(down, left, fresh)
        at_left, at_right = np.where(down, value, at_right), np.where(down, at_left, value)
    found = np.where(at_left < at_right, left, right)
    edge = np.where(best == 0, _GRID[0], np.where(best == len(_GRID) - 1, _GRID[-1], found))
    better = _criterion(data, edge, kept) <= np.minimum(at_left, at_right)
    return np.asarray(np.where(better, edge, found))
