"""Blocks on every kind of worker are the same bits; dead workers and interruptions cost nothing."""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import stat
import subprocess
import sys
from functools import partial
from pathlib import Path
from unittest.mock import Mock

import joblib
import numpy as np
import pandas as pd
import pytest

from cpi_econ.errors import EstimationError
from cpi_econ.uncertainty.bootstrap import bootstrap
from cpi_econ.uncertainty.cluster import _are_nearby, _tasks, some_blocks
from cpi_econ.uncertainty.kept_blocks import KeptBlocks, fingerprint
from cpi_econ.uncertainty.parallel import run_blocks, workers

HERE = Path(__file__).parent
REPLICATES = 1_100
needs_dask = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None,
    reason='Dask is not installed; python -m pip install "cpi-econ[cluster]"',
)


def run(table, **options):
    return bootstrap(table, reference="low", n_replicates=REPLICATES, **options)


def draw(block, rows):
    return (np.random.default_rng(block).normal(size=(rows, 2)),)


def same(one, other):
    return all(a[0].tobytes() == b[0].tobytes() for a, b in zip(one, other, strict=True))


@pytest.fixture
def enough(people):
    """1,024 people: enough for BLAS to use a second thread where it may."""
    parts = [people.assign(participant=people["participant"] + f"-{k}") for k in range(16)]
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_threads_and_processes_draw_the_same_bits(enough, backend):
    with joblib.parallel_config(backend, n_jobs=2):
        there = run(enough)
    assert there.equals(run(enough))
    assert there.equals(run(enough, jobs=3))


def test_bits_do_not_depend_on_threads_of_blas(enough):
    threadpoolctl = pytest.importorskip("threadpoolctl")
    with threadpoolctl.threadpool_limits(1):
        alone = run(enough)
    assert alone.equals(run(enough))


def test_a_dead_worker_process_costs_its_blocks_only(tmp_path):
    mark = tmp_path / "died"

    def dying(block, rows):
        if block == 3 and not mark.exists():
            mark.touch()
            os._exit(1)
        return (np.random.default_rng(block).normal(size=(rows, 2)),)

    with joblib.parallel_config("loky", n_jobs=2):
        made = run_blocks(dying, 4_000)
    assert mark.exists()
    assert same(made, run_blocks(draw, 4_000))


def test_workers_that_die_again_and_again_stop_the_run():
    def dying(block, rows):
        os._exit(block + rows)

    with joblib.parallel_config("loky", n_jobs=2), pytest.raises(EstimationError, match="died"):
        run_blocks(dying, 1_000)


@needs_dask
def test_a_killed_dask_worker_changes_no_bit(tmp_path):
    done = subprocess.run(
        [sys.executable, HERE / "cluster_session.py", tmp_path],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told == {
        "blocks": 10,
        "same": True,
        "killed": 1,
        "begun": 2,
        "bootstrap": True,
        "connected": 1,
        "connected_anew": 2,
        "after_a_lost_connection": True,
        "left": "closed",
    }


@needs_dask
def test_an_address_without_a_scheduler_is_told_in_words(monkeypatch):
    monkeypatch.setattr("cpi_econ.uncertainty.cluster.SECONDS", 0.2)
    with workers(dask="nonsense://nowhere"), pytest.raises(EstimationError) as raised:
        run_blocks(draw, 500)
    assert raised.value.findings[0].code == "E161"


@needs_dask
@pytest.mark.parametrize(("status", "error"), [("closed", EstimationError), ("running", OSError)])
def test_a_scheduler_that_dies_is_told_in_words_and_no_other_error_is(monkeypatch, status, error):
    client = Mock(status="running")

    def broken(*_):
        client.status = status
        raise OSError("broken pipe")

    client.run = broken
    monkeypatch.setattr("cpi_econ.uncertainty.cluster._client", lambda *_: client)
    with workers(dask="tcp://host:8786"), pytest.raises(error, match=r"longer answers|broken pipe"):
        run_blocks(draw, 500)
    assert client.close.called


@needs_dask
@pytest.mark.parametrize(
    "answer",
    [
        Mock(side_effect=ModuleNotFoundError("No module named 'cpi_econ'")),
        Mock(side_effect=AttributeError("module has no attribute '_version_and_machine'")),
        Mock(return_value={"tcp://127.0.0.1:4001": ("cpi_econ 0.0.1 with numpy 1.0", "here")}),
    ],
)
def test_workers_with_another_version_are_told_in_words(monkeypatch, answer):
    client = Mock(status="running", run=answer)
    monkeypatch.setattr("cpi_econ.uncertainty.cluster._client", lambda *_: client)
    with workers(dask="tcp://host:8786"), pytest.raises(EstimationError, match=r"E162 .* the same"):
        run_blocks(draw, 500)


def test_a_cluster_without_dask_installed_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with workers(dask="tcp://127.0.0.1:1"), pytest.raises(EstimationError, match="cluster"):
        run_blocks(draw, 500)


@pytest.mark.parametrize(
    ("address", "machine", "nearby"),
    [
        ("tcp://127.0.0.1:4001", platform.node(), True),
        ("tcp://127.0.0.1:4001", "behind-a-tunnel", False),
        ("tcp://10.0.0.2:4001", platform.node(), False),
    ],
)
def test_only_workers_of_this_machine_are_sent_data_past_the_scheduler(address, machine, nearby):
    assert _are_nearby({"tcp://127.0.0.1:4000": platform.node(), address: machine}) == nearby


@pytest.mark.parametrize(("blocks", "count", "each"), [(8, 2, 2), (7, 2, 1), (9, 2, 2), (1, 1, 1)])
def test_blocks_go_in_pairs_where_every_worker_gets_two(blocks, count, each):
    calls = [(block, 500) for block in range(blocks)]
    tasks = _tasks(calls, count)
    assert [call for task in tasks for call in task] == calls
    assert {len(task) for task in tasks[:-1]} <= {each}
    assert some_blocks(draw_block, tasks[0]) == [(block, block) for block in range(each)]


def draw_block(block, rows):
    del rows
    return block


def stop_after(replicates, done, total):
    del total
    if done >= replicates:
        raise KeyboardInterrupt


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupted_run_is_taken_up(people, tmp_path, jobs):
    keep = tmp_path / "blocks"
    with pytest.raises(KeyboardInterrupt), workers(keep=keep):
        run(people, jobs=jobs, progress=partial(stop_after, 500))
    kept = list(keep.rglob("*.npz"))
    assert kept
    assert not [path for path in keep.rglob("*") if path.is_file() and path.suffix != ".npz"]
    seen = []
    with workers(keep=keep):
        again = run(people, jobs=jobs, progress=lambda done, total: seen.append((done, total)))
    assert again.equals(run(people))
    assert seen[0][0] >= 500
    assert len(seen) <= 4 - len(kept)
    assert seen[-1] == (REPLICATES, REPLICATES)
    assert not keep.exists()


def test_a_longer_run_takes_up_whole_blocks_of_a_shorter_one(people, tmp_path):
    with pytest.raises(KeyboardInterrupt), workers(keep=tmp_path / "blocks"):
        run(people, progress=partial(stop_after, REPLICATES))
    seen = []
    with workers(keep=tmp_path / "blocks"):
        bootstrap(
            people, reference="low", n_replicates=1_500, progress=lambda done, _: seen.append(done)
        )
    assert seen == [1_000, 1_500]


@pytest.mark.parametrize("change", [{"seed": 2}, {"resample": "bayesian"}, {"cluster": "agency"}])
def test_blocks_of_another_analysis_are_not_taken_up(people, tmp_path, change):
    with pytest.raises(KeyboardInterrupt), workers(keep=tmp_path / "blocks"):
        run(people, progress=partial(stop_after, REPLICATES))
    seen = []
    with workers(keep=tmp_path / "blocks"):
        made = run(people, **change, progress=lambda done, _: seen.append(done))
    assert seen == [500, 1_000, 1_100]
    assert made.equals(run(people, **change))


def test_a_changed_cost_is_another_analysis(people, tmp_path):
    with pytest.raises(KeyboardInterrupt), workers(keep=tmp_path / "blocks"):
        run(people, progress=partial(stop_after, REPLICATES))
    people.loc[5, "cost"] += 0.01
    with workers(keep=tmp_path / "blocks"):
        assert run(people).equals(run(people))


def test_a_broken_file_counts_as_not_there(people, tmp_path):
    keep = tmp_path / "blocks"
    with pytest.raises(KeyboardInterrupt), workers(keep=keep):
        run(people, progress=partial(stop_after, REPLICATES))
    whole, *_ = sorted(keep.rglob("*.npz"))
    whole.write_bytes(whole.read_bytes()[:100])
    with workers(keep=keep):
        assert run(people).equals(run(people))


def test_kept_blocks_hold_means_only_and_are_for_the_user_alone(tmp_path):
    kept = KeptBlocks(tmp_path / "blocks" / "run")
    kept.write(0, 500, draw(0, 500))
    assert stat.S_IMODE(kept.folder.stat().st_mode) == 0o700
    assert same(kept.read([500]).values(), [draw(0, 500)])
    assert kept.read([400]) == {}


def test_a_folder_that_cannot_be_made_stops_the_run(tmp_path):
    (tmp_path / "file").touch()
    with workers(keep=tmp_path / "file" / "blocks"), pytest.raises(EstimationError) as raised:
        run_blocks(draw, 500)
    assert raised.value.findings[0].code == "E163"


def test_a_fingerprint_is_the_same_in_another_process():
    code = (
        "from functools import partial; import numpy as np; "
        "from cpi_econ.uncertainty.kept_blocks import fingerprint; "
        "print(fingerprint(partial(max, np.arange(3.0), {'a': (1, None)})))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == fingerprint(partial(max, np.arange(3.0), {"a": (1, None)}))
