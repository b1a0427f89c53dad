"""Weighted estimates against statsmodels, plain formulas, identities and a known truth."""

import numpy as np
import pandas as pd
import pytest

from cpi_econ.errors import EstimationError
from cpi_econ.uncertainty.bootstrap import bootstrap

COVARIATES = ["age", "baseline_utility", "setting"]
ADJUST = {"cost": ["age"], "effect": ["age", "baseline_utility"]}


@pytest.fixture
def confounded():
    """120 people, older ones more often in the high arm, costs and effects rising with age."""
    rng = np.random.default_rng(31)
    age = rng.integers(20, 80, 120)
    baseline = rng.uniform(0.1, 1, 120)
    high = rng.random(120) < 1 / (1 + np.exp(-(age - 55) / 15 - baseline + 0.5))
    return pd.DataFrame(
        {
            "participant": [f"p{number:03d}" for number in range(120)],
            "arm": np.where(high, "high", "low"),
            "cost": rng.gamma(2.0, 5.0 * age) + 300 * high,
            "effect": 0.5 * baseline + 0.002 * age + rng.normal(0, 0.1, 120),
            "age": age,
            "baseline_utility": baseline,
            "setting": np.where(rng.random(120) < 0.4, "rural", "urban"),
        }
    )


def propensity(table):
    """Probability of the high arm by statsmodels."""
    smf = pytest.importorskip("statsmodels.formula.api")
    data = table.assign(high=(table["arm"] == "high").astype(int))
    fit = smf.logit("high ~ age + baseline_utility + setting", data).fit(disp=0, method="newton")
    return fit.predict(data).to_numpy(), data["high"].to_numpy()


def estimates(table, **options):
    given = {"reference": "low", "n_replicates": 5, "propensity": COVARIATES, **options}
    made = bootstrap(table, **given)
    return made[["cost_hat", "effect_hat"]].to_dataframe()


def weighted_means(table, weight):
    sums = table[["cost", "effect"]].mul(weight, axis=0).groupby(table["arm"]).sum()
    return sums.div(pd.Series(weight).groupby(table["arm"]).sum(), axis=0).loc[["low", "high"]]


@pytest.mark.parametrize(
    ("options", "weight"),
    [
        ({"weights": "iptw"}, lambda e, high: np.where(high, 1 / e, 1 / (1 - e))),
        (
            {"weights": "iptw", "estimand": "ATT"},
            lambda e, high: np.where(high, 1.0, e / (1 - e)),
        ),
        (
            {"weights": "iptw", "estimand": "ATC"},
            lambda e, high: np.where(high, (1 - e) / e, 1.0),
        ),
        ({"weights": "overlap"}, lambda e, high: np.where(high, 1 - e, e)),
    ],
)
def test_weighted_means_equal_plain_formulas(confounded, options, weight):
    expected = weighted_means(confounded, weight(*propensity(confounded)))
    np.testing.assert_allclose(
        estimates(confounded, **options).to_numpy(), expected.to_numpy(), rtol=1e-6
    )


@pytest.mark.parametrize("estimand", ["ATE", "ATT", "ATC"])
def test_augmented_estimator_equals_the_plain_formula(confounded, estimand):
    smf = pytest.importorskip("statsmodels.formula.api")
    e, high = propensity(confounded)
    target = {"ATE": np.ones(120), "ATT": e, "ATC": 1 - e}[estimand]
    whole = {"ATE": np.ones(120), "ATT": high, "ATC": 1 - high}[estimand]
    made = estimates(confounded, weights="aipw", estimand=estimand, model="ols", adjust=ADJUST)
    for name, covariates in ADJUST.items():
        fit = smf.ols(f"{name} ~ arm + {' + '.join(covariates)}", confounded).fit()
        for arm, chance in (("low", 1 - e), ("high", e)):
            predicted = fit.predict(confounded.assign(arm=arm)).to_numpy()
            inside = (confounded["arm"] == arm).to_numpy()
            weight = inside * target / chance
            residual = (weight * (confounded[name] - predicted)).sum() / weight.sum()
            expected = (whole * predicted).sum() / whole.sum() + residual
            assert made.loc[arm, f"{name}_hat"] == pytest.approx(expected, rel=1e-7)


def test_weighted_regression_equals_statsmodels(confounded):
    smf = pytest.importorskip("statsmodels.formula.api")
    e, high = propensity(confounded)
    weight = np.where(high, 1 / e, 1 / (1 - e))
    made = estimates(confounded, weights="iptw", model="ols", adjust=ADJUST)
    fit = smf.wls("effect ~ arm + age + baseline_utility", confounded, weights=weight).fit()
    for arm in ("low", "high"):
        expected = fit.predict(confounded.assign(arm=arm)).mean()
        assert made.loc[arm, "effect_hat"] == pytest.approx(expected, rel=1e-7)


def test_augmented_gamma_model_equals_the_plain_formula(confounded):
    sm = pytest.importorskip("statsmodels.api")
    smf = pytest.importorskip("statsmodels.formula.api")
    e, _ = propensity(confounded)
    made = estimates(confounded, weights="aipw", model="glm", adjust=ADJUST)
    family = sm.families.Gamma(sm.families.links.Log())
    fit = smf.glm("cost ~ arm + age", confounded, family=family).fit(tol=1e-14, maxiter=500)
    for arm, chance in (("low", 1 - e), ("high", e)):
        predicted = fit.predict(confounded.assign(arm=arm)).to_numpy()
        weight = (confounded["arm"] == arm).to_numpy() / chance
        residual = (weight * (confounded["cost"] - predicted)).sum() / weight.sum()
        assert made.loc[arm, "cost_hat"] == pytest.approx(predicted.mean() + residual, rel=1e-6)


def test_each_draw_fits_the_propensity_again(confounded):
    made = bootstrap(
        confounded, reference="low", weights="iptw", propensity=COVARIATES, n_replicates=3
    )
    rng = np.random.default_rng(np.random.SeedSequence(1, spawn_key=(0,)))
    parts = {}
    for arm in confounded["arm"].unique():
        rows = confounded[confounded["arm"] == arm]
        drawn = rng.integers(0, len(rows), size=(500, len(rows)), dtype=np.uint16)
        parts[arm] = [rows.iloc[row] for row in drawn[:3]]
    for draw in range(3):
        table = pd.concat([part[draw] for part in parts.values()], ignore_index=True)
        e, high = propensity(table)
        expected = weighted_means(table, np.where(high, 1 / e, 1 / (1 - e)))
        at = made.sel(replicate=draw)
        np.testing.assert_allclose(at["cost"], expected["cost"], rtol=1e-6)
        np.testing.assert_allclose(at["effect"], expected["effect"], rtol=1e-6)


@pytest.mark.parametrize("weights", ["iptw", "overlap", "aipw"])
def test_constant_propensity_makes_weighting_nothing(confounded, weights):
    """Each person twice, once in each arm: no covariate can tell the arms apart."""
    twice = pd.concat(
        [
            confounded.assign(arm=arm, participant=confounded["participant"] + arm)
            for arm in ("low", "high")
        ]
    )
    twice["cost"] = np.where(twice["arm"] == "high", twice["cost"] * 1.3, twice["cost"])
    plain = estimates(twice, propensity=[])
    np.testing.assert_allclose(estimates(twice, weights=weights), plain, rtol=1e-7)


def test_weighting_balances_what_it_is_made_of(confounded):
    e, high = propensity(confounded)
    weight = np.where(high, 1 - e, e)
    means = {
        arm: np.average(confounded["age"][inside], weights=weight[inside])
        for arm, inside in (("low", high == 0), ("high", high == 1))
    }
    assert means["low"] == pytest.approx(means["high"], rel=1e-6)
    aged = confounded.assign(cost=confounded["age"])
    made = estimates(aged, weights="overlap")["cost_hat"]
    assert made["high"] == pytest.approx(made["low"], rel=1e-6)


@pytest.mark.parametrize("options", [{"weights": "iptw"}, {"weights": "aipw", "adjust": ADJUST}])
def test_invariances(confounded, options):
    one = estimates(confounded, **options)
    shuffled = estimates(confounded.sample(frac=1, random_state=1), **options)
    np.testing.assert_array_equal(one, shuffled)
    swapped = confounded.assign(arm=confounded["arm"].map({"low": "high", "high": "low"}))
    other = estimates(swapped, **options).loc[["high", "low"]]
    np.testing.assert_allclose(one, other, rtol=1e-8)
    pence = estimates(confounded.assign(cost=100 * confounded["cost"]), **options)
    np.testing.assert_allclose(100 * one["cost_hat"], pence["cost_hat"], rtol=1e-8)


@pytest.mark.parametrize("weights", ["iptw", "overlap", "aipw"])
@pytest.mark.parametrize("resample", ["clusters", "two_stage", "bayesian", "none"])
def test_every_way_of_drawing_is_centred_on_the_estimate(confounded, weights, resample):
    clustered = confounded.assign(agency=[f"a{n % 20}" for n in range(120)])
    clustered["agency"] += clustered["arm"]
    made = bootstrap(
        clustered,
        reference="low",
        cluster="agency",
        resample=resample,
        weights=weights,
        propensity=COVARIATES,
        n_replicates=1500,
    )
    for name in ("cost", "effect"):
        gap = np.abs(made[name].mean("replicate") - made[f"{name}_hat"])
        assert (gap < 0.25 * made[name].std("replicate")).all()


def test_three_arms(confounded):
    smf = pytest.importorskip("statsmodels.formula.api")
    number = np.random.default_rng(3).integers(0, 3, 120)
    three = confounded.assign(arm=np.array(["low", "middle", "high"])[number], code=number)
    fit = smf.mnlogit("code ~ age + baseline_utility + setting", three).fit(disp=0, tol=1e-12)
    chance = fit.predict(three).to_numpy()
    weight = 1 / chance[np.arange(120), number]
    sums = (three["cost"] * weight).groupby(three["arm"]).sum()
    expected = sums / pd.Series(weight).groupby(three["arm"]).sum()
    made = estimates(three, weights="iptw")["cost_hat"]
    np.testing.assert_allclose(made.loc[expected.index], expected, rtol=1e-6)


def test_separation_is_refused(confounded):
    apart = confounded.assign(score=np.where(confounded["arm"] == "high", 60.0, 20.0))
    apart["score"] += np.random.default_rng(1).uniform(0, 30, 120)
    with pytest.raises(EstimationError, match="E089 covariates of the propensity model separate"):
        estimates(apart, weights="iptw", propensity=["score"])


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"weights": "matching"}, "E071"),
        ({"weights": "iptw", "propensity": []}, "E071"),
        ({"weights": "none"}, "E071"),
        ({"weights": "iptw", "propensity": "age"}, "E076"),
        ({"weights": "iptw", "propensity": ["shoe_size"]}, "E076"),
        ({"weights": "overlap", "estimand": "ATT"}, "E071"),
        ({"weights": "iptw", "estimand": "LATE"}, "E071"),
    ],
)
def test_options_that_do_not_fit(confounded, options, code):
    with pytest.raises(EstimationError, match=code):
        estimates(confounded, **options)


def test_att_needs_two_arms(confounded):
    three = confounded.assign(arm=np.resize(["low", "middle", "high"], 120))
    with pytest.raises(EstimationError, match="E071 estimand ATT has no single arm"):
        estimates(three, weights="iptw", estimand="ATT")
