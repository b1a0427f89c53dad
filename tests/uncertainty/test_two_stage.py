import numpy as np
import pytest

from cpi_econ.uncertainty.bootstrap import bootstrap


def test_spread_is_the_unbiased_one_of_cluster_means(people):
    made = bootstrap(
        people, reference="low", cluster="agency", resample="two_stage", n_replicates=8000
    )
    clusters = people.groupby(["arm", "agency"])[["cost", "effect"]].mean()
    for arm in ("low", "high"):
        rows = clusters.loc[arm]
        for name in ("cost", "effect"):
            draws = made[name].sel(arm=arm)
            assert float(draws.mean()) == pytest.approx(rows[name].mean(), rel=0.02)
            # a between-cluster variance below that of chance is set to none, never negative
            smallest = rows[name].std() / np.sqrt(len(rows))
            assert float(draws.std()) > 0.97 * smallest


def test_spread_matches_where_clusters_differ(people):
    number = people["agency"].str.removeprefix("agency ").astype(int)
    apart = people.assign(cost=people["cost"] + 900 * (number % 5))
    made = bootstrap(
        apart, reference="low", cluster="agency", resample="two_stage", n_replicates=8000
    )
    for arm, rows in apart.groupby(["arm", "agency"])["cost"].mean().groupby("arm"):
        expected = rows.std() / np.sqrt(len(rows))
        assert float(made["cost"].sel(arm=arm).std()) == pytest.approx(expected, rel=0.03)


def test_cost_and_effect_stay_together(people):
    twin = people.assign(effect=people["cost"] / 1000 + 2)
    made = bootstrap(twin, reference="low", cluster="agency", resample="two_stage", n_replicates=50)
    np.testing.assert_allclose(made["effect"].values, made["cost"].values / 1000 + 2, rtol=1e-12)


def test_real_trial_with_unequal_sites(pbs):
    options = {"reference": "control", "cluster": "site", "missing": "complete_cases"}
    made = bootstrap(pbs, resample="two_stage", n_replicates=4000, **options)
    exact = bootstrap(pbs, resample="none", n_replicates=10, **options)
    for name in ("cost", "effect"):
        draws = made[name].sel(arm="intervention") - made[name].sel(arm="control")
        spread = exact[f"cov_{name}_{name}"].values
        assert float(draws.std()) == pytest.approx(np.sqrt(np.trace(spread)), rel=0.2)
        gap = float(draws.mean()) - float(
            exact[f"{name}_hat"].sel(arm="intervention") - exact[f"{name}_hat"].sel(arm="control")
        )
        assert abs(gap) < 0.15 * float(draws.std())
