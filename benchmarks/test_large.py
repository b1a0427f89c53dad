"""Large studies and whole processes: time and peak memory, beside a plain reference where one is.

What is promised stands in ``extra_info``, as in ``test_resampling``.
"""

import os
import subprocess
import sys
import time
import warnings
from contextlib import ExitStack, contextmanager
from itertools import count

import numpy as np
import pytest
from test_resampling import COVARIATES, HERE, SAME, draws, gather, job, study

from cpi_econ.uncertainty.parallel import workers

STUDY = HERE.parent / "examples" / "connecting_people" / "study.yaml"


def register(n):
    """Study in 2,000 sites of one arm each."""
    table = study(n)
    number = np.arange(n) // 4
    high = (table["arm"] == "high").to_numpy()
    return table.assign(site=np.where(high, number % 500, 500 + number % 1_500))


def test_200_replicates_of_a_million(benchmark):
    table = study(1_000_000)
    call = draws(table, 200)
    most = 15e-9 * 1_000_000 * 200
    made = job(benchmark, "unadjusted, n = 1,000,000, 200", call, per=200, most=most, rounds=2)
    assert made.sizes["replicate"] == 200


def test_reference_gather_and_mean_of_a_million(benchmark):
    arms = [rows[["cost", "effect"]].to_numpy() for _, rows in study(1_000_000).groupby("arm")]
    rng = np.random.default_rng(1)
    call = lambda: [gather(rows, 2, rng) for rows in arms]  # noqa: E731 - timed as it stands
    assert len(job(benchmark, "unadjusted, n = 1,000,000, 200", call, per=2, rounds=2)) == 2


REGISTERS = {
    "OLS of both outcomes": {"model": "ols", "adjust": SAME},
    "2,000 whole clusters": {"resample": "clusters", "cluster": "site"},
    "Bayesian": {"resample": "bayesian"},
}


@pytest.mark.parametrize("name", REGISTERS)
def test_200_other_replicates_of_a_million(benchmark, name):
    table = register(1_000_000)
    call = draws(table, 200, **REGISTERS[name])
    made = job(benchmark, f"{name}, n = 1,000,000, 200", call, per=200, rounds=2)
    assert made.sizes["replicate"] == 200


WEIGHTED = {"weights": "iptw", "propensity": COVARIATES}
FITTED = {
    "two stages, 2,000 clusters": {"resample": "two_stage", "cluster": "site"},
    "IPTW": WEIGHTED,
    "AIPW": {**WEIGHTED, "weights": "aipw", "model": "ols", "adjust": SAME},
    "two stages with IPTW": {**WEIGHTED, "resample": "two_stage", "cluster": "site"},
    "gamma GLM, log link": {"model": "glm", "adjust": SAME},
    "mixed model, 2,000 clusters": {"model": "mixed", "cluster": "site", "adjust": SAME},
}


@pytest.mark.parametrize("name", FITTED)
def test_50_fitted_replicates_of_a_million(benchmark, name):
    table = register(1_000_000).assign(cost=lambda data: data["cost"].clip(lower=0))
    call = draws(table, 50, **FITTED[name])
    made = job(benchmark, f"{name}, n = 1,000,000, 50", call, per=50, rounds=1)
    assert made.sizes["replicate"] == 50


SHARED = {
    "unadjusted, 200 replicates": (200, 20, {}),
    "unadjusted, 2,000 replicates": (2_000, 5, {}),
    "IPTW, 200 replicates": (200, 2, WEIGHTED),
}
ON_ONE_CLUSTER = 5


@pytest.mark.parametrize("name", SHARED)
def test_a_million_on_two_dask_workers(benchmark, name):
    """One worker and two by turns, five calls each: what slows the machine slows both."""
    pytest.importorskip("distributed", reason="Dask is not installed")
    table, (replicates, rounds, options) = study(1_000_000), SHARED[name]
    call, few = draws(table, replicates, **options), draws(table, 50, **options)
    turns, alone = count(), []
    with ExitStack() as two:

        def change():
            if next(turns) % ON_ONE_CLUSTER:
                return
            two.close()
            with cluster_of(1):
                few()
                alone.extend(seconds(call) for _ in range(min(rounds, ON_ONE_CLUSTER)))
            two.enter_context(cluster_of(2))
            few()

        group = f"a million on two Dask workers, {name}; reference: one"
        timing = {"per": replicates, "least": 1.6, "rounds": rounds, "setup": change}
        made = job(benchmark, group, call, **timing)
    # a core that someone else holds for a moment is no property of the cluster
    benchmark.extra_info |= {"told": "min", "reference": min(alone) / replicates}
    assert made["cost"][:50].equals(few()["cost"])


def seconds(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


@contextmanager
def cluster_of(number):
    """Processes of one thread each, to which the body's replicates go."""
    from distributed import LocalCluster

    with (
        warnings.catch_warnings(),
        LocalCluster(n_workers=number, threads_per_worker=1, dashboard_address=None) as cluster,
        workers(dask=cluster.scheduler_address),
    ):
        warnings.simplefilter("ignore")
        yield


SCRIPTS = {
    "the example study": (4.0, ["-m", "cpi_econ", "ceac", str(STUDY), "--quiet", "--replicates"]),
    "--help": (None, ["-m", "cpi_econ", "--help"]),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_whole_process(benchmark, name, tmp_path):
    most, words = SCRIPTS[name]
    words = [*words, "5000", "--out", str(tmp_path)] if words[-1] == "--replicates" else words
    call = lambda: peak_of([sys.executable, *words])  # noqa: E731 - timed as it stands
    peak = job(benchmark, f"whole process: {name}", call, most=most, rounds=3)
    benchmark.extra_info |= {"peak_mb": peak, "whole": True}


LARGE = "from test_resampling import *; draws(study(1_000_000), 200)()"
CURVES = "from test_resampling import *; m = ten_arms(); ceac(m, WTP); ceaf(m, WTP); evpi(m, WTP)"


@pytest.mark.parametrize(
    ("group", "code"),
    [("whole process: a million, 200", LARGE), ("whole process: ten arms, 501 thresholds", CURVES)],
)
def test_peak_memory(benchmark, group, code):
    call = lambda: peak_of([sys.executable, "-c", code])  # noqa: E731 - timed as it stands
    peak = job(benchmark, group, call, rounds=1)
    benchmark.extra_info |= {"peak_mb": peak, "whole": True}
    assert peak < 1_500


REGISTER = """
title: A register
currency: GBP
arms: {low: {code: low}, high: {code: high}}
reference: low
data: {participants: {file: people.EXT, id: participant, arm: arm}}
costs: {column: cost}
effects: {qaly: {column: effect}}
adjust: {cost: [x0, x1, x2, x3], effect: [x0, x1, x2, x3]}
"""


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_whole_process_of_a_million_people(benchmark, ending, tmp_path):
    people = study(1_000_000).drop(columns="agency").round(4)
    path = tmp_path / f"people.{ending}"
    people.to_csv(path, index=False) if ending == "csv" else people.to_parquet(path, index=False)
    plan = tmp_path / "study.yaml"
    plan.write_text(REGISTER.replace("EXT", ending), "utf-8")
    words = ["-m", "cpi_econ", "ceac", str(plan), "--quiet", "--replicates", "200"]
    words += ["--out", str(tmp_path / "out")]
    call = lambda: peak_of([sys.executable, *words])  # noqa: E731 - timed as it stands
    group = f"whole process: a study file of a million people ({ending}), adjusted, 200"
    peak = job(benchmark, group, call, rounds=1)
    benchmark.extra_info |= {"peak_mb": peak, "whole": True}
    assert peak < 1_500


def peak_of(command):
    """Peak memory of a process of its own [MB]."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, "
        "stdout=subprocess.DEVNULL); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    environment = os.environ | {"PYTHONPATH": str(HERE)}
    done = subprocess.run(
        [sys.executable, "-c", code, *command],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    return int(done.stdout) / (1_024 if sys.platform != "darwin" else 2**20)
