"""Sums over resampled people in studies too large for weights of everybody at once.

People stand in leaves of fixed size. How many draws of an arm fall into each leaf is multinomial,
and within a leaf they are again draws with replacement, so counts are exactly those of drawing from
the whole arm. Every leaf has a random stream of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.many_counts import CountArray, multinomial_counts
from cpi_econ.kernels.resample import FloatArray

LEAF = 2**14
"""People in a leaf."""

_IN_CACHE = 2**16
"""Weights turned into floating-point numbers at a time."""

_FEW = 3
"""Values up to which one product of matrix and vector each is faster than one of matrices."""

Leaf = tuple[int, int, int]
Values = Callable[[int, int], FloatArray]


def leaves(sizes: NDArray[np.int64], leaf: int = LEAF) -> Iterator[Leaf]:
    """Arm, first person and end of each leaf; no leaf holds people of two arms.

    Parameters
    ----------
    sizes : integer array, shape (arms,)
        People in each arm, arm after arm.
    leaf : int
        Most people in a leaf.

    Examples
    --------
    >>> list(leaves(np.array([3, 2]), 2))
    [(0, 0, 2), (0, 2, 3), (1, 3, 5)]
    """
    end = 0
    for arm, size in enumerate(sizes.tolist()):
        start, end = end, end + size
        for first in range(start, end, leaf):
            yield arm, first, min(first + leaf, end)


def leaf_draws(
    sizes: NDArray[np.int64], rows: int, rng: np.random.Generator, leaf: int = LEAF
) -> NDArray[np.int64]:
    """Draws that fall into each leaf when each arm draws as many people as it has.

    Parameters
    ----------
    sizes : integer array, shape (arms,)
    rows : int
        Number of replicates.
    rng : Generator
        Random stream.
    leaf : int
        Most people in a leaf.

    Returns
    -------
    integer array, shape (rows, leaves)
        Sums to the size of each arm over the leaves of the arm.

    References
    ----------
    Davis (1993), doi:10.1016/0167-9473(93)90115-A, for multinomials by conditional binomials

    Examples
    --------
    >>> leaf_draws(np.array([3, 2]), 1, np.random.default_rng(1), 2)[:, :2].sum(axis=1).tolist()
    [3]
    """
    people = np.array([end - start for _, start, end in leaves(sizes, leaf)])
    arm = np.array([arm for arm, _, _ in leaves(sizes, leaf)])
    parts = [
        rng.multinomial(size, people[arm == number] / size, size=rows)
        for number, size in enumerate(sizes.tolist())
    ]
    return np.concatenate(parts, axis=1)


def streamed_sums(
    values: Values,
    sizes: NDArray[np.int64],
    rows: int,
    rng: np.random.Generator,
    leaf: int = LEAF,
    *,
    bayesian: bool = False,
) -> FloatArray:
    """Sums of values over resampled people of each arm.

    Parameters
    ----------
    values : callable
        Gives the values of the people from a first to an end, shape (k, people).
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

    Returns
    -------
    array, shape (rows, arms, k)

    Examples
    --------
    >>> ones = streamed_sums(
    ...     lambda first, end: np.ones((1, end - first)), np.array([3, 2]), 1,
    ...     np.random.default_rng(1), 2)
    >>> ones.tolist()
    [[[3.0], [2.0]]]
    """
    places = list(leaves(sizes, leaf))
    draws = leaf_draws(sizes, rows, rng, leaf)
    sums, total = np.zeros((rows, len(sizes), len(values(0, 1)))), np.zeros((rows, len(sizes)))
    for (arm, first, end), drawn, stream in zip(
        places, draws.T, rng.spawn(len(places)), strict=True
    ):
        weights = (
            stream.standard_exponential((rows, end - first))
            if bayesian
            else multinomial_counts(end - first, drawn, stream)
        )
        total[:, arm] += weights.sum(axis=1) if bayesian else drawn
        sums[:, arm] += _weighted_sums(weights, np.ascontiguousarray(values(first, end)))
    sums *= (sizes / total)[:, :, None]
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


def _weighted_sums(counts: CountArray | FloatArray, values: FloatArray) -> FloatArray:
    """Sums, shape (rows, k), of values of shape (k, people)."""
    sums = np.zeros((len(counts), len(values)))
    width = max(1, _IN_CACHE // len(counts))
    for start in range(0, counts.shape[1], width):
        piece = slice(start, start + width)
        weights = counts[:, piece].astype(np.float64)
        if len(values) > _FEW:
            sums += weights @ values[:, piece].T
        else:
            for number, row in enumerate(values[:, piece]):
                sums[:, number] += weights @ row
    return sums
