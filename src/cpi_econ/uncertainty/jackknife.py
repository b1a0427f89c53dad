"""Leave-one-out estimates: the spread of an estimator that has no formula of its own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cpi_econ.errors import EstimationError, stop
from cpi_econ.kernels.resample import FloatArray, rows_at_once
from cpi_econ.uncertainty.analysis import Analysis
from cpi_econ.uncertainty.estimate import arm_means

_MOST = 50_000


def leave_one_out(analysis: Analysis) -> FloatArray:
    """Arm means without each person, or without each cluster where there are clusters.

    Parameters
    ----------
    analysis : Analysis

    Returns
    -------
    array, shape (units, arms, 2)

    Raises
    ------
    EstimationError
        ``E071`` more than 50,000 units.
    """
    units = np.arange(analysis.n) if analysis.clusters is None else analysis.clusters
    if int(units.max()) >= _MOST:
        message = (
            f"{int(units.max()) + 1:,} estimates, each without one person or cluster, would take "
            "hours; use resample individuals or clusters, with interval t or percentile."
        )
        stop(EstimationError, "E071", message)
    parts, rows = [], rows_at_once(analysis.n)
    for start in range(0, int(units.max()) + 1, rows):
        left = np.arange(start, min(start + rows, int(units.max()) + 1))
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
    with :math:`d_u` the deviation from the mean of the arm's leave-one-out estimates. Clusters with
    people in several arms vary over all clusters.

    References
    ----------
    Efron, Stein (1981), doi:10.1214/aos/1176345462; Wolter (2007), Introduction to Variance
    Estimation, 4.5
    """
    estimates = leave_one_out(analysis)
    flat = np.concatenate([estimates[:, :, 0], estimates[:, :, 1]], axis=1)
    spread = np.zeros((flat.shape[1], flat.shape[1]))
    strata = _stratum_of_unit(analysis)
    for stratum in range(int(strata.max()) + 1):
        inside = flat[strata == stratum]
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
    strata = _stratum_of_unit(analysis)
    size = np.bincount(strata).astype(np.float64)[:, None, None]
    centre = np.stack([estimates[strata == one].mean(axis=0) for one in range(len(size))])
    made: FloatArray = ((size - 1) / size)[strata] * (centre[strata] - estimates)
    return made


def _stratum_of_unit(analysis: Analysis) -> NDArray[np.intp]:
    """Number of the arm of each unit; one for all where clusters have people in several arms."""
    arm = np.repeat(np.arange(len(analysis.arms)), analysis.sizes)
    if analysis.clusters is None:
        return arm
    first = np.unique(analysis.clusters, return_index=True)[1]
    nested = (arm[first][analysis.clusters] == arm).all()
    return arm[first] if nested else np.zeros(len(first), dtype=np.intp)
