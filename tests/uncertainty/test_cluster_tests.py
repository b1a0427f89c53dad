"""Tests of clusters against scipy, statsmodels and plain loops."""

import numpy as np
import pandas as pd
import pytest

from cpi_econ.errors import EstimationError
from cpi_econ.kernels.cluster_tests import permutation_test, wild_cluster_test
from cpi_econ.uncertainty.cluster_tests import cluster_test_findings, cluster_tests

OPTIONS = {"reference": "low", "cluster": "agency", "wtp": [0, 20_000], "draws": 199}
AGE = {"cost": ["age"]}


def row(tests, test, wtp=20_000):
    return tests[(tests["test"] == test) & (tests["wtp"] == wtp)].iloc[0]


def benefit_means(people, wtp=20_000):
    benefit = wtp * people["effect"] - people["cost"]
    return benefit.groupby([people["arm"], people["agency"]]).mean()


def test_cluster_means_are_scipys_t(people):
    stats = pytest.importorskip("scipy.stats")
    means = benefit_means(people)
    expected = stats.ttest_ind(means["high"], means["low"])
    found = row(cluster_tests(people, **OPTIONS), "cluster means")
    assert found["estimate"] / found["se"] == pytest.approx(expected.statistic)
    assert (found["p_value"], found["df"]) == (pytest.approx(expected.pvalue), 14)


def test_permutation_is_scipys_over_all_8008_allocations(people):
    stats = pytest.importorskip("scipy.stats")
    means = benefit_means(people)
    expected = stats.permutation_test(
        (means["high"].to_numpy(), means["low"].to_numpy()),
        lambda one, two, axis: one.mean(axis=axis) - two.mean(axis=axis),
        n_resamples=np.inf,
        vectorized=True,
    )
    found = row(cluster_tests(people, **OPTIONS), "permutation")
    assert found["n"] == 8008
    # scipy doubles the smaller tail, we count both
    assert found["p_value"] == pytest.approx(expected.pvalue, abs=0.05)
    two_sided = (np.abs(expected.null_distribution) >= abs(expected.statistic) * (1 - 1e-9)).mean()
    assert found["p_value"] == pytest.approx(two_sided)


def test_many_clusters_are_sampled_and_close_to_all():
    rng = np.random.default_rng(4)
    values, treated = rng.normal(size=(17, 1)), np.arange(17) < 8
    found = permutation_test(values, treated, rng)
    stats = pytest.importorskip("scipy.stats")
    t = stats.ttest_ind(values[treated, 0], values[~treated, 0])
    assert (found.n, found.exact) == (9999, False)
    assert found.p_value[0] == pytest.approx(t.pvalue, abs=0.03)


def test_wild_bootstrap_is_a_loop_over_statsmodels(people):
    sm = pytest.importorskip("statsmodels.api")
    high = (people["arm"] == "high").to_numpy(float)
    x = np.column_stack([high, 1 - high, people["age"] - people["age"].mean()])
    y = (20_000 * people["effect"] - people["cost"]).to_numpy()
    cluster = pd.factorize(people["agency"])[0]
    contrast = np.array([1.0, -1.0, 0.0])
    found = wild_cluster_test(x, y[:, None], cluster, contrast, 60, np.random.default_rng(8))[0]

    def statistic(values):
        fitted = sm.OLS(values, x).fit(cov_type="cluster", cov_kwds={"groups": cluster})
        return abs(float(np.squeeze(fitted.t_test(contrast).tvalue)))

    null = sm.OLS(y, np.column_stack([np.ones(64), x[:, 2]])).fit()
    rng = np.random.default_rng(8)
    sign = rng.choice([-1.0, 1.0], size=(60, 16))
    weight = sign * rng.choice(np.sqrt([0.5, 1.0, 1.5]), size=(60, 16))
    made = [statistic(null.fittedvalues + w[cluster] * null.resid) for w in weight]
    expected = (np.sum(np.array(made) >= statistic(y)) + 1) / 61
    assert found == pytest.approx(expected)


def test_at_its_level_where_there_is_no_difference():
    rng = np.random.default_rng(2)
    cluster, arms = np.repeat(np.arange(12), 4), np.repeat(np.eye(2), 24, axis=0)
    outcomes = rng.normal(size=(48, 300)) + rng.normal(size=(12, 300))[cluster]
    found = wild_cluster_test(arms, outcomes, cluster, np.array([1.0, -1.0]), 199, rng)
    assert (found <= 0.05).mean() == pytest.approx(0.05, abs=0.04)
    means = outcomes.reshape(12, 4, 300).mean(axis=1)
    exact = permutation_test(means, np.arange(12) < 6, rng).p_value
    assert (exact <= 0.05).mean() == pytest.approx(0.05, abs=0.04)


def test_covariates_move_every_test(people):
    plain, adjusted = cluster_tests(people, **OPTIONS), cluster_tests(people, adjust=AGE, **OPTIONS)
    assert (plain["p_value"] != adjusted["p_value"]).sum() >= 6
    assert (plain["estimate"] != adjusted["estimate"]).all()


def test_rows_labels_and_currency_do_not_matter(people):
    one = cluster_tests(people, **OPTIONS)
    shuffled = people.sample(frac=1, random_state=1).assign(cost=lambda data: 100 * data["cost"])
    two = cluster_tests(shuffled, **{**OPTIONS, "wtp": [0, 2_000_000]})
    np.testing.assert_allclose(one["p_value"], two["p_value"], rtol=1e-9)
    swapped = cluster_tests(people, **{**OPTIONS, "reference": "high"})
    np.testing.assert_allclose(one["estimate"], -swapped["estimate"])


def test_three_arms_are_compared_two_by_two(people):
    mid = people.assign(arm=np.where(people.index >= 40, "mid", people["arm"]))
    tests = cluster_tests(mid, **OPTIONS)
    pair = cluster_tests(mid[mid["arm"] != "mid"], **OPTIONS)
    high = tests[tests["arm"] == "high"].reset_index(drop=True)
    pd.testing.assert_frame_equal(high, pair)


def test_the_finding_tells_each_test(people):
    tests = cluster_tests(people, **OPTIONS)
    found = cluster_test_findings(tests, reference="low", currency="GBP")
    assert [one.code for one in found] == ["N081", "N081"]
    for words in ("cluster means GBP", "CR2 GBP", "8,008 allocations", "wild cluster bootstrap"):
        assert words in found[1].message


def test_one_cluster_in_an_arm_is_refused(people):
    one = people.assign(agency=people["agency"].where(people["arm"] == "low", "only"))
    with pytest.raises(EstimationError, match="E073"):
        cluster_tests(one, **OPTIONS)
