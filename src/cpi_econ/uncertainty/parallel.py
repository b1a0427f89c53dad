"""The one place where blocks of replicates are shared out over workers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from cpi_econ.kernels.resample import BLOCK

Result = TypeVar("Result")
Progress = Callable[[int, int], None]


def block_rows(n_replicates: int) -> list[int]:
    """Replicates in each block: full blocks, then what is left.

    Parameters
    ----------
    n_replicates : int
        Replicates of the whole run.

    Examples
    --------
    >>> block_rows(1200)
    [500, 500, 200]
    """
    full, rest = divmod(n_replicates, BLOCK)
    return [BLOCK] * full + ([rest] if rest else [])


def run_blocks(
    work: Callable[[int, int], Result],
    n_replicates: int,
    *,
    jobs: int = 1,
    progress: Progress | None = None,
) -> list[Result]:
    """Results of every block, in order, whatever the number of workers.

    Parameters
    ----------
    work : callable
        Takes the number of a block and its replicates.
    n_replicates : int
        Replicates of the whole run.
    jobs : int
        Workers. Threads, processes or a cluster as ``joblib.parallel_config`` says.
    progress : callable, optional
        Called in this process with replicates done and replicates in all.

    Examples
    --------
    >>> run_blocks(lambda block, rows: (block, rows), 700)
    [(0, 500), (1, 200)]
    """
    rows = block_rows(n_replicates)
    results: list[Result] = []
    done = 0
    for size, result in zip(rows, _stream(work, rows, jobs), strict=True):
        results.append(result)
        done += size
        if progress is not None:
            progress(done, n_replicates)
    return results


def _stream(
    work: Callable[[int, int], Result], rows: list[int], jobs: int
) -> Iterable[Result] | Iterator[Result]:
    if jobs == 1 or len(rows) == 1:
        return (work(block, size) for block, size in enumerate(rows))
    import joblib

    calls = (joblib.delayed(work)(block, size) for block, size in enumerate(rows))
    stream: Iterator[Result] = joblib.Parallel(
        n_jobs=jobs, prefer="threads", return_as="generator"
    )(calls)
    return stream
