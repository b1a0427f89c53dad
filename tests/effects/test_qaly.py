from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpi_econ.effects.qaly import qalys
from cpi_econ.errors import DataError
from cpi_econ.kernels.curve import discount_factors, trapezium_area

TIMES = {"baseline": 0.0, "month_9": 0.75}
THREE = {"baseline": 0.0, "year_1": 1.0, "year_2": 2.0}


def seen(values: dict[str, list[float]], times: dict[str, float]) -> pd.DataFrame:
    rows = [
        (person, time, value)
        for person, row in values.items()
        for time, value in zip(times, row, strict=True)
    ]
    return pd.DataFrame(rows, columns=["participant", "time", "utility"])


def one(values: list[float], times: dict[str, float], **options: object) -> float:
    return float(qalys(seen({"a": values}, times), times, **options)["a"])


def test_two_visits_nine_months_apart() -> None:
    assert one([0.6, 0.8], TIMES) == pytest.approx(0.75 * 0.7)
    assert one([1.0, 1.0], TIMES) == 0.75


def test_a_missing_visit_makes_the_qaly_missing() -> None:
    table = seen({"a": [0.6, np.nan], "b": [np.nan, 0.8], "c": [0.5, 0.5]}, TIMES)
    assert qalys(table, TIMES).isna().tolist() == [True, True, False]
    assert qalys(table.dropna(), TIMES).isna().tolist() == [True, True, False]


def test_a_visit_after_the_horizon_is_needed_only_to_reach_it() -> None:
    assert one([0.5, 0.7, np.nan], THREE, horizon=1.0) == pytest.approx(0.6)
    assert np.isnan(one([0.5, 0.7, np.nan], THREE, horizon=1.5))
    assert one([0.5, 0.7, 0.9], THREE, horizon=1.5) == pytest.approx(0.6 + 0.5 * 0.75)


def test_dead_means_zero_from_the_date_of_death() -> None:
    died = pd.Series({"a": 0.5})
    year = {"baseline": 0.0, "year_1": 1.0}
    assert one([0.8, np.nan], year, died=died) == pytest.approx(0.8 * 0.5 / 2)
    assert one([0.8, 0.9], year, died=died) == pytest.approx(0.2)
    assert one([0.8, 0.0, 0.0], THREE, died=pd.Series({"a": 1.0})) == pytest.approx(0.4)
    assert one([0.8, 0.6, np.nan], THREE, died=pd.Series({"a": 1.5})) == pytest.approx(0.7 + 0.15)


def test_death_before_everything_after_everything_and_of_someone_else() -> None:
    assert one([0.8, np.nan], TIMES, died=pd.Series({"a": 0.0})) == 0.0
    assert one([0.8, 0.6], TIMES, died=pd.Series({"a": 3.0})) == pytest.approx(0.525)
    assert one([0.8, 0.6], TIMES, died=pd.Series({"z": 0.1})) == pytest.approx(0.525)


def test_death_does_not_hide_a_visit_missed_before_it() -> None:
    assert np.isnan(one([0.8, np.nan, np.nan], THREE, died=pd.Series({"a": 1.5})))


def test_actual_dates() -> None:
    table = seen({"a": [0.6, 0.8], "b": [0.6, 0.8], "c": [0.6, 0.8]}, TIMES)
    dates = pd.DataFrame({"participant": ["a", "b"], "time": "month_9", "years": [0.5, 1.0]})
    found = qalys(table, TIMES, visit_times=dates)
    assert found["a"] == pytest.approx(0.5 * 0.7 + 0.25 * 0.8)
    assert found["b"] == pytest.approx(0.75 * (0.6 + 0.75) / 2)
    assert found["c"] == pytest.approx(0.525)


def test_the_first_year_is_not_discounted() -> None:
    assert one([0.6, 0.8], TIMES, discount=0.035) == pytest.approx(0.525)


def test_later_years_are_discounted_as_a_whole() -> None:
    found = one([1.0, 1.0, 1.0], THREE, discount=0.25)
    assert found == pytest.approx(1 + 1 / 1.25)
    years = {"baseline": 0.0, "year_3": 3.0}
    assert one([1.0, 0.4], years, discount=0.1) == pytest.approx(0.9 + 0.7 / 1.1 + 0.5 / 1.1**2)


def test_discounting_against_fine_steps() -> None:
    rng = np.random.default_rng(4)
    at = np.array([[0.0, 0.4, 1.3, 2.6]])
    u = rng.uniform(0, 1, (1, 4))
    grid = (np.arange(200_000) + 0.5) * 2.2 / 200_000
    height = np.interp(grid, at[0], u[0]) * discount_factors(grid, 0.035)
    area = trapezium_area(at, u, 2.2, 0.035)[0]
    assert area == pytest.approx(height.mean() * 2.2, abs=1e-6)


@given(
    st.lists(st.floats(-0.5, 1.0), min_size=3, max_size=3),
    st.floats(0.1, 2.0),
    st.floats(0.0, 0.2),
)
def test_area_is_bounded_by_the_horizon(values: list[float], horizon: float, rate: float) -> None:
    found = one(values, THREE, horizon=horizon, discount=rate)
    assert -0.5 * horizon - 1e-9 <= found <= horizon + 1e-9


def test_matches_numpy() -> None:
    rng = np.random.default_rng(9)
    u = rng.uniform(-0.5, 1, (20, 3))
    table = seen({f"p{k:02}": list(row) for k, row in enumerate(u)}, THREE)
    np.testing.assert_allclose(qalys(table, THREE), np.trapezoid(u, [0, 1, 2], axis=1))


def test_order_of_rows_does_not_matter() -> None:
    table = seen({"b": [0.1, 0.2], "a": [0.3, 0.4]}, TIMES)
    shuffled = table.sample(frac=1, random_state=3)
    pd.testing.assert_series_equal(qalys(table, TIMES), qalys(shuffled, TIMES))
    assert qalys(table, TIMES).index.tolist() == ["a", "b"]


def code(**options: object) -> str:
    table = seen({"a": [0.6, 0.8]}, TIMES)
    with pytest.raises(DataError) as caught:
        qalys(**{"utilities": table, "times": TIMES, **options})
    return caught.value.findings[0].code


def test_faults() -> None:
    double = pd.concat([seen({"a": [0.6, 0.8]}, TIMES)] * 2)
    assert code(utilities=double) == "E060"
    assert code(utilities=double.drop(columns="utility")) == "E055"
    assert code(horizon=1.0) == "E061"
    assert code(times={"month_9": 0.75, "baseline": 0.0}) == "E062"
    assert code(times={"baseline": 0.0}) == "E062"
    assert code(times={"baseline": 0, "month_9": 9}) == "E119"
    dates = pd.DataFrame({"participant": ["a"], "time": ["baseline"], "years": [0.9]})
    assert code(visit_times=dates) == "E062"
