"""Intraclass correlation by analysis of variance, clusters within arms."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtri

from cpi_econ.kernels.resample import FloatArray


class _Squares(NamedTuple):
    """Mean squares between and within clusters, their degrees of freedom, and the average size."""

    between: float
    within: float
    between_df: int
    within_df: int
    average: float


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
    found = _squares(values, arm, cluster)
    if found is None:
        return float("nan")
    bottom = found.between + (found.average - 1) * found.within
    return float((found.between - found.within) / bottom) if bottom > 0 else float("nan")


def icc_interval(
    values: FloatArray, arm: NDArray[np.intp], cluster: NDArray[np.intp], level: float = 0.95
) -> tuple[float, float]:
    r"""Confidence limits of the intraclass correlation within arms.

    Parameters
    ----------
    values : array, shape (people,)
    arm, cluster : integer array, shape (people,)
        As for ``anova_icc``.
    level : float

    Returns
    -------
    tuple of float
        NaN where there is no intraclass correlation, or nothing varies within clusters.

    Notes
    -----
    With F = MSB / MSW and its quantile q, each limit is
    :math:`(F / q - 1) / (F / q + n_0 - 1)`. Exact for normal values and clusters of one size; the
    average size :math:`n_0` stands in where sizes differ.

    References
    ----------
    Searle (1971), Linear Models, 9.8; Ukoumunne (2002), Statistics in Medicine 21, 3757-3774

    Examples
    --------
    >>> same = np.zeros(6, dtype=int)
    >>> ends = icc_interval(np.array([1.0, 2, 3, 4, 8, 9]), same, np.array([0, 0, 1, 1, 2, 2]))
    >>> [round(end, 3) for end in ends]
    [0.528, 0.999]
    """
    found = _squares(values, arm, cluster)
    if found is None or found.within <= 0:
        return float("nan"), float("nan")
    tail = (1 - level) / 2
    quantiles = fdtri(found.between_df, found.within_df, np.array([1 - tail, tail]))
    ratio = found.between / found.within / quantiles
    lower, upper = (ratio - 1) / (ratio + found.average - 1)
    return float(lower), float(upper)


def _squares(
    values: FloatArray, arm: NDArray[np.intp], cluster: NDArray[np.intp]
) -> _Squares | None:
    """Analysis of variance of clusters within arms; None without degrees of freedom."""
    groups, group = np.unique(np.stack([arm, cluster]), axis=1, return_inverse=True)
    size = np.bincount(group)
    means = np.bincount(group, values) / size
    arm_size = np.bincount(groups[0], size)
    arm_means = np.bincount(groups[0], size * means) / np.maximum(arm_size, 1)
    between_df = len(size) - int((arm_size > 0).sum())
    within_df = len(values) - len(size)
    if between_df < 1 or within_df < 1:
        return None
    between = (size * (means - arm_means[groups[0]]) ** 2).sum() / between_df
    within = ((values - means[group]) ** 2).sum() / within_df
    average = (len(values) - (size**2 / arm_size[groups[0]]).sum()) / between_df
    return _Squares(float(between), float(within), between_df, within_df, float(average))
