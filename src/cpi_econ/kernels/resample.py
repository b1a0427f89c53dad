"""Weights of resampled participants: a replicate is a row, a participant a column.

A block of replicates has a random stream of its own, derived from the seed and the number of the
block, and rows are drawn one after the other. Replicate r is therefore the same in a longer run, in
any number of processes and in any order of the blocks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

BLOCK = 500
"""Replicates per block."""

_ENTRIES = 2**19

_MANY = 500
"""Units from whom on counts of one replicate at a time, which stay in cache, are the faster."""


def block_stream(seed: int, block: int) -> np.random.Generator:
    """Random stream of one block of replicates.

    Parameters
    ----------
    seed : int
        Seed of the whole run.
    block : int
        Number of the block, from 0.

    Examples
    --------
    >>> float(block_stream(1, 0).random()) == float(block_stream(1, 1).random())
    False
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(block,)))


def rows_at_once(n: int) -> int:
    """Replicates drawn in one step, so that memory stays bounded for any number of people.

    Parameters
    ----------
    n : int
        Number of people.

    Notes
    -----
    A function of ``n`` alone: were it to depend on the replicates asked for, a longer run would
    draw differently.
    """
    return int(min(BLOCK, max(1, _ENTRIES // max(n, 1))))


def draw_counts(n: int, rows: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """How often each of ``n`` units is drawn when ``n`` are drawn with replacement.

    Parameters
    ----------
    n : int
        Number of units.
    rows : int
        Number of replicates.
    rng : Generator
        Random stream.

    Returns
    -------
    array of int, shape (rows, n)
        Each row sums to ``n``.

    References
    ----------
    Efron (1979), doi:10.1214/aos/1176344552

    Examples
    --------
    >>> draw_counts(4, 3, block_stream(1, 0)).sum(axis=1).tolist()
    [4, 4, 4]
    """
    drawn = _drawn(n, rows, rng)
    cells = drawn + n * np.arange(rows, dtype=np.intp)[:, None]
    return np.bincount(cells.ravel(), minlength=rows * n).reshape(rows, n)


def _drawn(n: int, rows: int, rng: np.random.Generator) -> NDArray[np.unsignedinteger]:
    # a type whose range is many times n: few draws are rejected, which costs more than wide types
    small = np.uint16 if n <= 2**10 else np.uint32
    return rng.integers(0, n, size=(rows, n), dtype=small)


def draw_dirichlet(n: int, rows: int, rng: np.random.Generator) -> FloatArray:
    """Weights of the Bayesian bootstrap: flat Dirichlet draws that sum to ``n``.

    Parameters
    ----------
    n : int
        Number of units.
    rows : int
        Number of replicates.
    rng : Generator
        Random stream.

    Returns
    -------
    array, shape (rows, n)

    References
    ----------
    Rubin (1981), doi:10.1214/aos/1176345338

    Examples
    --------
    >>> draw_dirichlet(4, 2, block_stream(1, 0)).sum(axis=1).round(12).tolist()
    [4.0, 4.0]
    """
    gaps = rng.standard_exponential((rows, n))
    weights: FloatArray = gaps * (n / gaps.sum(axis=1, keepdims=True))
    return weights


def resampled_weights(
    strata: list[NDArray[np.int64]], rows: int, rng: np.random.Generator, *, bayesian: bool = False
) -> FloatArray:
    """Weights of participants when units are resampled within each stratum.

    Parameters
    ----------
    strata : list of integer arrays
        For each arm the number of people in each resampled unit: ones when people are resampled,
        cluster sizes when whole clusters are. People stand in this order, arm after arm.
    rows : int
        Number of replicates.
    rng : Generator
        Random stream.
    bayesian : bool
        Dirichlet weights instead of counts.

    Returns
    -------
    array, shape (rows, people)
        Constant within a unit. Each arm keeps its number of units.

    Examples
    --------
    >>> sizes = [np.array([2, 1]), np.array([1, 3])]
    >>> resampled_weights(sizes, 1, block_stream(1, 0)).shape
    (1, 7)
    """
    draw = draw_dirichlet if bayesian else draw_counts
    if not bayesian and all(sizes.sum() == len(sizes) for sizes in strata):
        numbers = [len(sizes) for sizes in strata]
        counts = _many_counts if min(numbers) >= _MANY else _few_counts
        return counts(numbers, rows, rng)
    parts = [np.repeat(draw(len(sizes), rows, rng), sizes, axis=1) for sizes in strata]
    weights: FloatArray = np.concatenate(parts, axis=1, dtype=np.float64)
    return weights


def _few_counts(numbers: list[int], rows: int, rng: np.random.Generator) -> FloatArray:
    """Counts of people, the same as ``draw_counts`` gives, of all arms at once."""
    n, end = sum(numbers), 0
    cells = np.empty((rows, n), dtype=np.intp)
    before = n * np.arange(rows, dtype=np.intp)[:, None]
    for number in numbers:
        start, end = end, end + number
        np.add(_drawn(number, rows, rng), before + start, out=cells[:, start:end])
    return np.bincount(cells.ravel(), minlength=rows * n).reshape(rows, n).astype(np.float64)


def _many_counts(numbers: list[int], rows: int, rng: np.random.Generator) -> FloatArray:
    """Counts of people, the same as ``draw_counts`` gives, one replicate of an arm at a time."""
    weights = np.empty((rows, sum(numbers)))
    for n, end in zip(numbers, np.cumsum(numbers), strict=True):
        for row, drawn in zip(weights[:, end - n : end], _drawn(n, rows, rng), strict=True):
            row[:] = np.bincount(drawn, minlength=n)
    return weights
