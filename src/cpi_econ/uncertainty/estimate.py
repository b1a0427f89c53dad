"""Adjusted arm means of cost and effect for given weights, and their analytic covariance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.covariance import regression_covariance
from cpi_econ.kernels.leastsq import cross_products, ols
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.kernels.sur import sur
from cpi_econ.uncertainty.analysis import Analysis
from cpi_econ.uncertainty.standardised import standardised_costs


def arm_means(analysis: Analysis, weights: FloatArray) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Mean cost and effect of each arm for each row of weights.

    Parameters
    ----------
    analysis : Analysis
    weights : array, shape (replicates, people)
        One row of ones gives the estimate on the data as observed.

    Returns
    -------
    means : array, shape (replicates, arms, 2)
        Cost and effect in their units. With covariates, means over the covariates of everybody in
        the replicate, the same distribution for every arm.
    left_out : array of bool, shape (replicates,)
        Whether a covariate was collinear in the replicate and left out.

    References
    ----------
    Willan, Briggs, Hoch (2004), doi:10.1002/hec.843
    """
    if analysis.model == "none":
        means = _plain(analysis, weights)
        left_out = np.zeros(len(weights), dtype=bool)
    else:
        means, left_out = means_of_products(analysis, cross_products(weights, analysis.columns))
    if analysis.model == "glm":
        means[:, :, 0], also_out = standardised_costs(analysis, weights)
        left_out = left_out | also_out
    return means * analysis.scale + analysis.location, left_out


def _plain(analysis: Analysis, weights: FloatArray) -> FloatArray:
    values = analysis.columns[:, -2:]
    means = np.empty((len(weights), len(analysis.arms), 2))
    stop = 0
    for arm, size in enumerate(analysis.sizes):
        start, stop = stop, stop + int(size)
        inside = weights[:, start:stop]
        means[:, arm] = (inside @ values[start:stop]) / inside.sum(axis=1, keepdims=True)
    return means


def means_of_products(
    analysis: Analysis, products: FloatArray
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Mean cost and effect of each arm from cross-products, on the standardised scale.

    Parameters
    ----------
    analysis : Analysis
    products : array, shape (replicates, p + 2, p + 2)
        Cross-products of arm indicators, covariates and the two outcomes.

    Returns
    -------
    means : array, shape (replicates, arms, 2)
    left_out : array of bool, shape (replicates,)
    """
    beta, left_out = coefficients(analysis, products)
    n_arms = len(analysis.arms)
    people = np.trace(products[:, :n_arms, :n_arms], axis1=1, axis2=2)
    everyone = products[:, :n_arms, n_arms:-2].sum(axis=1) / people[:, None]
    common = everyone[:, None, :] @ beta[:, n_arms:, :]
    return beta[:, :n_arms, :] + common, left_out


def coefficients(analysis: Analysis, products: FloatArray) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Coefficients of the chosen model; without covariates those of the arms are their means.

    Parameters
    ----------
    analysis : Analysis
    products : array, shape (replicates, p + 2, p + 2)

    Returns
    -------
    beta : array, shape (replicates, p, 2)
    left_out : array of bool, shape (replicates,)
    """
    fit = sur if analysis.model == "sur" else ols
    return fit(products, analysis.equations)


def covariance(analysis: Analysis) -> FloatArray:
    """Analytic covariance of the arm means: all costs first, then all effects.

    Parameters
    ----------
    analysis : Analysis

    Returns
    -------
    array, shape (2 arms, 2 arms)

    Notes
    -----
    Unadjusted without clusters: each arm's own variance over its size. Otherwise the regression's:
    classical, or CR1 where there are clusters.
    """
    n_arms = len(analysis.arms)
    if analysis.model == "none" and analysis.clusters is None:
        made = _separate(analysis)
    else:
        full = regression_covariance(
            analysis.columns,
            analysis.equations,
            joint=analysis.model == "sur",
            clusters=analysis.clusters,
        )
        second = len(analysis.equations[0])
        rows = np.r_[np.arange(n_arms), second + np.arange(n_arms)]
        made = full[np.ix_(rows, rows)]
    scale = np.repeat(analysis.scale, n_arms)
    return made * np.outer(scale, scale)


def _separate(analysis: Analysis) -> FloatArray:
    n_arms = len(analysis.arms)
    made = np.zeros((2, n_arms, 2, n_arms))
    edges = np.cumsum(analysis.sizes)[:-1]
    for arm, values in enumerate(np.split(analysis.columns[:, -2:], edges)):
        made[:, arm, :, arm] = np.cov(values, rowvar=False) / len(values)
    return made.reshape(2 * n_arms, 2 * n_arms)
