"""Analytic covariance of coefficients of two outcomes, classical or robust to clusters."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.leastsq import Equation, ols, residual_products
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.kernels.sur import inverse_sigma, sur, system


def _single(columns: FloatArray) -> FloatArray:
    return (columns.T @ columns)[None]


def regression_covariance(
    columns: FloatArray,
    equations: tuple[Equation, Equation],
    *,
    joint: bool,
    clusters: NDArray[np.intp] | None = None,
) -> FloatArray:
    r"""Covariance of the coefficients of two regressions, the first outcome's first.

    Parameters
    ----------
    columns : array, shape (people, p + 2)
        Regressors, then the two outcomes.
    equations : tuple of two integer arrays
        Numbers of the regressors of each outcome.
    joint : bool
        Feasible generalised least squares (SUR) instead of least squares by equation.
    clusters : integer array, shape (people,), optional
        Cluster of each person; gives the CR1 sandwich.

    Returns
    -------
    array, shape (k, k)
        k is the number of coefficients of both equations.

    Notes
    -----
    Residual moments of least squares are divided by
    :math:`\sqrt{(n - k_a)(n - k_b)}`. Classical SUR is
    :math:`(X'(\Sigma^{-1} \otimes I)X)^{-1}` with that covariance, as in
    R's systemfit; CR1 multiplies the sandwich by
    :math:`G/(G-1) \cdot (n-1)/\sqrt{(n-k_a)(n-k_b)}`.

    References
    ----------
    Zellner (1962), doi:10.1080/01621459.1962.10480664; Liang, Zeger (1986),
    doi:10.1093/biomet/73.1.13; Cameron, Miller (2015), doi:10.3368/jhr.50.2.317

    Examples
    --------
    >>> data = np.array([[1.0, 1, 2], [1, 3, 2], [1, 5, 5]])
    >>> same = (np.array([0]), np.array([0]))
    >>> regression_covariance(data, same, joint=False).round(4).tolist()
    [[1.3333, 1.0], [1.0, 1.0]]
    """
    products = _single(columns)
    first = ols(products, equations)[0]
    sigma = residual_products(products, first)
    omega = inverse_sigma(sigma) if joint else np.eye(2)[None]
    normal = system(products, equations, omega)[0][0]
    bread = np.linalg.inv(normal)
    count, size = len(columns), np.repeat([len(part) for part in equations], _sizes(equations))
    if clusters is not None:
        beta = sur(products, equations)[0] if joint else first
        scores = _scores(columns, equations, beta[0], omega[0])
        groups = int(clusters.max()) + 1
        factor = groups / (groups - 1) * (count - 1)
        middle = _clustered(scores, clusters)
    elif joint:
        middle, factor = normal, 1.0
    else:
        middle, factor = system(products, equations, sigma)[0][0], 1.0
    spread = np.sqrt(factor / (count - size))
    return np.asarray(bread @ middle @ bread * np.outer(spread, spread))


def _sizes(equations: tuple[Equation, Equation]) -> list[int]:
    return [len(part) for part in equations]


def _scores(
    columns: FloatArray, equations: tuple[Equation, Equation], beta: FloatArray, omega: FloatArray
) -> FloatArray:
    residuals = columns[:, -2:] - columns[:, :-2] @ beta
    weighted = residuals @ omega
    parts = [columns[:, part] * weighted[:, [a]] for a, part in enumerate(equations)]
    return np.concatenate(parts, axis=1)


def _clustered(scores: FloatArray, clusters: NDArray[np.intp]) -> FloatArray:
    """Sum over clusters of the outer product of each cluster's total score."""
    totals = np.zeros((int(clusters.max()) + 1, scores.shape[1]))
    np.add.at(totals, clusters, scores)
    product: FloatArray = totals.T @ totals
    return product
