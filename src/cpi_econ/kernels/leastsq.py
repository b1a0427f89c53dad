"""Weighted least squares for many weight vectors at once, from stacked cross-products.

Columns stand in one array: regressors first, then the outcomes. An equation is an array of the
numbers of its regressors. Coefficients of all equations come back on the whole set of regressors,
zero where a regressor is not in the equation.

Replicates stand first in every shape and last in memory, so that a step for all of them runs along
contiguous memory.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.resample import FloatArray

Equation = NDArray[np.intp]

COLLINEAR = 1e-10
"""Share of a regressor's sum of squares left over by the regressors before it, below which it
counts as a linear combination of them."""


@functools.cache
def upper_triangle(q: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Row and column of each entry of an upper triangle, row by row.

    Parameters
    ----------
    q : int
        Rows of the matrix.

    Examples
    --------
    >>> [part.tolist() for part in upper_triangle(2)]
    [[0, 0, 1], [0, 1, 1]]
    """
    first, second = np.triu_indices(q)
    first.flags.writeable = second.flags.writeable = False
    return first, second


def cross_products(weights: FloatArray, columns: FloatArray) -> FloatArray:
    """Weighted sums of products of all pairs of columns, one matrix a replicate.

    Parameters
    ----------
    weights : array, shape (replicates, people)
    columns : array, shape (people, q)

    Returns
    -------
    array, shape (replicates, q, q)

    Examples
    --------
    >>> cross_products(np.ones((1, 2)), np.array([[1.0, 2.0], [1.0, 4.0]])).tolist()
    [[[2.0, 6.0], [6.0, 20.0]]]
    """
    if columns.shape[0] > 50_000:
        return np.stack([columns.T @ (columns * row[:, None]) for row in weights])
    return symmetric(pair_products(columns.T) @ weights.T)


def pair_products(rows: FloatArray) -> FloatArray:
    """Products of all pairs of rows, upper triangle row by row.

    Parameters
    ----------
    rows : array, shape (q, people)

    Returns
    -------
    array, shape (q (q + 1) / 2, people)

    Examples
    --------
    >>> pair_products(np.array([[2.0], [3.0]])).ravel().tolist()
    [4.0, 6.0, 9.0]
    """
    first, second = upper_triangle(len(rows))
    made: FloatArray = rows[first]
    made *= rows[second]
    return made


def symmetric(pairs: FloatArray) -> FloatArray:
    """Full matrices of upper triangles.

    Parameters
    ----------
    pairs : array, shape (q (q + 1) / 2, replicates)
        Upper triangles, row by row.

    Returns
    -------
    array, shape (replicates, q, q)

    Examples
    --------
    >>> symmetric(np.array([[1.0], [2.0], [3.0]])).tolist()
    [[[1.0, 2.0], [2.0, 3.0]]]
    """
    q = int((2 * len(pairs)) ** 0.5)
    first, second = upper_triangle(q)
    matrices = np.empty((q, q, pairs.shape[1]))
    matrices[first, second] = pairs
    matrices[second, first] = pairs
    return matrices.transpose(2, 0, 1)


def solve(normal: FloatArray, right: FloatArray) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Solutions of stacked symmetric systems, leaving out regressors that add nothing.

    Parameters
    ----------
    normal : array, shape (replicates, p, p)
        Symmetric non-negative matrices.
    right : array, shape (replicates, p, m)
        Right-hand sides.

    Returns
    -------
    solution : array, shape (replicates, p, m)
    left_out : array of bool, shape (replicates, p)
        Regressors that are a linear combination of those before them; their coefficients are 0.

    Notes
    -----
    Elimination in the order given, row by row of the upper triangle (Crout), one step for all
    replicates. A small draw of clusters can make a covariate constant; as in most regression
    programs it is then left out, where a plain solve would fail or return noise.

    References
    ----------
    Goodnight (1979), doi:10.1080/00031305.1979.10482685; Golub, Van Loan (2013), Matrix
    Computations, 4.1

    Examples
    --------
    >>> x, out = solve(np.array([[[2.0, 2.0], [2.0, 2.0]]]), np.array([[[4.0], [4.0]]]))
    >>> x.ravel().tolist(), out.tolist()
    ([2.0, 0.0], [[False, True]])
    """
    return _solved(np.concatenate([normal, right], axis=2).transpose(1, 2, 0))


def _solved(systems: FloatArray) -> tuple[FloatArray, NDArray[np.bool_]]:
    """As ``solve``, of matrices and right-hand sides, shape (p, p + m, replicates), used up."""
    work = np.ascontiguousarray(systems)
    p, _, replicates = work.shape
    enough = COLLINEAR * np.diagonal(work[:, :p]).T
    left_out = np.zeros((p, replicates), dtype=bool)
    before = np.empty((p, p, replicates))
    for j in range(p):
        row = work[j, j:]
        if j:
            row -= np.einsum("ir,icr->cr", before[:j, j], work[:j, j:])
        before[j, j:] = row[: p - j]
        left_out[j] = row[0] <= enough[j]
        # a row over infinity is 0, and so is the coefficient
        row[1:] /= np.where(left_out[j], np.inf, row[0])
    solution = work[:, p:]
    for j in range(p - 2, -1, -1):
        solution[j] -= np.einsum("ir,imr->mr", work[j, j + 1 : p], solution[j + 1 :])
    return solution.transpose(2, 0, 1), left_out.T


def ols(
    products: FloatArray, equations: tuple[Equation, ...]
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Least-squares coefficients of each equation in each replicate.

    Parameters
    ----------
    products : array, shape (replicates, p + m, p + m)
        Cross-products of p regressors and m outcomes.
    equations : tuple of m integer arrays
        Numbers of the regressors of each outcome.

    Returns
    -------
    beta : array, shape (replicates, p, m)
    left_out : array of bool, shape (replicates,)
        Whether any regressor was left out.

    Examples
    --------
    >>> data = np.array([[1.0, 0, 3], [1, 1, 5], [1, 2, 7]])
    >>> total = cross_products(np.ones((1, 3)), data)
    >>> ols(total, (np.array([0, 1]),))[0].round(12).ravel().tolist()
    [3.0, 2.0]
    """
    p = products.shape[1] - len(equations)
    beta = np.zeros((p, len(equations), len(products))).transpose(2, 0, 1)
    left_out = np.zeros(len(products), dtype=bool)
    for outcomes in _alike(equations):
        members = equations[outcomes[0]]
        chosen = np.concatenate([members, p + outcomes])
        solution, out = _solved(products.transpose(1, 2, 0)[members[:, None], chosen])
        beta[:, members[:, None], outcomes] = solution
        left_out |= out.any(axis=1)
    return beta, left_out


def _alike(equations: tuple[Equation, ...]) -> list[NDArray[np.intp]]:
    """Numbers of the outcomes that share their regressors, so that they are solved together."""
    groups: dict[bytes, list[int]] = {}
    for outcome, members in enumerate(equations):
        groups.setdefault(members.tobytes(), []).append(outcome)
    return [np.array(group) for group in groups.values()]


def residual_products(products: FloatArray, beta: FloatArray) -> FloatArray:
    """Weighted sums of products of the residuals of the outcomes.

    Parameters
    ----------
    products : array, shape (replicates, p + m, p + m)
    beta : array, shape (replicates, p, m)

    Returns
    -------
    array, shape (replicates, m, m)

    Examples
    --------
    >>> data = np.array([[1.0, 3], [1, 5]])
    >>> total = cross_products(np.ones((1, 2)), data)
    >>> residual_products(total, np.array([[[4.0]]])).tolist()
    [[[2.0]]]
    """
    m = beta.shape[2]
    contrast = np.concatenate([-beta, np.broadcast_to(np.eye(m), (len(beta), m, m))], axis=1)
    products_of_residuals: FloatArray = contrast.transpose(0, 2, 1) @ products @ contrast
    return products_of_residuals
