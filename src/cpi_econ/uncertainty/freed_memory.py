"""Memory of one block of replicates is kept for the next."""

from __future__ import annotations

from functools import cache

import numpy as np

_KEPT = 30_000_000
"""Bytes; the most up to which the C library of Linux moves its limit is 32 MiB."""


@cache
def keep_freed_memory() -> None:
    """Let the C library keep arrays of up to 30 MB when they are freed, instead of unmapping them.

    Notes
    -----
    By default glibc gives an array of more than 128 KiB back to the system when it is freed, and
    every page of the next one then costs a fault: half of the time of a block of 500 replicates of
    a trial. Freeing one larger array moves that limit (``M_MMAP_THRESHOLD`` in mallopt(3)). No
    page of it is touched. Elsewhere nothing happens.
    """
    np.empty(_KEPT, dtype=np.uint8)
