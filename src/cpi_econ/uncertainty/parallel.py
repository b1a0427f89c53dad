"""The one place where blocks of replicates are shared out over workers."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cpi_econ.errors import EstimationError, stop
from cpi_econ.kernels.resample import BLOCK
from cpi_econ.uncertainty.blas_threads import one_thread, one_thread_from_now_on
from cpi_econ.uncertainty.freed_memory import keep_freed_memory
from cpi_econ.uncertainty.kept_blocks import KeptBlocks, fingerprint

if TYPE_CHECKING:
    from cpi_econ.uncertainty.cluster import Cluster

Result = TypeVar("Result")
Work = Callable[[int, int], Result]
Call = tuple[int, int]
Progress = Callable[[int, int], None]

TRIES = 5
"""How often blocks are handed out anew after a worker died."""

_dask: ContextVar[Cluster | None] = ContextVar("dask", default=None)
_keep: ContextVar[Path | None] = ContextVar("keep", default=None)


@contextmanager
def workers(*, dask: str | None = None, keep: Path | None = None) -> Iterator[None]:
    """Let every bootstrap of the body use a Dask cluster, or keep its finished blocks.

    Parameters
    ----------
    dask : str, optional
        Address of a scheduler, such as ``tcp://host:8786``.
    keep : Path, optional
        Folder in which finished blocks are kept, and from which an interrupted run takes them up.
        It holds means of arms and nothing about a person, and is deleted when the body ends well.

    Notes
    -----
    For threads, processes or a Dask client of your own use ``joblib.parallel_config``. The numbers
    are the same to the bit with all of them.

    Examples
    --------
    >>> with workers():
    ...     run_blocks(lambda block, rows: (block, rows), 700)
    [(0, 500), (1, 200)]
    """
    cluster = None if dask is None else _cluster(dask)
    before = _dask.set(cluster), _keep.set(keep)
    try:
        yield
    finally:
        _dask.reset(before[0])
        _keep.reset(before[1])
        if cluster is not None:
            cluster.close()
    if keep is not None:
        shutil.rmtree(keep, ignore_errors=True)


def _cluster(address: str) -> Cluster:
    from cpi_econ.uncertainty.cluster import Cluster

    return Cluster(address)


def on_cluster() -> bool:
    """Whether blocks go to a Dask cluster, as `workers` said.

    Examples
    --------
    >>> with workers(dask="tcp://host:8786"):
    ...     on_cluster()
    True
    """
    return _dask.get() is not None


def block_rows(n_replicates: int, size: int = BLOCK) -> list[int]:
    """Replicates in each block: full blocks, then what is left.

    Parameters
    ----------
    n_replicates : int
        Replicates of the whole run.
    size : int
        Replicates in a full block.

    Examples
    --------
    >>> block_rows(1200)
    [500, 500, 200]
    """
    full, rest = divmod(n_replicates, size)
    return [size] * full + ([rest] if rest else [])


def run_blocks(
    work: Work[Result],
    n_replicates: int,
    *,
    jobs: int = 1,
    size: int = BLOCK,
    progress: Progress | None = None,
) -> list[Result]:
    """Results of every block, in order and the same to the bit wherever they are made.

    Parameters
    ----------
    work : callable
        Takes the number of a block and its replicates; gives a tuple of arrays where blocks are
        kept.
    n_replicates : int
        Replicates of the whole run.
    jobs : int
        Workers; threads, unless ``joblib.parallel_config`` says processes or a cluster. With 1,
        whatever that says, and this process where it says nothing.
    size : int
        Replicates in a full block.
    progress : callable, optional
        Called in this process with replicates done and replicates in all.

    Raises
    ------
    EstimationError
        ``E160`` to ``E164`` of clusters, dead workers and folders.

    Notes
    -----
    A block depends on its number alone, so a block lost with its worker is simply made again. Every
    block is made with one thread of BLAS, since sums over people change in their last bit with the
    number of threads.

    Examples
    --------
    >>> run_blocks(lambda block, rows: (block, rows), 700)
    [(0, 500), (1, 200)]
    """
    rows = block_rows(n_replicates, size)
    keep = _keep.get()
    kept = None if keep is None else KeptBlocks(keep / fingerprint(work))
    found: dict[int, Result] = {} if kept is None else kept.read(rows)
    done = sum(rows[block] for block in found)
    if done and progress is not None:
        progress(done, n_replicates)
    todo = [(block, count) for block, count in enumerate(rows) if block not in found]
    for block, result in _made(work, todo, jobs):
        found[block] = result
        done += rows[block]
        if kept is not None:
            kept.write(block, rows[block], result)  # type: ignore[arg-type]
        if progress is not None:
            progress(done, n_replicates)
    return [found[block] for block in range(len(rows))]


def _made(work: Work[Result], calls: list[Call], jobs: int) -> Iterator[tuple[int, Result]]:
    """Number and result of each block as it is done."""
    keep_freed_memory()
    cluster = _dask.get()
    if cluster is not None:
        yield from cluster.blocks(work, calls)
        return
    with one_thread():
        for _ in range(TRIES):
            try:
                for block, result in _streamed(work, calls, jobs):
                    calls = [call for call in calls if call[0] != block]
                    yield block, result
            except BrokenExecutor:
                continue
            return
    message = f"worker processes died {TRIES} times, most often for want of memory. Use fewer jobs."
    stop(EstimationError, "E164", message)


def _streamed(work: Work[Result], calls: list[Call], jobs: int) -> Iterable[tuple[int, Result]]:
    if len(calls) <= 1 or (jobs == 1 and not _configured()):
        return ((block, work(block, rows)) for block, rows in calls)
    import joblib

    tasks = (joblib.delayed(one_block)(work, block, rows) for block, rows in calls)
    stream: Iterable[tuple[int, Result]] = joblib.Parallel(
        n_jobs=None if jobs == 1 else jobs, prefer="threads", return_as="generator_unordered"
    )(tasks)
    return stream


def _configured() -> bool:
    """Whether the caller stands inside ``joblib.parallel_config``, which imports joblib."""
    joblib: Any = sys.modules.get("joblib")
    return joblib is not None and joblib.parallel.get_active_backend()[1] not in (None, 1)


def one_block(work: Work[Result], block: int, rows: int) -> tuple[int, Result]:
    """Number and result of one block, on a worker.

    Parameters
    ----------
    work : callable
    block, rows : int

    Examples
    --------
    >>> one_block(lambda block, rows: rows, 3, 500)
    (3, 500)
    """
    one_thread_from_now_on()
    keep_freed_memory()
    return block, work(block, rows)
