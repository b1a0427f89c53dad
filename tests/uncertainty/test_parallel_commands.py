"""Interrupted commands and killed processes leave whole blocks behind, and no results."""

from __future__ import annotations

import json
import subprocess
import sys
from unittest.mock import Mock

import pytest
import xarray as xr

from cpi_econ.cli.app import run
from cpi_econ.uncertainty.bootstrap import bootstrap
from cpi_econ.uncertainty.kept_blocks import KeptBlocks
from cpi_econ.uncertainty.parallel import workers


def words(example, folder, *more):
    return ["ceac", str(example), "--quiet", "--replicates", "1500", "--out", str(folder), *more]


@pytest.fixture
def interrupted_after_two(monkeypatch):
    """Ctrl-C just after the second block was kept."""
    write, kept = KeptBlocks.write, []

    def writing(self, block, count, arrays):
        write(self, block, count, arrays)
        kept.append(block)
        if len(kept) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(KeptBlocks, "write", writing)
    return kept


def told(folder):
    document = json.loads((folder / "results.json").read_text("utf-8"))
    document["provenance"].pop("created")
    return document


def test_an_interrupted_command_is_taken_up(example, tmp_path, interrupted_after_two, capsys):
    folder = tmp_path / "results"
    hidden = tmp_path / ".results-blocks"
    assert run(words(example, folder, "--resume")) == 130
    assert "interrupted" in capsys.readouterr().err
    assert not folder.exists()
    assert len(list(hidden.rglob("*.npz"))) == 2
    assert run(words(example, folder, "--resume")) == 0
    # the third block of the whole sample, then those of the subgroups
    assert interrupted_after_two == [0, 1, 2, 0, 1, 2]
    assert not hidden.exists()
    assert run(words(example, tmp_path / "plain")) == 0
    assert told(folder) == told(tmp_path / "plain")
    with (
        xr.open_dataset(folder / "replicates.nc", engine="h5netcdf") as resumed,
        xr.open_dataset(tmp_path / "plain" / "replicates.nc", engine="h5netcdf") as plain,
    ):
        assert resumed.identical(plain)


def test_an_interrupted_command_without_resume_keeps_nothing(example, tmp_path, monkeypatch):
    interrupted = Mock(side_effect=KeyboardInterrupt)
    monkeypatch.setattr("cpi_econ.uncertainty.bootstrap.run_blocks", interrupted)
    assert run(words(example, tmp_path / "results")) == 130
    assert list(tmp_path.iterdir()) == []


def test_an_address_without_a_scheduler_ends_with_status_2(example, tmp_path, capsys):
    pytest.importorskip("distributed", reason="Dask is not installed")
    folder = tmp_path / "results"
    assert run(words(example, folder, "--dask", "nonsense://nowhere")) == 2
    assert "E161" in capsys.readouterr().err
    assert not folder.exists()
    for command in ("voi", "design", "simulate", "report"):
        fresh = ["--set", "uncertainty.seed=3", "--dask", "nonsense://nowhere", "--quiet"]
        assert run([command, str(example), *fresh]) == 2
        assert "E161" in capsys.readouterr().err


SESSION = """
import sys, time
from pathlib import Path
import pandas as pd
from cpi_econ.uncertainty.bootstrap import bootstrap
from cpi_econ.uncertainty.parallel import workers

def stop(done, total):
    if done == 1_000:
        print("kept", flush=True)
        time.sleep(120)

people = pd.read_json(sys.argv[1], dtype={"participant": str}, precise_float=True)
with workers(keep=Path(sys.argv[2])):
    bootstrap(people, reference="low", n_replicates=1_200, progress=stop)
"""


def test_a_killed_process_leaves_whole_blocks(people, tmp_path):
    table, keep = tmp_path / "people.json", tmp_path / "blocks"
    people = people[["participant", "arm", "cost", "effect"]].round(6)
    people.to_json(table, double_precision=10)
    command = [sys.executable, "-c", SESSION, str(table), str(keep)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as session:
        assert session.stdout.readline() == "kept\n"
        session.kill()
    seen = []
    with workers(keep=keep):
        made = bootstrap(
            people, reference="low", n_replicates=1_200, progress=lambda done, _: seen.append(done)
        )
    assert seen == [1_000, 1_200]
    assert made.equals(bootstrap(people, reference="low", n_replicates=1_200))
