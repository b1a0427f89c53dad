"""Donors and recipients of many replicates, made ready for being matched again and again."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.resample import FloatArray

IntArray = NDArray[np.intp]


class Pool(NamedTuple):
    """Donors and recipients of some replicates, whatever their scores.

    Each replicate has entries: ``k`` ends, a slot each, recipients beside the slots, and ``k``
    ends. Sorted and without recipients, entries are called places; ends keep the first and the last
    donors of replicates apart.

    Parameters
    ----------
    k : int
        Donors to choose from.
    codes : integer array, shape (entries,)
        Last bits of each entry of a replicate: the slot, then 0.
    mask : int
        All bits of a code.
    seat : integer array, shape (recipients,)
        Entry of each recipient, among those of all replicates.
    rank : integer array, shape (recipients,)
        Number of the recipient within the replicate.
    opening : integer array, shape (recipients,)
        Number of the replicate's first recipient.
    idle : integer array
        Entries of neither donors nor recipients.
    nth : integer array, shape (recipients,)
        Number of the recipient's entry, sorted, among all that are no donors.
    first, last : integer array, shape (recipients,)
        Places of the first and last donor of the replicate.
    sizes : integer array, shape (replicates,)
        Places of each replicate.
    heavy : array, shape (replicates (slots + 1),), optional
        Weights of donors, and of each replicate's ends 0, where weights differ.
    row : integer array, shape (places,), optional
        First of the weights of each place's replicate.
    """

    k: int
    codes: NDArray[np.int64]
    mask: int
    seat: IntArray
    rank: IntArray
    opening: IntArray
    idle: IntArray
    nth: IntArray
    first: IntArray
    last: IntArray
    sizes: IntArray
    heavy: FloatArray | None
    row: IntArray | None


def pool(weights: FloatArray, replicate: IntArray, k: int, slot: IntArray | None = None) -> Pool:
    """Donors and recipients, made ready for being matched by one set of scores after another.

    Parameters
    ----------
    weights : array, shape (replicates, slots)
        Weight of each donor; 0 where the slot is no donor. Every replicate needs one donor.
    replicate : integer array, shape (recipients,)
        Replicate of each recipient, in ascending order.
    k : int
        Donors to choose from.
    slot : integer array, shape (recipients,), optional
        Slot of each recipient, which is no donor's; without it recipients stand beside the slots.

    Returns
    -------
    Pool

    Examples
    --------
    >>> made = pool(np.ones((1, 4)), np.zeros(2, dtype=int), 5)
    >>> made.first.tolist(), made.last.tolist()
    ([5, 5], [8, 8])
    """
    rows, slots = weights.shape
    found = np.bincount(replicate, minlength=rows)
    opening = (np.cumsum(found) - found)[replicate]
    rank = np.arange(len(replicate)) - opening
    most = int(found.max(initial=0))
    seats = slots if slot is not None else slots + most
    own = slot if slot is not None else slots + rank
    donor = weights > 0
    free = np.ones((rows, seats), dtype=bool)
    free[:, :slots] = ~donor
    free[replicate, own] = False
    idle, where = np.nonzero(free)
    number = donor.sum(axis=1)
    sizes = number + 2 * k
    start = np.cumsum(sizes) - sizes + k
    spare = seats - number - found
    alike = bool((weights == donor).all())
    bits = max(slots, most).bit_length() + 1
    entries = seats + 2 * k
    codes = np.full(entries, slots << 1)
    codes[k:-k] = np.arange(seats) << 1
    return Pool(
        k=k,
        codes=codes,
        mask=(1 << bits) - 1,
        seat=replicate * entries + k + own,
        rank=rank,
        opening=opening,
        idle=idle * entries + k + where,
        nth=np.arange(len(replicate)) + (np.cumsum(spare) - spare)[replicate],
        first=start[replicate],
        last=(start + number - 1)[replicate],
        sizes=sizes,
        heavy=None if alike else np.pad(weights, ((0, 0), (0, 1))).reshape(-1),
        row=None if alike else np.repeat(np.arange(rows) * (slots + 1), sizes),
    )
