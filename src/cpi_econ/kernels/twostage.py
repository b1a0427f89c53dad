"""Two-stage bootstrap with shrinkage: drawn clusters, then individual residuals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.draws import Draws, Sample, summed
from cpi_econ.kernels.leastsq import upper_triangle
from cpi_econ.kernels.leaves import child_seeds
from cpi_econ.kernels.resample import FloatArray, draw_counts
from cpi_econ.kernels.streaming import repeated


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
    drawn, end = [], 0
    for sizes in strata:
        start, end = end, end + int(sizes.sum())
        inside = slice(start, end)
        clusters = rng.integers(0, len(sizes), size=(rows, len(sizes)))
        lengths = sizes[clusters]
        cells = _members(clusters, lengths, sizes)
        people = lengths.sum(axis=1)
        cells += np.repeat((end - start) * np.arange(rows), people)
        counts = np.bincount(cells, minlength=rows * (end - start)).astype(np.float64)
        copies = _Copies(cells, people)
        counts = counts.reshape(rows, end - start)
        drawn.append(_with_residuals(level[inside], residuals[inside], counts, copies, rng))
    return _side_by_side(drawn)


def two_stage_sample(
    level: FloatArray,
    residuals: FloatArray,
    strata: list[NDArray[np.int64]],
    rows: int,
    rng: np.random.Generator,
) -> Sample:
    """The same draws of a study too large to hold what everybody's copies add up to.

    Parameters
    ----------
    level, residuals, strata, rows, rng
        As ``two_stage_draws`` takes them; of the stream one is spawned for each part of the people.

    Examples
    --------
    >>> sample = two_stage_sample(np.ones((4, 1)), np.zeros((4, 1)), [np.array([2, 2])], 3,
    ...                           np.random.default_rng(1))
    >>> [draws.totals.sum(axis=1).ravel().tolist() for _, draws in sample.parts()]
    [[4.0, 4.0, 4.0]]
    """
    weights = np.concatenate([draw_counts(len(sizes), rows, rng) for sizes in strata], axis=1)
    drawn = repeated(weights.astype(np.float64), strata)
    seeds = child_seeds(rng, len(drawn.people))
    ends = np.cumsum([int(sizes.sum()) for sizes in strata])

    def copies() -> Iterator[Draws]:
        for (people, counts), seed in zip(drawn.weights(), seeds, strict=True):
            arm = int(np.searchsorted(ends, people.start, side="right"))
            donors = residuals[ends[arm] - int(strata[arm].sum()) : ends[arm]]
            stream = np.random.default_rng(seed)
            yield _with_residuals(level[people], donors, counts, _copies_of(counts), stream)

    return replace(drawn, copies=copies)


class _Copies(NamedTuple):
    """Copies of people of one arm, replicate after replicate.

    Parameters
    ----------
    cells : integer array, shape (copies,)
        Place of each copy's person in counts that are laid out flat.
    each : integer array, shape (replicates,)
        Copies in each replicate.
    """

    cells: NDArray[np.int64]
    each: NDArray[np.int64]


def _with_residuals(
    level: FloatArray,
    donors: FloatArray,
    counts: FloatArray,
    copies: _Copies,
    rng: np.random.Generator,
) -> Draws:
    """People of one arm, each copy with the residual of a person drawn from the arm."""
    donor = rng.integers(0, len(donors), size=len(copies.cells))
    taken = donors.take(donor, axis=0).T.copy()
    flat = (np.bincount(copies.cells, part, minlength=counts.size) for part in taken)
    sums = [part.astype(np.float64, copy=False).reshape(counts.shape) for part in flat]
    totals = np.stack([counts * base + part for base, part in zip(level.T, sums, strict=True)])
    squares = partial(_squares, level, taken, counts, sums, copies)
    return Draws(counts, totals.transpose(1, 2, 0), squares)


def _squares(
    level: FloatArray,
    taken: FloatArray,
    counts: FloatArray,
    sums: list[FloatArray],
    copies: _Copies,
    factor: FloatArray | None,
) -> FloatArray:
    """Sums of products of level plus residual over the copies of everybody in the arm."""
    base = level.T
    if factor is not None:
        counts, sums = counts * factor, [part * factor for part in sums]
    made = []
    for i, j in zip(*upper_triangle(len(base)), strict=True):
        products = taken[i] * taken[j]
        if factor is not None:
            products *= factor.reshape(-1)[copies.cells]
        mixed = sums[j] @ base[i] + sums[i] @ base[j]
        made.append(counts @ (base[i] * base[j]) + mixed + _by_replicate(products, copies.each))
    return np.stack(made, axis=1)


def _by_replicate(values: FloatArray, each: NDArray[np.int64]) -> FloatArray:
    """Sums of the values of each replicate, which may have none."""
    starts = np.cumsum(each) - each
    sums: FloatArray = np.add.reduceat(np.append(values, 0.0), starts)
    return np.where(each > 0, sums, 0.0)


def _copies_of(counts: FloatArray) -> _Copies:
    times = counts.astype(np.int64)
    return _Copies(np.repeat(np.arange(times.size), times.ravel()), times.sum(axis=1))


def _side_by_side(parts: list[Draws]) -> Draws:
    """Draws of several arms, arm after arm."""
    edges = np.cumsum([part.counts.shape[1] for part in parts])[:-1]

    def squares(factor: FloatArray | None) -> FloatArray:
        weights = [None] * len(parts) if factor is None else np.split(factor, edges, axis=1)
        pairs = zip(parts, weights, strict=True)
        return summed((part.squares(w),) for part, w in pairs if part.squares is not None)[0]

    totals = [part.totals for part in parts if part.totals is not None]
    counts = np.concatenate([part.counts for part in parts], axis=1)
    return Draws(counts, np.concatenate(totals, axis=1), squares)


def _members(
    drawn: NDArray[np.int64], lengths: NDArray[np.int64], sizes: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Numbers of the people in each drawn cluster, one after the other."""
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    before = np.cumsum(lengths) - lengths.ravel()
    shift = np.repeat(starts[drawn].ravel() - before, lengths.ravel())
    members: NDArray[np.int64] = shift + np.arange(len(shift))
    return members
