"""Arm means by regression, with weights and coefficients fitted to each replicate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.draws import Draws, Sample, draw_products, summed
from cpi_econ.kernels.leastsq import ols
from cpi_econ.kernels.logit import Membership
from cpi_econ.kernels.mixed import MixedFit, mixed_model
from cpi_econ.kernels.reml import cluster_sums
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.kernels.sur import sur
from cpi_econ.uncertainty.analysis import Analysis
from cpi_econ.uncertainty.propensity import Balancing, balancing_weights, fit_propensity
from cpi_econ.uncertainty.standardised import least_squares, standardised_costs

Flags = NDArray[np.int8]
Balance = Callable[[slice, FloatArray], Balancing]
LEFT_OUT = 1
SEPARATED = 2


def modelled_means(analysis: Analysis, sample: Sample) -> tuple[FloatArray, Flags]:
    """Means of the target population by the model, with weighted residuals added for AIPW.

    Parameters
    ----------
    analysis : Analysis
    sample : Sample

    Returns
    -------
    means : array, shape (replicates, arms, 2)
        On the standardised scale.
    flags : integer array, shape (replicates,)

    References
    ----------
    Lunceford, Davidian (2004), doi:10.1002/sim.1903, for the augmented estimator
    """
    n_arms = len(analysis.arms)
    fit, balance = _balance(analysis, sample)
    sums = _sums(analysis, sample, balance)
    if analysis.model == "mixed":
        mixed = fit_mixed(analysis, sample)
        beta, left_out = mixed.beta, mixed.left_out
    else:
        beta, left_out = coefficients(analysis, sums.products)
    means = beta[:, :n_arms] + sums.covariates[:, None, :] @ beta[:, n_arms:]
    if sums.augmenting is not None:
        means += _mean_residuals(sums.augmenting, beta, n_arms)
    if analysis.model == "glm" and not least_squares(analysis):
        means[:, :, 0], also_out = _glm_costs(analysis, sample, balance)
        left_out = left_out | also_out
    flags = LEFT_OUT * left_out.astype(np.int8)
    if fit is not None:
        flags += SEPARATED * (~fit.converged).astype(np.int8)
    return means, flags


def _balance(analysis: Analysis, sample: Sample) -> tuple[Membership | None, Balance | None]:
    """Propensity model of each replicate, and the function that gives its weights."""
    propensity, columns, arm = analysis.propensity, analysis.columns, analysis.arm
    if propensity is None:
        return None, None
    fit = fit_propensity(propensity, columns, arm, sample)

    def balance(people: slice, counts: FloatArray) -> Balancing:
        return balancing_weights(propensity, fit, columns[people], arm[people], counts)

    if len(sample.people) > 1:
        return fit, balance
    ((people, counts),) = sample.weights()
    once = balance(people, counts)
    return fit, lambda people, counts: once  # noqa: ARG005 - there is no other part


class _Sums(NamedTuple):
    """Sums over drawn people.

    Parameters
    ----------
    products : array, shape (replicates, p + 2, p + 2)
        Cross-products for the coefficients.
    augmenting : array, shape (replicates, p + 2, p + 2), optional
        The same with the weights of the residuals that augment the means.
    covariates : array, shape (replicates, p - arms)
        Means over the target population.
    """

    products: FloatArray
    augmenting: FloatArray | None
    covariates: FloatArray


def _sums(analysis: Analysis, sample: Sample, balance: Balance | None) -> _Sums:
    augmented = analysis.propensity is not None and analysis.propensity.method == "aipw"

    def of_part(people: slice, draws: Draws) -> tuple[FloatArray, ...]:
        columns, target, weight = analysis.columns[people], draws.counts, None
        if balance is not None:
            one = balance(people, draws.counts)
            target, weight = target * one.target, one.weight
        products = draw_products(draws, columns, None if augmented else weight)
        covariates = target @ columns[:, len(analysis.arms) : -2]
        total = target.sum(axis=1, keepdims=True)
        if not augmented:
            return products, covariates, total
        return products, covariates, total, draw_products(draws, columns, weight)

    products, covariates, total, *augmenting = summed(of_part(*part) for part in sample.parts())
    return _Sums(products, augmenting[0] if augmented else None, covariates / total)


def _mean_residuals(products: FloatArray, beta: FloatArray, n_arms: int) -> FloatArray:
    """Weighted mean residual of each arm; its indicator picks its people."""
    own = np.diagonal(products, axis1=1, axis2=2)[:, :n_arms, None]
    residuals: FloatArray = products[:, :n_arms, -2:] - products[:, :n_arms, :-2] @ beta
    return residuals / own


def _glm_costs(
    analysis: Analysis, sample: Sample, balance: Balance | None
) -> tuple[FloatArray, NDArray[np.bool_]]:
    plain = replace(sample, copies=None)
    if balance is None or analysis.propensity is None:
        return standardised_costs(analysis, plain, plain)
    weighted = plain.weighted(lambda people, counts: counts * balance(people, counts).weight)
    target = plain.weighted(lambda people, counts: counts * balance(people, counts).target)
    if analysis.propensity.method == "aipw":
        return standardised_costs(analysis, plain, target, weighted)
    return standardised_costs(analysis, weighted, target)


def fit_mixed(analysis: Analysis, sample: Sample) -> MixedFit:
    """Mixed model of each replicate.

    Parameters
    ----------
    analysis : Analysis
        With clusters.
    sample : Sample
    """
    if analysis.clusters is None:
        raise TypeError("model mixed needs clusters")
    weights = np.concatenate([part for _, part in sample.weights()], axis=1)
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
    return means_of_fit(analysis, products, *coefficients(analysis, products))


def means_of_fit(
    analysis: Analysis, products: FloatArray, beta: FloatArray, left_out: NDArray[np.bool_]
) -> tuple[FloatArray, Flags]:
    """Means of every arm over everybody's covariates, for given coefficients.

    Parameters
    ----------
    analysis : Analysis
    products : array, shape (replicates, p + 2, p + 2)
    beta : array, shape (replicates, p, 2)
    left_out : array of bool, shape (replicates,)
    """
    n_arms = len(analysis.arms)
    people = np.trace(products[:, :n_arms, :n_arms], axis1=1, axis2=2)
    everyone = products[:, :n_arms, n_arms:-2].sum(axis=1) / people[:, None]
    shift = np.einsum("rc,rcm->rm", everyone, beta[:, n_arms:])
    means = beta[:, :n_arms] + shift[:, None]
    return means, LEFT_OUT * left_out.astype(np.int8)


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
