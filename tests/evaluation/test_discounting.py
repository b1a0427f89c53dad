"""Discounting through a study file, against sums by hand."""

from __future__ import annotations

import pytest

import cpi_econ as ce

TWO_YEARS = {
    "horizon": "2 years",
    "times": {"start": "0 years", "year_1": "1 year", "year_2": "2 years"},
    "discount": {"costs": "3.5%", "effects": "3.5%"},
    "data": {"suffixes": {"_0": "start", "_1": "year_1", "_2": "year_2"}},
    "costs": {"column": "cost", "sum_over": ["year_1", "year_2"]},
    "effects": {"qaly": {"utility": "u", "column": None}},
    "uncertainty": {"resample": "none", "replicates": 100},
}


@pytest.fixture
def two_years(people):
    return people.assign(
        cost_0=0.0, cost_1=1000.0, cost_2=people["cost"], u_0=0.5, u_1=0.6, u_2=people["qaly"]
    ).drop(columns=["cost", "qaly"])


def test_second_year_is_worth_less(make_study, two_years):
    result = ce.evaluate(ce.read_study(make_study(TWO_YEARS, two_years)))
    table = result.outcomes.set_index("participant")
    second = two_years.set_index("id")["cost_2"]
    assert table["cost"].to_dict() == pytest.approx((1000 + second / 1.035).to_dict())
    last = two_years.set_index("id")["u_2"]
    assert table["effect"].to_dict() == pytest.approx((0.55 + (0.6 + last) / 2 / 1.035).to_dict())


def test_without_a_rate_nothing_is_discounted(make_study, two_years):
    plan = {**TWO_YEARS, "discount": {"costs": "0%", "effects": "0%"}}
    table = ce.evaluate(ce.read_study(make_study(plan, two_years))).outcomes
    last = two_years.set_index("id")["u_2"]
    expected = (0.55 + (0.6 + last) / 2).to_dict()
    assert table.set_index("participant")["effect"].to_dict() == pytest.approx(expected)


def test_one_finished_value_over_two_years_is_said_not_to_be_discounted(make_study, people):
    plan = {"horizon": "2 years", "discount": {"costs": "3.5%"}}
    result = ce.evaluate(ce.read_study(make_study(plan, people)))
    assert "W124" in {one.code for one in result.findings}


def test_within_a_year_it_is_said_that_nothing_is_discounted(make_study, people):
    plan = {"horizon": "9 months", "discount": {"costs": "3.5%", "effects": "3.5%"}}
    short = people.assign(qaly=people["qaly"] / 2)
    result = ce.evaluate(ce.read_study(make_study(plan, short)))
    message = next(one.message for one in result.findings if one.code == "N124")
    assert message == "horizon is 9 months: no discounting applied."
