"""Arm means by the mixed model on completed data sets of drawn copies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.copies import Copies
from cpi_econ.kernels.mixed import mixed_model
from cpi_econ.kernels.reml import copied_cluster_sums
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.uncertainty.analysis import Analysis
from cpi_econ.uncertainty.modelled_means import LEFT_OUT, Flags


def mixed_means(
    analysis: Analysis, columns: FloatArray, weights: FloatArray, copies: Sequence[Copies]
) -> tuple[FloatArray, Flags]:
    """Arm means by the mixed model on each completed data set, in their units.

    Parameters
    ----------
    analysis : Analysis
        With clusters.
    columns : array, shape (replicates, p + 2, slots)
        Arm indicators, covariates, cost and effect of each copy.
    weights : array, shape (replicates, slots)
    copies : sequence of Copies
        One an arm.

    Returns
    -------
    means : array, shape (replicates, arms, 2)
    flags : integer array, shape (replicates,)

    Notes
    -----
    A cluster that is drawn twice is two clusters with intercepts of their own.
    """
    clusters, units = _clusters(analysis, copies)
    data = copied_cluster_sums(columns, clusters, weights, units)
    fit = mixed_model(data, analysis.equations)
    n_arms = len(analysis.arms)
    share = weights / weights.sum(axis=1, keepdims=True)
    everyone = (columns[:, n_arms:-2] @ share[:, :, None])[:, :, 0]
    means = fit.beta[:, :n_arms] + everyone[:, None, :] @ fit.beta[:, n_arms:]
    flags = LEFT_OUT * fit.left_out.astype(np.int8)
    return means * analysis.scale + analysis.location, flags


def _clusters(analysis: Analysis, copies: Sequence[Copies]) -> tuple[NDArray[np.intp], int]:
    """Number of each copy's cluster, and of clusters in all."""
    if analysis.clusters is None:
        raise TypeError("model mixed needs clusters")
    first = np.cumsum(analysis.sizes) - analysis.sizes
    drawn = [len(units) for units in analysis.units]
    parts, start = [], 0
    for arm, made in enumerate(copies):
        if made.unit is None:
            parts.append(analysis.clusters[first[arm] + made.person])
            continue
        parts.append(start + made.unit)
        start += drawn[arm]
    units = start or int(analysis.clusters.max()) + 1
    return np.concatenate(parts, axis=1), units
