"""Replicates of large studies, leaf by leaf of people."""

from __future__ import annotations

from functools import partial

import numpy as np

from cpi_econ.kernels.resample import BLOCK, FloatArray
from cpi_econ.kernels.streaming import streamed_sums
from cpi_econ.uncertainty.analysis import Analysis, Resample
from cpi_econ.uncertainty.estimate import Flags, means_of_products

LARGE = 2**17
"""People from whom on a study counts as large."""

LARGE_BLOCK = 25
"""Replicates per block of a large study; many blocks keep all workers busy to the end."""


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
    """
    return LARGE_BLOCK if is_large(analysis, resample) else BLOCK


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
        means, flags = means_of_products(analysis, _products(analysis, pairs))
    return means * analysis.scale + analysis.location, flags


def _outcomes(analysis: Analysis, first: int, end: int) -> FloatArray:
    return analysis.columns[first:end, -2:]


def _pairs(analysis: Analysis, first: int, end: int) -> FloatArray:
    one, other = np.triu_indices(analysis.columns.shape[1])
    part = analysis.columns[first:end]
    made: FloatArray = part[:, one] * part[:, other]
    return made


def _products(analysis: Analysis, pairs: FloatArray) -> FloatArray:
    q = analysis.columns.shape[1]
    one, other = np.triu_indices(q)
    products = np.empty((len(pairs), q, q))
    products[:, one, other] = pairs
    products[:, other, one] = pairs
    return products
