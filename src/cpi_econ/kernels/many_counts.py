"""How often each of many people is drawn with replacement, at about a nanosecond a person.

Drawing n people one by one costs a random number and a scattered write each. Here everybody first
gets a Poisson number of copies from one random byte, a little fewer in all than wanted; the few
that are still to be drawn are then drawn one by one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, xlogy

from cpi_econ.kernels.resample import FloatArray

CountArray = NDArray[np.uint8]

_SHORT = 2.0
"""Standard deviations by which the Poisson total is expected to fall short; 2% of rows are then
drawn again, and 2% of 10,000 people one by one."""


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
    Value k takes :math:`\lfloor 256 p_k \rfloor` of the 256 bytes. The one or two in a hundred
    that fall on none of them are drawn from what is left of the probabilities, in double precision,
    so that nothing is rounded to 1/256.

    References
    ----------
    Marsaglia (1963), doi:10.1145/366193.366228, for tables with a remainder; Devroye (1986),
    Non-Uniform Random Variate Generation, III.3

    Examples
    --------
    >>> poisson_counts(5, 0.0, np.random.default_rng(1)).tolist()
    [0, 0, 0, 0, 0]
    """
    if mean == 0:
        return np.zeros(size, dtype=np.uint8)
    edges, rest = _table(mean)
    words = rng.integers(2**64, size=-(-size // 8), dtype=np.uint64)
    byte = words.view(np.uint8)[:size]
    counts = _steps_below(byte, edges[:-1])
    late = np.flatnonzero(byte >= edges[-1])
    counts[late] = _steps_below(rng.random(len(late)), rest)
    return counts


def _table(mean: float) -> tuple[CountArray, FloatArray]:
    """Byte at which each value ends, and cumulative probabilities of what is left over."""
    value = np.arange(18 + int(mean + 12 * mean**0.5))
    chance: FloatArray = np.exp(xlogy(value, mean) - mean - gammaln(value + 1))
    cells = np.floor(256 * chance)
    last = max(2, np.flatnonzero(cells)[-1] + 1)
    rest = np.cumsum(chance - cells / 256)
    return np.cumsum(cells[:last]).astype(np.uint8), rest[:-1] / rest[-1]


def _steps_below(numbers: NDArray[np.generic], steps: NDArray[np.generic]) -> CountArray:
    """How many of the steps each number has reached."""
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
    mean = max(0.0, least - _SHORT * least**0.5) / people
    counts = poisson_counts(rows * people, mean, rng).reshape(rows, people)
    total = counts.sum(axis=1, dtype=np.uint32).astype(np.int64)
    over = np.flatnonzero(total > draws)
    while len(over):
        counts[over] = poisson_counts(len(over) * people, mean, rng).reshape(-1, people)
        total[over] = counts[over].sum(axis=1)
        over = over[total[over] > draws[over]]
    cells = np.repeat(people * np.arange(rows), draws - total)
    cells += rng.integers(people, size=len(cells))
    np.add.at(counts.reshape(-1), cells, np.uint8(1))
    return counts
