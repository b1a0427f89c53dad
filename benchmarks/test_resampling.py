"""Every promised speed of resampling and deciding, beside a plain reference of the same group.

``extra_info`` says how many replicates one call makes (``per``), and of the job itself the
most seconds (``most``) and the least ratio (``least``) that were promised.
"""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cpi_econ.decision.acceptability import ceac, ceaf
from cpi_econ.decision.information import evpi
from cpi_econ.decision.partial_information import evppi
from cpi_econ.decision.replicates import replicates
from cpi_econ.uncertainty.bootstrap import bootstrap

COVARIATES = [f"x{number}" for number in range(6)]
SAME = {"cost": COVARIATES, "effect": COVARIATES}
DIFFERENT = {"cost": COVARIATES[:5], "effect": COVARIATES[1:]}
HERE = Path(__file__).resolve().parent


def study(n):
    rng = np.random.default_rng(1)
    arm = np.where(np.arange(n) % 4 == 0, "high", "low")
    data = {"participant": pd.Series(np.arange(n)).astype(str), "arm": arm}
    data |= {name: rng.normal(size=n) for name in COVARIATES}
    data["cost"] = rng.gamma(0.8, 1500, n) + 100 * data["x0"] + 1000
    data["effect"] = rng.normal(0.6, 0.1, n) + 0.02 * data["x1"]
    data["agency"] = np.where(arm == "high", np.arange(n) // 4 % 4, 4 + np.arange(n) // 4 % 12)
    return pd.DataFrame(data)


def with_gaps(n):
    """Study in which cost, effect and all six covariates are not known for a tenth each."""
    rng = np.random.default_rng(2)
    names = [*COVARIATES, "cost", "effect"]
    table = study(n)
    return table.assign(**{name: table[name].where(rng.random(n) > 0.1) for name in names})


def job(benchmark, group, call, *, per=1, most=None, least=None, rounds=None, setup=None):
    """Time a call; whatever was promised of it goes into the table."""
    benchmark.group = group
    benchmark.extra_info |= {"per": per, "most": most, "least": least}
    if rounds is None:
        return benchmark(call)
    return benchmark.pedantic(call, rounds=rounds, setup=setup)


def draws(table, count, **options):
    return lambda: bootstrap(table, reference="low", n_replicates=count, **options)


MODELS = {
    "unadjusted": (0.030, None, {}),
    "OLS of both outcomes": (0.060, 100, {"model": "ols", "adjust": SAME}),
    "SUR, different covariates": (0.200, 300, {"adjust": DIFFERENT}),
    "two-stage, 16 clusters": (0.150, None, {"resample": "two_stage", "cluster": "agency"}),
    "whole clusters": (None, None, {"resample": "clusters", "cluster": "agency"}),
    "Bayesian": (None, None, {"resample": "bayesian"}),
}


@pytest.mark.parametrize("name", MODELS)
def test_10_000_replicates_of_116(benchmark, name):
    most, least, options = MODELS[name]
    call = draws(study(116), 10_000, **options)
    made = job(benchmark, f"{name}, n = 116, 10,000", call, per=10_000, most=most, least=least)
    assert made.sizes["replicate"] == 10_000


WEIGHTED = {
    "IPTW": (2.0, {"weights": "iptw", "propensity": COVARIATES}),
    "AIPW": (
        2.0,
        {"weights": "aipw", "propensity": COVARIATES, "model": "ols", "adjust": SAME},
    ),
    "gamma GLM, log link": (None, {"model": "glm", "adjust": SAME}),
}


@pytest.mark.parametrize("name", WEIGHTED)
def test_5_000_replicates_of_155_fitted_by_newton_steps(benchmark, name):
    most, options = WEIGHTED[name]
    table = study(155).assign(cost=lambda data: data["cost"].clip(lower=0))
    call = draws(table, 5_000, **options)
    made = job(benchmark, f"{name}, n = 155, 5,000", call, per=5_000, most=most, rounds=3)
    assert made.sizes["replicate"] == 5_000


def test_imputation_inside_2_000_draws(benchmark):
    call = draws(with_gaps(155), 2_000, missing="impute", model="ols", adjust=SAME)
    group = "imputation of 8 variables, n = 155, 2,000"
    assert job(benchmark, group, call, per=2_000, most=5.0, rounds=1).sizes["replicate"] == 2_000


def gather(rows, count, rng):
    """Vectorised draws of people and their means."""
    return rows[rng.integers(0, len(rows), (count, len(rows)))].mean(axis=1)


def test_reference_gather_and_mean_of_10_000(benchmark):
    arms = [rows[["cost", "effect"]].to_numpy() for _, rows in study(10_000).groupby("arm")]
    rng = np.random.default_rng(1)
    call = lambda: [gather(rows, 100, rng) for rows in arms]  # noqa: E731 - timed as it stands
    assert job(benchmark, "unadjusted, n = 10,000, 10,000", call, per=100)[0].shape == (100, 2)


def test_10_000_replicates_of_10_000(benchmark):
    call = draws(study(10_000), 10_000)
    group = "unadjusted, n = 10,000, 10,000"
    made = job(benchmark, group, call, per=10_000, least=10, rounds=5)
    assert made.sizes["replicate"] == 10_000


def test_reference_gather_and_mean_of_116(benchmark):
    arms = [rows[["cost", "effect"]].to_numpy() for _, rows in study(116).groupby("arm")]
    rng = np.random.default_rng(1)
    call = lambda: [gather(rows, 10_000, rng) for rows in arms]  # noqa: E731 - timed as it stands
    assert len(job(benchmark, "unadjusted, n = 116, 10,000", call, per=10_000)) == 2


def test_10_000_replicates_of_155(benchmark):
    call = draws(study(155), 10_000)
    group = "unadjusted, n = 155, 10,000; reference: scipy.stats.bootstrap"
    assert job(benchmark, group, call, per=10_000).sizes["replicate"] == 10_000


def test_reference_scipy_bootstrap_of_155(benchmark):
    stats = pytest.importorskip("scipy.stats")
    arms = [rows[["cost", "effect"]].to_numpy() for _, rows in study(155).groupby("arm")]

    def call():
        options = {"n_resamples": 10_000, "method": "percentile", "vectorized": True}
        return [stats.bootstrap((rows,), np.mean, axis=0, rng=1, **options) for rows in arms]

    group = "unadjusted, n = 155, 10,000; reference: scipy.stats.bootstrap"
    made = job(benchmark, group, call, per=10_000, rounds=3)
    assert made[0].bootstrap_distribution.shape == (2, 10_000)


def test_reference_loop_over_pandas(benchmark):
    table = study(116)
    agencies = {arm: list(rows.groupby("agency")) for arm, rows in table.groupby("arm")}
    rng = np.random.default_rng(1)

    def loop():
        means = []
        for units in agencies.values():
            drawn = rng.integers(0, len(units), len(units))
            people = pd.concat([units[number][1] for number in drawn])
            means.append(people[["cost", "effect"]].mean())
        return means

    assert len(job(benchmark, "whole clusters, n = 116, 10,000", loop)) == 2


def test_reference_loop_over_statsmodels(benchmark):
    sm = pytest.importorskip("statsmodels.api")
    table = study(116)
    columns = np.column_stack([table["arm"] == "high", table[COVARIATES]]).astype(float)
    regressors, outcomes = sm.add_constant(columns), table[["cost", "effect"]].to_numpy()
    rng = np.random.default_rng(1)

    def loop():
        drawn = rng.integers(0, 116, 116)
        return [sm.OLS(outcomes[drawn, k], regressors[drawn]).fit().params[1] for k in (0, 1)]

    assert len(job(benchmark, "OLS of both outcomes, n = 116, 10,000", loop)) == 2


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

    assert len(job(benchmark, "SUR, different covariates, n = 116, 10,000", loop)) == 14


def test_reference_logit_of_statsmodels(benchmark):
    sm = pytest.importorskip("statsmodels.api")
    table = study(155)
    high = (table["arm"] == "high").to_numpy(float)
    regressors = sm.add_constant(table[COVARIATES].to_numpy())
    outcomes = table[["cost", "effect"]].to_numpy()
    rng = np.random.default_rng(1)

    def loop():
        drawn = rng.integers(0, 155, 155)
        chance = sm.Logit(high[drawn], regressors[drawn]).fit(disp=0).predict()
        weight = np.where(high[drawn] == 1, 1 / chance, 1 / (1 - chance))
        return [
            np.average(
                outcomes[drawn][high[drawn] == arm], axis=0, weights=weight[high[drawn] == arm]
            )
            for arm in (0, 1)
        ]

    assert len(job(benchmark, "IPTW, n = 155, 5,000", loop)) == 2


def test_reference_imputation_by_statsmodels(benchmark):
    mice = pytest.importorskip("statsmodels.imputation.mice")
    table = with_gaps(155)[[*COVARIATES, "cost", "effect"]]
    rng = np.random.default_rng(1)

    def loop():
        drawn = table.iloc[rng.integers(0, 155, 155)].reset_index(drop=True)
        data = mice.MICEData(drawn, k_pmm=5)
        data.update_all(10)
        return data.data

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = job(benchmark, "imputation of 8 variables, n = 155, 2,000", loop, rounds=2)
    assert not made.isna().any().any()


def ten_arms():
    rng = np.random.default_rng(1)
    shape = (10_000, 10)
    cost, effect = rng.normal(1000, 300, shape), rng.normal(1, 0.1, shape)
    return replicates(cost, effect, arms=list("abcdefghij"), reference="a")


WTP = np.linspace(0, 50_000, 501)


def test_curves_of_ten_arms(benchmark):
    made = ten_arms()
    call = lambda: (ceac(made, WTP), ceaf(made, WTP), evpi(made, WTP))  # noqa: E731 - timed so
    group = "CEAC, CEAF and EVPI, 10,000 x 501 x 10"
    curves = job(benchmark, group, call, per=501, most=0.5, rounds=5)
    assert curves[0].shape == (501, 10)


def test_reference_cube_of_ten_arms(benchmark):
    made = ten_arms()
    cost, effect, few = made["cost"].values, made["effect"].values, WTP[::10]

    def cube():
        benefit = few[:, None, None] * effect - cost
        best = benefit.argmax(axis=2)
        shares = [(best == arm).mean(axis=1) for arm in range(10)]
        return shares, benefit.max(axis=2).mean(axis=1) - benefit.mean(axis=1).max(axis=1)

    group = "CEAC, CEAF and EVPI, 10,000 x 501 x 10"
    assert len(job(benchmark, group, cube, per=51, rounds=3)[0]) == 10


def test_30_single_parameters(benchmark):
    rng = np.random.default_rng(1)
    values = {f"p{number:02}": rng.normal(size=10_000) for number in range(30)}
    total = sum(values.values())
    zero = np.zeros(10_000)
    made = replicates(
        np.column_stack([zero, 1_000 * total]),
        np.column_stack([zero, 0.05 * total + rng.normal(size=10_000)]),
        arms=["a", "b"],
        reference="a",
    )
    call = lambda: evppi(made, values, [20_000.0])  # noqa: E731 - timed as it stands
    found = job(benchmark, "EVPPI of 30 parameters, 10,000", call, rounds=1)
    assert found.sizes["parameter"] == 30
