"""What a replicate holds of each person: copies, and sums of outcomes over copies.

An estimator takes the people of some replicates part by part, and may take them several times, as
Newton's method does. A study of a thousand people is one part; of a million people no more is in
memory than one part and what it adds up to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from cpi_econ.kernels.leastsq import cross_products, upper_triangle
from cpi_econ.kernels.resample import FloatArray


class Draws(NamedTuple):
    """Drawn copies of each person; sums only where copies have values of their own.

    Parameters
    ----------
    counts : array, shape (replicates, people)
        Copies, or weight, of the person.
    totals : array, shape (replicates, people, outcomes), optional
        Sum of the outcomes of the copies. Left out, every copy has the person's own outcomes.
    squares : callable, optional
        Takes a weight of each person, shape (replicates, people), or None for 1. Gives the sums
        over everybody's copies of products of outcomes, shape (replicates, outcomes (outcomes + 1)
        / 2), upper triangle row by row.
    """

    counts: FloatArray
    totals: FloatArray | None = None
    squares: Callable[[FloatArray | None], FloatArray] | None = None


def weighted_squares(squares: FloatArray, factor: FloatArray | None) -> FloatArray:
    """Sums over people of sums of products over their copies, as ``Draws`` gives them.

    Parameters
    ----------
    squares : array, shape (replicates, people, outcomes (outcomes + 1) / 2)
    factor : array, shape (replicates, people), optional

    Examples
    --------
    >>> weighted_squares(np.array([[[3.0], [5.0]]]), np.array([[2.0, 1.0]])).tolist()
    [[11.0]]
    """
    weighted = squares if factor is None else squares * factor[:, :, None]
    total: FloatArray = weighted.sum(axis=1)
    return total


@dataclass(frozen=True, slots=True)
class Sample:
    """Some replicates of a study, whose people are gone through part by part.

    Parameters
    ----------
    rows : int
        Number of replicates.
    people : tuple of slice
        People of each part.
    counts : callable
        Gives the copies, or weights, of the people of each part, shape (replicates, people), the
        same each time.
    copies : callable, optional
        Gives the ``Draws`` of each part, where copies have outcomes of their own.
    """

    rows: int
    people: tuple[slice, ...]
    counts: Callable[[], Iterator[FloatArray]]
    copies: Callable[[], Iterator[Draws]] | None = None

    def weights(self) -> Iterator[tuple[slice, FloatArray]]:
        """People of each part, and their copies or weights."""
        return zip(self.people, self.counts(), strict=True)

    def parts(self) -> Iterator[tuple[slice, Draws]]:
        """People of each part, and what the replicates hold of them."""
        made = map(Draws, self.counts()) if self.copies is None else self.copies()
        return zip(self.people, made, strict=True)

    def weighted(self, weight: Callable[[slice, FloatArray], FloatArray]) -> Sample:
        """The same people with other weights, worked out once where they are one part.

        Parameters
        ----------
        weight : callable
            Takes people and their copies; gives their weights, shape (replicates, people).
        """
        if len(self.people) == 1:
            ((people, counts),) = self.weights()
            once = weight(people, counts)
            return replace(self, counts=lambda: iter([once]), copies=None)
        return replace(self, counts=lambda: (weight(*part) for part in self.weights()), copies=None)


def in_one_part(draws: Draws) -> Sample:
    """Sample whose people are all in memory.

    Parameters
    ----------
    draws : Draws

    Examples
    --------
    >>> sample = in_one_part(Draws(np.array([[2.0, 0.0]])))
    >>> [counts.tolist() for _, counts in sample.weights()]
    [[[2.0, 0.0]]]
    """
    copies = None if draws.totals is None else lambda: iter([draws])
    everybody = slice(0, draws.counts.shape[1])
    return Sample(len(draws.counts), (everybody,), lambda: iter([draws.counts]), copies)


def as_observed(n: int, part: int = 2**16) -> Sample:
    """The data themselves as one replicate: everybody once.

    Parameters
    ----------
    n : int
        Number of people.
    part : int
        Most people in a part.

    Examples
    --------
    >>> [counts.tolist() for _, counts in as_observed(3, 2).weights()]
    [[[1.0, 1.0]], [[1.0]]]
    """
    people = tuple(slice(start, min(start + part, n)) for start in range(0, n, part))
    return Sample(1, people, lambda: (np.ones((1, one.stop - one.start)) for one in people))


def summed(parts: Iterable[tuple[FloatArray, ...]]) -> tuple[FloatArray, ...]:
    """Sums over the parts of a sample of what is worked out of each.

    Parameters
    ----------
    parts : iterable of tuples of arrays
        At least one, all of the same shapes.

    Examples
    --------
    >>> summed([(np.ones(2), np.zeros(1)), (np.ones(2), np.ones(1))])
    (array([2., 2.]), array([1.]))
    """
    left = iter(parts)
    total = next(left)
    for part in left:
        total = tuple(one + other for one, other in zip(total, part, strict=True))
    return total


def draw_products(
    draws: Draws, columns: FloatArray, factor: FloatArray | None = None
) -> FloatArray:
    """Cross-products of regressors and drawn outcomes, as ``cross_products`` gives them.

    Parameters
    ----------
    draws : Draws
    columns : array, shape (people, p + outcomes)
        Regressors, then the outcomes as observed.
    factor : array, shape (replicates, people), optional
        Weight of each person, the same for all copies.

    Returns
    -------
    array, shape (replicates, p + outcomes, p + outcomes)

    Examples
    --------
    >>> from functools import partial
    >>> of_copies = partial(weighted_squares, np.array([[[13.0]]]))
    >>> draws = Draws(np.array([[2.0]]), np.array([[[5.0]]]), of_copies)
    >>> draw_products(draws, np.array([[1.0, 2.0]])).tolist()
    [[[2.0, 5.0], [5.0, 13.0]]]
    """
    counts = draws.counts if factor is None else draws.counts * factor
    if draws.totals is None or draws.squares is None:
        return cross_products(counts, columns)
    totals = draws.totals if factor is None else draws.totals * factor[:, :, None]
    squares = draws.squares(factor)
    outcomes = totals.shape[2]
    regressors = columns[:, :-outcomes]
    own = cross_products(counts, regressors)
    mixed = np.stack([part @ regressors for part in np.moveaxis(totals, 2, 0)], axis=2)
    first, second = upper_triangle(outcomes)
    corner = np.empty((len(counts), outcomes, outcomes))
    corner[:, first, second] = squares
    corner[:, second, first] = squares
    upper = np.concatenate([own, mixed], axis=2)
    lower = np.concatenate([mixed.transpose(0, 2, 1), corner], axis=2)
    return np.concatenate([upper, lower], axis=1)
