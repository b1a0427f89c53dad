"""Propensity scores against statsmodels, and who is outside their overlap."""

from functools import partial

import numpy as np
import pytest

from cpi_econ.errors import EstimationError
from cpi_econ.uncertainty.balance import weight_summary
from cpi_econ.uncertainty.overlap import outside_overlap, overlap_findings, propensity_scores

OPTIONS = {"reference": "low", "propensity": ["age", "setting"]}


def test_scores_are_statsmodels_logit(people):
    smf = pytest.importorskip("statsmodels.formula.api")
    data = people.assign(high=(people["arm"] == "high").astype(float))
    fit = smf.logit("high ~ age + setting", data).fit(disp=0, tol=1e-12)
    made = propensity_scores(people.sample(frac=1, random_state=1), **OPTIONS)
    np.testing.assert_allclose(made["high"], fit.predict(data), rtol=1e-6)
    assert made["participant"].tolist() == people["participant"].tolist()
    assert made["arm"].tolist() == people["arm"].tolist()


def test_three_arms_are_statsmodels_mnlogit(people):
    sm = pytest.importorskip("statsmodels.api")
    arm = np.array(["low", "mid", "high"])[np.arange(64) % 3]
    made = propensity_scores(people.assign(arm=arm), reference="low", propensity=["age"])
    x = sm.add_constant(people[["age"]].astype(float))
    fit = sm.MNLogit(np.arange(64) % 3, x).fit(disp=0, tol=1e-12)
    expected = np.asarray(fit.predict(x))
    np.testing.assert_allclose(made[["low", "mid", "high"]], expected, rtol=1e-5)


def test_people_beyond_the_other_arm_are_counted_and_told(people):
    old = people.assign(age=people["age"] + 100 * (people.index == 0))
    outside = outside_overlap(propensity_scores(old, reference="low", propensity=["age"]))
    assert outside["participants"].tolist() == [40, 24]
    assert outside["outside"].iloc[1] >= 1
    assert {one.code for one in overlap_findings(outside)} == {"W074"}


def test_a_string_is_no_list_of_covariates(people):
    with pytest.raises(EstimationError, match="E076"):
        propensity_scores(people, reference="low", propensity="age")


@pytest.mark.parametrize("ask", [propensity_scores, partial(weight_summary, weights="iptw")])
def test_an_arm_that_loses_everybody_to_missing_values_is_a_finding(people, ask):
    arm = np.array(["low", "mid", "high"])[np.arange(64) % 3]
    lost = people.assign(arm=arm, cost=people["cost"].where(arm != "mid"))
    with pytest.raises(EstimationError, match='"mid" has no participants') as caught:
        ask(lost, reference="low", propensity=["age"])
    assert caught.value.findings[0].code == "E070"
