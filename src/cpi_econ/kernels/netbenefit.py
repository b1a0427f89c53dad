"""Net benefit of simulated arms: shares of wins, means and expected losses, threshold by threshold.

Nothing here holds more than one threshold's worth of temporaries, so memory does not grow with the
length of the grid.
"""

from __future__ import annotations

import numpy as np

from cpi_econ.kernels.resample import FloatArray


def winner_shares(cost: FloatArray, effect: FloatArray, wtp: FloatArray) -> FloatArray:
    """Share of replicates in which each arm has the highest net benefit; ties are shared.

    Parameters
    ----------
    cost, effect : array, shape (replicates, arms)
    wtp : array, shape (thresholds,)

    Returns
    -------
    array, shape (thresholds, arms)
        Each row sums to 1.

    References
    ----------
    Fenwick, Claxton, Sculpher (2001), doi:10.1002/hec.635

    Examples
    --------
    >>> cost, effect = np.array([[0.0, 10.0]]), np.array([[0.0, 1.0]])
    >>> winner_shares(cost, effect, np.array([5.0, 10.0, 20.0])).tolist()
    [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]
    """
    by_arm_cost, by_arm_effect = np.ascontiguousarray(cost.T), np.ascontiguousarray(effect.T)
    benefit = np.empty_like(by_arm_cost)
    wins = np.empty((len(wtp), cost.shape[1]))
    for row, threshold in enumerate(wtp):
        np.multiply(by_arm_effect, threshold, out=benefit)
        np.subtract(benefit, by_arm_cost, out=benefit)
        best = benefit == benefit.max(axis=0)
        wins[row] = np.count_nonzero(best, axis=1)
        if wins[row].sum() > len(cost):
            wins[row] = (best / best.sum(axis=0)).sum(axis=1)
    return wins / len(cost)


def mean_best(cost: FloatArray, effect: FloatArray, wtp: FloatArray) -> FloatArray:
    """Mean over replicates of the highest net benefit of any arm.

    Parameters
    ----------
    cost, effect : array, shape (replicates, arms)
    wtp : array, shape (thresholds,)

    Returns
    -------
    array, shape (thresholds,)
        In the unit of cost.

    Examples
    --------
    >>> cost, effect = np.array([[0.0, 1], [0, 3]]), np.array([[0.0, 1], [0, 1]])
    >>> mean_best(cost, effect, np.array([2.0])).tolist()
    [0.5]
    """
    by_arm_cost, by_arm_effect = np.ascontiguousarray(cost.T), np.ascontiguousarray(effect.T)
    benefit = np.empty_like(by_arm_cost)
    best = np.empty(len(wtp))
    for row, threshold in enumerate(wtp):
        np.multiply(by_arm_effect, threshold, out=benefit)
        np.subtract(benefit, by_arm_cost, out=benefit)
        best[row] = benefit.max(axis=0).mean()
    return best
