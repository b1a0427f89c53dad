"""What will be believed after a study, before it is made: spread of the posterior means."""

from __future__ import annotations

import numpy as np
import xarray as xr

from cpi_econ.contracts import ARM
from cpi_econ.decision.moments import Increments
from cpi_econ.kernels.normal import mean_positive_part, probability_positive
from cpi_econ.kernels.resample import FloatArray


def present_covariance(replicates: xr.Dataset, inc: Increments) -> FloatArray:
    """Present covariance of the differences: costs first, then effects.

    Parameters
    ----------
    replicates : Dataset
    inc : Increments
        Of the same replicates.

    Returns
    -------
    array, shape (2 * arms compared, 2 * arms compared)
    """
    if not inc.exact:
        return np.atleast_2d(np.cov(np.hstack([inc.cost, inc.effect]), rowvar=False))
    arms = [str(arm) for arm in replicates[ARM].values]
    reference = arms.index(str(replicates.attrs["reference"]))
    contrast = np.delete(np.eye(len(arms)), reference, axis=0)
    contrast[:, reference] = -1.0
    cost, both, effect = (
        contrast @ replicates[f"cov_{pair}"].values @ contrast.T
        for pair in ("cost_cost", "cost_effect", "effect_effect")
    )
    joint: FloatArray = np.block([[cost, both], [both.T, effect]])
    return joint


def _after(present: FloatArray, sampling: FloatArray, wtp: float) -> tuple[FloatArray, FloatArray]:
    """Covariance of the net benefit differences now, and of their means after the study."""
    arms = len(present) // 2
    value = np.hstack([-np.eye(arms), wtp * np.eye(arms)])
    # scaled by the spread, so that pounds squared and QALYs squared meet at a like size
    scale = np.sqrt(np.diagonal(present + sampling))
    scale[scale == 0] = 1.0
    total = (present + sampling) / np.outer(scale, scale)
    learnt = present @ (np.linalg.pinv(total, hermitian=True) / np.outer(scale, scale)) @ present
    return value @ present @ value.T, value @ learnt @ value.T


def _rescaled(
    inc: Increments, present: FloatArray, sampling: FloatArray, wtp: float, around: FloatArray
) -> FloatArray:
    """Net benefit differences of the replicates, drawn together as far as the study leaves."""
    now, after = _after(present, sampling, wtp)
    draws = wtp * inc.effect - inc.cost
    made: FloatArray = around + (draws - draws.mean(axis=0)) @ _bridge(now, after)
    return made


def _bridge(now: FloatArray, after: FloatArray) -> FloatArray:
    """Symmetric map that takes draws of covariance ``now`` to covariance ``after``."""
    values, vectors = np.linalg.eigh(now)
    kept = values > 1e-12 * max(values[-1], 1e-300)
    root = (vectors[:, kept] * np.sqrt(values[kept])) @ vectors[:, kept].T
    back = (vectors[:, kept] / np.sqrt(values[kept])) @ vectors[:, kept].T
    inner, turn = np.linalg.eigh(root @ after @ root)
    middle = (turn * np.sqrt(np.clip(inner, 0.0, None))) @ turn.T
    made: FloatArray = back @ middle @ back
    return made


def study_value(
    inc: Increments, present: FloatArray, sampling: FloatArray, grid: FloatArray
) -> list[float]:
    """Expected value per person of a study's data at each threshold [currency].

    Parameters
    ----------
    inc : Increments
    present, sampling : array, shape (2 * arms compared, 2 * arms compared)
        Covariance of what is known now, and of the study's estimates.
    grid : array, shape (thresholds,)
    """
    value = []
    for wtp in grid:
        if inc.exact and len(inc.arms) == 1:
            mean = wtp * inc.effect_hat - inc.cost_hat
            sd = np.sqrt(np.clip(_after(present, sampling, wtp)[1][0], 0.0, None))
            value.append(float((mean_positive_part(mean, sd) - np.maximum(mean, 0.0))[0]))
            continue
        mean = (wtp * inc.effect - inc.cost).mean(axis=0)
        after = _rescaled(inc, present, sampling, wtp, around=mean)
        best = np.maximum(after.max(axis=1), 0.0).mean()
        value.append(float(best - max(mean.max(), 0.0)))
    return value


def change_probability(
    inc: Increments, present: FloatArray, sampling: FloatArray, wtp: float
) -> float:
    """Probability that the best arm after a study is not the best one of today.

    Parameters
    ----------
    inc : Increments
    present, sampling : array, shape (2 * arms compared, 2 * arms compared)
        Covariance of what is known now, and of the study's estimates.
    wtp : float
    """
    hat = wtp * inc.effect_hat - inc.cost_hat
    now = int(np.argmax(np.r_[0.0, hat]))
    if inc.exact and len(hat) == 1:
        sd = np.sqrt(_after(present, sampling, wtp)[1][0, 0])
        above = float(probability_positive(hat, np.array([sd]))[0])
        return above if now == 0 else 1.0 - above
    after = _rescaled(inc, present, sampling, wtp, around=hat)
    best = np.column_stack([np.zeros(len(after)), after]).argmax(axis=1)
    return float((best != now).mean())
