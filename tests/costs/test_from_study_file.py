"""Every costing rule said in a study file, and said differently by a scenario or ``--set``."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pandas as pd
import pytest

from cpi_econ.evaluation.evaluate import evaluate
from cpi_econ.study.load import read_study, scenario_study

NA = None


def test_any_unit_cost_can_be_set(priced: Any) -> None:
    priced.ask(gp=[1, 2, 0, 3])
    assert priced.costs() == [40, 80, 0, 120]
    assert priced.costs("costs.set_unit_costs.gp=50") == [50, 100, 0, 150]


def test_a_set_price_that_fits_no_service_is_placed_in_the_study_file(priced: Any) -> None:
    priced.ask(gp=[1, 2, 0, 3])
    found = priced.table("costs.set_unit_costs.gpp=50").findings()
    assert [(one.code, one.where.file) for one in found if one.code == "E036"] == [
        ("E036", "study.yaml")
    ]
    assert found[-1].message == 'no unit cost is called "gpp". Did you mean gp?'
    assert "E034" in priced.findings("costs.set_unit_costs.gp=-1")


def test_hour_with_the_client(priced: Any) -> None:
    # 2 contacts of 30 minutes = 1 hour at 60; x 1.2 = 72
    priced.ask(nurse=[2, 0, 0, 0], long=[30, 0, 0, 0])
    priced.tree["costs"]["items"] = {"nurse": {"quantity": "nurse", "minutes": "long"}}
    assert priced.costs()[0] == 60
    assert priced.costs("costs.face_to_face.nurse=0.2")[0] == 72
    assert "N036" in priced.findings("costs.face_to_face.nurse=0.2")


def test_length_of_contacts_without_minutes(priced: Any) -> None:
    # known lengths 30, 50 and 100 minutes: mean 60, median 50; typical 15 in the price table
    priced.ask(nurse=[1, 3, 2, 1], long=[30, 50, NA, 100])
    priced.tree["costs"]["items"] = {"nurse": {"quantity": "nurse", "minutes": "long"}}
    assert priced.costs() == [30, 150, NA, 100]
    assert priced.costs("costs.missing_minutes=typical")[2] == 30
    assert priced.costs("costs.missing_minutes=mean")[2] == 120
    assert priced.costs("costs.missing_minutes=median")[2] == 100
    assert "N035" in priced.findings("costs.missing_minutes=median")


def test_used_an_unknown_number_of_times(priced: Any) -> None:
    priced.ask(gp=[999, 2, 4, 0])
    priced.tree["costs"]["items"]["gp"]["unknown_codes"] = [999]
    assert priced.costs() == [NA, 80, 160, 0]
    assert priced.costs("costs.unknown_number=mean_of_users") == [120, 80, 160, 0]
    found = priced.findings()
    assert "E103" not in found
    assert found["N037"] == "1 answers were used an unknown number of times; that is not zero (gp)."


def test_blanks_of_an_answered_block(priced: Any) -> None:
    priced.ask(gp=[1, NA, NA, 2], ward=[0, 1, NA, 0])
    priced.tree["costs"]["items"]["ward"] = {"quantity": "ward"}
    assert priced.costs() == [40, NA, NA, 80]
    assert priced.costs("costs.blank_items.health=[gp, ward]") == [40, 300, NA, 80]


def test_an_item_that_a_form_did_not_ask(priced: Any) -> None:
    priced.ask(gp=[1, 2, 0, 3], ward=[NA, NA, NA, NA])
    priced.tree["costs"]["items"]["ward"] = {"quantity": "ward"}
    assert priced.costs() == [NA] * 4
    assert priced.costs("costs.not_asked.month_9=[ward]") == [40, 80, 0, 120]


def test_in_hospital_throughout(priced: Any) -> None:
    # 91 of 91.3 days on the ward: no community use; 30 days leave it unknown
    priced.ask(gp=[NA, NA, 1, 0], ward=[91, 30, 0, 0])
    priced.tree["costs"]["items"]["ward"] = {"quantity": "ward"}
    priced.change(costs={"night_items": ["ward"], "community_items": ["gp"]})
    assert priced.costs() == [27_300, NA, 40, 0]


def test_caps_are_applied_counted_and_listed(priced: Any) -> None:
    # three months are 91.3125 days
    priced.ask(gp=[0, 0, 0, 0], ward=[120, 10, 0, 0])
    priced.tree["costs"]["items"]["ward"] = {"quantity": "ward"}
    assert priced.costs()[0] == 36_000
    capped = "costs.caps.nights={items: [ward], per_day: 1}"
    assert priced.costs(capped) == [91.3125 * 300, 3000, 0, 0]
    assert priced.findings(capped)["W037"].startswith("1 people exceed the cap on nights: 120 ")
    assert priced.costs("costs.caps.nights={items: [ward], per_window: 7}")[:2] == [2100, 2100]


def test_a_cap_follows_the_window_of_its_item(priced: Any) -> None:
    priced.ask(gp=[0, 0, 0, 0], ward=[120, 400, 0, 0])
    priced.tree["costs"]["items"]["ward"] = {"quantity": "ward", "recall": "1 year"}
    capped = "costs.caps.nights={items: [ward], per_day: 1}"
    assert priced.costs(capped)[:2] == [36_000, 365.25 * 300]


def test_group_sessions(priced: Any) -> None:
    # 3 sessions of 120 minutes at 50 an hour = 300; 2 staff and 6 people: x 2/6; 8 typical: x 2/8
    priced.ask(art=[3, 3, 0, 0], size=[6, NA, NA, NA], long=[120, 120, NA, NA])
    priced.tree["costs"]["items"] = {"art": {"quantity": "art", "minutes": "long", "staff": 2}}
    assert priced.costs("costs.items.art.group_size=8")[:2] == [75, 75]
    priced.tree["costs"]["items"]["art"]["group_size"] = "size"
    assert "give groups: {art: 8} too" in priced.findings()["E004"]
    assert priced.costs("costs.groups.art=8")[:2] == [100, 75]
    assert priced.costs("costs.groups.art=12")[:2] == [100, 50]


def test_a_package_is_split_into_its_parts(priced: Any) -> None:
    priced.ask(home=[13, 0, 0, 0])
    priced.tree["costs"]["items"] = {"home": {"quantity": "home"}}
    assert priced.costs()[0] == 9100
    split = "costs.packages.home=[care_part, hotel_part]"
    assert priced.costs(split)[0] == 6500
    assert priced.costs(split, "perspective=[NHS, PSS, societal]")[0] == 9100


def test_informal_care_by_either_method(priced: Any) -> None:
    priced.ask(care=[10, 0, 0, 0])
    priced.tree["costs"]["items"] = {"care": {"quantity": "care", "unit": "hour"}}
    priced.change(perspective=["societal"])
    assert priced.costs("costs.informal_care.care=proxy_good")[0] == 240
    assert priced.costs("costs.informal_care.care=opportunity_cost")[0] == 65
    dearer = ("costs.informal_care.care=opportunity_cost", "costs.set_unit_costs.min_wage_hour=12")
    assert priced.costs(*dearer)[0] == 120


def test_work_loss_by_human_capital_and_friction(priced: Any) -> None:
    # 60 days x 7.5 hours x 12 x 1.2 on-costs = 60 x 108 = 6480; friction: 20 days x 0.8 x 108
    priced.ask(off=[60, 5, 0, 0])
    priced.tree["costs"]["items"] = {"off": {"quantity": "off"}}
    priced.change(perspective=["societal"], costs={"work_loss": {"off": {"wage": 12}}})
    on_costs = "costs.work_loss.off.on_costs=20%"
    assert priced.costs(on_costs)[:2] == [6480, 540]
    friction = "costs.work_loss.off.friction_period=20 days"
    elastic = "costs.work_loss.off.elasticity=0.8"
    assert priced.costs(on_costs, friction, elastic)[:2] == pytest.approx([1728, 432])
    assert priced.costs("perspective=[NHS]")[:2] == [0, 0]


def test_perspective_as_a_scenario(priced: Any) -> None:
    priced.ask(gp=[1, 2, 0, 3], nurse=[1, 0, 0, 0])
    priced.tree["costs"]["items"]["nurse"] = {"quantity": "nurse", "minutes": 30}
    assert priced.costs("perspective=[societal]") == [30, 0, 0, 0]
    assert priced.costs("perspective=[NHS]") == [70, 80, 0, 120]


def test_every_rule_can_be_a_scenario(priced: Any) -> None:
    priced.ask(gp=[1, 2, 0, 3], ward=[120, 0, 0, 0])
    priced.tree["costs"]["items"]["ward"] = {"quantity": "ward"}
    priced.tree["scenarios"] = {
        "dear": {"costs": {"set_unit_costs": {"gp": 50}}},
        "capped": {"costs": {"caps": {"nights": {"items": ["ward"], "per_day": 1}}}},
        "scaled": {"data": {"service_use": {"scale": "linear"}}},
    }
    study = read_study(priced.write())
    means = {"base case": 36_240 / 4, "dear": 36_300 / 4, "scaled": 3 * 36_240 / 4}
    means["capped"] = (240 + 91.3125 * 300) / 4
    result = evaluate(study, scenarios=True)
    for name, mean in means.items():
        arms = result.document["scenarios"][name]["effects"]["qaly"]["arms"]
        both = (arms["low"]["cost"]["estimate"] + arms["high"]["cost"]["estimate"]) / 2
        assert both == pytest.approx(mean), name
    assert scenario_study(study, "dear").costs.set_unit_costs == {"gp": 50}


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("costs.caps.nights={items: [wards], per_day: 1}", 'did you mean "ward"?'),
        ("costs.caps.nights={items: [ward]}", "a cap needs per_day:"),
        ("costs.groups.wrd=8", '"wrd" is no item of costs.items; did you mean "ward"?'),
        ("costs.not_asked.month_3=[ward]", '"month_3" is not among times (baseline, month_9).'),
        ("costs.night_items=[bed]", '"bed" is no item of costs.items; items are gp, ward.'),
        ("costs.informal_care.gp=proxy", "is not allowed; use"),
        ("costs.exchange={from: USD, method: rate, year: 2023}", "method: rate needs rate:"),
        ("costs.exchange={from: USD}", "exchange needs year:"),
        ("data.service_use.recall_days=days", "recall_days: needs date:"),
    ],
)  # fmt: skip
def test_rules_that_fit_nothing_are_told_with_their_line(
    priced: Any, setting: str, words: str
) -> None:
    priced.ask(gp=[1, 2, 0, 3], ward=[0, 0, 0, 0])
    priced.tree["costs"]["items"]["ward"] = {"quantity": "ward"}
    found = priced.findings(setting)
    assert any(words in message for message in found.values()), found


def test_rules_need_service_use_to_bear_on(priced: Any) -> None:
    priced.tree["costs"] = {"column": "total", "set_unit_costs": {"gp": 50}}
    priced.people["total"] = 10.0
    assert "set_unit_costs: needs items:" in priced.findings()["E004"]


def _everything(priced: Any) -> None:
    """A study that uses many rules at once."""
    priced.ask(
        gp=[1, 999, NA, 3], nurse=[2, 1, 0, 0], long=[30, NA, NA, NA], ward=[95, 95, 2, 0],
        art=[3, 0, 1, 0], size=[6, NA, NA, NA], any=[1, 1, 1, 0],
    )  # fmt: skip
    priced.tree["costs"]["items"] = {
        "gp": {"quantity": "gp", "unknown_codes": 999},
        "nurse": {"quantity": "nurse", "minutes": "long", "used": "any"},
        "ward": {"quantity": "ward"},
        "art": {"quantity": "art", "minutes": 60, "group_size": "size"},
    }
    priced.change(
        costs={
            "groups": {"art": 8}, "unknown_number": "mean_of_users", "missing_minutes": "typical",
            "caps": {"nights": {"items": ["ward"], "per_day": 1}},
            "blank_items": {"health": ["gp", "ward"]}, "face_to_face": {"nurse": 0.2},
        }
    )  # fmt: skip


def test_many_rules_at_once_by_hand(priced: Any) -> None:
    # gp 1, mean of users 1 and 3 = 2, blank in an answered block = 0, 3; at 40
    # nurse at 72 an hour: 2 x 30 min = 72; 1 x typical 15 min = 18; nights capped at 91.3125 x 300
    # art at 50 an hour: 3/6 = 25; 1/8 = 6.25
    _everything(priced)
    nights = 91.3125 * 300
    assert priced.costs() == pytest.approx(
        [40 + 72 + nights + 25, 80 + 18 + nights, 0 + 600 + 6.25, 120]
    )


def test_rows_in_any_order_cost_the_same(priced: Any) -> None:
    _everything(priced)
    plain = priced.costs()
    header, *rows = priced.text["use.csv"].splitlines()
    priced.text["use.csv"] = "\n".join([header, *reversed(rows)]) + "\n"
    priced.people = priced.people.iloc[::-1]
    assert priced.costs() == plain


def test_pence_for_pounds(priced: Any) -> None:
    _everything(priced)
    plain = priced.costs()
    prices = pd.read_csv(StringIO(priced.text["prices.csv"]))
    pence = prices.assign(unit_cost=prices["unit_cost"] * 100)
    priced.text["prices.csv"] = pence.to_csv(index=False)
    assert priced.costs() == pytest.approx([100 * one for one in plain])


def test_swapped_arms_cost_the_same(priced: Any) -> None:
    _everything(priced)
    plain = priced.costs()
    priced.people["arm"] = 1 - priced.people["arm"]
    assert priced.costs() == plain
