"""Two-part model of cost against statsmodels, and its identities."""

import numpy as np
import pytest

from cpi_econ.kernels.draws import as_observed
from cpi_econ.uncertainty.bootstrap import bootstrap
from cpi_econ.uncertainty.standardised import chance_of_cost

AGE = {"cost": ["age", "baseline_utility"], "effect": ["age"]}
TWO_PART = {"reference": "low", "model": "glm", "family": "two_part", "n_replicates": 50}


@pytest.fixture
def zeros(people):
    """Four people in ten have no cost, the more so the younger."""
    rng = np.random.default_rng(9)
    none = rng.random(64) > people["age"] / 90
    return people.assign(cost=people["cost"].where(~none, 0.0))


def test_is_statsmodels_logit_times_gamma(zeros):
    sm = pytest.importorskip("statsmodels.api")
    high = (zeros["arm"] == "high").to_numpy(float)
    x = np.column_stack([high, 1 - high, zeros["age"] / 50, zeros["baseline_utility"]])
    cost = zeros["cost"].to_numpy()
    has = cost > 0
    logit = sm.GLM(has.astype(float), x, family=sm.families.Binomial()).fit(tol=1e-12)
    gamma = sm.GLM(cost[has], x[has], family=sm.families.Gamma(sm.families.links.Log()))
    fit = gamma.fit(maxiter=500, tol=1e-12)
    found = bootstrap(zeros, adjust=AGE, **TWO_PART)["cost_hat"]
    for arm, pair in (("high", [1.0, 0.0]), ("low", [0.0, 1.0])):
        moved = np.column_stack([np.tile(pair, (64, 1)), x[:, 2:]])
        expected = (logit.predict(moved) * fit.predict(moved)).mean()
        assert float(found.sel(arm=arm)) == pytest.approx(expected, rel=1e-6)


def test_without_covariates_it_is_the_mean_of_each_arm(zeros):
    found = bootstrap(zeros, **TWO_PART)["cost_hat"].to_series().to_dict()
    assert found == pytest.approx(zeros.groupby("arm")["cost"].mean().to_dict(), rel=1e-8)


def test_without_zeros_it_is_the_gamma_model(people):
    one = bootstrap(people, adjust=AGE, **TWO_PART)
    two = bootstrap(people, adjust=AGE, **{**TWO_PART, "family": "gamma"})
    np.testing.assert_allclose(one["cost"], two["cost"], rtol=1e-12)


def test_an_arm_in_which_everybody_has_a_cost_is_no_obstacle(zeros, people):
    whole = zeros.assign(cost=people["cost"].where(people["arm"] == "high", zeros["cost"]))
    found = bootstrap(whole, adjust=AGE, **TWO_PART)
    assert np.isfinite(found["cost"]).all()
    assert (found["cost"] > 0).all()


def test_a_draw_whose_imputed_costs_are_all_zero_has_no_chance_of_cost():
    arms = np.array([[1.0, 0], [1, 0], [0, 1]])
    made = chance_of_cost(as_observed(3), arms.__getitem__, np.zeros(3, dtype=bool), 2)
    assert (made(slice(0, 3)) == np.zeros((1, 2, 3))).all()


def test_weights_and_two_robustness(zeros):
    made = {"weights": "aipw", "propensity": ["age"]}
    found = bootstrap(zeros, adjust=AGE, **made, **TWO_PART)
    plain = bootstrap(zeros, adjust=AGE, model="ols", reference="low", n_replicates=50, **made)
    sd = float(plain["cost"].sel(arm="high").std())
    assert abs(float((found["cost_hat"] - plain["cost_hat"]).sel(arm="high"))) < sd
