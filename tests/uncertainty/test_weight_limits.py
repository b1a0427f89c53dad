"""Trimming, truncation and stabilisation against statsmodels and plain arithmetic."""

import numpy as np
import pytest

from cpi_econ.errors import EstimationError
from cpi_econ.uncertainty.balance import participant_weights, weight_summary
from cpi_econ.uncertainty.bootstrap import bootstrap
from cpi_econ.uncertainty.weight_limits import WeightLimits

IPTW = {"reference": "low", "weights": "iptw", "propensity": ["age", "baseline_utility"]}
ADJUST = {"cost": ["age"], "effect": ["age"]}


def chances(people):
    sm = pytest.importorskip("statsmodels.api")
    x = sm.add_constant(people[["age", "baseline_utility"]].astype(float))
    high = (people["arm"] == "high").astype(float)
    chance = sm.Logit(high, x).fit(disp=0, tol=1e-12).predict(x).to_numpy()
    return chance, high.to_numpy()


def weighted_mean(values, weight):
    return float((values * weight).sum() / weight.sum())


def test_trimmed_people_are_gone_from_both_arms(people):
    chance, high = chances(people)
    kept = (chance >= 0.36) & (chance <= 0.64)
    assert 0 < kept.sum() < 64
    made = bootstrap(people, limits=WeightLimits(trim=0.36), n_replicates=10, **IPTW)
    for arm, own in (("high", high / chance), ("low", (1 - high) / (1 - chance))):
        expected = weighted_mean(people["cost"].to_numpy(), own * kept)
        assert float(made["cost_hat"].sel(arm=arm)) == pytest.approx(expected, rel=1e-6)


def test_truncated_weights_stop_at_the_quantile_of_their_arm(people):
    chance, high = chances(people)
    weight = np.where(high == 1, 1 / chance, 1 / (1 - chance))
    made = bootstrap(people, limits=WeightLimits(truncate=0.8), n_replicates=10, **IPTW)
    for arm, part in (("high", high == 1), ("low", high == 0)):
        own = weight[part]
        most = np.quantile(own, 0.8, method="inverted_cdf")
        expected = weighted_mean(people["cost"].to_numpy()[part], np.minimum(own, most))
        assert float(made["cost_hat"].sel(arm=arm)) == pytest.approx(expected, rel=1e-6)


def test_stabilised_weights_matter_only_with_covariates(people):
    stable = WeightLimits(stabilised=True)
    plain, other = (bootstrap(people, limits=x, n_replicates=30, **IPTW) for x in (None, stable))
    np.testing.assert_allclose(plain["cost"], other["cost"], rtol=1e-9)
    sm = pytest.importorskip("statsmodels.api")
    chance, high = chances(people)
    weight = np.where(high == 1, high.mean() / chance, (1 - high.mean()) / (1 - chance))
    age = people["age"] - people["age"].mean()
    fit = sm.WLS(people["cost"], np.column_stack([high, 1 - high, age]), weights=weight).fit()
    found = bootstrap(people, limits=stable, model="ols", adjust=ADJUST, n_replicates=10, **IPTW)[
        "cost_hat"
    ]
    assert float(found.sel(arm="high")) == pytest.approx(fit.params.iloc[0], rel=1e-6)


def test_truncation_keeps_more_information(people):
    sizes = [
        weight_summary(people, limits=limits, **IPTW)["effective_size"].sum()
        for limits in (None, WeightLimits(truncate=0.8))
    ]
    assert sizes[1] > sizes[0]
    assert participant_weights(people, limits=WeightLimits(trim=0.36), **IPTW).eq(0).any()


def test_copies_count_in_the_quantile(people):
    doubled = people.loc[people.index.repeat(2)].reset_index(drop=True)
    doubled["participant"] = [f"p{number:03d}" for number in range(128)]
    limits = WeightLimits(truncate=0.8)
    one, two = (
        bootstrap(data, limits=limits, n_replicates=5, **IPTW)["cost_hat"]
        for data in (people, doubled)
    )
    np.testing.assert_allclose(one, two, rtol=1e-6)


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (WeightLimits(trim=0.5), "E071"),
        (WeightLimits(truncate=1.0), "E071"),
        (WeightLimits(trim=0.499), "E130"),
    ],
)
def test_limits_that_leave_nothing(people, limits, code):
    with pytest.raises(EstimationError, match=code):
        bootstrap(people, limits=limits, n_replicates=10, **IPTW)
