"""Families and links of the model of cost against statsmodels, and their identities."""

import numpy as np
import pytest

from cpi_econ.errors import EstimationError
from cpi_econ.uncertainty.bootstrap import bootstrap

AGE = {"cost": ["age", "baseline_utility"], "effect": ["age"]}
KINDS = [("gamma", "identity"), ("gaussian", "log"), ("gaussian", "identity"), ("gamma", "log")]


@pytest.fixture
def steady(people):
    """Costs whose means stay well above 0, whatever the covariates."""
    rng = np.random.default_rng(3)
    mean = 400 + 12.0 * people["age"] + 300 * (people["arm"] == "high")
    return people.assign(cost=rng.gamma(3.0, mean / 3.0))


def model(table, family, link, **options):
    made = {"reference": "low", "model": "glm", "adjust": AGE, "n_replicates": 40} | options
    return bootstrap(table, family=family, link=link, **made)


def expected_means(table, family, link, weights):
    sm = pytest.importorskip("statsmodels.api")
    high = (table["arm"] == "high").to_numpy(float)
    x = np.column_stack([high, 1 - high, table["age"] / 50, table["baseline_utility"]])
    links = sm.families.links
    kind = getattr(sm.families, family.title())(
        {"log": links.Log, "identity": links.Identity}[link]()
    )
    first = sm.GLM(table["cost"].to_numpy() / 1000, x, family=kind, freq_weights=weights)
    start = {"start_params": np.r_[1.0, 1.0, 0.0, 0.0]} if link == "identity" else {}
    fit = first.fit(maxiter=2000, tol=1e-15, **start)
    for pair in ([0.0, 1.0], [1.0, 0.0]):
        moved = np.column_stack([np.tile(pair, (len(x), 1)), x[:, 2:]])
        yield 1000 * fit.predict(moved).mean()


@pytest.mark.filterwarnings("ignore:The Identity link:Warning", "ignore:The identity link:Warning")
@pytest.mark.parametrize(("family", "link"), KINDS)
def test_standardised_means_are_those_of_statsmodels(steady, family, link):
    found = model(steady, family, link)["cost_hat"].sel(arm=["low", "high"])
    made = list(expected_means(steady, family, link, np.ones(len(steady))))
    np.testing.assert_allclose(found, made, rtol=1e-8)


@pytest.mark.parametrize(("family", "link"), KINDS)
@pytest.mark.parametrize("options", [{}, {"weights": "iptw", "propensity": ["age"]}])
def test_neither_pence_nor_shuffled_rows_nor_the_reference_change_anything(
    steady, family, link, options
):
    plain = model(steady, family, link, **options)
    pence = steady.assign(cost=100 * steady["cost"]).sample(frac=1, random_state=1)
    turned = model(pence, family, link, **options, reference="high")
    turned = turned.sel(arm=plain["arm"])
    np.testing.assert_allclose(turned["cost"], 100 * plain["cost"], rtol=1e-7)
    np.testing.assert_allclose(turned["effect"], plain["effect"], rtol=1e-10)


@pytest.mark.parametrize(("family", "link"), KINDS)
def test_without_covariates_it_is_the_mean_of_each_arm(people, family, link):
    found = model(people, family, link, adjust=None)["cost_hat"].to_series().to_dict()
    assert found == pytest.approx(people.groupby("arm")["cost"].mean().to_dict(), rel=1e-8)


@pytest.mark.parametrize("weights", ["none", "iptw", "aipw"])
def test_gaussian_with_identity_is_least_squares(people, weights):
    made = {"weights": weights, "propensity": [] if weights == "none" else ["age"]}
    owing = people.assign(cost=people["cost"] - 500)
    one = model(owing, "gaussian", "identity", **made)
    two = model(owing, "gamma", "log", **made | {"model": "ols"})
    np.testing.assert_allclose(one["cost"], two["cost"], rtol=1e-10)


@pytest.mark.parametrize("family", ["gamma", "gaussian"])
def test_weights_enter_the_fit(steady, family):
    link = "identity" if family == "gamma" else "log"
    plain = model(steady, family, link)
    robust = model(steady, family, link, weights="aipw", propensity=["age"])
    sd = float(plain["cost"].sel(arm="high").std())
    gap = abs(float((robust["cost_hat"] - plain["cost_hat"]).sel(arm="high")))
    assert 0 < gap < sd


def test_draws_refit_the_model(steady):
    """A draw is the model of the people drawn, which shows as spread near its own jackknife."""
    drawn = model(steady, "gamma", "identity", n_replicates=600)
    analytic = model(steady, "gamma", "identity", resample="none")
    error = float(analytic["cov_cost_cost"].sel(arm="high", arm_="high")) ** 0.5
    assert float(drawn["cost"].sel(arm="high").std()) == pytest.approx(error, rel=0.15)


def test_every_draw_of_skewed_costs_has_a_root(people):
    """Costs from near 0 to far above the mean, where plain scoring goes to and fro."""
    drawn = model(people, "gamma", "identity", n_replicates=1_000)
    assert (drawn["cost"] > 0).all()


@pytest.mark.parametrize("family", ["poisson", "two_part"])
def test_families_that_take_the_log_alone(people, family):
    with pytest.raises(EstimationError) as refused:
        model(people, family, "identity")
    assert [finding.code for finding in refused.value.findings] == ["E071"]


def test_means_that_cannot_all_be_above_zero(people):
    """One arm costs nothing at all, so its mean runs to the edge."""
    free = people.assign(cost=people["cost"].where(people["arm"] == "high", 0.0))
    with pytest.raises(EstimationError) as refused:
        model(free, "gamma", "identity")
    assert refused.value.findings[0].code == "E089"
    assert "link log" in refused.value.findings[0].message


def test_negative_costs_have_no_gamma_model(people):
    with pytest.raises(EstimationError) as refused:
        model(people.assign(cost=people["cost"] - 500), "gamma", "identity")
    assert refused.value.findings[0].code == "E088"
