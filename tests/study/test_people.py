"""Participants against their other records: arms, clusters, deaths and dates of visits."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

PEOPLE = [str(number) for number in range(101, 109)]


def found(small: Any, code: str) -> list[Any]:
    return [one for one in small.findings() if one.code == code]


def test_participants_are_sorted_and_keep_their_own_columns(small: Any) -> None:
    small.tables["participants.csv"] = small.tables["participants.csv"].iloc[::-1]
    people = small.trial().participants
    assert people["participant"].tolist() == PEOPLE
    assert people["arm"].tolist() == ["low"] * 4 + ["high"] * 4
    assert people["cluster"].tolist() == list("AABBCCDD")
    assert people["age"].tolist() == [34, 51, 47, 29, 62, 40, 38, 55]


@pytest.mark.parametrize(
    ("arms", "column"),
    [
        (["low", "high"], ["low"] * 4 + ["high"] * 4),
        ({"low": "Lower fidelity", "high": "Higher"}, ["low"] * 4 + ["high"] * 4),
        ({"low": {"code": [0, 2]}, "high": {"code": 1}}, [0, 2, 0, 2, 1, 1, 1, 1]),
        ({"low": {"code": "0"}, "high": {"code": 1.0}}, ["0.0", 0, 0, 0, 1, "1.0", 1, 1]),
        ({"low": {"code": False}, "high": {"code": True}}, ["false"] * 4 + ["true"] * 4),
    ],
)
def test_arms_and_their_codes(small: Any, arms: Any, column: list[Any]) -> None:
    small.tree["arms"] = arms
    small.tables["participants.csv"] = small.tables["participants.csv"].assign(fidelity=column)
    assert small.trial().participants["arm"].tolist() == ["low"] * 4 + ["high"] * 4


def test_swapped_codes_swap_the_arms(small: Any) -> None:
    expected = small.trial().participants["arm"].map({"low": "high", "high": "low"})
    small.tree["arms"] = {"low": {"code": 1}, "high": {"code": 0}}
    assert small.trial().participants["arm"].tolist() == expected.tolist()


def test_a_code_that_stands_for_two_arms(small: Any) -> None:
    small.tree["arms"] = {"low": {"code": 0}, "high": {"code": [1, 0]}}
    (one,) = small.errors()
    assert one.code == "E007"
    assert 'code 0 stands for both "low" and "high"' in one.message


def test_a_cluster_with_people_of_both_arms(small: Any) -> None:
    small.tree["uncertainty"]["resample"] = "clusters"
    table = small.tables["participants.csv"]
    small.tables["participants.csv"] = table.assign(agency=list("AABBCCAD"))
    (one,) = [each for each in small.trial_findings() if each.code == "E116"]
    assert (one.where.file, one.where.column) == ("participants.csv", "agency")
    assert "agency A has participants of high (1) and low (2)" in one.message
    assert "resample: individuals" in one.message


def test_a_blank_cluster(small: Any) -> None:
    table = small.tables["participants.csv"]
    small.tables["participants.csv"] = table.assign(agency=["A", "", *"BBCC", -9, "D"])
    (one,) = small.errors()
    assert (one.code, one.where.row, one.where.column) == ("E015", 3, "agency")
    assert one.participants == ("102", "107")


def test_people_who_change_cluster_between_visits(small: Any) -> None:
    for name in ("csri.csv", "answers.csv"):
        small.tables[name] = small.tables[name].assign(agency=list("AABBCCDD") * 2)
    assert found(small, "W118") == []
    small.tables["csri.csv"].loc[[9, 14], "agency"] = ["B", "C"]
    (one,) = found(small, "W118")
    assert (one.where.file, one.where.column) == ("csri.csv", "agency")
    assert one.participants == ("102", "107")
    assert one.message.startswith("2 participants changed agency between visits")
    assert small.trial().participants["cluster"].tolist() == list("AABBCCDD")


def test_a_column_whose_name_the_tables_use(small: Any) -> None:
    table = small.tables["participants.csv"]
    small.tables["participants.csv"] = table.assign(cluster=1, arm=2)
    named = {one.where.column: one.message for one in found(small, "W019")}
    assert set(named) == {"cluster", "arm"}
    assert '"agency" is read under that name' in named["cluster"]
    assert small.trial().participants["arm"].tolist() == ["low"] * 4 + ["high"] * 4


@pytest.mark.parametrize(
    "columns",
    [
        {"status": ["seen", "Died", *["seen"] * 5, "DECEASED"]},
        {"dead": [0, 1, 0, 0, 0, 0, "", 1]},
        {"Died": ["no", "yes", *["no"] * 5, "Yes"]},
    ],
)
def test_recorded_deaths_without_a_date(small: Any, columns: dict[str, list[Any]]) -> None:
    small.tables["participants.csv"] = small.tables["participants.csv"].assign(**columns)
    dead = small.trial().dead
    assert dead[dead].index.tolist() == ["102", "108"]


def test_nobody_is_dead_because_of_a_number(small: Any) -> None:
    small.tables["participants.csv"] = small.tables["participants.csv"].assign(deaths_seen=1)
    assert not small.trial().dead.any()


def dated(small: Any, months: list[float]) -> None:
    """Give the answers a date: at once, and ``months`` later."""
    first = pd.Timestamp("2014-09-01")
    later = [first + pd.Timedelta(days=round(30.4375 * month)) for month in months]
    dates = [first] * 8 + later
    table = small.tables["answers.csv"]
    small.tables["answers.csv"] = table.assign(seen=[str(one.date()) for one in dates])
    small.tree["data"]["responses"]["date"] = "seen"


@pytest.mark.parametrize("start", [True, False])
def test_actual_times_of_visits(small: Any, start: bool) -> None:
    dated(small, [9, 9, 9, 9, 9, 9, 9, 14])
    if start:
        table = small.tables["participants.csv"]
        small.tables["participants.csv"] = table.assign(first="2014-08-01")
        small.tree["data"]["participants"]["start"] = "first"
    times = small.trial().visit_times
    shift = 31 / 365.25 if start else 0
    years = times.pivot(index="participant", columns="time", values="years")
    assert years["baseline"].tolist() == pytest.approx([shift] * 8)
    assert years["month_9"].tolist() == pytest.approx(
        [274 / 365.25 + shift] * 7 + [426 / 365.25 + shift]
    )


def test_no_dates_no_actual_times(small: Any) -> None:
    assert small.trial().visit_times is None


def test_a_date_of_a_visit_that_is_none(small: Any) -> None:
    dated(small, [9] * 8)
    small.tables["answers.csv"].loc[3, "seen"] = "01/02/2014"
    small.tables["answers.csv"].loc[4, "seen"] = ""
    (one,) = [each for each in small.trial_findings() if each.code == "E024"]
    assert (one.where.file, one.where.row, one.where.column) == ("answers.csv", 5, "seen")


def test_a_column_of_dates_that_is_not_there(small: Any) -> None:
    small.tree["data"]["responses"]["date"] = "seen"
    (one,) = small.trial_findings(errors=True)
    assert (one.code, one.where.file, one.where.column) == ("E014", "answers.csv", "seen")


def test_a_participant_without_a_row_at_the_first_visit(small: Any) -> None:
    table = small.tables["participants.csv"].assign(wave="baseline")
    table.loc[2, "wave"] = "month_9"
    small.tables["participants.csv"] = table
    small.tree["data"]["participants"]["time"] = "wave"
    named = [one for one in small.trial_findings() if "no row at baseline" in one.message]
    assert [one.participants for one in named] == [("103",)]


def test_a_covariate_that_is_mostly_numbers(small: Any) -> None:
    small.tree["adjust"] = {"model": "ols", "cost": ["age"], "effect": ["age"]}
    table = small.tables["participants.csv"].astype(object)
    table.loc[3, "age"] = "about 30"
    small.tables["participants.csv"] = table
    (one,) = small.errors()
    assert (one.code, one.where.row, one.where.column) == ("E016", 5, "age")
    small.tree["adjust"] = {"model": "none"}
    assert small.errors() == []
