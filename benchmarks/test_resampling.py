"""Whole runs of the bootstrap beside plain references in the same session."""

import warnings

import numpy as np
import pandas as pd
import pytest

from cpi_econ.decision.acceptability import ceac, ceaf
from cpi_econ.decision.information import evpi
from cpi_econ.decision.replicates import replicates
from cpi_econ.uncertainty.bootstrap import bootstrap

COVARIATES = [f"x{number}" for number in range(6)]
SAME = {"cost": COVARIATES, "effect": COVARIATES}
DIFFERENT = {"cost": COVARIATES[:5], "effect": COVARIATES[1:]}


def study(n):
    rng = np.random.default_rng(1)
    arm = np.where(np.arange(n) % 4 == 0, "high", "low")
    data = {"participant": np.arange(n).astype(str), "arm": arm}
    data |= {name: rng.normal(size=n) for name in COVARIATES}
    data["cost"] = rng.gamma(0.8, 1500, n) + 100 * data["x0"]
    data["effect"] = rng.normal(0.6, 0.1, n) + 0.02 * data["x1"]
    data["agency"] = np.where(arm == "high", np.arange(n) // 4 % 4, 4 + np.arange(n) // 4 % 12)
    return pd.DataFrame(data)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, id="unadjusted"),
        pytest.param({"model": "ols", "adjust": SAME}, id="ols"),
        pytest.param({"adjust": DIFFERENT}, id="sur"),
        pytest.param({"cluster": "agency"}, id="clusters"),
        pytest.param({"resample": "bayesian"}, id="bayesian"),
        pytest.param({"resample": "two_stage", "cluster": "agency"}, id="two-stage"),
    ],
)
def test_10_000_replicates_of_116(benchmark, options):
    table = study(116)
    made = benchmark(lambda: bootstrap(table, reference="low", n_replicates=10_000, **options))
    assert made.sizes["replicate"] == 10_000


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"weights": "iptw"}, id="iptw"),
        pytest.param({"weights": "aipw", "model": "ols", "adjust": SAME}, id="aipw"),
        pytest.param({"model": "glm", "adjust": SAME}, id="glm"),
    ],
)
def test_5_000_replicates_of_155_fitted_by_newton_steps(benchmark, options):
    table = study(155).assign(cost=lambda data: data["cost"].clip(lower=0))
    given = {"propensity": COVARIATES, **options} if "weights" in options else options
    made = benchmark(lambda: bootstrap(table, reference="low", n_replicates=5_000, **given))
    assert made.sizes["replicate"] == 5_000


def test_reference_gather_and_mean_of_10_000(benchmark):
    table = study(10_000)
    arms = [rows[["cost", "effect"]].to_numpy() for _, rows in table.groupby("arm")]
    rng = np.random.default_rng(1)

    def gather():
        return [rows[rng.integers(0, len(rows), (100, len(rows)))].mean(axis=1) for rows in arms]

    assert benchmark(gather)[0].shape == (100, 2)


def test_100_replicates_of_10_000(benchmark):
    table = study(10_000)
    made = benchmark(lambda: bootstrap(table, reference="low", n_replicates=100))
    assert made.sizes["replicate"] == 100


def test_reference_loop_over_statsmodels(benchmark):
    sm = pytest.importorskip("statsmodels.api")
    table = study(116)
    columns = np.column_stack([table["arm"] == "high", table[COVARIATES]]).astype(float)
    regressors, outcomes = sm.add_constant(columns), table[["cost", "effect"]].to_numpy()
    rng = np.random.default_rng(1)

    def loop():
        drawn = rng.integers(0, 116, 116)
        return [sm.OLS(outcomes[drawn, k], regressors[drawn]).fit().params[1] for k in (0, 1)]

    assert len(benchmark(loop)) == 2


def test_reference_loop_over_linearmodels(benchmark):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        system = pytest.importorskip("linearmodels.system")
    table = study(116).assign(one=1.0, high=lambda data: (data["arm"] == "high").astype(float))
    rng = np.random.default_rng(1)

    def loop():
        drawn = table.iloc[rng.integers(0, 116, 116)].reset_index(drop=True)
        parts = {
            name: {"dependent": drawn[name], "exog": drawn[["one", "high", *DIFFERENT[name]]]}
            for name in ("cost", "effect")
        }
        return system.SUR(parts).fit(method="gls", cov_type="unadjusted").params

    assert len(benchmark(loop)) == 14


def test_curves_of_ten_arms(benchmark):
    rng = np.random.default_rng(1)
    shape = (10_000, 10)
    made = replicates(
        rng.normal(1000, 300, shape),
        rng.normal(1, 0.1, shape),
        arms=list("abcdefghij"),
        reference="a",
    )
    wtp = np.linspace(0, 50_000, 501)
    curves = benchmark(lambda: (ceac(made, wtp), ceaf(made, wtp), evpi(made, wtp)))
    assert curves[0].shape == (501, 10)
