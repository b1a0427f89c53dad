import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from cpi_econ.uncertainty.balance import (
    balance,
    participant_weights,
    weight_findings,
    weight_summary,
)

COVARIATES = ["age", "baseline_utility", "setting"]


def options(**changes):
    return {"reference": "low", "weights": "overlap", "propensity": COVARIATES, **changes}


def test_differences_before_equal_a_plain_formula(people):
    made = balance(people, **options()).set_index("covariate")
    groups = people.groupby("arm")["age"]
    mean, variance = groups.mean(), groups.var()
    expected = (mean["high"] - mean["low"]) / np.sqrt((variance["high"] + variance["low"]) / 2)
    assert made.loc["age", "difference_before"] == pytest.approx(expected)
    assert made.loc["age", "ratio_before"] == pytest.approx(variance["high"] / variance["low"])


def test_overlap_weights_balance_means_exactly(people):
    made = balance(people, **options())
    assert made["covariate"].tolist() == ["age", "baseline_utility", "setting: urban"]
    assert (made["difference_after"].abs() < 1e-6).all()


def test_inverse_probability_weights_balance_nearly(people):
    made = balance(people, **options(weights="iptw"))
    before, after = (made[f"difference_{when}"].abs().mean() for when in ("before", "after"))
    assert after < before


def test_effective_size_is_that_of_the_weights(people):
    made = weight_summary(people, **options()).set_index("arm")
    assert made["participants"].to_dict() == {"high": 24, "low": 40}
    assert (made["effective_size"] <= made["participants"]).all()
    assert (made["largest_share"] >= 1 / made["participants"]).all()


def test_people_with_missing_covariates_are_left_out(people):
    holes = people.assign(age=people["age"].where(people["age"] > 30))
    made = weight_summary(holes, **options())
    assert made["participants"].sum() == holes["age"].notna().sum()


def test_thin_and_heavy_arms_are_named(people):
    summary = weight_summary(people, **options())
    assert weight_findings(summary.assign(effective_size=summary["participants"])) == []
    thin = weight_findings(summary.assign(effective_size=5.0, largest_share=0.3))
    assert [finding.code for finding in thin] == ["W130", "W130"]
    assert "is 5.0 of 24; one person carries 30%" in thin[0].message


def test_each_participant_gets_the_weight_of_the_own_propensity_when_arms_alternate():
    rng = np.random.default_rng(3)
    n = 120
    age = rng.normal(50, 10, n)
    arm = np.where(rng.random(n) < 1 / (1 + np.exp(-(age - 50) / 8)), "high", "low")
    people = pd.DataFrame(
        {
            "participant": [f"p{at:03d}" for at in range(n)],
            "arm": arm,
            "cost": 1.0,
            "effect": 1.0,
            "age": age,
        }
    )
    found = participant_weights(people, reference="low", weights="iptw", propensity=["age"])
    model = sm.Logit((arm == "high").astype(float), sm.add_constant(age)).fit(disp=0)
    chance = model.predict(sm.add_constant(age))
    own = np.where(arm == "high", chance, 1 - chance)
    assert np.allclose(found.to_numpy() * own, (found.to_numpy() * own)[0], rtol=1e-6)
