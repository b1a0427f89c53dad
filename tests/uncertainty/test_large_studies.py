"""Large studies: the same answer by leaves of people, the same bits on any workers."""

from __future__ import annotations

import tracemalloc

import joblib
import numpy as np
import pandas as pd
import pytest

from cpi_econ.contracts import check_outcomes
from cpi_econ.kernels.resample import resampled_weights
from cpi_econ.uncertainty import large_studies
from cpi_econ.uncertainty.analysis import prepare_analysis
from cpi_econ.uncertainty.bootstrap import bootstrap
from cpi_econ.uncertainty.estimate import arm_means
from cpi_econ.uncertainty.large_studies import block_size, rows_of_step

ADJUST = {"cost": ["age"], "effect": ["age", "frailty"]}
SAME = {"cost": ["age", "frailty"], "effect": ["age", "frailty"]}


@pytest.fixture(scope="module")
def registry():
    n = 60_007
    rng = np.random.default_rng(1)
    age = rng.integers(20, 90, n)
    frailty = rng.normal(size=n)
    return pd.DataFrame(
        {
            "participant": pd.Series(np.arange(n)).astype(str),
            "arm": np.where(np.arange(n) % 4 == 0, "high", "low"),
            "cost": rng.gamma(0.8, 1_500 + 10 * age),
            "effect": 0.9 - 0.004 * age - 0.02 * frailty + rng.normal(0, 0.1, n),
            "age": age,
            "frailty": frailty,
        }
    )


def run(table, **options):
    return bootstrap(table, reference="low", **{"n_replicates": 60, **options})


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"adjust": ADJUST},
        {"adjust": SAME, "model": "ols"},
        {"resample": "bayesian"},
        {"resample": "bayesian", "adjust": ADJUST},
    ],
    ids=["unadjusted", "sur", "ols", "Bayesian", "Bayesian sur"],
)
def test_spread_is_that_of_the_analytic_error(registry, options):
    made = run(registry, n_replicates=200, **options)
    formula = run(registry, **options | {"resample": "none"})
    for name in ("cost", "effect"):
        inc = made[name].diff("arm").values[:, 0]
        hat = made[f"{name}_hat"].diff("arm").item()
        cov = formula[f"cov_{name}_{name}"].values
        error = np.sqrt(cov[0, 0] + cov[1, 1] - 2 * cov[0, 1])
        assert inc.std() == pytest.approx(error, rel=0.2)
        assert inc.mean() == pytest.approx(hat, abs=4 * error / np.sqrt(200))


def test_adjusting_for_nothing_new_changes_nothing(registry):
    plain = run(registry, n_replicates=25)
    noise = registry.assign(age=np.random.default_rng(2).normal(size=len(registry)))
    adjusted = run(noise, n_replicates=25, model="ols", adjust={"cost": ["age"], "effect": ["age"]})
    np.testing.assert_allclose(adjusted["cost"], plain["cost"], rtol=1e-3)


@pytest.mark.parametrize("resample", ["clusters", "bayesian"])
@pytest.mark.parametrize("model", ["none", "ols", "sur", "mixed"])
def test_sums_of_clusters_give_what_weights_of_their_people_give(registry, resample, model):
    few = registry.head(5_000).assign(cluster=lambda data: data.index % 120)
    few = check_outcomes(few.assign(arm=few["cluster"].map(lambda number: "ab"[number % 2])))
    adjust = None if model == "none" else ADJUST
    made = prepare_analysis(few, resample=resample, model=model, adjust=adjust)
    assert large_studies.is_large(made, resample)
    means, _ = large_studies.large_step(made, resample)(9, np.random.default_rng(1))
    weights = resampled_weights(
        list(made.units), 9, np.random.default_rng(1), bayesian=resample == "bayesian"
    )
    np.testing.assert_allclose(means, arm_means(made, weights)[0], rtol=1e-9)


def test_workers_order_of_rows_and_length_change_no_bit(registry):
    made = run(registry)
    assert run(registry, jobs=2).equals(made)
    with joblib.parallel_config("loky", n_jobs=2):
        assert run(registry).equals(made)
    assert run(registry.sample(frac=1, random_state=1)).equals(made)
    longer = run(registry, n_replicates=110)
    assert longer["cost"][:60].equals(made["cost"])


def test_weights_of_people_on_two_workers_are_the_same_bits(registry):
    made = run(registry, resample="bayesian")
    assert run(registry, resample="bayesian", jobs=2).equals(made)
    longer = run(registry, resample="bayesian", n_replicates=110)
    assert longer["cost"][:60].equals(made["cost"])


def test_pence_for_pounds(registry):
    pence = run(registry.assign(cost=100 * registry["cost"]))
    np.testing.assert_allclose(pence["cost"], 100 * run(registry)["cost"], rtol=1e-12)


def test_a_study_is_large_by_the_number_of_its_people_alone(registry):
    few, many = (
        prepare_analysis(registry.head(n), resample="individuals", model="none")
        for n in (large_studies.LARGE - 1, large_studies.LARGE)
    )
    assert block_size(few, "individuals") == 500
    assert block_size(many, "individuals") % rows_of_step(many, "individuals") == 0
    assert rows_of_step(few, "individuals") != rows_of_step(many, "individuals")


def test_memory_does_not_grow_with_replicates(registry):
    peaks = []
    for count in (25, 100):
        tracemalloc.start()
        run(registry, n_replicates=count)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.1 * peaks[0]
    assert peaks[0] < 1_000 * len(registry)
