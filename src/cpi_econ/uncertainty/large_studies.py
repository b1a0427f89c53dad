"""Replicates of large studies, leaf by leaf of people or from sums of clusters."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from cpi_econ.kernels.leastsq import symmetric
from cpi_econ.kernels.resample import BLOCK, FloatArray, resampled_weights, rows_at_once
from cpi_econ.kernels.streaming import LEAF, streamed_sums, unit_sums
from cpi_econ.uncertainty.analysis import Analysis, Resample
from cpi_econ.uncertainty.estimate import Flags, means_of_products

Means = tuple[FloatArray, Flags]
Stream = np.random.Generator

LARGE = 2**12
"""People from whom on a study counts as large."""

_BLOCK_DRAWS, _STEP_DRAWS, _LEAST = 2**22, 2**20, 25


def is_large(analysis: Analysis, resample: Resample) -> bool:
    """Whether replicates are drawn leaf by leaf.

    Parameters
    ----------
    analysis : Analysis
    resample : {"individuals", "clusters", "two_stage", "bayesian", "none"}

    Notes
    -----
    Only where sums over people are all that the estimate needs: without a propensity model, a log
    link, different people for cost and effect, or residuals drawn beside clusters.
    """
    return (
        analysis.n >= LARGE
        and resample in ("individuals", "clusters", "bayesian")
        and analysis.model in ("none", "ols", "sur")
        and analysis.propensity is None
        and analysis.available is None
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
    return step * max(1, _BLOCK_DRAWS // (step * _units(analysis)))


def rows_of_step(analysis: Analysis, resample: Resample) -> int:
    """Replicates drawn in one step, so that their counts stay near the processor.

    Parameters
    ----------
    analysis : Analysis
    resample : {"individuals", "clusters", "two_stage", "bayesian", "none"}
    """
    if not is_large(analysis, resample):
        return rows_at_once(analysis.n)
    most = _STEP_DRAWS // min(_units(analysis), LEAF)
    return min(most, max(_LEAST, _BLOCK_DRAWS // _units(analysis)))


def _units(analysis: Analysis) -> int:
    """People, or clusters where whole clusters are drawn; but no fewer than make a study large."""
    return max(LARGE, sum(len(part) for part in analysis.units))


def large_step(analysis: Analysis, resample: Resample) -> Callable[[int, Stream], Means]:
    """Function that draws some replicates of a large study, as ``draw_step`` gives it.

    Parameters
    ----------
    analysis : Analysis
    resample : {"individuals", "clusters", "bayesian"}

    Notes
    -----
    Clusters are summed once; a replicate is then a weighted sum of clusters.
    """
    bayesian = resample == "bayesian"
    if any(len(part) < size for part, size in zip(analysis.units, analysis.sizes, strict=True)):
        sums = unit_sums(partial(_pairs, analysis), np.concatenate(analysis.units))
        return partial(_cluster_step, analysis, sums, bayesian)
    return partial(_people_step, analysis, bayesian)


def _people_step(analysis: Analysis, bayesian: bool, rows: int, stream: Stream) -> Means:
    sums = partial(streamed_sums, sizes=analysis.sizes, rows=rows, rng=stream, bayesian=bayesian)
    if analysis.model != "none":
        return _adjusted(analysis, sums(partial(_pairs, analysis)).sum(axis=1))
    means = sums(partial(_outcomes, analysis)) / analysis.sizes[:, None]
    return means * analysis.scale + analysis.location, np.zeros(rows, dtype=np.int8)


def _cluster_step(
    analysis: Analysis, sums: FloatArray, bayesian: bool, rows: int, stream: Stream
) -> Means:
    units = [np.ones(len(part), dtype=np.int64) for part in analysis.units]
    weights = resampled_weights(units, rows, stream, bayesian=bayesian)
    return _adjusted(analysis, weights @ sums)


def _adjusted(analysis: Analysis, pairs: FloatArray) -> Means:
    means, flags = means_of_products(analysis, symmetric(pairs.T))
    return means * analysis.scale + analysis.location, flags


def _outcomes(analysis: Analysis, first: int, end: int) -> FloatArray:
    return analysis.columns[first:end, -2:].T


def _pairs(analysis: Analysis, first: int, end: int) -> FloatArray:
    one, other = np.triu_indices(analysis.columns.shape[1])
    part = np.ascontiguousarray(analysis.columns[first:end].T)
    made: FloatArray = part[one] * part[other]
    return made
