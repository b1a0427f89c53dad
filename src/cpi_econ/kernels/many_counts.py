"""How often each of many people is drawn with replacement, at a third of the usual time.

Drawing n people one by one costs a random number and a scattered write each. Here everybody first
gets a Poisson number of copies from one random byte, a little fewer in all than wanted; the few
that are still to be drawn are then drawn one by one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, xlogy

from cpi_econ.kernels.resample import FloatArray

CountArray = NDArray[np.uint8]

_SHORT = 2.0
"""Standard deviations by which the Poisson total is expected to fall short; 2% of rows are then
drawn again, and 2% of 10,000 people one by one."""

_GRID = 2**11
"""Means are multiples of one over this, so that few tables are ever made."""

_PIECE = 2**18
"""Bytes worked on at a time, so that they stay in the cache of a processor."""


class Table(NamedTuple):
    """A distribution of small numbers as that of a byte, and what is amiss with it.

    Parameters
    ----------
    steps : array of uint8
        Bytes at which the numbers 1, 2, ... begin.
    late : float
        Number of times that a person is expected to be drawn anew.
    rest : array
        Probabilities of the numbers that are then drawn.
    """

    steps: CountArray
    late: float
    rest: FloatArray


def poisson_counts(size: int, mean: float, rng: np.random.Generator) -> CountArray:
    r"""Independent Poisson numbers from one random byte each.

    Parameters
    ----------
    size : int
    mean : float
        At most 100, so that a byte holds the numbers.
    rng : Generator
        Random stream.

    Returns
    -------
    array of uint8, shape (size,)

    Notes
    -----
    Value k takes :math:`c_k` of the 256 bytes, chosen such that :math:`(1 - q) c_k / 256 \le p_k`
    with the least q. Everybody is drawn anew with probability q, one or two in a hundred, from what
    is left of the probabilities, in the same way and at last in double precision; so nothing is
    rounded to 1/256. Whom it befalls is found without looking at everybody: a Poisson number of
    hits of mean :math:`-n \log(1 - q)`, spread over n people, leaves out each with probability
    1 - q, independently of all others.

    References
    ----------
    Marsaglia (1963), doi:10.1145/366193.366228, for tables with a remainder; Kingman (1993),
    Poisson Processes, 2.4, for hits; Devroye (1986), Non-Uniform Random Variate Generation, II.4

    Examples
    --------
    >>> poisson_counts(5, 0.0, np.random.default_rng(1)).tolist()
    [0, 0, 0, 0, 0]
    """
    if mean == 0:
        return np.zeros(size, dtype=np.uint8)
    counts = np.empty(size, dtype=np.uint8)
    for start in range(0, size, _PIECE):
        piece = counts[start : start + _PIECE]
        piece[:] = _drawn(len(piece), poisson_tables(mean), rng)
    return counts


def _drawn(size: int, tables: tuple[Table, ...], rng: np.random.Generator) -> CountArray:
    table, *others = tables
    words = rng.integers(2**64, size=-(-size // 8), dtype=np.uint64)
    counts = _steps_below(words.view(np.uint8)[:size], table.steps)
    anew = rng.poisson(size * table.late)
    place = rng.integers(size, size=anew)
    if others:
        counts[place] = _drawn(anew, tuple(others), rng)
    else:
        counts[place] = np.searchsorted(table.rest.cumsum()[:-1], rng.random(anew), side="right")
    return counts


@lru_cache(maxsize=4 * _GRID)
def poisson_tables(mean: float) -> tuple[Table, Table]:
    """Byte tables of a Poisson distribution and of what it leaves over.

    Parameters
    ----------
    mean : float

    Examples
    --------
    >>> first, second = poisson_tables(1.0)
    >>> first.steps.tolist(), round(first.late, 3)
    ([95, 190, 237, 252], 0.019)
    """
    value = np.arange(18 + int(mean + 12 * mean**0.5))
    first = _table(np.exp(xlogy(value, mean) - mean - gammaln(value + 1)))
    return first, _table(first.rest)


def _table(chance: FloatArray) -> Table:
    wanted = 256 * chance
    cells, share = np.floor(wanted), 1.0
    for _ in range(256 - int(cells.sum())):
        over = np.divide(cells + 1, wanted, out=np.full_like(wanted, np.inf), where=wanted > 0)
        best = over.argmin()
        cells[best], share = cells[best] + 1, over[best]
    rest = np.clip(chance - cells / (256 * share), 0.0, None)
    last = np.flatnonzero(cells)[-1]
    return Table(np.cumsum(cells[:last]).astype(np.uint8), float(np.log(share)), rest / rest.sum())


def _steps_below(numbers: CountArray, steps: CountArray) -> CountArray:
    """How many of the steps each number has reached."""
    if not len(steps):
        return np.zeros(len(numbers), dtype=np.uint8)
    counts: CountArray = (numbers >= steps[0]).view(np.uint8)
    for step in steps[1:]:
        counts += (numbers >= step).view(np.uint8)
    return counts


def multinomial_counts(
    people: int, draws: NDArray[np.int64], rng: np.random.Generator
) -> CountArray:
    r"""How often each person is drawn when some are drawn with replacement.

    Parameters
    ----------
    people : int
    draws : integer array, shape (rows,)
        Draws of each replicate, alike in size and not many times the people.
    rng : Generator
        Random stream.

    Returns
    -------
    array of uint8, shape (rows, people)
        Each row sums to its draws.

    Notes
    -----
    Independent Poisson counts, given their sum S, are S draws with replacement. Rows with
    :math:`S \le n` get :math:`n - S` further draws, and are then n draws with replacement; others
    are drawn anew, which selects by S alone. The counts are exactly multinomial for any mean of
    the Poisson.

    References
    ----------
    Devroye (1986), Non-Uniform Random Variate Generation, XI.1.4; Kingman (1993), Poisson
    Processes, 1.2 and 2.4

    Examples
    --------
    >>> multinomial_counts(3, np.array([5, 2]), np.random.default_rng(1)).sum(axis=1).tolist()
    [5, 2]
    """
    rows, least = len(draws), float(draws.min())
    mean = int(_GRID * max(0.0, least - _SHORT * least**0.5) / people) / _GRID
    # half of its range is hundreds of standard deviations above any total
    kind = np.uint16 if least < 2**15 else np.uint32
    counts = poisson_counts(rows * people, mean, rng).reshape(rows, people)
    total = counts.sum(axis=1, dtype=kind).astype(np.int64)
    over = np.flatnonzero(total > draws)
    while len(over):
        counts[over] = poisson_counts(len(over) * people, mean, rng).reshape(-1, people)
        total[over] = counts[over].sum(axis=1, dtype=kind)
        over = over[total[over] > draws[over]]
    cells = np.repeat(people * np.arange(rows), draws - total)
    cells += rng.integers(people, size=len(cells))
    np.add.at(counts.reshape(-1), cells, np.uint8(1))
    return counts
