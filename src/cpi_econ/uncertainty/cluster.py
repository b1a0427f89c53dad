"""Blocks of replicates made by the workers of a Dask cluster."""

from __future__ import annotations

import asyncio
import platform
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import suppress
from itertools import chain, islice
from typing import Any, TypeVar

import numpy as np

from cpi_econ.errors import EstimationError, stop
from cpi_econ.uncertainty.parallel import Call, one_block

Result = TypeVar("Result")
Task = tuple[Call, ...]
"""Blocks that a worker makes one after the other."""

TRIES = 5
SECONDS = 20
"""How long a scheduler may take to answer."""
PAUSE = 0.5
"""Seconds after which finished blocks are fetched while others are being made."""
AT_ONCE = 100
"""Tasks that are waited for together."""
LOST = CancelledError, asyncio.CancelledError
"""Errors of blocks of which no worker has the data any more."""


class Cluster:
    """Connection to a Dask cluster, made with the first blocks and kept for those of later runs.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://host:8786``.

    Examples
    --------
    >>> cluster = Cluster("tcp://host:8786")
    >>> cluster.close()
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._client: Any = None

    def close(self) -> None:
        """Leave the cluster, if blocks were ever sent to it."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def blocks(
        self, work: Callable[[int, int], Result], calls: list[Call]
    ) -> Iterator[tuple[int, Result]]:
        """Number and result of each block, some time after it is done.

        Parameters
        ----------
        work : callable
            Takes the number of a block and its replicates. It is sent to each worker once.
        calls : list of tuple
            Number and replicates of each block.

        Raises
        ------
        EstimationError
            ``E160`` Dask is not installed, ``E161`` no scheduler or no worker answers, ``E162``
            workers have other versions, ``E164`` a block was lost again and again.

        Notes
        -----
        The scheduler hands a block of a dead worker to another. Where it cannot, because every copy
        of the data died too, data and block are sent again. Results are fetched together, no more
        often than every ``PAUSE`` seconds, since fetching them one by one keeps workers from work.
        """
        distributed = _distributed()
        client = self._connected(distributed)
        try:
            yield from _made(distributed, client, work, calls)
        except OSError:
            if client.status == "running":
                raise
            message = f"the Dask scheduler at {self.address} no longer answers. Start it again"
            stop(EstimationError, "E161", f"{message}; with --resume finished blocks are kept.")

    def _connected(self, distributed: Any) -> Any:
        if self._client is None or self._client.status != "running":
            self.close()
            self._client = _client(distributed, self.address)
        return self._client


def _made(
    distributed: Any, client: Any, work: Callable[[int, int], Result], calls: list[Call]
) -> Iterator[tuple[int, Result]]:
    gone = (distributed.KilledWorker, *LOST)
    machines = _checked_workers(client)
    nearby = _are_nearby(machines)
    data = _send(client, work, nearby)
    tries = Counter[Task]()
    waiting = {_submit(client, data, task): task for task in _tasks(calls, len(machines))}
    while waiting:
        with suppress(TimeoutError, *gone), client.as_current():
            distributed.wait(list(islice(waiting, AT_ONCE)), timeout=PAUSE)
        ready = [future for future in waiting if future.done()]
        found, lost = _fetched(client, ready, gone)
        yield from found
        done = {future: waiting.pop(future) for future in ready}
        again = [done[future] for future in lost]
        tries.update(again)
        _give_up(tries)
        if again and data.status != "finished":
            data = _send(client, work, nearby)
        waiting |= {_submit(client, data, task): task for task in again}


def _tasks(calls: list[Call], workers: int) -> list[Task]:
    """Blocks in pairs where there are enough for every worker: half as much to tell each other."""
    each = 2 if len(calls) >= 4 * workers else 1
    return [tuple(calls[first : first + each]) for first in range(0, len(calls), each)]


def _send(client: Any, work: object, nearby: bool) -> Any:
    """Future of what every worker is sent, past the scheduler where the workers are nearby."""
    try:
        return client.scatter(work, broadcast=True, hash=False, direct=nearby)
    except TimeoutError:
        stop(EstimationError, "E161", "no worker of the Dask cluster is left. Start some again.")


def _submit(client: Any, data: Any, task: Task) -> Any:
    return client.submit(some_blocks, data, task, pure=False, priority=-task[0][0])


def some_blocks(work: Callable[[int, int], Result], task: Task) -> list[tuple[int, Result]]:
    """Number and result of each block of a task, on a worker.

    Parameters
    ----------
    work : callable
    task : tuple of tuple
        Number and replicates of each block.

    Examples
    --------
    >>> some_blocks(lambda block, rows: rows, ((3, 500), (4, 200)))
    [(3, 500), (4, 200)]
    """
    return [one_block(work, *call) for call in task]


def _fetched(
    client: Any, futures: list[Any], gone: tuple[type[BaseException], ...]
) -> tuple[list[tuple[int, Any]], list[Any]]:
    """Blocks that are done, and the tasks that are gone with their workers."""
    with suppress(*gone):
        return list(chain.from_iterable(client.gather(futures))), []
    found, lost = [], []
    for future in futures:
        try:
            found += future.result()
        except gone:
            lost.append(future)
    return found, lost


def _distributed() -> Any:
    try:
        import distributed
    except ImportError:
        message = 'a Dask cluster needs more packages: python -m pip install "cpi-econ[cluster]"'
        stop(EstimationError, "E160", message)
    return distributed


def _client(distributed: Any, address: str) -> Any:
    try:
        client = distributed.Client(address, timeout=SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        message = f"no Dask scheduler answers at {address} ({type(error).__name__})."
        stop(EstimationError, "E161", f"{message} Start one, or correct the address.")
    try:
        client.wait_for_workers(1, timeout=SECONDS)
    except TimeoutError:
        client.close()
        stop(EstimationError, "E161", f"the Dask scheduler at {address} has no workers.")
    return client


def _checked_workers(client: Any) -> dict[str, str]:
    """Machine of each worker by address; refused if one would draw or round otherwise."""
    here = versions_here()
    try:
        found = client.run(_version_and_machine)
    except (ImportError, AttributeError):  # none, or an older one without this question
        stop(EstimationError, "E162", f"workers lack {here}; install the same on each.")
    other = sorted({made for made, _ in found.values() if made != here})
    if other:
        message = f"workers have {'; '.join(other)}, this process {here}. Install the same."
        stop(EstimationError, "E162", message)
    return {address: machine for address, (_, machine) in found.items()}


def _version_and_machine() -> tuple[str, str]:
    return versions_here(), platform.node()


def _are_nearby(workers: dict[str, str]) -> bool:
    """Whether this process reaches every worker without a network."""
    here = platform.node()
    return all("://127.0.0.1:" in at and machine == here for at, machine in workers.items())


def versions_here() -> str:
    """Versions that decide the bits of a replicate.

    Examples
    --------
    >>> versions_here().startswith("cpi_econ ")
    True
    """
    from cpi_econ import __version__

    return f"cpi_econ {__version__} with numpy {np.__version__}"


def _give_up(tries: Counter[Task]) -> None:
    for task, count in tries.items():
        if count > TRIES:
            message = (
                f"block {task[0][0]} was lost {TRIES} times with its worker, most often for want "
                "of memory. Use workers with more of it."
            )
            stop(EstimationError, "E164", message)
