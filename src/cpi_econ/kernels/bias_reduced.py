"""Bias-reduced cluster sandwich (CR2) of least squares and its Satterthwaite degrees of freedom."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.leastsq import Equation
from cpi_econ.kernels.resample import FloatArray

_SINGULAR = 1e-10


def cr2_covariance(
    columns: FloatArray, equations: Sequence[Equation], clusters: NDArray[np.intp]
) -> FloatArray:
    r"""Covariance of the coefficients of several least-squares regressions, robust to clusters.

    Parameters
    ----------
    columns : array, shape (people, p + m)
        Regressors, then the outcomes.
    equations : sequence of m integer arrays
        Numbers of the regressors of each outcome.
    clusters : integer array, shape (people,)
        Cluster of each person, from 0.

    Returns
    -------
    array, shape (k, k)
        k is the number of coefficients of all equations, the first outcome's first.

    Notes
    -----
    :math:`B (\sum_g X_g' A_g e_g e_g' A_g X_g) B` with :math:`B = (X'X)^{-1}` and
    :math:`A_g = (I - X_g B X_g')^{-1/2}`: unbiased where errors are independent with one variance.

    References
    ----------
    Bell, McCaffrey (2002), Survey Methodology 28:169-181; Pustejovsky, Tipton (2018),
    doi:10.1080/07350015.2016.1247004

    Examples
    --------
    >>> data = np.array([[1.0, 1], [1, 3], [1, 5]])
    >>> cr2_covariance(data, [np.array([0])], np.arange(3)).round(4).tolist()
    [[1.3333]]
    """
    first = columns.shape[1] - len(equations)
    totals = []
    for number, equation in enumerate(equations):
        regressors, outcome = columns[:, equation], columns[:, first + number]
        bread: FloatArray = np.asarray(np.linalg.inv(regressors.T @ regressors), dtype=np.float64)
        residuals = outcome - regressors @ (bread @ (regressors.T @ outcome))
        adjusted = _adjusted(regressors, bread, clusters)
        scores = _sums(adjusted * residuals[:, None], clusters)
        totals.append(scores @ bread)
    stacked = np.concatenate(totals, axis=1)
    made: FloatArray = stacked.T @ stacked
    return made


def satterthwaite_df(
    regressors: FloatArray, clusters: NDArray[np.intp], contrast: FloatArray
) -> float:
    r"""Degrees of freedom of a contrast of coefficients with its CR2 variance.

    Parameters
    ----------
    regressors : array, shape (people, k)
    clusters : integer array, shape (people,)
    contrast : array, shape (k,)

    Notes
    -----
    :math:`(\mathrm{tr} P)^2 / \mathrm{tr}(P^2)` for the matrix P of the quadratic form of the
    variance, under independent errors with one variance.

    References
    ----------
    Bell, McCaffrey (2002), Survey Methodology 28:169-181; Imbens, Kolesar (2016),
    doi:10.1162/REST_a_00552

    Examples
    --------
    >>> one = np.ones((5, 1))
    >>> round(satterthwaite_df(one, np.arange(5), np.ones(1)), 9)
    4.0
    """
    bread: FloatArray = np.asarray(np.linalg.inv(regressors.T @ regressors), dtype=np.float64)
    adjusted = _adjusted(regressors, bread, clusters)
    weight = adjusted @ (bread @ contrast)
    moved = _sums(regressors * weight[:, None], clusters)
    form = np.diag(np.bincount(clusters, weight**2)) - moved @ bread @ moved.T
    return float(np.trace(form) ** 2 / (form**2).sum())


def _adjusted(regressors: FloatArray, bread: FloatArray, clusters: NDArray[np.intp]) -> FloatArray:
    """Rows of A_g X_g, in the order of the people."""
    made = np.empty_like(regressors)
    for group in range(int(clusters.max()) + 1):
        members = np.flatnonzero(clusters == group)
        inside = regressors[members]
        values, vectors = np.linalg.eigh(np.eye(len(members)) - inside @ bread @ inside.T)
        # a cluster that decides a coefficient alone has no residual there
        root = np.where(values > _SINGULAR, values, np.inf) ** -0.5
        made[members] = (vectors * root) @ (vectors.T @ inside)
    return made


def _sums(values: FloatArray, clusters: NDArray[np.intp]) -> FloatArray:
    """Sums over the people of each cluster."""
    totals = np.zeros((int(clusters.max()) + 1, values.shape[1]))
    np.add.at(totals, clusters, values)
    return totals
