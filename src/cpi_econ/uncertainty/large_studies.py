"""Replicates of large studies, part by part of people or from sums of clusters."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

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
    if _sums_of_clusters(analysis, resample):
        return partial(_cluster_step, analysis, _cluster_sums(analysis), resample == "bayesian")
    people = resample in ("individuals", "bayesian") and not _by_cluster(analysis)
    step = _people_step if people and _squares(analysis) else _sample_step
    return partial(step, analysis, sampler(analysis, resample))


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


def _people_step(analysis: Analysis, sampler: Sampler, rows: int, stream: Stream) -> Means:
    """Sums by arm, in which an arm's indicator is 1 for everybody."""
    sample = sampler(rows, stream)
    if analysis.model != "none":
        sums = streamed_sums(partial(_pairs, analysis), analysis.sizes, sample).sum(axis=1)
        return _adjusted(analysis, sums)
    sums = streamed_sums(partial(_outcomes, analysis), analysis.sizes, sample)
    return _in_units(analysis, (sums / analysis.sizes[:, None], np.zeros(rows, dtype=np.int8)))


def _cluster_sums(analysis: Analysis) -> ClusterSums:
    """Products, sums and sizes of each cluster, as if each were a replicate of its own."""
    units = np.concatenate(analysis.units)
    products = unit_sums(partial(_pairs, analysis), units)
    sums = unit_sums(lambda first, end: analysis.columns[first:end].T, units)
    return ClusterSums(products, sums[None], units[None].astype(np.float64), np.ones((1, 1)))


def _cluster_step(
    analysis: Analysis, clusters: ClusterSums, bayesian: bool, rows: int, stream: Stream
) -> Means:
    units = [np.ones(len(part), dtype=np.int64) for part in analysis.units]
    weights = resampled_weights(units, rows, stream, bayesian=bayesian)
    pairs = weights @ clusters.products
    if analysis.model != "mixed":
        return _adjusted(analysis, pairs)
    products = symmetric(pairs.T)
    data = clusters._replace(products=products, copies=weights)
    fit = mixed_model(data, analysis.equations)
    return _in_units(analysis, means_of_fit(analysis, products, fit.beta, fit.left_out))


def _adjusted(analysis: Analysis, pairs: FloatArray) -> Means:
    return _in_units(analysis, means_of_products(analysis, symmetric(pairs.T)))


def _in_units(analysis: Analysis, made: Means) -> Means:
    means, flags = made
    return means * analysis.scale + analysis.location, flags


def _outcomes(analysis: Analysis, first: int, end: int) -> FloatArray:
    return analysis.columns[first:end, -2:].T


def _pairs(analysis: Analysis, first: int, end: int) -> FloatArray:
    return pair_products(analysis.columns.T[:, first:end])
