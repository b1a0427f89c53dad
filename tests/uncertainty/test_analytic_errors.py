"""Analytic errors of clusters from the study's table: CR2 and its degrees of freedom."""

import numpy as np
import pytest

from cpi_econ.decision.headline_interval import headline_interval
from cpi_econ.errors import EstimationError
from cpi_econ.uncertainty.bootstrap import bootstrap

AGE = {"cost": ["age"], "effect": ["age"]}
ANALYTIC = {"reference": "low", "cluster": "agency", "resample": "none", "n_replicates": 10}


def spread(made, name):
    contrast = np.array([-1.0, 1.0])
    return float(contrast @ made[f"cov_{name}_{name}"].values @ contrast)


def test_of_equal_clusters_it_is_welchs_for_their_means(people):
    stats = pytest.importorskip("scipy.stats")
    made = bootstrap(people, errors="CR2", **ANALYTIC)
    means = people.groupby(["arm", "agency"])["cost"].mean()
    welch = stats.ttest_ind(means["high"], means["low"], equal_var=False)
    difference = float(made["cost_hat"].sel(arm="high") - made["cost_hat"].sel(arm="low"))
    assert difference / np.sqrt(spread(made, "cost")) == pytest.approx(welch.statistic)
    # 6 and 10 clusters of one variance: (1/6 + 1/10)^2 / (1/(36*5) + 1/(100*9))
    assert made.attrs["df"] == pytest.approx((1 / 6 + 1 / 10) ** 2 / (1 / 180 + 1 / 900))


def test_a_covariate_costs_little_and_cr1_is_smaller(people):
    one = bootstrap(people, model="ols", adjust=AGE, errors="CR2", **ANALYTIC)
    two = bootstrap(people, model="ols", adjust=AGE, errors="CR1", **ANALYTIC)
    assert spread(one, "cost") > 0.9 * spread(two, "cost")
    assert one.attrs["df"] < two.attrs["df"] == 14


def test_sur_with_equal_covariates_is_least_squares(people):
    one, two = (
        bootstrap(people, model=model, adjust=AGE, errors="CR2", **ANALYTIC)
        for model in ("ols", "sur")
    )
    np.testing.assert_allclose(one["cov_cost_effect"], two["cov_cost_effect"], rtol=1e-9)


@pytest.mark.parametrize(
    "options",
    [
        {"errors": "CR3"},
        {"errors": "CR2", "resample": "clusters"},
        {"errors": "CR2", "cluster": None},
        {"errors": "CR2", "model": "glm", "adjust": AGE},
    ],
)
def test_what_does_not_fit_is_refused(people, options):
    with pytest.raises(EstimationError, match="E071"):
        bootstrap(people, **{**ANALYTIC, **options})


def test_sur_with_different_covariates_has_cr2_too(people):
    adjust = {"cost": ["age"], "effect": ["age", "baseline_utility"]}
    made = bootstrap(people, adjust=adjust, errors="CR2", **ANALYTIC)
    alike = bootstrap(people, adjust=AGE, errors="CR2", **ANALYTIC)
    assert made.attrs["interval"] == "cr2"
    np.testing.assert_allclose(made["cov_cost_cost"], made["cr2_covariance"][:2, :2])
    # the covariate that only the effect has takes up much of its variance and little of cost's
    assert spread(made, "effect") < 0.9 * spread(alike, "effect")
    assert spread(made, "cost") == pytest.approx(spread(alike, "cost"), rel=0.2)
    assert 5 < made.attrs["df"] < 14


def headline(people, **options):
    made = bootstrap(people, **{**ANALYTIC, **options})
    assert made.attrs["interval"] == ("cr2" if options.get("errors") == "CR2" else "t")
    return headline_interval(made)


def test_what_is_named_decides_the_interval_of_a_study(people):
    draws = {"resample": "two_stage"}
    assert headline(people, **draws) == "cr2"
    assert headline(people) == "t"
    assert headline(people, errors="CR2") == "cr2"
    assert headline(people, **draws, weights="iptw", propensity=["age"]) == "t"
    lost = people.assign(cost=people["cost"].where(people.index % 9 > 0))
    assert headline(lost, **draws, missing="complete_cases") == "cr2"
    assert headline(lost, **draws, missing="impute") == "t"
    assert headline(people, **draws, missing="impute") == "cr2"
