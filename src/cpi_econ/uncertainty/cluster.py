"""Blocks of replicates made by the workers of a Dask cluster."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from typing import Any, TypeVar

import numpy as np

from cpi_econ.errors import EstimationError, stop
from cpi_econ.uncertainty.parallel import Call, one_block

Result = TypeVar("Result")

TRIES = 5
SECONDS = 20
"""How long a scheduler may take to answer."""


def cluster_blocks(
    work: Callable[[int, int], Result], calls: list[Call], address: str
) -> Iterator[tuple[int, Result]]:
    """Number and result of each block as it is done.

    Parameters
    ----------
    work : callable
        Takes the number of a block and its replicates. It is sent to each worker once.
    calls : list of tuple
        Number and replicates of each block.
    address : str
        Of the scheduler, such as ``tcp://host:8786``.

    Raises
    ------
    EstimationError
        ``E160`` Dask is not installed, ``E161`` no scheduler or no worker answers, ``E162`` workers
        have other versions, ``E164`` a block was lost again and again.

    Notes
    -----
    The scheduler hands a block of a dead worker to another. Where it cannot, because every copy of
    the data died too, data and block are sent again.
    """
    distributed = _distributed()
    with _client(distributed, address) as client:
        _check_versions(client)
        data = _send(client, work)
        rows = dict(calls)
        tries = Counter(rows.keys())
        waiting = {_submit(client, data, *call): call[0] for call in calls}
        done = distributed.as_completed(list(waiting), loop=client.loop)
        for future in done:
            block = waiting.pop(future)
            try:
                yield future.result()
            except (distributed.KilledWorker, CancelledError, asyncio.CancelledError):
                tries[block] += 1
                _give_up(block, tries[block])
                if data.status != "finished":
                    data = _send(client, work)
                again = _submit(client, data, block, rows[block])
                waiting[again] = block
                done.add(again)


def _send(client: Any, work: object) -> Any:
    try:
        return client.scatter(work, broadcast=True, hash=False)
    except TimeoutError:
        stop(EstimationError, "E161", "no worker of the Dask cluster is left. Start some again.")


def _submit(client: Any, data: Any, block: int, rows: int) -> Any:
    return client.submit(one_block, data, block, rows, pure=False, priority=-block)


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


def _check_versions(client: Any) -> None:
    """Refuse workers that would draw or round otherwise."""
    here = versions_here()
    try:
        found = client.run(versions_here)
    except ImportError:
        stop(EstimationError, "E162", f"workers lack cpi_econ; install {here} on each.")
    other = sorted({made for made in found.values() if made != here})
    if other:
        message = f"workers have {'; '.join(other)}, this process {here}. Install the same."
        stop(EstimationError, "E162", message)


def versions_here() -> str:
    """Versions that decide the bits of a replicate.

    Examples
    --------
    >>> versions_here().startswith("cpi_econ ")
    True
    """
    from cpi_econ import __version__

    return f"cpi_econ {__version__} with numpy {np.__version__}"


def _give_up(block: int, tries: int) -> None:
    if tries > TRIES:
        message = (
            f"block {block} was lost {TRIES} times with its worker, most often for want of memory. "
            "Use workers with more of it."
        )
        stop(EstimationError, "E164", message)
