"""Predictive mean matching: whose value is taken, for many replicates at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.resample import FloatArray

IntArray = NDArray[np.intp]

FAR = 1e30
TIE = 1e-9
"""Scores closer than this, on the standardised scale, count as equal."""


def draw_donors(
    score: FloatArray,
    weights: FloatArray,
    replicate: IntArray,
    target: FloatArray,
    uniform: FloatArray,
    k: int,
) -> IntArray:
    """Slot of a donor for each recipient: one of the k nearest by predicted mean.

    Parameters
    ----------
    score : array, shape (replicates, slots)
        Predicted means of the possible donors.
    weights : array, shape (replicates, slots)
        Weight of each donor; 0 where the slot is no donor. Every replicate needs one donor.
    replicate : integer array, shape (recipients,)
        Replicate of each recipient.
    target : array, shape (recipients,)
        Predicted mean of each recipient.
    uniform : array, shape (recipients,)
        Random numbers in [0, 1).
    k : int
        Donors to choose from.

    Returns
    -------
    integer array, shape (recipients,)

    Notes
    -----
    Donors as far away as the k-th nearest on its side are donors too: with few distinct scores
    (one binary predictor) a fixed k would use the same five people again and again. With fewer
    donors than k all are used. Drawn in proportion to the weights.

    References
    ----------
    Little (1988), doi:10.1080/07350015.1988.10509663; Morris, White, Royston (2014),
    doi:10.1186/1471-2288-14-75

    Examples
    --------
    >>> score = np.array([[0.0, 1.0, 2.0, 9.0]])
    >>> one = np.zeros(1, dtype=int)
    >>> draw_donors(score, np.ones((1, 4)), one, np.array([8.0]), np.array([0.99]), 1).tolist()
    [3]
    """
    keyed = np.where(weights > 0, score, FAR)
    order = np.argsort(keyed, axis=1, kind="stable")
    ranked = _padded(np.take_along_axis(keyed, order, axis=1), k, FAR)
    heavy = _padded(np.take_along_axis(weights, order, axis=1), k, 0.0)
    first = _window(ranked, replicate, target, k)
    low, high = _with_ties(ranked, replicate, first, first + k - 1)
    below = np.concatenate([np.zeros((len(heavy), 1)), np.cumsum(heavy, axis=1)], axis=1)
    start = below[replicate, low]
    wanted = start + uniform * (below[replicate, high + 1] - start)
    chosen = _count(below, replicate, wanted, at_most=True) - 1
    last = k - 1 + (weights > 0).sum(axis=1)[replicate]
    slots: IntArray = order[replicate, np.clip(chosen, k, last) - k]
    return slots


def _padded(values: FloatArray, k: int, end: float) -> FloatArray:
    made = np.full((len(values), values.shape[1] + 2 * k), end)
    made[:, :k] = -end
    made[:, k:-k] = values
    return made


def _window(ranked: FloatArray, replicate: IntArray, target: FloatArray, k: int) -> IntArray:
    """First of the k nearest in the padded order."""
    left = _count(ranked, replicate, target, at_most=False) - k
    start = left.copy()
    flat, place = np.ascontiguousarray(ranked).reshape(-1), replicate * ranked.shape[1] + left
    for step in range(k):
        below = target - flat.take(place + step)
        above = flat.take(place + step + k) - target
        start += below > above
    return start


def _with_ties(
    ranked: FloatArray, replicate: IntArray, first: IntArray, last: IntArray
) -> tuple[IntArray, IntArray]:
    """Window widened to all donors that tie with its ends."""
    slots = ranked.shape[1]
    place = np.arange(slots)
    step = np.diff(ranked, axis=1) > TIE
    opens = np.where(np.pad(step, ((0, 0), (1, 0)), constant_values=True), place, 0)
    closes = np.where(np.pad(step, ((0, 0), (0, 1)), constant_values=True), place, slots)
    start = np.maximum.accumulate(opens, axis=1)
    end = np.minimum.accumulate(closes[:, ::-1], axis=1)[:, ::-1]
    return start[replicate, first], end[replicate, last]


def _count(rows: FloatArray, replicate: IntArray, value: FloatArray, *, at_most: bool) -> IntArray:
    """How many entries of the sorted row lie below the value (or at most at it)."""
    size = rows.shape[1]
    flat, start = np.ascontiguousarray(rows).reshape(-1), replicate * size
    low = np.zeros(len(value), dtype=np.intp)
    high = np.full(len(value), size, dtype=np.intp)
    for _ in range(size.bit_length()):
        middle = (low + high) >> 1
        entry = flat.take(start + np.minimum(middle, size - 1))
        right = (entry <= value if at_most else entry < value) & (middle < high)
        low = np.where(right, middle + 1, low)
        high = np.where(right, high, middle)
    return low
