"""Intraclass correlation by analysis of variance, clusters within arms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.resample import FloatArray


def anova_icc(values: FloatArray, arm: NDArray[np.intp], cluster: NDArray[np.intp]) -> float:
    r"""Intraclass correlation of clusters, differences between arms taken out.

    Parameters
    ----------
    values : array, shape (people,)
    arm, cluster : integer array, shape (people,)
        Codes from 0; a cluster with people in two arms counts as two.

    Returns
    -------
    float
        Negative values are kept; NaN without two people in some cluster, without two clusters in
        some arm, or without variation.

    Notes
    -----
    :math:`(MSB - MSW) / (MSB + (n_0 - 1) MSW)` with
    :math:`n_0 = (n - \sum_a \sum_{c \in a} n_c^2 / n_a) / (G - A)`.

    References
    ----------
    Donner, Koval (1980), doi:10.2307/2530491; Donner, Klar (2000), Design and Analysis of Cluster
    Randomization Trials in Health Research, 1.3

    Examples
    --------
    >>> same = np.zeros(4, dtype=int)
    >>> anova_icc(np.array([1.0, 1, 3, 3]), same, np.array([0, 0, 1, 1]))
    1.0
    """
    groups, group = np.unique(np.stack([arm, cluster]), axis=1, return_inverse=True)
    size = np.bincount(group)
    means = np.bincount(group, values) / size
    arm_size = np.bincount(groups[0], size)
    arm_means = np.bincount(groups[0], size * means) / np.maximum(arm_size, 1)
    between_df = len(size) - int((arm_size > 0).sum())
    within_df = len(values) - len(size)
    if between_df < 1 or within_df < 1:
        return float("nan")
    between = (size * (means - arm_means[groups[0]]) ** 2).sum() / between_df
    within = ((values - means[group]) ** 2).sum() / within_df
    average = (len(values) - (size**2 / arm_size[groups[0]]).sum()) / between_df
    bottom = between + (average - 1) * within
    return float((between - within) / bottom) if bottom > 0 else float("nan")
