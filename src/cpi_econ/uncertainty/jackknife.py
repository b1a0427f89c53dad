"""Leave-one-out estimates: the spread of an estimator that has no formula of its own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.resample import FloatArray
from cpi_econ.uncertainty.analysis import Analysis
from cpi_econ.uncertainty.estimate import arm_means

_ROWS = 500


def leave_one_out(analysis: Analysis) -> FloatArray:
    """Arm means without each person, or without each cluster where there are clusters.

    Parameters
    ----------
    analysis : Analysis

    Returns
    -------
    array, shape (units, arms, 2)
    """
    units = np.arange(analysis.n) if analysis.clusters is None else analysis.clusters
    parts = []
    for start in range(0, int(units.max()) + 1, _ROWS):
        left = np.arange(start, min(start + _ROWS, int(units.max()) + 1))
        parts.append(arm_means(analysis, (units != left[:, None]).astype(np.float64))[0])
    return np.concatenate(parts)


def jackknife_covariance(analysis: Analysis) -> FloatArray:
    r"""Covariance of the arm means from leave-one-out estimates: all costs, then all effects.

    Parameters
    ----------
    analysis : Analysis

    Returns
    -------
    array, shape (2 arms, 2 arms)

    Notes
    -----
    Each arm's units vary within that arm: :math:`\sum_a (m_a - 1)/m_a \sum_{u \in a} d_u d_u'`
    with :math:`d_u` the deviation from the mean of the arm's leave-one-out estimates.

    References
    ----------
    Efron, Stein (1981), doi:10.1214/aos/1176345462; Wolter (2007), Introduction to Variance
    Estimation, 4.5
    """
    estimates = leave_one_out(analysis)
    flat = np.concatenate([estimates[:, :, 0], estimates[:, :, 1]], axis=1)
    spread = np.zeros((flat.shape[1], flat.shape[1]))
    arms = _arm_of_unit(analysis)
    for arm in range(len(analysis.arms)):
        inside = flat[arms == arm]
        away = inside - inside.mean(axis=0)
        spread += (len(inside) - 1) / len(inside) * away.T @ away
    return spread


def influence_values(analysis: Analysis) -> FloatArray:
    r"""Empirical influence of each person, or cluster, on each arm mean of cost and effect.

    Parameters
    ----------
    analysis : Analysis

    Returns
    -------
    array, shape (units, arms, 2)
        :math:`(m_a - 1)/m_a \,(\bar\theta_a - \theta_{(u)})` for unit u of arm a with m units.
        Values of a linear combination of the means combine likewise; their skewness is the
        acceleration of the BCa interval.

    References
    ----------
    Davison, Hinkley (1997), Bootstrap Methods and their Application, 3.2.1 and 5.3.2
    """
    estimates = leave_one_out(analysis)
    arms = _arm_of_unit(analysis)
    size = np.bincount(arms).astype(np.float64)[:, None, None]
    centre = np.stack([estimates[arms == arm].mean(axis=0) for arm in range(len(size))])
    made: FloatArray = ((size - 1) / size)[arms] * (centre[arms] - estimates)
    return made


def _arm_of_unit(analysis: Analysis) -> NDArray[np.intp]:
    """Arm of each unit; of the first person where a cluster has people in several."""
    arm = np.repeat(np.arange(len(analysis.arms)), analysis.sizes)
    if analysis.clusters is None:
        return arm
    return arm[np.unique(analysis.clusters, return_index=True)[1]]
