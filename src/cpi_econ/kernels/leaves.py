"""Leaves of people: how many draws of an arm fall into each, and the stream that each has.

People stand in leaves of fixed size. How many draws of an arm fall into each leaf is multinomial,
and within a leaf they are again draws with replacement, so counts are exactly those of drawing from
the whole arm. Every leaf has a random stream of its own, from which it can be drawn once more.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

LEAF = 2**14
"""People in a leaf."""

Leaf = tuple[int, int, int]
Seeds = list[np.random.SeedSequence]


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


def child_seeds(rng: np.random.Generator, number: int) -> Seeds:
    """Seeds of streams of their own, from which the same can be drawn again and again.

    Parameters
    ----------
    rng : Generator
    number : int

    Examples
    --------
    >>> first, second = child_seeds(np.random.default_rng(1), 2)
    >>> first.spawn_key, second.spawn_key
    ((0,), (1,))
    """
    parent = rng.bit_generator.seed_seq
    if not isinstance(parent, np.random.SeedSequence):
        raise TypeError("the stream must come from a seed sequence")
    return parent.spawn(number)


def pieces(first: int, end: int, width: int) -> Iterator[slice]:
    """Slices of a width, the last one shorter.

    Parameters
    ----------
    first, end, width : int

    Examples
    --------
    >>> list(pieces(0, 5, 3))
    [slice(0, 3, None), slice(3, 5, None)]
    """
    for start in range(first, end, width):
        yield slice(start, min(start + width, end))
