"""Replicates of large studies, part by part of people or from sums of clusters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.draws import Sample
from cpi_econ.kernels.leastsq import pair_products, symmetric
from cpi_econ.kernels.leaves import LEAF
from cpi_econ.kernels.mixed import mixed_model
from cpi_econ.kernels.reml import ClusterSums
from cpi_econ.kernels.resample import BLOCK, FloatArray, resampled_weights, rows_at_once
from cpi_econ.kernels.streaming import people_sample, streamed_sums, unit_sample, unit_sums
from cpi_econ.kernels.twostage import two_stage_sample
from cpi_econ.uncertainty.analysis import Analysis, Resample
from cpi_econ.uncertainty.estimate import sample_means
from cpi_econ.uncertainty.modelled_means import Flags, means_of_fit, means_of_products
from cpi_econ.uncertainty.two_stage_parts import two_stage_parts

Means = tuple[FloatArray, Flags]
Stream = np.random.Generator
Sampler = Callable[[int, Stream], Sample]

LARGE = 2**12
"""People from whom on a study counts as large."""

_BLOCK_DRAWS, _STEP_DRAWS, _LEAST = 2**22, 2**20, 25


def is_large(analysis: Analysis, resample: Resample) -> bool:
    """Whether replicates are drawn part by part of the people.

    Parameters
    ----------
    analysis : Analysis
    resample : {"individuals", "clusters", "two_stage", "bayesian", "none"}

    Notes
    -----
    Not where something needs everybody at once: quantiles of weights, and random intercepts of
    clusters in which people are drawn one by one.
    """
    return (
        analysis.n >= LARGE
        and resample != "none"
        and analysis.in_parts
        and (analysis.model != "mixed" or _by_cluster(analysis))
    )


def block_size(analysis: Analysis, resample: Resample) -> int:
    """Replicates per block.

    Parameters
    ----------
    analysis : Analysis
    resample : {"individuals", "clusters", "two_stage", "bayesian", "none"}

    Notes
    -----
    Fewer of a large study: many blocks keep all workers busy to the end. A function of the number
    of people alone, as are the draws.
    """
    if not is_large(analysis, resample):
        return BLOCK
    step = rows_of_step(analysis, resample)
    return step * max(1, _BLOCK_DRAWS // (step * _entries(analysis, resample)))


def rows_of_step(analysis: Analysis, resample: Resample) -> int:
    """Replicates drawn in one step, so that their counts stay near the processor.

    Parameters
    ----------
    analysis : Analysis
    resample : {"individuals", "clusters", "two_stage", "bayesian", "none"}
    """
    if not is_large(analysis, resample):
        return rows_at_once(analysis.n)
    entries = _entries(analysis, resample)
    most = _STEP_DRAWS // min(entries, LEAF)
    return min(most, max(_LEAST, _BLOCK_DRAWS // entries))


def _entries(analysis: Analysis, resample: Resample) -> int:
    """People, or clusters where their sums are enough, but no fewer than make a study large.

    A mixed model works on the columns of every cluster.
    """
    if not _sums_of_clusters(analysis, resample):
        return analysis.n
    each = analysis.columns.shape[1] if analysis.model == "mixed" else 1
    return max(LARGE, each * sum(len(part) for part in analysis.units))


def _by_cluster(analysis: Analysis) -> bool:
    """Whether some unit that is drawn as a whole has several people."""
    return any(len(part) < size for part, size in zip(analysis.units, analysis.sizes, strict=True))


def _sums_of_clusters(analysis: Analysis, resample: Resample) -> bool:
    """Whether a replicate is a weighted sum of clusters that are summed once."""
    return _by_cluster(analysis) and resample != "two_stage" and _squares(analysis, "mixed")


def _squares(analysis: Analysis, *others: str) -> bool:
    """Whether sums of products of columns are all that the estimate needs."""
    whole = analysis.propensity is None and analysis.available is None
    return whole and analysis.model in ("none", "ols", "sur", *others)


def large_step(analysis: Analysis, resample: Resample) -> Callable[[int, Stream], Means]:
    """Function that draws some replicates of a large study, as ``draw_step`` gives it.

    Parameters
    ----------
    analysis : Analysis
    resample : {"individuals", "clusters", "two_stage", "bayesian"}
    """
    bayesian = resample == "bayesian"
    if _sums_of_clusters(analysis, resample):
        nobody = replace(analysis, columns=analysis.columns[:0], clusters=None)
        return partial(_cluster_step, nobody, _summed_clusters(analysis), bayesian)
    if resample == "two_stage" or _by_cluster(analysis) or not _squares(analysis):
        return partial(_sample_step, analysis, sampler(analysis, resample))
    people = partial(people_sample, analysis.sizes, bayesian=bayesian, scaled=False)
    if analysis.model != "none":
        return partial(_products_step, replace(analysis, units=(), clusters=None), people)
    outcomes = analysis.columns.T[-2:]
    values = np.concatenate([np.ones((1, analysis.n)), outcomes]) if bayesian else outcomes
    return partial(_means_step, values, analysis.sizes, analysis.location, analysis.scale, people)


def sampler(analysis: Analysis, resample: Resample) -> Sampler:
    """Function that draws the people of some replicates part by part.

    Parameters
    ----------
    analysis : Analysis
    resample : {"individuals", "clusters", "two_stage", "bayesian"}

    Returns
    -------
    callable
        Takes a number of replicates and a stream; gives a ``Sample``, no part of which holds people
        of two arms.
    """
    bayesian, units = resample == "bayesian", list(analysis.units)
    if resample == "two_stage":
        return partial(two_stage_sample, *two_stage_parts(analysis), units)
    if _by_cluster(analysis):
        return partial(unit_sample, units, bayesian=bayesian)
    return partial(people_sample, analysis.sizes, bayesian=bayesian)


def _sample_step(analysis: Analysis, sampler: Sampler, rows: int, stream: Stream) -> Means:
    return sample_means(analysis, sampler(rows, stream))


def _means_step(
    values: FloatArray,
    sizes: NDArray[np.int64],
    location: FloatArray,
    scale: FloatArray,
    drawn: Sampler,
    rows: int,
    stream: Stream,
) -> Means:
    """Means of outcomes, shape (2, people), or (3, people) below ones where weights are no counts.

    They are all that a worker is sent.
    """
    sums = streamed_sums(lambda first, end: values[:, first:end], sizes, drawn(rows, stream))
    total = sums[:, :, :-2] if len(values) > 2 else sizes[:, None]
    means = sums[:, :, -2:] / total * scale + location
    return means, np.zeros(rows, dtype=np.int8)


def _products_step(analysis: Analysis, drawn: Sampler, rows: int, stream: Stream) -> Means:
    sums = streamed_sums(partial(_pairs_of_arm, analysis), analysis.sizes, drawn(rows, stream))
    sums *= (analysis.sizes / sums[:, :, 0])[:, :, None]
    products = _of_all_arms(np.stack([symmetric(part.T) for part in sums.transpose(1, 0, 2)]))
    return _in_units(analysis, means_of_products(analysis, products))


def _pairs_of_arm(analysis: Analysis, first: int, end: int) -> FloatArray:
    """Products of a constant, the covariates and the outcomes of some people of one arm."""
    values = analysis.columns.T[len(analysis.arms) - 1 :, first:end].copy()
    values[0] = 1.0
    return pair_products(values)


def _of_all_arms(each: FloatArray) -> FloatArray:
    """Products with an indicator for each arm, from those of every arm with a constant.

    An arm's indicator is 1 for everybody in it, so that it need not be summed.

    Parameters
    ----------
    each : array, shape (arms, replicates, k, k)
    """
    arms, rows, k, _ = each.shape
    made = np.zeros((rows, arms + k - 1, arms + k - 1))
    number = np.arange(arms)
    made[:, number, number] = each[:, :, 0, 0].T
    made[:, :arms, arms:] = each[:, :, 0, 1:].transpose(1, 0, 2)
    made[:, arms:, :arms] = made[:, :arms, arms:].transpose(0, 2, 1)
    made[:, arms:, arms:] = each[:, :, 1:, 1:].sum(axis=0)
    return made


class _Clusters(NamedTuple):
    """What is summed once of each cluster.

    Parameters
    ----------
    pairs : array, shape (clusters, q (q + 1) / 2)
        Sums of products of columns, upper triangle row by row.
    sums : array, shape (clusters, q)
    sizes : array, shape (clusters,)
    """

    pairs: FloatArray
    sums: FloatArray
    sizes: FloatArray


def _summed_clusters(analysis: Analysis) -> _Clusters:
    units, rows = np.concatenate(analysis.units), analysis.columns.T
    pairs = unit_sums(lambda first, end: pair_products(rows[:, first:end]), units)
    sums = unit_sums(lambda first, end: rows[:, first:end], units)
    return _Clusters(pairs, sums, units.astype(np.float64))


def _cluster_step(
    analysis: Analysis, clusters: _Clusters, bayesian: bool, rows: int, stream: Stream
) -> Means:
    units = [np.ones(len(part), dtype=np.int64) for part in analysis.units]
    weights = resampled_weights(units, rows, stream, bayesian=bayesian)
    products = symmetric((weights @ clusters.pairs).T)
    if analysis.model != "mixed":
        return _in_units(analysis, means_of_products(analysis, products))
    data = ClusterSums(products, clusters.sums[None], clusters.sizes[None], weights)
    fit = mixed_model(data, analysis.equations)
    return _in_units(analysis, means_of_fit(analysis, products, fit.beta, fit.left_out))


def _in_units(analysis: Analysis, made: Means) -> Means:
    means, flags = made
    return means * analysis.scale + analysis.location, flags
