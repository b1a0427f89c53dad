"""Seemingly unrelated regressions of two outcomes, for many weight vectors at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.leastsq import Equation, ols, residual_products, solve
from cpi_econ.kernels.resample import FloatArray

_PERFECT = 1.0 - 1e-9


def inverse_sigma(sigma: FloatArray) -> FloatArray:
    """Inverses of stacked 2 x 2 residual covariance matrices.

    Parameters
    ----------
    sigma : array, shape (replicates, 2, 2)

    Returns
    -------
    array, shape (replicates, 2, 2)

    Notes
    -----
    Where an outcome is fitted without error, or the residuals of the two are proportional, the
    correlation is taken as 0: the system then falls back on least squares by equation.

    Examples
    --------
    >>> inverse_sigma(np.array([[[4.0, 0.0], [0.0, 16.0]]])).diagonal(0, 1, 2).tolist()
    [[0.25, 0.0625]]
    """
    variance = np.diagonal(sigma, axis1=1, axis2=2)
    spread = np.sqrt(np.where(variance > 0, variance, 1.0))
    correlation = sigma[:, 0, 1] / (spread[:, 0] * spread[:, 1])
    sound = (variance > 0).all(axis=1) & (np.abs(correlation) < _PERFECT)
    correlation = np.where(sound, correlation, 0.0)
    left = 1.0 - correlation**2
    inverse = np.empty_like(sigma)
    inverse[:, [0, 1], [0, 1]] = 1.0 / (spread**2 * left[:, None])
    inverse[:, 0, 1] = -correlation / (spread[:, 0] * spread[:, 1] * left)
    inverse[:, 1, 0] = inverse[:, 0, 1]
    return inverse


def system(
    products: FloatArray, equations: tuple[Equation, ...], omega: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Normal matrix and right-hand side of the stacked equations.

    Parameters
    ----------
    products : array, shape (replicates, p + m, p + m)
    equations : tuple of m integer arrays
    omega : array, shape (replicates, m, m)
        Inverse of the residual covariance.

    Returns
    -------
    normal : array, shape (replicates, k, k)
        k is the number of coefficients of all equations.
    right : array, shape (replicates, k, 1)
    """
    p = products.shape[1] - len(equations)
    members = np.concatenate(equations)
    outcome = np.repeat(np.arange(len(equations)), [len(part) for part in equations])
    normal = omega[:, outcome[:, None], outcome] * products[:, members[:, None], members]
    right = (omega[:, outcome, :] * products[:, members, p:]).sum(axis=2, keepdims=True)
    return normal, right


def sur(
    products: FloatArray, equations: tuple[Equation, ...]
) -> tuple[FloatArray, NDArray[np.bool_]]:
    r"""Coefficients of two seemingly unrelated regressions in each replicate.

    Parameters
    ----------
    products : array, shape (replicates, p + 2, p + 2)
        Cross-products of p regressors and the two outcomes, the outcomes on a like scale.
    equations : tuple of two integer arrays
        Numbers of the regressors of each outcome.

    Returns
    -------
    beta : array, shape (replicates, p, 2)
    left_out : array of bool, shape (replicates,)
        Whether any regressor was left out.

    Notes
    -----
    Feasible generalised least squares in two steps: the residual covariance of least squares by
    equation (divided by n in both), then

    .. math:: \hat\beta = (X'(\Sigma^{-1} \otimes I) X)^{-1} X'(\Sigma^{-1} \otimes I) y .

    With the same regressors in both equations this is least squares by equation.

    References
    ----------
    Zellner (1962), doi:10.1080/01621459.1962.10480664; Willan, Briggs, Hoch (2004),
    doi:10.1002/hec.843

    Examples
    --------
    >>> from cpi_econ.kernels.leastsq import cross_products
    >>> data = np.array([[1.0, 0, 1, 2], [1, 1, 3, 1], [1, 3, 4, 5], [1, 4, 8, 3]])
    >>> total = cross_products(np.ones((1, 4)), data)
    >>> sur(total, (np.array([0, 1]), np.array([0])))[0].shape
    (1, 2, 2)
    """
    beta, left_out = ols(products, equations)
    if np.array_equal(equations[0], equations[1]):
        return beta, left_out
    omega = inverse_sigma(residual_products(products, beta))
    solution, out = solve(*system(products, equations, omega))
    first = len(equations[0])
    beta[:, equations[0], 0] = solution[:, :first, 0]
    beta[:, equations[1], 1] = solution[:, first:, 0]
    return beta, left_out | out.any(axis=1)
