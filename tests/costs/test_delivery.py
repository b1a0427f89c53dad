"""Delivery costs: the three sharing rules, and agency tables that cannot be used."""

from __future__ import annotations

import pandas as pd
import pytest

from cpi_econ.costs.delivery import delivery_lines
from cpi_econ.costs.totals import total_costs
from cpi_econ.errors import DataError

PEOPLE = pd.DataFrame(
    {"participant": ["a", "b", "c"], "cluster": ["x", "x", "y"], "contacts": [2.0, 6.0, 0.0],
     "months": [9.0, 3.0, 9.0]}
)  # fmt: skip
AGENCIES = pd.DataFrame(
    {"cluster": ["x", "y"], "training_cost": [600.0, 300.0], "supervision_cost": [200.0, 100.0],
     "total_cost": [800.0, 400.0], "clients": [10, 4], "contacts": [40, 20],
     "client_months": [100, 36]}
)  # fmt: skip


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        ("per_client", {"a": 80.0, "b": 80.0, "c": 100.0}),  # 800/10, 800/10, 400/4
        ("per_contact", {"a": 40.0, "b": 120.0, "c": 0.0}),  # 20 a contact x 2 and 6; none
        ("per_month", {"a": 72.0, "b": 24.0, "c": 100.0}),  # 8 a month x 9 and 3; 400/36 x 9
    ],
)
def test_sharing_rules(share: str, expected: dict[str, float]) -> None:
    lines = delivery_lines(PEOPLE, AGENCIES, share=share)  # type: ignore[arg-type]
    assert total_costs(lines).to_dict() == pytest.approx(expected)
    assert total_costs(lines, ["NHS", "PSS"]).to_dict() == pytest.approx(expected)


def test_everyone_served_together_carries_all_the_money() -> None:
    people = pd.DataFrame({"participant": list("abcd"), "cluster": "y"})
    lines = delivery_lines(people, AGENCIES)
    assert lines["cost"].sum() == pytest.approx(400)
    assert set(lines["item"]) == {"training_cost", "supervision_cost"}


def test_total_column_and_its_price_year() -> None:
    agencies = AGENCIES[["cluster", "total_cost", "clients"]].assign(price_year="2021/22")
    lines = delivery_lines(PEOPLE, agencies, price_year="2014/15", price_index="nhscii")
    assert lines["cost"].iloc[0] == pytest.approx(80 * 100 / 113.215)
    assert set(lines["item"]) == {"delivery"}
    assert set(lines["price_year"]) == {"2021/22"}


@pytest.mark.parametrize("life", [3, {"x": 3, "y": 3}, None])
def test_training_over_its_useful_life(life: object) -> None:
    agencies = AGENCIES.assign(training_life_years=3.0) if life is None else AGENCIES
    lines = delivery_lines(PEOPLE, agencies, useful_life=life)  # type: ignore[arg-type]
    assert total_costs(lines)["a"] == pytest.approx((600 / 3 + 200) / 10)


@pytest.mark.parametrize(
    ("agencies", "code", "words"),
    [
        (AGENCIES.iloc[:1], "E047", 'agency "y" has participants'),
        (pd.concat([AGENCIES, AGENCIES.iloc[:1]]), "E047", 'agency "x" has two rows'),
        (AGENCIES.assign(clients=[0, 4]), "E049", "clients of agency x is 0"),
        (AGENCIES.assign(training_cost=[-1.0, 4]), "E049", "training_cost of agency x is -1"),
        (AGENCIES.drop(columns="clients"), "E030", 'no column "clients"'),
        (AGENCIES[["cluster", "clients"]], "E030", "no column of money"),
    ],
)
def test_agency_tables_that_cannot_be_used(agencies: pd.DataFrame, code: str, words: str) -> None:
    with pytest.raises(DataError, match=words) as error:
        delivery_lines(PEOPLE, agencies)
    assert {f.code for f in error.value.findings} == {code}


def test_people_need_their_own_contacts() -> None:
    with pytest.raises(DataError, match='participants have no column "contacts"'):
        delivery_lines(PEOPLE.drop(columns="contacts"), AGENCIES, share="per_contact")
