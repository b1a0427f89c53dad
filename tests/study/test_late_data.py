"""Data that enter late: finished costs, utilities already valued, effects in natural units."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

PEOPLE = [str(number) for number in range(101, 109)]
UTILITIES = {
    "baseline": [0.5, 0.6, 0.7, 0.8, 0.4, 0.3, 0.9, 1.0],
    "month_9": [0.6, 0.6, 0.8, 0.9, 0.5, -0.1, 0.9, 1.0],
}
COSTS = {
    "baseline": [10, 20, 30, 40, 50, 60, 70, 80],
    "month_9": [100, 200, 300, 400, 500, 600, 700, 800],
}


def long(**columns: dict[str, list[float]]) -> pd.DataFrame:
    """One row a visit, the later one first."""
    parts = [
        pd.DataFrame(
            {"client_id": PEOPLE, "wave": time, **{name: of[time] for name, of in columns.items()}}
        )
        for time in ("month_9", "baseline")
    ]
    return pd.concat(parts, ignore_index=True)


def with_columns(small: Any, **columns: list[Any]) -> None:
    small.tables["participants.csv"] = small.tables["participants.csv"].assign(**columns)


def finished_cost(small: Any, **costs: Any) -> None:
    small.tree["costs"] = costs
    del small.tree["data"]["service_use"]


def test_one_finished_cost_per_person(small: Any) -> None:
    with_columns(small, total=COSTS["month_9"])
    finished_cost(small, column="total")
    assert small.errors() == []
    cost = small.trial().costs.cost
    assert cost.tolist() == COSTS["month_9"]
    assert cost.index.tolist() == PEOPLE


def test_costs_by_period_in_a_long_file_of_their_own(small: Any) -> None:
    small.tables["costs.csv"] = long(c=COSTS)
    spec = {"column": "c", "file": "costs.csv", "id": "client_id", "time": "wave"}
    finished_cost(small, **spec, sum_over=["baseline", "month_9"])
    trial = small.trial()
    assert trial.costs.cost.tolist() == [110, 220, 330, 440, 550, 660, 770, 880]
    assert trial.costs.baseline is None
    small.tree["costs"]["sum_over"] = ["month_9"]
    trial = small.trial()
    assert trial.costs.cost.tolist() == COSTS["month_9"]
    assert trial.costs.baseline.tolist() == COSTS["baseline"]


def test_costs_by_period_in_columns_of_the_participants_file(small: Any) -> None:
    with_columns(small, c_0=COSTS["baseline"], c_9=COSTS["month_9"])
    suffixes = {"_0": "baseline", "_9": "month_9"}
    finished_cost(small, column="c", suffixes=suffixes, sum_over=["month_9"])
    trial = small.trial()
    assert trial.costs.cost.tolist() == COSTS["month_9"]
    assert trial.costs.baseline.tolist() == COSTS["baseline"]


def test_a_cost_with_a_missing_period_is_missing(small: Any) -> None:
    small.tables["costs.csv"] = long(c=COSTS).drop(index=[2])
    spec = {"column": "c", "file": "costs.csv", "id": "client_id", "time": "wave"}
    finished_cost(small, **spec, sum_over=["baseline", "month_9"])
    cost = small.trial().costs.cost
    assert cost.isna().tolist() == [person == "103" for person in PEOPLE]


def test_several_rows_a_person_need_the_periods_named(small: Any) -> None:
    small.tables["costs.csv"] = long(c=COSTS)
    finished_cost(small, column="c", file="costs.csv", id="client_id", time="wave")
    (found,) = small.errors()
    assert (found.code, found.where.file, found.where.column) == ("E023", "costs.csv", "c")
    assert "sum_over" in found.message


def test_a_cost_below_zero_is_named(small: Any) -> None:
    with_columns(small, total=[-1, *COSTS["month_9"][1:]])
    finished_cost(small, column="total")
    (found,) = [one for one in small.findings() if one.code == "W018"]
    assert found.participants == ("101",)
    assert "1 participant has a cost below zero" in found.message


@pytest.mark.parametrize(
    ("costs", "code", "words"),
    [
        ({"column": "totl"}, "E014", 'did you mean "total"?'),
        ({"column": "total", "sum_over": ["month_6"]}, "E007", '"month_6" is not among times'),
        ({"column": "total", "sum_over": ["month_9"]}, "E022", "suffixes:"),
        ({"sum_over": ["month_9"]}, "E004", "items: (service use to be priced) or column:"),
        ({"column": "total", "file": "none.csv"}, "E010", "no such file"),
        ({}, "E004", "items: (service use to be priced) or column:"),
    ],
)
def test_finished_costs_that_cannot_be_found(
    small: Any, costs: dict[str, Any], code: str, words: str
) -> None:
    with_columns(small, total=COSTS["month_9"])
    finished_cost(small, **costs)
    found = small.errors()
    assert code in {one.code for one in found}
    assert any(words in one.message for one in found)


def valued(small: Any, **effect: Any) -> None:
    small.tree["effects"] = {"qaly": effect}


def test_utilities_in_a_long_file(small: Any) -> None:
    small.tables["answers.csv"] = long(e=UTILITIES)
    valued(small, utility="e")
    assert small.errors() == []
    table = (
        small.trial().utilities["qaly"].pivot(index="participant", columns="time", values="utility")
    )
    for time, values in UTILITIES.items():
        assert table[time].tolist() == values


@pytest.mark.parametrize("own_file", [True, False])
def test_utilities_in_a_wide_file(small: Any, own_file: bool) -> None:
    columns = {"e_0": UTILITIES["baseline"], "e_9": UTILITIES["month_9"]}
    suffixes = {"_0": "baseline", "_9": "month_9"}
    if own_file:
        small.tables["answers.csv"] = pd.DataFrame({"client_id": PEOPLE, **columns})
        small.tree["data"]["responses"] = {
            "file": "answers.csv",
            "id": "client_id",
            "suffixes": suffixes,
        }
    else:
        with_columns(small, **columns)
        del small.tree["data"]["responses"]
        small.tree["data"]["participants"]["suffixes"] = suffixes
    valued(small, utility="e")
    table = (
        small.trial().utilities["qaly"].pivot(index="participant", columns="time", values="utility")
    )
    assert table["month_9"].tolist() == UTILITIES["month_9"]


def test_utilities_on_a_scale_to_100(small: Any) -> None:
    hundred = {time: [100 * value for value in values] for time, values in UTILITIES.items()}
    small.tables["answers.csv"] = long(e=hundred)
    valued(small, utility="e")
    (found,) = small.errors()
    assert (found.code, found.where.file, found.where.column) == ("E026", "answers.csv", "e")
    assert "divided" in found.message


def test_a_finished_qaly(small: Any) -> None:
    with_columns(small, q=[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75])
    valued(small, column="q")
    assert small.errors() == []
    assert small.trial().effects["qaly"]["108"] == 0.75


def test_a_qaly_larger_than_the_horizon(small: Any) -> None:
    with_columns(small, q=[1, 2, 3, 4, 5, 6, 6.75, 6])
    valued(small, column="q")
    (found,) = small.errors()
    assert (found.code, found.where.column) == ("E119", "q")
    assert "max QALY 6.75 exceeds the horizon of 0.75 years" in found.message


def test_an_effect_in_natural_units(small: Any) -> None:
    with_columns(small, rguk=[5, 10, "", 20, 25, 15, -9, 30])
    small.tree["effects"] = {"social_capital": {"column": "rguk", "unit": "RG-UK point"}}
    assert small.errors() == []
    values = small.trial().effects["social_capital"]
    assert values.isna().tolist() == [p in {"103", "107"} for p in PEOPLE]


def test_an_effect_at_one_visit_of_a_long_file(small: Any) -> None:
    small.tables["answers.csv"] = long(score=COSTS)
    small.tree["effects"] = {"score": {"column": "score", "time": "month_9", "unit": "point"}}
    assert small.trial().effects["score"].tolist() == COSTS["month_9"]


def test_an_effect_in_a_participants_file_with_one_row_a_visit(small: Any) -> None:
    table = small.tables["participants.csv"]
    small.tables["participants.csv"] = pd.concat(
        [table.assign(wave=time, score=COSTS[time]) for time in ("month_9", "baseline")]
    )
    small.tree["data"]["participants"]["time"] = "wave"
    small.tree["effects"] = {"score": {"column": "score", "unit": "point"}}
    (found,) = small.errors()
    assert (found.code, found.where.file, found.where.column) == (
        "E023",
        "participants.csv",
        "score",
    )
    small.tree["effects"]["score"]["time"] = "month_9"
    assert small.trial().effects["score"].tolist() == COSTS["month_9"]
    small.tree["effects"]["score"]["time"] = "baseline"
    assert small.trial().effects["score"].tolist() == COSTS["baseline"]


@pytest.mark.parametrize(
    ("effect", "code", "words"),
    [
        ({"column": "q", "utility": "e"}, "E004", "give one of instrument:"),
        ({}, "E004", "give one of instrument:"),
        ({"column": "qq"}, "E014", 'no column "qq"'),
        ({"utility": "ee"}, "E014", 'no column "ee"'),
        ({"column": "q", "time": "month_6"}, "E007", '"month_6" is not among times'),
        ({"instrument": "EQ-5D-5L"}, "E107", "There is no default"),
    ],
)
def test_effects_that_cannot_be_found(
    small: Any, effect: dict[str, Any], code: str, words: str
) -> None:
    with_columns(small, q=[0.5] * 8)
    small.tables["answers.csv"] = long(e=UTILITIES)
    valued(small, **effect)
    found = small.errors()
    assert code in {one.code for one in found}
    assert any(words in one.message for one in found)


def test_pence_for_pounds(small: Any) -> None:
    small.tables["costs.csv"] = long(c=COSTS)
    spec = {"column": "c", "file": "costs.csv", "id": "client_id", "time": "wave"}
    finished_cost(small, **spec, sum_over=["baseline", "month_9"])
    pounds = small.trial().costs.cost
    pence = {time: [100 * cost for cost in costs] for time, costs in COSTS.items()}
    small.tables["costs.csv"] = long(c=pence)
    pd.testing.assert_series_equal(small.trial().costs.cost, 100 * pounds)
