"""Net-benefit regression and difference in differences against statsmodels."""

import numpy as np
import pandas as pd
import pytest

from cpi_econ.decision.net_benefit import inmb_intervals
from cpi_econ.errors import EstimationError
from cpi_econ.uncertainty.bootstrap import bootstrap
from cpi_econ.uncertainty.changes import changes
from cpi_econ.uncertainty.net_benefit_regression import net_benefit_regression

WTP = 20_000


def standardised(values):
    return (values - values.mean()) / values.std(ddof=0)


def data(people):
    return people.assign(
        nb=WTP * people["effect"] - people["cost"],
        high=(people["arm"] == "high").astype(float),
        z=standardised(people["age"]),
    )


@pytest.mark.parametrize("cluster", [None, "agency"])
def test_is_statsmodels_with_and_without_clusters(people, cluster):
    smf = pytest.importorskip("statsmodels.formula.api")
    options = {} if cluster is None else {"cov_type": "cluster"}
    if cluster:
        options["cov_kwds"] = {"groups": pd.factorize(people["agency"])[0]}
    fit = smf.ols("nb ~ high * z + C(setting)", data(people)).fit(use_t=True, **options)
    made = net_benefit_regression(
        people,
        reference="low",
        wtp=[WTP],
        covariates=["setting"],
        modifiers=["age"],
        cluster=cluster,
    ).set_index("term")
    for name, other in {"high": "high", "high x age": "high:z"}.items():
        row = made.loc[name]
        assert row["estimate"] == pytest.approx(fit.params[other], rel=1e-8)
        assert row["se"] == pytest.approx(fit.bse[other], rel=1e-8)
        assert row["p_value"] == pytest.approx(fit.pvalues[other], rel=1e-6)
        assert list(row[["lower", "upper"]]) == pytest.approx(fit.conf_int().loc[other])
    assert list(made.index) == ["high", "high x age"]


def test_agrees_with_cost_and_effect_apart(people):
    adjust = {"cost": ["age"], "effect": ["age"]}
    both = bootstrap(
        people, reference="low", model="ols", adjust=adjust, resample="none", n_replicates=10
    )
    row = inmb_intervals(both, [WTP]).isel(wtp=0, arm=0)
    made = net_benefit_regression(people, reference="low", wtp=[WTP], covariates=["age"]).iloc[0]
    assert made["estimate"] == pytest.approx(float(row["estimate"]))
    assert made["se"] == pytest.approx(float(row["se"]))


def test_cr2_widens_it(people):
    one, two = (
        net_benefit_regression(
            people, reference="low", wtp=[0, WTP], cluster="agency", errors=errors
        )
        for errors in ("CR1", "CR2")
    )
    assert (two["df"] < one["df"]).all()
    np.testing.assert_allclose(one["estimate"], two["estimate"])


def test_categories_and_three_arms(people):
    mid = people.assign(arm=np.where(people.index % 3 == 0, "mid", people["arm"]))
    made = net_benefit_regression(mid, reference="low", wtp=[WTP], modifiers=["setting"])
    expected = ["high", "mid", "high x setting: urban", "mid x setting: urban"]
    assert made["term"].tolist() == expected


def test_what_cannot_be_is_refused(people):
    with pytest.raises(EstimationError, match="E071"):
        net_benefit_regression(people, reference="low", wtp=[1], errors="CR2")
    with pytest.raises(EstimationError, match="E076"):
        net_benefit_regression(people, reference="low", wtp=[1], covariates=["height"])
    constant = people.assign(own=(people["arm"] == "high") * 1.0)
    with pytest.raises(EstimationError, match="E078"):
        net_benefit_regression(constant, reference="low", wtp=[1], covariates=["own"])


def test_changes_are_the_interaction_of_arm_and_wave(people):
    smf = pytest.importorskip("statsmodels.formula.api")
    made = changes(people, {"effect": "baseline_utility"}, {"effect": 0.75})
    found = bootstrap(made, reference="low", resample="none", n_replicates=10)["effect_hat"]
    before = people.assign(y=0.75 * people["baseline_utility"], wave=0)
    long = pd.concat([before, people.assign(y=people["effect"], wave=1)])
    fit = smf.ols("y ~ C(arm, Treatment('low')) * wave", long).fit()
    expected = fit.params["C(arm, Treatment('low'))[T.high]:wave"]
    assert float(found.sel(arm="high") - found.sel(arm="low")) == pytest.approx(expected)


def test_a_constant_difference_between_arms_is_taken_out(people):
    rng = np.random.default_rng(1)
    before = rng.gamma(2, 500, 64) + 700 * (people["arm"] == "high")
    made = changes(people.assign(before=before, cost=before + 50), {"cost": "before"})
    assert made["cost"].round(9).tolist() == [50.0] * 64


def test_changes_of_what_is_not_there(people):
    with pytest.raises(EstimationError, match="E076"):
        changes(people, {"effect": "nothing"})
    with pytest.raises(EstimationError, match="E076"):
        changes(people, {"utility": "age"})
