"""Adjusted arm means of cost and effect for given weights, and their analytic covariance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cpi_econ.errors import EstimationError, stop
from cpi_econ.kernels.covariance import regression_covariance
from cpi_econ.kernels.draws import Draws, draw_products
from cpi_econ.kernels.leastsq import ols, small_products
from cpi_econ.kernels.logit import membership
from cpi_econ.kernels.mixed import MixedFit, mixed_model
from cpi_econ.kernels.reml import cluster_sums
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.kernels.sur import sur
from cpi_econ.uncertainty.analysis import Analysis
from cpi_econ.uncertainty.propensity import Balancing, balancing_weights
from cpi_econ.uncertainty.standardised import least_squares, standardised_costs

Flags = NDArray[np.int8]
LEFT_OUT = 1
SEPARATED = 2


def arm_means(analysis: Analysis, weights: FloatArray) -> tuple[FloatArray, Flags]:
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
        the replicate, the same distribution for every arm; with weights, over those of the target
        population.
    flags : integer array, shape (replicates,)
        Sum of ``LEFT_OUT`` where a covariate was collinear in the replicate and left out, and
        ``SEPARATED`` where the covariates of the propensity model separated the arms.

    References
    ----------
    Willan, Briggs, Hoch (2004), doi:10.1002/hec.843
    """
    return draw_means(analysis, Draws(weights))


def draw_means(analysis: Analysis, draws: Draws) -> tuple[FloatArray, Flags]:
    """Mean cost and effect of each arm for drawn copies of people, as ``arm_means``.

    Parameters
    ----------
    analysis : Analysis
    draws : Draws

    Returns
    -------
    means : array, shape (replicates, arms, 2)
    flags : integer array, shape (replicates,)

    References
    ----------
    Lunceford, Davidian (2004), doi:10.1002/sim.1903, for the augmented estimator
    """
    if analysis.available is not None:
        return _available(analysis, analysis.available, draws)
    balancing = _balancing(analysis, draws)
    if balancing is None and analysis.model == "none" and draws.totals is None:
        means = _plain(analysis, draws.counts)
        flags = np.zeros(len(means), dtype=np.int8)
    else:
        means, flags = _modelled(analysis, draws, balancing)
    return means * analysis.scale + analysis.location, flags


def _available(analysis: Analysis, available: FloatArray, draws: Draws) -> tuple[FloatArray, Flags]:
    """Each outcome from the people who have it, weighted where there is a model of having it."""
    whole = replace(analysis, available=None, observation=None)
    counts = [draws.counts * has for has in available.T]
    if analysis.observation is not None:
        seen = available[:, 0].astype(np.intp)
        chance = membership(draws.counts, analysis.observation, seen)[0][:, 1]
        counts = [part / np.maximum(chance, np.finfo(np.float64).tiny ** 0.25) for part in counts]
    first = np.cumsum(analysis.sizes) - analysis.sizes
    empty = sum((np.add.reduceat(part, first, axis=1) == 0).any(axis=1) for part in counts)
    if np.any(empty):
        message = (
            f"in {np.count_nonzero(empty)} of {len(draws.counts)} draws nobody in an arm has a "
            "cost or an effect. Impute missing values, or resample individuals."
        )
        stop(EstimationError, "E127", message)
    parts = [draw_means(whole, Draws(part)) for part in counts]
    means = np.stack([part[0][:, :, number] for number, part in enumerate(parts)], axis=2)
    return means, parts[0][1] | parts[1][1]


def _balancing(analysis: Analysis, draws: Draws) -> Balancing | None:
    if analysis.propensity is None:
        return None
    return balancing_weights(analysis.propensity, analysis.columns, analysis.arm, draws.counts)


def _plain(analysis: Analysis, weights: FloatArray) -> FloatArray:
    values = np.column_stack([analysis.columns[:, -2:], np.ones(analysis.n)])
    means = np.empty((len(weights), len(analysis.arms), 2))
    stop = 0
    for arm, size in enumerate(analysis.sizes):
        start, stop = stop, stop + int(size)
        sums = small_products(weights[:, start:stop], values[start:stop])
        means[:, arm] = sums[:, :2] / sums[:, 2:]
    return means


def _modelled(
    analysis: Analysis, draws: Draws, balancing: Balancing | None
) -> tuple[FloatArray, Flags]:
    """Means of the target population by the model, with weighted residuals added for AIPW."""
    n_arms, columns = len(analysis.arms), analysis.columns
    augmented = analysis.propensity is not None and analysis.propensity.method == "aipw"
    factor = None if balancing is None or augmented else balancing.weight
    if analysis.model == "mixed":
        fit = _mixed(analysis, draws.counts)
        beta, left_out = fit.beta, fit.left_out
    else:
        products = draw_products(draws, columns, factor)
        if balancing is None and analysis.model != "glm":
            return means_of_products(analysis, products)
        beta, left_out = coefficients(analysis, products)
    target = draws.counts if balancing is None else draws.counts * balancing.target
    covariates = target @ columns[:, n_arms:-2] / target.sum(axis=1, keepdims=True)
    means = beta[:, :n_arms] + covariates[:, None, :] @ beta[:, n_arms:]
    if balancing is not None and augmented:
        means += _mean_residuals(draw_products(draws, columns, balancing.weight), beta, n_arms)
    if analysis.model == "glm" and not least_squares(analysis):
        weights = draws.counts if factor is None else draws.counts * factor
        added = draws.counts * balancing.weight if balancing is not None and augmented else None
        means[:, :, 0], also_out = standardised_costs(analysis, weights, target, added)
        left_out = left_out | also_out
    flags = LEFT_OUT * left_out.astype(np.int8)
    if balancing is not None:
        flags += SEPARATED * (~balancing.converged).astype(np.int8)
    return means, flags


def _mixed(analysis: Analysis, weights: FloatArray) -> MixedFit:
    if analysis.clusters is None:
        raise TypeError("model mixed needs clusters")
    data = cluster_sums(analysis.columns, analysis.clusters, weights, whole=analysis.whole_clusters)
    return mixed_model(data, analysis.equations)


def means_of_products(analysis: Analysis, products: FloatArray) -> tuple[FloatArray, Flags]:
    """Means of every arm from cross-products, on the standardised scale, without weights.

    Parameters
    ----------
    analysis : Analysis
    products : array, shape (replicates, p + 2, p + 2)
        Cross-products of arm indicators, covariates and the two outcomes.

    Returns
    -------
    means : array, shape (replicates, arms, 2)
    flags : integer array, shape (replicates,)
    """
    beta, left_out = coefficients(analysis, products)
    n_arms = len(analysis.arms)
    people = np.trace(products[:, :n_arms, :n_arms], axis1=1, axis2=2)
    everyone = products[:, :n_arms, n_arms:-2].sum(axis=1) / people[:, None]
    shift = np.einsum("rc,rcm->rm", everyone, beta[:, n_arms:])
    means = beta[:, :n_arms] + shift[:, None]
    return means, LEFT_OUT * left_out.astype(np.int8)


def _mean_residuals(products: FloatArray, beta: FloatArray, n_arms: int) -> FloatArray:
    """Weighted mean residual of each arm; its indicator picks its people."""
    own = np.diagonal(products, axis1=1, axis2=2)[:, :n_arms, None]
    residuals: FloatArray = products[:, :n_arms, -2:] - products[:, :n_arms, :-2] @ beta
    return residuals / own


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
    classical, or CR1 or CR2 where there are clusters, or that of the mixed model.
    """
    n_arms = len(analysis.arms)
    if analysis.errors == "CR2":
        return analysis.sandwich().covariance
    if analysis.model == "none" and analysis.clusters is None:
        made = _separate(analysis)
    else:
        full = _regression(analysis)
        second = len(analysis.equations[0])
        rows = np.r_[np.arange(n_arms), second + np.arange(n_arms)]
        made = full[np.ix_(rows, rows)]
    scale = np.repeat(analysis.scale, n_arms)
    return made * np.outer(scale, scale)


def _regression(analysis: Analysis) -> FloatArray:
    if analysis.model == "mixed":
        return np.asarray(np.linalg.inv(_mixed(analysis, np.ones((1, analysis.n))).information[0]))
    return regression_covariance(
        analysis.columns,
        analysis.equations,
        joint=analysis.model == "sur",
        clusters=analysis.clusters,
    )


def _separate(analysis: Analysis) -> FloatArray:
    n_arms = len(analysis.arms)
    made = np.zeros((2, n_arms, 2, n_arms))
    edges = np.cumsum(analysis.sizes)[:-1]
    for arm, values in enumerate(np.split(analysis.columns[:, -2:], edges)):
        made[:, arm, :, arm] = np.cov(values, rowvar=False) / len(values)
    return made.reshape(2 * n_arms, 2 * n_arms)
