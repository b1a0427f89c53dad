"""Arm means of cost and effect of any sample of the people who are analysed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from cpi_econ.errors import EstimationError, stop
from cpi_econ.kernels.draws import Draws, Sample, draw_products, in_one_part, summed
from cpi_econ.kernels.logit import fit_membership, probabilities
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.uncertainty.analysis import Analysis
from cpi_econ.uncertainty.modelled_means import Flags, means_of_products, modelled_means


def arm_means(analysis: Analysis, weights: FloatArray) -> tuple[FloatArray, Flags]:
    """Mean cost and effect of each arm for each row of weights, as ``sample_means``.

    Parameters
    ----------
    analysis : Analysis
    weights : array, shape (replicates, people)
    """
    return draw_means(analysis, Draws(weights))


def draw_means(analysis: Analysis, draws: Draws) -> tuple[FloatArray, Flags]:
    """Mean cost and effect of each arm for drawn copies of people, as ``sample_means``.

    Parameters
    ----------
    analysis : Analysis
    draws : Draws
    """
    return sample_means(analysis, in_one_part(draws))


def sample_means(analysis: Analysis, sample: Sample) -> tuple[FloatArray, Flags]:
    """Mean cost and effect of each arm for drawn copies of people.

    Parameters
    ----------
    analysis : Analysis
    sample : Sample
        The data themselves give the estimate.

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
    Willan, Briggs, Hoch (2004), doi:10.1002/hec.843; Lunceford, Davidian (2004),
    doi:10.1002/sim.1903, for the augmented estimator
    """
    if analysis.available is not None:
        return _available(analysis, analysis.available, sample)
    weighted = analysis.propensity is not None
    if not weighted and analysis.model == "none" and sample.copies is None:
        means = _plain(analysis, sample)
        flags = np.zeros(len(means), dtype=np.int8)
    elif weighted or analysis.model in ("mixed", "glm"):
        means, flags = modelled_means(analysis, sample)
    else:
        means, flags = means_of_products(analysis, _products(analysis, sample))
    return means * analysis.scale + analysis.location, flags


def _products(analysis: Analysis, sample: Sample) -> FloatArray:
    """Cross-products of the columns of drawn copies, shape (replicates, p + 2, p + 2)."""
    parts = sample.parts()
    return summed((draw_products(draws, analysis.columns[people]),) for people, draws in parts)[0]


def _available(
    analysis: Analysis, available: FloatArray, sample: Sample
) -> tuple[FloatArray, Flags]:
    """Each outcome from the people who have it, weighted where there is a model of having it."""
    whole = replace(analysis, available=None, observation=None)
    alike = np.array_equal(*available.T)
    samples = [
        sample.weighted(_weight(analysis, available[:, outcome], sample))
        for outcome in range(1 if alike else 2)
    ]
    empty = sum((_people(analysis, one) == 0).any(axis=1) for one in samples)
    if np.any(empty):
        message = (
            f"in {np.count_nonzero(empty)} of {sample.rows} draws nobody in an arm has a "
            "cost or an effect. Impute missing values, or resample individuals."
        )
        stop(EstimationError, "E127", message)
    cost, effect = [sample_means(whole, one) for one in samples] * (2 if alike else 1)
    return np.stack([cost[0][:, :, 0], effect[0][:, :, 1]], axis=2), cost[1] | effect[1]


def _weight(
    analysis: Analysis, available: FloatArray, sample: Sample
) -> Callable[[slice, FloatArray], FloatArray]:
    """Weight of those who have an outcome, by the inverse of its probability where modelled."""
    model = analysis.observation
    if model is None:
        return lambda people, counts: counts * available[people]
    regressors, _, start = model
    seen = available.astype(np.intp)
    fit = fit_membership(sample, regressors.__getitem__, seen, start)

    def weight(people: slice, counts: FloatArray) -> FloatArray:
        chance = probabilities(fit.beta, regressors[people])[:, 1]
        least = np.finfo(np.float64).tiny ** 0.25
        weighted: FloatArray = counts * available[people] / np.maximum(chance, least)
        return weighted

    return weight


def _people(analysis: Analysis, sample: Sample) -> FloatArray:
    """Weight of each arm in each replicate, shape (replicates, arms)."""
    total = np.zeros((sample.rows, len(analysis.arms)))
    for people, weights in sample.weights():
        for arm, inside in _arms_of(analysis, people):
            total[:, arm] += weights[:, inside].sum(axis=1)
    return total


def _plain(analysis: Analysis, sample: Sample) -> FloatArray:
    sums = np.zeros((sample.rows, len(analysis.arms), 3))
    for people, weights in sample.weights():
        outcomes = analysis.columns[people, -2:]
        values = np.column_stack([outcomes, np.ones(len(outcomes))])
        for arm, inside in _arms_of(analysis, people):
            sums[:, arm] += weights[:, inside] @ values[inside]
    return sums[:, :, :2] / sums[:, :, 2:]


def _arms_of(analysis: Analysis, people: slice) -> Iterator[tuple[int, slice]]:
    """Arms that people belong to, and where they stand among them."""
    ends = np.cumsum(analysis.sizes)
    for arm, (size, end) in enumerate(zip(analysis.sizes.tolist(), ends.tolist(), strict=True)):
        first, last = max(people.start, end - size), min(people.stop, end)
        if first < last:
            yield arm, slice(first - people.start, last - people.start)
