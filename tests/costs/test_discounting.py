from __future__ import annotations

import pandas as pd
import pytest

from cpi_econ.costs.discounting import discount_factors_by_time, discount_lines

TIMES = {"baseline": 0.0, "month_6": 0.5, "month_18": 1.5, "month_24": 2.0}


def test_linear_periods_are_split_at_the_birthday_of_the_study():
    factors = discount_factors_by_time(TIMES, 0.035)
    # months 6 to 18: half of the period lies in the second year
    assert factors["month_18"] == pytest.approx((1 + 1 / 1.035) / 2)
    assert factors["month_24"] == pytest.approx(1 / 1.035)
    assert factors["baseline"] == factors["month_6"] == 1.0


def test_interpolated_forms_weigh_both_sides():
    factors = discount_factors_by_time({"a": 0.0, "b": 1.0, "c": 2.0}, 0.25, scale="interpolate")
    assert factors == pytest.approx({"a": 1.0, "b": (1 + 0.8) / 2, "c": 0.8})


def test_no_rate_and_no_second_year_change_nothing():
    assert set(discount_factors_by_time(TIMES, 0.0).values()) == {1.0}
    assert set(discount_factors_by_time({"a": 0.0, "b": 0.75}, 0.035).values()) == {1.0}


def test_horizon_cuts_the_period():
    factors = discount_factors_by_time({"a": 0.0, "b": 2.0}, 0.25, horizon=1.5)
    assert factors["b"] == pytest.approx((1.0 + 0.5 * 0.8) / 1.5)


def test_lines_carry_their_factor_and_delivery_is_left_alone():
    lines = pd.DataFrame({"time": ["year_2", "delivery"], "cost": [100.0, 50.0]})
    done = discount_lines(lines, {"year_2": 0.8})
    assert done["cost"].tolist() == [80.0, 50.0]
    assert done["discount_factor"].tolist() == [0.8, 1.0]
