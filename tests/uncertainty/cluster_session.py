"""Session on a Dask cluster of two processes, one of which is killed; run by a test.

Prints one JSON object. Block 4 waits in its first worker until that worker has been killed.
"""

import json
import os
import signal
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from distributed import LocalCluster

from cpi_econ.uncertainty import cluster as connection
from cpi_econ.uncertainty.bootstrap import bootstrap
from cpi_econ.uncertainty.parallel import run_blocks, workers

REPLICATES = 5_000
WAIT = 60
FATAL = 4


def people(n=60):
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "participant": [f"p{number:03}" for number in range(n)],
            "arm": np.where(np.arange(n) % 2, "high", "low"),
            "cost": rng.gamma(0.8, 1500, n),
            "effect": rng.normal(0.6, 0.1, n),
        }
    )


def noted(folder, block, rows):
    """One block of normal draws, with a note of the process that began it."""
    first = not list(folder.glob(f"{block}-*"))
    (folder / f"{block}-{os.getpid()}").touch()
    if block == FATAL and first:
        time.sleep(WAIT)
    return (np.random.default_rng(block).normal(size=rows),)


def kill_holder(folder, killed, done, total):
    """Kill the process that holds the fatal block, as soon as there is one."""
    del done, total
    until = time.monotonic() + WAIT
    while not killed and time.monotonic() < until:
        for note in folder.glob(f"{FATAL}-*"):
            killed.append(int(note.name.split("-")[1]))
            os.kill(killed[0], signal.SIGKILL)
        time.sleep(0.01)


def counted(made, connect, *words):
    """Connection to the scheduler, noted among those made so far."""
    made.append(connect(*words))
    return made[-1]


def far_away(machines):
    """As of workers that only the scheduler reaches."""
    return not machines


def main(folder):
    plain = folder / "plain"
    plain.mkdir()
    (plain / f"{FATAL}-here").touch()
    here = run_blocks(partial(noted, plain), REPLICATES)
    notes = folder / "notes"
    notes.mkdir()
    killed = []
    table = people()
    made = []
    connection._client = partial(counted, made, connection._client)
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        workers(dask=cluster.scheduler_address),
    ):
        kill = partial(kill_holder, notes, killed)
        there = run_blocks(partial(noted, notes), REPLICATES, progress=kill)
        drawn = bootstrap(table, reference="low", n_replicates=1_200)
        kept = len(made)
        made[0].close()
        connection._are_nearby = far_away
        anew = bootstrap(table, reference="low", n_replicates=1_200)
    told = {
        "blocks": len(there),
        "same": all(a[0].tobytes() == b[0].tobytes() for a, b in zip(here, there, strict=True)),
        "killed": len(killed),
        "begun": len(list(notes.glob(f"{FATAL}-*"))),
        "bootstrap": drawn.equals(bootstrap(table, reference="low", n_replicates=1_200)),
        "connected": kept,
        "connected_anew": len(made),
        "after_a_lost_connection": anew.equals(drawn),
        "left": made[-1].status,
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
