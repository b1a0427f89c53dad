"""Weights for missing outcomes together with propensity weights, against statsmodels."""

import numpy as np
import pytest

from cpi_econ.uncertainty.bootstrap import bootstrap

OPTIONS = {"reference": "low", "missing": "inverse_probability", "n_replicates": 40, "seed": 2}


@pytest.fixture
def lost(people):
    """The older are lost more often, in one arm more than in the other."""
    rng = np.random.default_rng(4)
    chance = 0.15 + 0.006 * (people["age"] - 20) + 0.1 * (people["arm"] == "high")
    people.loc[rng.random(64) < chance, ["cost", "effect"]] = np.nan
    return people


def combined_means(people, covariates):
    """Hájek means by the product of both weights; the propensity model sees the first of them."""
    sm = pytest.importorskip("statsmodels.api")
    seen = people["cost"].notna().to_numpy()
    high = (people["arm"] == "high").to_numpy(float)
    x = people[covariates].to_numpy(float)
    both = sm.add_constant(np.column_stack([high, x]))
    family = sm.families.Binomial()
    chance = sm.GLM(seen.astype(float), both, family=family).fit().predict()
    first = 1 / chance[seen]
    own = sm.add_constant(x[seen])
    propensity = sm.GLM(high[seen], own, family=family, freq_weights=first).fit().predict()
    second = np.where(high[seen] == 1, 1 / propensity, 1 / (1 - propensity))
    kept = people[seen]
    return {
        (name, arm): np.average(
            kept.loc[kept["arm"] == arm, name], weights=(first * second)[kept["arm"] == arm]
        )
        for name in ("cost", "effect")
        for arm in ("low", "high")
    }


@pytest.mark.parametrize("covariates", [["age"], ["age", "baseline_utility"]])
def test_both_weights_multiply(lost, covariates):
    made = bootstrap(lost, weights="iptw", propensity=covariates, **OPTIONS)
    for (name, arm), expected in combined_means(lost, covariates).items():
        assert float(made[f"{name}_hat"].sel(arm=arm)) == pytest.approx(expected, rel=1e-6)
    assert np.isfinite(made["cost"]).all()


@pytest.mark.parametrize("weights", ["overlap", "aipw"])
def test_other_weights_and_models_run_and_pence_are_pence(lost, weights):
    options = {**OPTIONS, "weights": weights, "propensity": ["age"], "model": "ols"}
    options["adjust"] = {"cost": ["age"], "effect": ["age"]}
    pounds = bootstrap(lost, **options)
    pence = bootstrap(lost.assign(cost=100 * lost["cost"]), **options)
    np.testing.assert_allclose(100 * pounds["cost"], pence["cost"], rtol=1e-8)
    np.testing.assert_allclose(pounds["effect"], pence["effect"], rtol=1e-8)


def test_draws_of_clusters_spread_around_the_estimate(lost):
    made = bootstrap(
        lost,
        **{**OPTIONS, "n_replicates": 400},
        cluster="agency",
        resample="clusters",
        weights="iptw",
        propensity=["age"],
    )
    gap = made.sel(arm="high") - made.sel(arm="low")
    assert abs(float(gap["cost"].mean() - gap["cost_hat"])) < 0.3 * float(gap["cost"].std())


def test_a_covariate_with_gaps_is_adjusted_for_and_predicts_nothing(lost):
    """Complete means with the covariate as well; only what everybody has predicts that."""
    gaps = lost.copy()
    gaps.loc[[2, 9, 33], "baseline_utility"] = np.nan
    adjust = {"cost": ["age"], "effect": ["age", "baseline_utility"]}
    made = bootstrap(gaps, adjust=adjust, model="ols", **OPTIONS)
    assert made.attrs["predictors"] == "age"
    whole = gaps.copy()
    whole.loc[gaps["baseline_utility"].isna(), ["cost", "effect"]] = np.nan
    whole["baseline_utility"] = whole["baseline_utility"].fillna(0.3)
    # the same people are complete; there everybody's utility is known and could predict
    other = bootstrap(
        whole.assign(utility=whole["baseline_utility"]).drop(columns="baseline_utility"),
        adjust={"cost": ["age"], "effect": ["age", "utility"]},
        model="ols",
        **OPTIONS,
    )
    assert other.attrs["predictors"] == "age, utility"
    assert other.attrs["n_complete"] == made.attrs["n_complete"]
    assert float(other["effect_hat"][0]) == pytest.approx(float(made["effect_hat"][0]), rel=0.05)
