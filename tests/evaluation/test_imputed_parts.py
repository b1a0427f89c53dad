"""Visits and known parts are imputed, and the total follows from them."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from cpi_econ import evaluate, read_study
from cpi_econ.effects.qaly import area_under_curve
from cpi_econ.evaluation.imputed_parts import ATTRIBUTE
from cpi_econ.evaluation.person_table import person_table
from cpi_econ.evaluation.visit_values import visit_parts
from cpi_econ.uncertainty.bootstrap import bootstrap

TIMES = {"baseline": 0.0, "month_06": 0.5, "month_12": 1.0}
SUFFIXES = {"_0": "baseline", "_6": "month_06", "_12": "month_12"}
VISITS = {
    "data": {"participants": {"cluster": "centre", "suffixes": SUFFIXES}},
    "times": {"baseline": "0 months", "month_06": "6 months", "month_12": "12 months"},
    "costs": {"column": "spent", "sum_over": ["month_06", "month_12"]},
    "effects": {"qaly": {"utility": "eq", "column": None}},
    "adjust": {"model": "ols", "cost": ["age"], "effect": ["age", "baseline_utility"]},
    "uncertainty": {"resample": "clusters", "replicates": 100},
    "missing": {"method": "impute", "imputations": 40},
}


@pytest.fixture
def visits(people):
    """Utilities at three visits and costs of two periods, each lost now and then."""
    rng = np.random.default_rng(5)
    level = rng.normal(0.6, 0.15, 80)
    for suffix in SUFFIXES:
        people[f"eq{suffix}"] = np.clip(level + rng.normal(0, 0.08, 80), -0.2, 1).round(3)
        people[f"spent{suffix}"] = rng.gamma(2, 400 + 300 * (1 - level)).round(2)
        if suffix != "_0":
            people.loc[rng.random(80) < 0.2, [f"eq{suffix}", f"spent{suffix}"]] = np.nan
    people.loc[[4, 9, 30], "eq_0"] = np.nan
    return people.drop(columns=["cost", "qaly"])


@pytest.mark.parametrize("horizon", [1.0, 0.75])
@pytest.mark.parametrize("discount", [0.0, 0.035])
def test_shares_of_visits_make_up_any_area(horizon, discount):
    rng = np.random.default_rng(3)
    names = [f"p{number}" for number in range(12)]
    grid = pd.MultiIndex.from_product([names, list(TIMES)], names=["participant", "time"])
    values = pd.DataFrame({"utility": rng.normal(0.6, 0.2, 36)}, index=grid).reset_index()
    died = pd.Series(np.where(np.arange(12) < 4, rng.uniform(0.1, 1.0, 12), np.nan), index=names)
    years = values["time"].map(TIMES) + rng.uniform(0, 0.1, 36) * (values["time"] != "baseline")
    dates = values.assign(years=years).drop(columns="utility")
    area = partial(
        area_under_curve,
        times=TIMES,
        horizon=horizon,
        died=died,
        discount=discount,
        visit_times=dates,
    )
    parts = visit_parts(values, area, TIMES, "qaly", "baseline_utility")
    assert parts.make_up(area(values))
    assert not parts.make_up(area(values) + 0.01)
    with_gap = values.mask(values["time"].eq("month_06") & values["participant"].eq("p7"))
    assert "share of qaly at month_06" in parts.columns
    assert with_gap["utility"].isna().sum() == 1


def test_equal_visits_have_one_share(make_study, visits):
    study = read_study(make_study(VISITS, visits))
    told = person_table(study).outcomes(study, "qaly").attrs[ATTRIBUTE]
    assert told["components"]["effect"] == pytest.approx(
        {"baseline_utility": 0.25, "utility at month_06": 0.5, "utility at month_12": 0.25}
    )
    assert told["components"]["cost"] == {"cost at month_06": 1.0, "cost at month_12": 1.0}
    assert told["predictors"] == ["baseline_utility"]


def test_visits_are_imputed_and_known_ones_kept(make_study, visits):
    path = make_study(VISITS, visits)
    by_visit = evaluate(read_study(path))
    by_total = evaluate(read_study(path, ["missing.level=totals"]))
    (note,) = [one.message for one in by_visit.findings if one.code == "N129"]
    assert (
        "from cost at month_06, cost at month_12, utility at month_06, utility at month_12, age"
        in note
    )
    (note,) = [one.message for one in by_total.findings if one.code == "N129"]
    assert "from cost, effect, age, baseline_utility" in note
    one, other = (made.summary().iloc[0] for made in (by_visit, by_total))
    assert one["inc_effect_estimate"] != other["inc_effect_estimate"]
    gap = one["inc_effect_estimate"] - other["inc_effect_estimate"]
    assert abs(gap) < other["inc_effect_se"]
    assert one["inc_effect_se"] < other["inc_effect_se"]


def test_finished_values_have_no_parts(make_study, people):
    people.loc[:5, "cost"] = np.nan
    study = read_study(make_study({"missing": {"method": "impute"}}, people))
    told = person_table(study).outcomes(study, "qaly").attrs[ATTRIBUTE]
    assert told == {"components": {}, "added": {}, "predictors": []}


def test_last_mean_needs_and_uses_the_visits(make_study, visits):
    path = make_study(VISITS, visits)
    plain = evaluate(read_study(path)).summary().iloc[0]
    moved = evaluate(read_study(path, ["missing.assumption=last_mean"])).summary().iloc[0]
    assert plain["inc_effect_estimate"] != moved["inc_effect_estimate"]


@pytest.fixture
def table():
    rng = np.random.default_rng(6)
    u0, u1, spent = rng.normal(0.6, 0.1, 60), rng.normal(0.6, 0.1, 60), rng.gamma(2, 500, 60)
    made = pd.DataFrame(
        {
            "participant": [f"p{number:02d}" for number in range(60)],
            "arm": np.where(np.arange(60) % 2, "high", "low"),
            "u0": u0,
            "u1": np.where(rng.random(60) < 0.3, np.nan, u1),
            "spent": np.where(rng.random(60) < 0.3, np.nan, spent),
            "delivery": np.where(np.arange(60) % 2, 100.0, 0.0),
            "share": 0.4,
        }
    )
    made["effect"] = 0.35 * made["u0"] + 0.4 * made["u1"]
    return made.assign(cost=made["spent"] + made["delivery"])


def draws(table, **options):
    settings = {"reference": "low", "impute": True, "n_replicates": 40, "imputations": 4}
    return bootstrap(table, **settings, **options)


def test_a_column_of_equal_factors_is_that_factor(table):
    one = draws(table, components={"effect": {"u0": 0.35, "u1": 0.4}})
    other = draws(table, components={"effect": {"u0": 0.35, "u1": "share"}})
    for name in ("cost", "effect", "effect_hat"):
        np.testing.assert_allclose(one[name], other[name], rtol=1e-12)


def test_what_is_added_reaches_the_arm_in_full(table):
    parts = {"cost": {"spent": 1.0}}
    made = draws(table, components=parts, added={"cost": "delivery"})
    plain = draws(table.assign(cost=table["spent"]), components=parts)
    gap = made["cost_hat"] - plain["cost_hat"]
    np.testing.assert_allclose(gap.sel(arm=["low", "high"]), [0.0, 100.0], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"components": {"effect": {"u0": "weight"}}}, '"weight" is no column'),
        ({"components": {"effect": {"u0": "u1"}}}, "has gaps"),
        ({"components": {"cost": {"spent": 1.0}}, "added": {"cost": "arm"}}, "holds text"),
    ],
)
def test_factors_must_be_known_numbers(table, options, words):
    with pytest.raises(Exception, match=words) as stopped:
        draws(table, **options)
    assert {found.code for found in stopped.value.findings} == {"E076"}


def test_order_of_rows_and_names_of_arms_change_nothing(make_study, visits):
    plain = evaluate(read_study(make_study(VISITS, visits)))
    shuffled = visits.sample(frac=1, random_state=7)
    again = evaluate(read_study(make_study(VISITS, shuffled, name="shuffled")))
    assert again.document["scenarios"] == plain.document["scenarios"]
    renamed = {**VISITS, "reference": "old"}
    path = make_study(renamed, visits, name="renamed")
    text = path.read_text("utf-8").replace("control:", "old:").replace("treat:", "new:")
    path.write_text(text, "utf-8")
    other = evaluate(read_study(path)).summary().iloc[0]
    assert other["inc_cost_estimate"] == plain.summary().iloc[0]["inc_cost_estimate"]
    assert other["inc_effect_se"] == plain.summary().iloc[0]["inc_effect_se"]
