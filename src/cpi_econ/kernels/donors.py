"""Predictive mean matching: whose value is taken, for many replicates at once.

Donors and recipients of a replicate are sorted together, so that the donors nearest to a recipient
are its neighbours. What is sorted are the scores themselves, with the slot in their last bits: a
plain sort of doubles is several times as fast as one that returns an order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.pools import IntArray, Pool, pool
from cpi_econ.kernels.resample import FloatArray

FAR = 1e30
TIE = 1e-9
"""Scores closer than this, on the standardised scale, count as equal."""

LIFT = 4.0
"""Added to scores, so that nearly all are positive: equal ones then sort by their last bits."""


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
    order = np.argsort(replicate, kind="stable")
    made = pool(weights, replicate[order], k)
    slots = np.empty_like(order)
    slots[order] = matched(made, score, target[order], uniform[order])
    return slots


def matched(made: Pool, score: FloatArray, target: FloatArray, uniform: FloatArray) -> IntArray:
    """Slot of a donor for each recipient of a pool, as ``draw_donors`` gives it.

    Parameters
    ----------
    made : Pool
    score : array, shape (replicates, slots)
    target, uniform : array, shape (recipients,)

    Returns
    -------
    integer array, shape (recipients,)

    Examples
    --------
    >>> made = pool(np.ones((1, 4)), np.zeros(1, dtype=int), 1)
    >>> matched(made, np.array([[0.0, 1.0, 2.0, 9.0]]), np.array([1.8]), np.zeros(1)).tolist()
    [2]
    """
    ranked, place = _ranked(made, score, target)
    first = _nearest(ranked, place, target, made.k)
    low, high = np.maximum(first, made.first), np.minimum(first + made.k - 1, made.last)
    _widen(made, ranked, low, high)
    return _drawn(made, ranked.view(np.int64), low, high, uniform)


def anyone(made: Pool, uniform: FloatArray) -> IntArray:
    """Slot of any donor for each recipient of a pool, in proportion to the weights.

    Parameters
    ----------
    made : Pool
    uniform : array, shape (recipients,)
        Random numbers in [0, 1).

    Returns
    -------
    integer array, shape (recipients,)

    Examples
    --------
    >>> anyone(pool(np.ones((1, 4)), np.zeros(2, dtype=int), 1), np.array([0.0, 0.9])).tolist()
    [0, 3]
    """
    kept = np.ones((len(made.sizes), len(made.codes)), dtype=bool)
    kept.reshape(-1)[made.seat] = False
    kept.reshape(-1)[made.idle] = False
    codes = np.broadcast_to(made.codes, kept.shape)[kept]
    return _drawn(made, codes, made.first, made.last, uniform)


def _ranked(made: Pool, score: FloatArray, target: FloatArray) -> tuple[FloatArray, IntArray]:
    """Donors and ends of all replicates in order, and how many precede each recipient."""
    rows, slots = score.shape
    keys = np.empty((rows, len(made.codes)))
    keys[:, : made.k] = -FAR
    keys[:, -made.k :] = FAR
    np.add(score, LIFT, out=keys[:, made.k : made.k + slots])
    bits = keys.view(np.int64)
    bits &= ~made.mask
    bits |= made.codes
    flat = bits.reshape(-1)
    flat[made.seat] = (target + LIFT).view(np.int64) & ~made.mask | made.rank << 1 | 1
    flat[made.idle] = np.array(2 * FAR).view(np.int64) | 1
    keys.sort(axis=1)
    other = (flat & 1).astype(bool)
    found = np.flatnonzero(other).take(made.nth)
    place = np.empty(len(found), dtype=np.intp)
    place[made.opening + ((flat.take(found) & made.mask) >> 1)] = found - made.nth
    return keys.reshape(-1)[~other], place


def _nearest(ranked: FloatArray, place: IntArray, target: FloatArray, k: int) -> IntArray:
    """Place of the first of the k donors nearest to each recipient."""
    pairs, twice = ranked[:-k] + ranked[k:], 2 * (target + LIFT)
    lowest = place - k
    steps = np.zeros(len(place), dtype=np.intp)
    for step in range(k):
        # the lower one of the pair is further away
        steps += pairs[step:].take(lowest) < twice
    return lowest + steps


def _widen(made: Pool, ranked: FloatArray, low: IntArray, high: IntArray) -> None:
    """Widen windows to all donors that tie with their ends, in place."""
    # the last bits of equal scores are further apart than that from 2^18 slots on
    apart = ranked[1:] - ranked[:-1] > max(TIE, 2.0**-49 * made.mask)
    left = np.flatnonzero(~apart.take(low - 1))
    right = np.flatnonzero(~apart.take(high))
    if len(left) or len(right):
        ends = np.flatnonzero(apart)
        low[left] = ends[np.searchsorted(ends, low[left]) - 1] + 1
        high[right] = ends[np.searchsorted(ends, high[right])]


def _drawn(
    made: Pool, codes: NDArray[np.int64], low: IntArray, high: IntArray, uniform: FloatArray
) -> IntArray:
    """Slots of members of windows, drawn in proportion to their weights."""
    if made.heavy is None or made.row is None:
        chosen = low + (uniform * (high - low + 1)).astype(np.intp)
    else:
        below = _cumulated(made.heavy.take(made.row + ((codes & made.mask) >> 1)), made.sizes)
        start = below.take(low - 1)
        wanted = start + uniform * (below.take(high) - start)
        chosen = _first_above(below, wanted, low, high)
    slots: IntArray = (codes.take(chosen) & made.mask) >> 1
    return slots


def _cumulated(weights: FloatArray, sizes: IntArray) -> FloatArray:
    """Weights cumulated within replicates of some sizes."""
    inside = np.arange(sizes.max()) < sizes[:, None]
    square = np.zeros(inside.shape)
    square[inside] = weights
    below: FloatArray = np.cumsum(square, axis=1)[inside]
    return below


def _first_above(below: FloatArray, value: FloatArray, low: IntArray, high: IntArray) -> IntArray:
    """First place in each window where the cumulated weight is above the value; else its last."""
    for _ in range(int((high - low).max(initial=0)).bit_length()):
        middle = (low + high) >> 1
        right = (below.take(middle) <= value) & (middle < high)
        low, high = np.where(right, middle + 1, low), np.where(right, high, middle)
    return low
