"""Two outcomes with correlated random intercepts of clusters, for many weight vectors at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.leastsq import Equation, solve
from cpi_econ.kernels.reml import ClusterSums, gram, reml_components
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.kernels.sur import inverse_sigma

_MOST = 0.99


class Components(NamedTuple):
    """Variance components of two outcomes.

    Parameters
    ----------
    between : array, shape (replicates, 2, 2)
        Covariance of the random intercepts of clusters.
    within : array, shape (replicates, 2, 2)
        Covariance of the residuals of people.
    """

    between: FloatArray
    within: FloatArray


class MixedFit(NamedTuple):
    """Fixed effects of a bivariate mixed model.

    Parameters
    ----------
    beta : array, shape (replicates, p, 2)
        Zero where a regressor is not in the equation.
    left_out : array of bool, shape (replicates,)
    information : array, shape (replicates, k, k)
        Inverse of the covariance of the coefficients, the first outcome's first.
    components : Components
    """

    beta: FloatArray
    left_out: NDArray[np.bool_]
    information: FloatArray
    components: Components


def mixed_model(data: ClusterSums, equations: tuple[Equation, Equation]) -> MixedFit:
    r"""Generalised least squares of two outcomes with random intercepts of clusters.

    Parameters
    ----------
    data : ClusterSums
        Regressors, then the two outcomes on a like scale.
    equations : tuple of two integer arrays
        Numbers of the regressors of each outcome.

    Returns
    -------
    MixedFit

    Notes
    -----
    Variances by restricted maximum likelihood of each outcome; the covariance of the residuals, and
    that of the intercepts, by analysis of variance of the residuals. Then, with
    :math:`V_g = I \otimes \Sigma_e + J \otimes \Sigma_u` for the people of cluster g,

    .. math:: \hat\beta = (\sum_g X_g' V_g^{-1} X_g)^{-1} \sum_g X_g' V_g^{-1} y_g .

    With uncorrelated outcomes this is the REML mixed model of each outcome.

    References
    ----------
    Patterson, Thompson (1971), doi:10.1093/biomet/58.3.545; Grieve, Nixon, Thompson (2010),
    doi:10.1177/0272989X09341752; Gomes and others (2012), doi:10.1177/0272989X11418372

    Examples
    --------
    >>> columns = np.array([[1.0, 1, 2], [1, 3, 1], [1, 2, 5], [1, 6, 4]])
    >>> from cpi_econ.kernels.reml import cluster_sums
    >>> data = cluster_sums(columns, np.array([0, 0, 1, 1]), np.ones((1, 4)), whole=True)
    >>> mixed_model(data, (np.array([0]), np.array([0]))).beta.round(6).tolist()
    [[[3.0, 3.0]]]
    """
    p = data.products.shape[1] - 2
    fits = [
        reml_components(data, equation, p + number) for number, equation in enumerate(equations)
    ]
    beta = np.zeros((len(data.products), p, 2))
    for number, equation in enumerate(equations):
        beta[:, equation, number] = fits[number].beta
    components = _joint(data, beta, [fit.between for fit in fits], [fit.within for fit in fits])
    normal, right = _system(data, equations, components)
    solution, out = solve(normal, right)
    first = len(equations[0])
    beta[:, equations[0], 0] = solution[:, :first, 0]
    beta[:, equations[1], 1] = solution[:, first:, 0]
    return MixedFit(beta, np.asarray(out.any(axis=1)), normal, components)


def _joint(
    data: ClusterSums, beta: FloatArray, between: list[FloatArray], within: list[FloatArray]
) -> Components:
    """Covariances from the correlations that an analysis of variance of residuals finds."""
    eye = np.broadcast_to(np.eye(2), (len(beta), 2, 2))
    contrast = np.concatenate([-beta, eye], axis=1)
    total = contrast.transpose(0, 2, 1) @ data.products @ contrast
    sums = data.sums @ contrast
    size = np.where(data.sizes > 0, data.sizes, 1.0)
    people = (data.copies * data.sizes).sum(axis=1)
    clusters = (data.copies * (data.sizes > 0)).sum(axis=1)
    share = sums * (data.copies / size)[:, :, None]
    groups = sums.transpose(0, 2, 1) @ share
    inside = (total - groups) / np.maximum(people - clusters, 1.0)[:, None, None]
    average = people - (data.copies * data.sizes**2).sum(axis=1) / people
    free = np.maximum(clusters - 1.0, 1.0)
    # a draw of one cluster alone says nothing of differences between clusters
    several = (average > 0)[:, None, None]
    apart = (groups / free[:, None, None] - inside) * several
    outside = apart / np.where(several, (average / free)[:, None, None], 1.0)
    return Components(_matrix(between, outside), _matrix(within, inside))


def _matrix(variances: list[FloatArray], moments: FloatArray) -> FloatArray:
    """Covariance with these variances and the correlation of the moments, 0 if there is none."""
    product = moments[:, 0, 0] * moments[:, 1, 1]
    sound = (product > 0) & (moments[:, 0, 0] > 0)
    root = np.sqrt(np.where(sound, product, 1.0))
    correlation = np.where(sound, np.clip(moments[:, 0, 1] / root, -_MOST, _MOST), 0.0)
    made = np.empty_like(moments)
    made[:, 0, 0], made[:, 1, 1] = variances
    made[:, 0, 1] = made[:, 1, 0] = correlation * np.sqrt(variances[0] * variances[1])
    return made


def _system(
    data: ClusterSums, equations: tuple[Equation, Equation], components: Components
) -> tuple[FloatArray, FloatArray]:
    """Normal matrix and right-hand side of the stacked equations."""
    within, between = components.within, components.between
    rows, clusters = len(within), data.copies.shape[1]
    inverse = inverse_sigma(within)
    size = np.broadcast_to(data.sizes, (rows, clusters))
    grouped = within[:, None] + size[:, :, None, None] * between[:, None]
    each = inverse_sigma(grouped.reshape(-1, 2, 2)).reshape(rows, clusters, 2, 2)
    shift = (each - inverse[:, None]) * (data.copies / np.maximum(size, 1e-12))[:, :, None, None]
    p = data.products.shape[1] - 2
    blocks, sides = [], []
    for a in (0, 1):
        parts = [
            inverse[:, a, b, None, None] * data.products + gram(data.sums, shift[:, :, a, b])
            for b in (0, 1)
        ]
        own = equations[a][:, None]
        blocks.append(np.concatenate([parts[b][:, own, equations[b]] for b in (0, 1)], axis=2))
        sides.append(sum(parts[b][:, equations[a], p + b] for b in (0, 1)))
    return np.concatenate(blocks, axis=1), np.concatenate(sides, axis=1)[:, :, None]
