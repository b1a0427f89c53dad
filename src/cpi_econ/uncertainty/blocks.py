"""Arm means of one block of replicates, for every way of drawing them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.leastsq import cross_products
from cpi_econ.kernels.resample import FloatArray, block_stream, resampled_weights, rows_at_once
from cpi_econ.kernels.twostage import draw_products, shrink, two_stage_draws
from cpi_econ.uncertainty.analysis import Analysis, Resample
from cpi_econ.uncertainty.estimate import arm_means, coefficients, means_of_products

Means = tuple[FloatArray, NDArray[np.bool_]]
Step = Callable[[int, np.random.Generator], Means]
Work = Callable[[int, int], tuple[FloatArray, int]]


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
        Gives the arm means, shape (replicates, arms, 2), and the number of replicates in which a
        covariate was left out.
    """
    if spread is not None:
        return partial(_normal_block, estimate, spread, seed)
    if resample == "two_stage":
        step: Step = partial(_two_stage_step, analysis, *_two_stage_parts(analysis))
    else:
        step = partial(_weighted_step, analysis, resample == "bayesian")
    return partial(_block, step, rows_at_once(analysis.n), seed)


def _block(step: Step, at_once: int, seed: int, block: int, rows: int) -> tuple[FloatArray, int]:
    stream = block_stream(seed, block)
    # every step is drawn whole, then cut, so that a longer run draws the same
    parts = [step(at_once, stream) for _ in range(-(-rows // at_once))]
    means = np.concatenate([part[0] for part in parts])[:rows]
    left_out = np.concatenate([part[1] for part in parts])[:rows]
    return means, int(left_out.sum())


def _weighted_step(
    analysis: Analysis, bayesian: bool, rows: int, stream: np.random.Generator
) -> Means:
    weights = resampled_weights(list(analysis.units), rows, stream, bayesian=bayesian)
    return arm_means(analysis, weights)


def _two_stage_parts(analysis: Analysis) -> tuple[FloatArray, FloatArray]:
    """Fitted values with shrunken cluster means, and standardised residuals."""
    products = cross_products(np.ones((1, analysis.n)), analysis.columns)
    fitted = analysis.columns[:, :-2] @ coefficients(analysis, products)[0][0]
    residuals = analysis.columns[:, -2:] - fitted
    edges = np.cumsum(analysis.sizes)[:-1]
    pairs = zip(np.split(residuals, edges), analysis.units, strict=True)
    parts = [shrink(part, sizes) for part, sizes in pairs]
    means, rest = (np.concatenate([part[number] for part in parts]) for number in (0, 1))
    return fitted + means, rest


def _two_stage_step(
    analysis: Analysis,
    level: FloatArray,
    residuals: FloatArray,
    rows: int,
    stream: np.random.Generator,
) -> Means:
    draws = two_stage_draws(level, residuals, list(analysis.units), rows, stream)
    means, left_out = means_of_products(analysis, draw_products(draws, analysis.columns[:, :-2]))
    return means * analysis.scale + analysis.location, left_out


def _normal_block(
    estimate: FloatArray, spread: FloatArray, seed: int, block: int, rows: int
) -> tuple[FloatArray, int]:
    """Draws from the normal of the analytic covariance."""
    sd = np.sqrt(np.diag(spread))
    unit = np.where(sd > 0, sd, 1.0)
    values, vectors = np.linalg.eigh(spread / np.outer(unit, unit))
    # the symmetric root, since eigenvectors have no sign of their own
    root = (vectors * np.sqrt(np.clip(values, 0.0, None))) @ vectors.T * unit
    noise = block_stream(seed, block).standard_normal((rows, len(sd))) @ root
    return estimate + noise.reshape(rows, 2, -1).transpose(0, 2, 1), 0
