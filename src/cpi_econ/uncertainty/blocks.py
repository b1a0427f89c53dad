"""Arm means of one block of replicates, for every way of drawing them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.resample import FloatArray, block_stream, resampled_weights
from cpi_econ.kernels.twostage import two_stage_draws
from cpi_econ.uncertainty.analysis import Analysis, Resample
from cpi_econ.uncertainty.estimate import arm_means, draw_means
from cpi_econ.uncertainty.large_studies import is_large, large_step, rows_of_step
from cpi_econ.uncertainty.modelled_means import LEFT_OUT, SEPARATED, Flags
from cpi_econ.uncertainty.two_stage_parts import two_stage_parts

Means = tuple[FloatArray, Flags]
Step = Callable[[int, np.random.Generator], Means]
Block = tuple[FloatArray, NDArray[np.int64]]
Work = Callable[[int, int], Block]


def block_work(
    analysis: Analysis,
    resample: Resample,
    seed: int,
    estimate: FloatArray,
    spread: FloatArray | None,
) -> Work:
    """Function that makes one block of replicates from its number and its size.

    Parameters
    ----------
    analysis : Analysis
    resample : {"individuals", "clusters", "two_stage", "bayesian", "none"}
    seed : int
    estimate : array, shape (arms, 2)
        Means on the data as observed.
    spread : array, shape (2 arms, 2 arms), optional
        Analytic covariance, for ``none``.

    Returns
    -------
    callable
        Gives the arm means, shape (replicates, arms, 2), and the numbers of replicates in which a
        covariate was left out and in which the arms were separated.
    """
    step = draw_step(analysis, resample) if spread is None else None
    return step_work(step, rows_of_step(analysis, resample), seed, estimate, spread)


def draw_step(analysis: Analysis, resample: Resample) -> Step:
    """Function that draws some replicates of one data set from a random stream.

    Parameters
    ----------
    analysis : Analysis
    resample : {"individuals", "clusters", "two_stage", "bayesian"}

    Returns
    -------
    callable
        Takes a number of replicates and a stream; gives arm means and flags.
    """
    if is_large(analysis, resample):
        return large_step(analysis, resample)
    if resample == "two_stage":
        return partial(_two_stage_step, analysis, *two_stage_parts(analysis))
    return partial(_weighted_step, analysis, resample == "bayesian")


def step_work(
    step: Step | None,
    at_once: int,
    seed: int,
    estimate: FloatArray | None = None,
    spread: FloatArray | None = None,
) -> Work:
    """Function that makes one block of replicates by repeated steps, or from a normal.

    Parameters
    ----------
    step : callable, optional
        As ``draw_step`` gives it.
    at_once : int
        Replicates in a step; must not depend on the replicates asked for.
    seed : int
    estimate : array, shape (arms, 2), optional
    spread : array, shape (2 arms, 2 arms), optional
        Without a step, replicates are draws from this normal.
    """
    if step is None and estimate is not None and spread is not None:
        return partial(_normal_block, estimate, spread, seed)
    if step is None:
        raise TypeError("give a step, or an estimate and its spread")
    return partial(_block, step, at_once, seed)


def _block(step: Step, at_once: int, seed: int, block: int, rows: int) -> Block:
    stream = block_stream(seed, block)
    # every step is drawn whole, then cut, so that a longer run draws the same
    parts = [step(at_once, stream) for _ in range(-(-rows // at_once))]
    means = np.concatenate([part[0] for part in parts])[:rows]
    flags = np.concatenate([part[1] for part in parts])[:rows]
    counts = [np.count_nonzero(flags & flag) for flag in (LEFT_OUT, SEPARATED)]
    return means, np.array(counts, dtype=np.int64)


def _weighted_step(
    analysis: Analysis, bayesian: bool, rows: int, stream: np.random.Generator
) -> Means:
    weights = resampled_weights(list(analysis.units), rows, stream, bayesian=bayesian)
    return arm_means(analysis, weights)


def _two_stage_step(
    analysis: Analysis,
    level: FloatArray,
    residuals: FloatArray,
    rows: int,
    stream: np.random.Generator,
) -> Means:
    return draw_means(
        analysis, two_stage_draws(level, residuals, list(analysis.units), rows, stream)
    )


def _normal_block(
    estimate: FloatArray, spread: FloatArray, seed: int, block: int, rows: int
) -> Block:
    """Draws from the normal of the analytic covariance."""
    sd = np.sqrt(np.diag(spread))
    unit = np.where(sd > 0, sd, 1.0)
    values, vectors = np.linalg.eigh(spread / np.outer(unit, unit))
    # the symmetric root, since eigenvectors have no sign of their own
    root = (vectors * np.sqrt(np.clip(values, 0.0, None))) @ vectors.T * unit
    noise = block_stream(seed, block).standard_normal((rows, len(sd))) @ root
    return estimate + noise.reshape(rows, 2, -1).transpose(0, 2, 1), np.zeros(2, np.int64)
