"""The benchmarks still run, and their table puts each job beside its own reference."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"


@pytest.fixture(scope="module")
def table():
    spec = importlib.util.spec_from_file_location("table", FOLDER / "table.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def case(name, median, **extra):
    extra = {"per": 1, "most": None, "least": None, **extra}
    return {"name": name, "group": "a job", "stats": {"median": median}, "extra_info": extra}


def test_ratios_are_per_replicate(table):
    ours = case("test_ours", 0.05, per=1_000, most=0.2, least=10)
    plain = case("test_reference_loop", 0.002)
    assert table.rows([plain, ours]) == [["a job", "50 ms", "200 ms", "2 ms", "40", "10", ""]]


def test_a_job_without_a_reference_has_no_ratio(table):
    assert table.rows([case("test_ours", 2.5, peak_mb=99.6)]) == [
        ["a job", "2.5 s", "", "", "", "", "100"]
    ]


def test_a_job_may_be_told_by_its_fastest_round(table):
    ours = case("test_ours", 3.0, told="min", least=1.6)
    plain = case("test_reference_one_worker", 9.0, told="min")
    ours["stats"]["min"], plain["stats"]["min"] = 2.0, 3.4
    assert table.rows([plain, ours]) == [["a job", "2 s", "", "3.4 s", "1.7", "1.6", ""]]


def test_a_benchmark_runs():
    pytest.importorskip("pytest_benchmark", reason="pytest-benchmark is not installed")
    command = ["-m", "pytest", "-q", "-p", "no:randomly", "--benchmark-disable"]
    chosen = ["-k", "116 and unadjusted", str(FOLDER / "test_resampling.py")]
    done = subprocess.run([sys.executable, *command, *chosen], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
