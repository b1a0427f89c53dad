"""Resampled people of studies too large for weights of everybody at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.draws import Sample
from cpi_econ.kernels.leaves import (
    LEAF,
    Leaf,
    Seeds,
    child_seeds,
    leaf_draws,
    leaves,
    pieces,
)
from cpi_econ.kernels.many_counts import CountArray, multinomial_counts
from cpi_econ.kernels.resample import FloatArray, resampled_weights

IN_CACHE = 2**16
"""Weights in floating point at a time."""

_FEW = 3
"""Values up to which one product of matrix and vector each is faster than one of matrices."""

Values = Callable[[int, int], FloatArray]


def people_sample(
    sizes: NDArray[np.int64],
    rows: int,
    rng: np.random.Generator,
    leaf: int = LEAF,
    *,
    bayesian: bool = False,
    scaled: bool = True,
) -> Sample:
    """People drawn with replacement within each arm, leaf by leaf.

    Parameters
    ----------
    sizes : integer array, shape (arms,)
        People in each arm, arm after arm.
    rows : int
        Number of replicates.
    rng : Generator
        Random stream, of which one is spawned for each leaf.
    leaf : int
        Most people in a leaf.
    bayesian : bool
        Flat Dirichlet weights that sum to the size of the arm, instead of counts.
    scaled : bool
        Whether Dirichlet weights are made to sum to the size, which takes a look at everybody
        before; else they sum to a random number.

    Returns
    -------
    Sample
        Its parts are pieces of leaves.

    Examples
    --------
    >>> sample = people_sample(np.array([3, 2]), 1, np.random.default_rng(1), 2)
    >>> sum(float(weights.sum()) for _, weights in sample.weights())
    5.0
    """
    places = list(leaves(sizes, leaf))
    draws = leaf_draws(sizes, rows, rng, leaf).T
    seeds = child_seeds(rng, len(places))
    drawn: Callable[[], Iterator[FloatArray | CountArray]]
    if not bayesian:
        drawn = partial(_counts, places, seeds, draws)
    elif not scaled:
        drawn = partial(_gaps, places, seeds, rows)
    else:
        gaps = partial(_gaps, places, seeds, rows)
        total = np.zeros((rows, len(sizes)))
        for (arm, _, _), part in zip(places, gaps(), strict=True):
            total[:, arm] += part.sum(axis=1)
        drawn = partial(_scaled, places, gaps, sizes / total)
    width = max(1, IN_CACHE // rows)
    people = tuple(piece for _, first, end in places for piece in pieces(first, end, width))
    return Sample(rows, people, lambda: _pieces_of(drawn(), width))


def _counts(
    places: list[Leaf], seeds: Seeds, draws: NDArray[np.int64]
) -> Iterator[FloatArray | CountArray]:
    for (_, first, end), wanted, seed in zip(places, draws, seeds, strict=True):
        yield multinomial_counts(end - first, wanted, np.random.default_rng(seed))


def _gaps(places: list[Leaf], seeds: Seeds, rows: int) -> Iterator[FloatArray | CountArray]:
    for (_, first, end), seed in zip(places, seeds, strict=True):
        yield np.random.default_rng(seed).standard_exponential((rows, end - first))


def _scaled(
    places: list[Leaf],
    gaps: Callable[[], Iterator[FloatArray | CountArray]],
    factor: FloatArray,
) -> Iterator[FloatArray | CountArray]:
    for (arm, _, _), part in zip(places, gaps(), strict=True):
        yield part * factor[:, arm, None]


def _pieces_of(drawn: Iterator[FloatArray | CountArray], width: int) -> Iterator[FloatArray]:
    for leaf in drawn:
        for piece in pieces(0, leaf.shape[1], width):
            yield leaf[:, piece].astype(np.float64)


def unit_sample(
    units: list[NDArray[np.int64]], rows: int, rng: np.random.Generator, *, bayesian: bool = False
) -> Sample:
    """Whole units, such as clusters, drawn with replacement within each arm.

    Parameters
    ----------
    units : list of integer arrays
        People in each unit, arm after arm.
    rows : int
        Number of replicates.
    rng : Generator
        Random stream.
    bayesian : bool
        Dirichlet weights of units instead of counts.

    Examples
    --------
    >>> sample = unit_sample([np.array([2, 2]), np.array([1, 1])], 1, np.random.default_rng(1))
    >>> [float(weights.sum()) for _, weights in sample.weights()]
    [4.0, 2.0]
    """
    each = [np.ones(len(part), dtype=np.int64) for part in units]
    return repeated(resampled_weights(each, rows, rng, bayesian=bayesian), units)


def repeated(weights: FloatArray, units: list[NDArray[np.int64]]) -> Sample:
    """People with the weight of their unit.

    Parameters
    ----------
    weights : array, shape (replicates, units)
        Arm after arm.
    units : list of integer arrays
        People in each unit, arm after arm.

    Examples
    --------
    >>> sample = repeated(np.array([[2.0, 0.0, 1.0]]), [np.array([1, 2]), np.array([2])])
    >>> [part.tolist() for _, part in sample.weights()]
    [[[2.0, 0.0, 0.0]], [[1.0, 1.0]]]
    """
    number = np.repeat(np.arange(weights.shape[1]), np.concatenate(units))
    width = max(1, IN_CACHE // len(weights))
    ends = np.cumsum([int(part.sum()) for part in units]).tolist()
    people = tuple(
        piece
        for first, end in zip([0, *ends], ends, strict=False)
        for piece in pieces(first, end, width)
    )
    return Sample(len(weights), people, lambda: (weights[:, number[piece]] for piece in people))


def streamed_sums(values: Values, sizes: NDArray[np.int64], sample: Sample) -> FloatArray:
    """Sums of values over drawn people of each arm.

    Parameters
    ----------
    values : callable
        Gives the values of the people from a first to an end, shape (k, people).
    sizes : integer array, shape (arms,)
        People in each arm, arm after arm; no part of the sample holds people of two arms.
    sample : Sample

    Returns
    -------
    array, shape (rows, arms, k)

    Examples
    --------
    >>> ones = lambda first, end: np.ones((1, end - first))
    >>> sizes = np.array([3, 2])
    >>> streamed_sums(ones, sizes, people_sample(sizes, 1, np.random.default_rng(1), 2)).tolist()
    [[[3.0], [2.0]]]
    """
    sums = np.zeros((sample.rows, len(sizes), len(values(0, 1))))
    ends = np.cumsum(sizes)
    for people, weights in sample.weights():
        part = np.ascontiguousarray(values(people.start, people.stop))
        arm = int(np.searchsorted(ends, people.start, side="right"))
        if len(part) > _FEW:
            sums[:, arm] += weights @ part.T
        else:
            for number, row in enumerate(part):
                sums[:, arm, number] += weights @ row
    return sums


def unit_sums(values: Values, units: NDArray[np.int64]) -> FloatArray:
    """Sums of values over the people of each unit that is resampled as a whole.

    Parameters
    ----------
    values : callable
        As ``streamed_sums`` takes it.
    units : integer array, shape (units,)
        People in each unit, unit after unit.

    Returns
    -------
    array, shape (units, k)

    Examples
    --------
    >>> unit_sums(lambda first, end: np.ones((1, end - first)), np.array([3, 2])).tolist()
    [[3.0], [2.0]]
    """
    sums = np.zeros((len(units), len(values(0, 1))))
    number = np.repeat(np.arange(len(units)), units)
    for first in range(0, len(number), LEAF):
        inside = number[first : first + LEAF]
        starts = np.flatnonzero(np.diff(inside, prepend=-1))
        part = values(first, first + len(inside))
        sums[inside[starts]] += np.add.reduceat(part, starts, axis=1).T
    return sums
