"""One thread of BLAS while replicates are made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any


@cache
def _controller() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController().select(user_api="blas")


@contextmanager
def one_thread() -> Iterator[None]:
    """Give BLAS one thread inside the block, and as many as before after it.

    Notes
    -----
    Sums over people are split over threads, so that their last bit would depend on the machine and
    on the number of workers. Blocks, not sums, are what is shared out; and small products lose more
    by waiting for a second thread than they gain, the more so on a busy machine.
    """
    with _controller().limit(limits=1):
        yield


def one_thread_from_now_on() -> None:
    """Give BLAS one thread for good; for worker processes, whose threads would undo each other."""
    for library in _controller().lib_controllers:
        if library.get_num_threads() != 1:
            library.set_num_threads(1)
