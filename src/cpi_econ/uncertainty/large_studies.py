"""Replicates of large studies, leaf by leaf of people."""

from __future__ import annotations

from functools import partial

import numpy as np

from cpi_econ.kernels.leastsq import symmetric
from cpi_econ.kernels.resample import BLOCK, FloatArray, rows_at_once
from cpi_econ.kernels.streaming import LEAF, streamed_sums
from cpi_econ.uncertainty.analysis import Analysis, Resample
from cpi_econ.uncertainty.estimate import Flags, means_of_products

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
    link or different people for cost and effect.
    """
    return (
        analysis.n >= LARGE
        and resample == "individuals"
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
    return step * max(1, _BLOCK_DRAWS // (step * analysis.n))


def rows_of_step(analysis: Analysis, resample: Resample) -> int:
    """Replicates drawn in one step, so that their counts stay near the processor.

    Parameters
    ----------
    analysis : Analysis
    resample : {"individuals", "clusters", "two_stage", "bayesian", "none"}
    """
    if not is_large(analysis, resample):
        return rows_at_once(analysis.n)
    most = _STEP_DRAWS // min(analysis.n, LEAF)
    return min(most, max(_LEAST, _BLOCK_DRAWS // analysis.n))


def large_step(
    analysis: Analysis, rows: int, stream: np.random.Generator
) -> tuple[FloatArray, Flags]:
    """Arm means of some replicates of a large study, in their units.

    Parameters
    ----------
    analysis : Analysis
    rows : int
        Number of replicates.
    stream : Generator
        Random stream.

    Returns
    -------
    means : array, shape (rows, arms, 2)
    flags : integer array, shape (rows,)
    """
    if analysis.model == "none":
        sums = streamed_sums(partial(_outcomes, analysis), analysis.sizes, rows, stream)
        means = sums / analysis.sizes[:, None]
        flags = np.zeros(rows, dtype=np.int8)
    else:
        pairs = streamed_sums(partial(_pairs, analysis), analysis.sizes, rows, stream).sum(axis=1)
        means, flags = means_of_products(analysis, symmetric(pairs.T))
    return means * analysis.scale + analysis.location, flags


def _outcomes(analysis: Analysis, first: int, end: int) -> FloatArray:
    return analysis.columns[first:end, -2:].T


def _pairs(analysis: Analysis, first: int, end: int) -> FloatArray:
    one, other = np.triu_indices(analysis.columns.shape[1])
    part = np.ascontiguousarray(analysis.columns[first:end].T)
    made: FloatArray = part[one] * part[other]
    return made
