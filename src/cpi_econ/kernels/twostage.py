"""Two-stage bootstrap with shrinkage: drawn clusters, then individual residuals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.draws import Draws
from cpi_econ.kernels.leastsq import upper_triangle
from cpi_econ.kernels.resample import FloatArray


def average_size(sizes: NDArray[np.int64]) -> float:
    """Average cluster size that accounts for unequal sizes.

    Parameters
    ----------
    sizes : integer array, shape (clusters,)

    References
    ----------
    Donner, Klar (2000), Design and Analysis of Cluster Randomization Trials in Health Research, 1.3

    Examples
    --------
    >>> average_size(np.array([4, 4])), average_size(np.array([2, 6]))
    (4.0, 3.0)
    """
    spread = ((sizes - sizes.mean()) ** 2).sum()
    return float(sizes.mean() - spread / ((len(sizes) - 1) * sizes.sum()))


def shrink(residuals: FloatArray, sizes: NDArray[np.int64]) -> tuple[FloatArray, FloatArray]:
    r"""Shrunken cluster means and standardised individual residuals of one arm.

    Parameters
    ----------
    residuals : array, shape (people, outcomes)
        Residuals of mean 0, cluster after cluster.
    sizes : integer array, shape (clusters,)
        People in each cluster.

    Returns
    -------
    means : array, shape (people, outcomes)
        Shrunken mean of the person's cluster.
    standardised : array, shape (people, outcomes)

    Notes
    -----
    With a clusters of average size b, each outcome's cluster means are multiplied by
    :math:`\sqrt{a/(a-1) - SSW/(b(b-1) SSB)}`, or by 0 where that is negative; residuals from the
    cluster means are divided by :math:`\sqrt{1 - 1/b}`. With equal sizes the variance of the mean
    is then the unbiased :math:`SSB/(a(a-1))`. Means shrink to that of the people, not to that of
    the clusters as in the papers: with unequal sizes the replicates would else not be centred on
    the estimate.

    References
    ----------
    Davison, Hinkley (1997), Bootstrap Methods and their Application, 3.8; Ng, Grieve, Carpenter
    (2013), doi:10.1177/1536867X1301300111

    Examples
    --------
    >>> means, rest = shrink(np.array([[1.0], [3.0], [-3.0], [-1.0]]), np.array([2, 2]))
    >>> means.round(4).ravel().tolist(), rest.round(4).ravel().tolist()
    ([2.6458, 2.6458, -2.6458, -2.6458], [-1.4142, 1.4142, -1.4142, 1.4142])
    """
    cluster = np.repeat(np.arange(len(sizes)), sizes)
    sums = np.stack([np.bincount(cluster, column) for column in residuals.T], axis=1)
    means: FloatArray = sums / sizes[:, None]
    within = residuals - means[cluster]
    b = average_size(sizes)
    between = ((means - means.mean(axis=0)) ** 2).sum(axis=0)
    inside = (within**2).sum(axis=0) / (b * (b - 1)) if b > 1 else np.zeros_like(between)
    noise = np.divide(inside, between, out=np.full_like(between, np.inf), where=between > 0)
    factor = np.sqrt(np.clip(len(sizes) / (len(sizes) - 1) - noise, 0.0, None))
    return (means * factor)[cluster], within / np.sqrt(1 - 1 / b) if b > 1 else within


def two_stage_draws(
    level: FloatArray,
    residuals: FloatArray,
    strata: list[NDArray[np.int64]],
    rows: int,
    rng: np.random.Generator,
) -> Draws:
    """Whole clusters drawn within arms, every copy of a person with a residual drawn anew.

    Parameters
    ----------
    level : array, shape (people, outcomes)
        Fitted value plus the shrunken cluster mean of each person.
    residuals : array, shape (people, outcomes)
        Standardised residuals; drawn from everybody in the arm, all outcomes of a person together.
    strata : list of integer arrays
        For each arm, the people in each cluster.
    rows : int
        Number of replicates.
    rng : Generator
        Random stream.

    Returns
    -------
    Draws

    Examples
    --------
    >>> made = two_stage_draws(np.ones((4, 1)), np.zeros((4, 1)), [np.array([2, 2])], 3,
    ...                        np.random.default_rng(1))
    >>> made.counts.sum(axis=1).tolist(), made.totals.sum(axis=1).ravel().tolist()
    ([4.0, 4.0, 4.0], [4.0, 4.0, 4.0])
    """
    n, outcomes = level.shape
    first, second = upper_triangle(outcomes)
    # outcomes first in memory: sums over people then run along contiguous memory
    counts = np.empty((rows, n))
    totals, squares = np.empty((outcomes, rows, n)), np.empty((len(first), rows, n))
    end = 0
    for sizes in strata:
        start, end = end, end + int(sizes.sum())
        inside = slice(start, end)
        base, rest = level[inside].T, residuals[inside]
        made, sums = _residual_sums(rest, sizes, rows, rng)
        counts[:, inside] = made
        for i in range(outcomes):
            totals[i, :, inside] = made * base[i] + sums[i]
        for number, (i, j) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
            mixed = base[i] * sums[j] + base[j] * sums[i] + sums[outcomes + number]
            squares[number, :, inside] = made * (base[i] * base[j]) + mixed
    return Draws(counts, totals.transpose(1, 2, 0), squares.transpose(1, 2, 0))


def _residual_sums(
    residuals: FloatArray,
    sizes: NDArray[np.int64],
    rows: int,
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], list[FloatArray]]:
    """Copies of each person of an arm, and sums of drawn residuals and of their products."""
    n = len(residuals)
    drawn = rng.integers(0, len(sizes), size=(rows, len(sizes)))
    lengths = sizes[drawn]
    person = _members(drawn, lengths, sizes)
    cells = np.repeat(n * np.arange(rows), lengths.sum(axis=1)) + person
    donor = rng.integers(0, n, size=len(person))
    first, second = upper_triangle(residuals.shape[1])
    columns = np.concatenate([residuals, residuals[:, first] * residuals[:, second]], axis=1)
    sums = [
        np.asarray(np.bincount(cells, column[donor], minlength=rows * n), dtype=np.float64)
        for column in np.ascontiguousarray(columns.T)
    ]
    counts = np.bincount(cells, minlength=rows * n).astype(np.int64, copy=False)
    return counts.reshape(rows, n), [part.reshape(rows, n) for part in sums]


def _members(
    drawn: NDArray[np.int64], lengths: NDArray[np.int64], sizes: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Numbers of the people in each drawn cluster, one after the other."""
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    before = np.cumsum(lengths) - lengths.ravel()
    shift = np.repeat(starts[drawn].ravel() - before, lengths.ravel())
    members: NDArray[np.int64] = shift + np.arange(len(shift))
    return members
