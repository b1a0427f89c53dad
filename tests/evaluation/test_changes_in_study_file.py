"""Difference in differences through a study file, against the function and against hand."""

import numpy as np
import pytest

import cpi_econ as ce

CHANGES = {"cost": 4, "effect": 1}
WAVES = {
    "times": {"start": "0 years", "year_1": "1 year"},
    "data": {"suffixes": {"_0": "start", "_1": "year_1"}},
    "costs": {"column": "cost", "sum_over": ["year_1"]},
    "effects": {"qaly": {"utility": "u", "column": None}},
    "adjust": {"model": "ols", "cost": ["age"], "effect": ["age"], "changes": CHANGES},
    "uncertainty": {"resample": "none", "replicates": 100},
}


@pytest.fixture
def two_waves(people):
    stream = np.random.default_rng(2)
    before = stream.gamma(2, 200, len(people)).round(2)
    made = people.assign(cost_0=before, cost_1=people["cost"], u_0=0.5 * people["qaly"] + 0.1)
    return made.assign(u_1=people["qaly"]).drop(columns=["cost", "qaly"])


def codes(raised):
    return [found.code for found in raised.value.findings]


def test_is_the_function_on_the_outcomes(make_study, two_waves):
    plain = ce.evaluate(
        ce.read_study(make_study(WAVES | {"adjust": {"model": "none"}}, two_waves, name="plain"))
    )
    waves = two_waves.rename(columns={"cost_0": "before", "u_0": "u"}).set_index("id")
    table = plain.outcomes.set_index("participant")[["arm", "cost", "effect", "age"]]
    table = table.join(waves[["before", "u"]]).reset_index(names="participant")
    table = ce.changes(table, {"cost": "before", "effect": "u"}, CHANGES)
    adjust = {"cost": ["age"], "effect": ["age"]}
    expected = ce.bootstrap(
        table, reference="control", model="ols", adjust=adjust, resample="none", n_replicates=100
    )
    result = ce.evaluate(ce.read_study(make_study(WAVES, two_waves)))
    for name in ("cost_hat", "effect_hat", "cov_cost_cost", "cov_cost_effect"):
        np.testing.assert_allclose(result.replicates[name], expected[name], rtol=1e-10)
    told = {found.code for found in result.findings}
    assert "W123" in {found.code for found in plain.findings} - told
    note = next(found.message for found in result.findings if found.code == "N140")
    assert "cost less 4 times its baseline and effect less 1 times its baseline" in note


def test_without_covariates_it_is_the_difference_in_differences(make_study, two_waves):
    plan = WAVES | {"adjust": {"model": "none", "changes": {"cost": 4}}}
    found = ce.evaluate(ce.read_study(make_study(plan, two_waves))).replicates["cost_hat"]
    means = two_waves.groupby("arm")[["cost_0", "cost_1"]].mean()
    change = means["cost_1"] - 4 * means["cost_0"]
    gap = float(found.sel(arm="treat") - found.sel(arm="control"))
    assert gap == pytest.approx(change[1] - change[0])


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"adjust": {"changes": {"effect": 0.5}}}, "write effect: 1."),
        ({"adjust": {"model": "glm", "cost": ["age"], "changes": {"cost": 4}}}, "use ols or sur"),
        ({"missing": {"method": "impute"}}, "missing.level: totals"),
    ],
)
def test_plans_that_changes_do_not_go_with(make_study, two_waves, more, words):
    with pytest.raises(ce.CpiEconError) as raised:
        ce.evaluate(ce.read_study(make_study(WAVES | more, two_waves)))
    assert "E007" in codes(raised)
    assert words in str(raised.value)


def test_finished_values_have_nothing_to_change_from(make_study, people):
    plan = {
        "times": {"start": "0 years", "year_1": "1 year"},
        "adjust": {"model": "none", "changes": CHANGES},
    }
    with pytest.raises(ce.CpiEconError) as raised:
        ce.evaluate(ce.read_study(make_study(plan, people)))
    assert codes(raised) == ["E007", "E007"]
