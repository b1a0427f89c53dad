"""Arm means of one block of replicates, for every way of drawing them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.leastsq import cross_products, ols
from cpi_econ.kernels.resample import FloatArray, block_stream, resampled_weights, rows_at_once
from cpi_econ.kernels.twostage import shrink, two_stage_draws
from cpi_econ.uncertainty.analysis import Analysis, Resample
from cpi_econ.uncertainty.estimate import arm_means, coefficients, draw_means
from cpi_econ.uncertainty.propensity import balancing_weights

Means = tuple[FloatArray, NDArray[np.bool_]]
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
    if spread is not None:
        return partial(_normal_block, estimate, spread, seed)
    return step_work(draw_step(analysis, resample), rows_at_once(analysis.n), seed)


def draw_step(analysis: Analysis, resample: Resample) -> Step:
    """Function that draws some replicates of complete data from a random stream.

    Parameters
    ----------
    analysis : Analysis
    resample : {"individuals", "clusters", "two_stage", "bayesian"}
    """
    if resample == "two_stage":
        return partial(_two_stage_step, analysis, *_two_stage_parts(analysis))
    return partial(_weighted_step, analysis, resample == "bayesian")


def step_work(step: Step, at_once: int, seed: int) -> Work:
    """Function that makes one block of replicates by repeating a step.

    Parameters
    ----------
    step : callable
        Takes a number of replicates and a random stream.
    at_once : int
        Replicates in each step; a function of the data alone.
    seed : int
    """
    return partial(_block, step, at_once, seed)


def _block(step: Step, at_once: int, seed: int, block: int, rows: int) -> Block:
    stream = block_stream(seed, block)
    # every step is drawn whole, then cut, so that a longer run draws the same
    parts = [step(at_once, stream) for _ in range(-(-rows // at_once))]
    means = np.concatenate([part[0] for part in parts])[:rows]
    flags = np.concatenate([part[1] for part in parts])[:rows]
    return means, flags.sum(axis=0)


def _weighted_step(
    analysis: Analysis, bayesian: bool, rows: int, stream: np.random.Generator
) -> Means:
    weights = resampled_weights(list(analysis.units), rows, stream, bayesian=bayesian)
    return arm_means(analysis, weights)


def _two_stage_parts(analysis: Analysis) -> tuple[FloatArray, FloatArray]:
    """Fitted values with shrunken cluster means, and standardised residuals."""
    fitted = analysis.columns[:, :-2] @ _resampling_model(analysis)
    residuals = analysis.columns[:, -2:] - fitted
    edges = np.cumsum(analysis.sizes)[:-1]
    pairs = zip(np.split(residuals, edges), analysis.units, strict=True)
    parts = [shrink(part, sizes) for part, sizes in pairs]
    means, rest = (np.concatenate([part[number] for part in parts]) for number in (0, 1))
    return fitted + means, rest


def _resampling_model(analysis: Analysis) -> FloatArray:
    """Coefficients whose residuals are resampled, shape (p, 2).

    With weights, least squares on all covariates of any model with those weights: only then do
    drawn outcomes keep their relation to what the weights are made of.
    """
    ones = np.ones((1, analysis.n))
    if analysis.propensity is None:
        beta = coefficients(analysis, cross_products(ones, analysis.columns))[0]
        return np.asarray(beta[0])
    weight = balancing_weights(analysis.propensity, analysis.arm, ones).weight
    everything = np.arange(analysis.columns.shape[1] - 2)
    return np.asarray(ols(cross_products(weight, analysis.columns), (everything,) * 2)[0][0])


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
