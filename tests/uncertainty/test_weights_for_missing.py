"""Weights for missing outcomes together with propensity weights, against statsmodels."""

import numpy as np
import pandas as pd
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


@pytest.fixture
def crossed():
    """Three hundred an arm; who is well is lost in one arm and kept in the other; a gap of 300."""
    rng = np.random.default_rng(8)
    new, x = np.repeat([0, 1], 300), rng.normal(size=600)
    people = pd.DataFrame(
        {
            "participant": [f"p{number:03d}" for number in range(600)],
            "arm": np.where(new == 1, "high", "low"),
            "cost": 5000 + 300 * new + 400 * x + rng.normal(0, 200, 600),
            "effect": 0.5 + 0.1 * x + rng.normal(0, 0.05, 600),
            "x": x,
        }
    )
    chance = 1 / (1 + np.exp(1 - np.where(new == 1, x, -x)))
    people.loc[rng.random(600) < chance, ["cost", "effect"]] = np.nan
    return people


def test_each_arm_has_a_model_of_its_own_losses(crossed):
    """Against statsmodels arm by arm; complete cases are far off, the weighted are not."""
    sm = pytest.importorskip("statsmodels.api")
    made = bootstrap(crossed, predictors=["x"], **OPTIONS)
    assert made.attrs["completeness"] == "arm by arm"
    for arm, rows in crossed.groupby("arm"):
        seen = rows["cost"].notna()
        x = sm.add_constant(rows["x"])
        weight = 1 / sm.Logit(seen.astype(float), x).fit(disp=0).predict(x)[seen]
        expected = np.average(rows.loc[seen, "cost"], weights=weight)
        assert float(made["cost_hat"].sel(arm=arm)) == pytest.approx(expected, rel=1e-7)
    gap = made.sel(arm="high") - made.sel(arm="low")
    assert abs(float(gap["cost_hat"]) - 300) < 90 < 300 - float(gap["cost_hat_complete"])
    assert abs(float(gap["cost"].mean() - gap["cost_hat"])) < 60


def test_few_lost_in_an_arm_leave_main_effects(lost, crossed):
    few = crossed.drop(crossed.index[(crossed["arm"] == "low") & crossed["cost"].isna()][9:])
    for people, name in ((lost.assign(y=lost["age"] ** 2), ["age", "y"]), (few, ["x"])):
        made = bootstrap(people, predictors=name, **OPTIONS)
        assert made.attrs["completeness"] == "main effects"
        assert np.isfinite(made["cost"]).all()


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
