"""Memory of one block of replicates is kept for the next."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from functools import cache

_TRIM, _MAP = -1, -3
_MEBIBYTE = 2**20


@cache
def keep_freed_memory() -> None:
    """Let the C library keep freed arrays of up to 32 MiB, 64 MiB in all, for the next ones.

    Notes
    -----
    By default glibc gives an array of more than 128 KiB back to the system when it is freed, and
    every page of the next one then costs a fault: half of the time of a block of 500 replicates of
    a trial, and four fifths in workers of Dask, which are told to keep 64 KiB
    (``M_MMAP_THRESHOLD`` and ``M_TRIM_THRESHOLD`` in mallopt(3)). Other C libraries are left alone.
    """
    with suppress(OSError, AttributeError, TypeError):
        library = ctypes.CDLL(None)
        if hasattr(library, "gnu_get_libc_version"):
            library.mallopt(_MAP, 32 * _MEBIBYTE)
            library.mallopt(_TRIM, 64 * _MEBIBYTE)
