"""Drawn copies of people, one slot a copy, for steps that treat each copy on its own.

Weights are enough where a person's copies share one value. Imputation gives every copy a value of
its own, as it would in a data set with the copies written out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.resample import FloatArray, draw_dirichlet


class Copies(NamedTuple):
    """People drawn in one arm.

    Parameters
    ----------
    person : integer array, shape (replicates, slots)
        Number of the person within the arm.
    weight : array, shape (replicates, slots)
        1 for a copy, 0 for an empty slot, or the weight of a Bayesian bootstrap.
    unit : integer array, shape (replicates, slots), optional
        Number of the draw that brought the copy, where whole clusters are drawn: a cluster drawn
        twice is two clusters.
    """

    person: NDArray[np.intp]
    weight: FloatArray
    unit: NDArray[np.intp] | None = None


def everyone(n: int, rows: int) -> Copies:
    """Each person once, in every replicate.

    Parameters
    ----------
    n : int
        People in the arm.
    rows : int
        Number of replicates.

    Examples
    --------
    >>> everyone(3, 1).person.tolist()
    [[0, 1, 2]]
    """
    return Copies(np.tile(np.arange(n), (rows, 1)), np.ones((rows, n)))


def draw_copies(
    sizes: NDArray[np.int64], rows: int, rng: np.random.Generator, *, bayesian: bool = False
) -> Copies:
    """Copies of people when the units of one arm are drawn with replacement.

    Parameters
    ----------
    sizes : integer array, shape (units,)
        People in each unit, unit after unit; ones when people are drawn.
    rows : int
        Number of replicates.
    rng : Generator
        Random stream.
    bayesian : bool
        Everyone once, with Dirichlet weights constant within a unit.

    Returns
    -------
    Copies
        Rows with fewer people than the largest end in empty slots.

    References
    ----------
    Efron (1979), doi:10.1214/aos/1176344552; Davison, Hinkley (1997), 3.8

    Examples
    --------
    >>> made = draw_copies(np.array([1, 2]), 4, np.random.default_rng(1))
    >>> sorted(set(made.weight.sum(axis=1).tolist()) | {2.0, 3.0, 4.0})
    [2.0, 3.0, 4.0]
    """
    if bayesian:
        drawn_weights = draw_dirichlet(len(sizes), rows, rng)
        return Copies(
            np.tile(np.arange(int(sizes.sum())), (rows, 1)), np.repeat(drawn_weights, sizes, axis=1)
        )
    drawn = rng.integers(0, len(sizes), size=(rows, len(sizes)))
    largest = int(sizes.max())
    if largest == 1:
        return Copies(drawn, np.ones(drawn.shape))
    starts = np.cumsum(sizes) - sizes
    member = np.arange(largest)
    inside = member < sizes[drawn][:, :, None]
    person = np.where(inside, starts[drawn][:, :, None] + member, 0).reshape(rows, -1)
    unit = np.broadcast_to(np.arange(len(sizes))[:, None], inside.shape).reshape(rows, -1)
    return _packed(person, inside.reshape(rows, -1), unit)


def _packed(person: NDArray[np.intp], inside: NDArray[np.bool_], unit: NDArray[np.intp]) -> Copies:
    """Copies moved to the front of each row, empty slots cut to the fullest row."""
    slots = int(inside.sum(axis=1).max())
    order = np.argsort(~inside, axis=1, kind="stable")[:, :slots]
    weight = np.take_along_axis(inside, order, axis=1).astype(np.float64)
    person, unit = (np.take_along_axis(one, order, axis=1) for one in (person, unit))
    return Copies(person, weight, unit)
