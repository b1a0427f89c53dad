"""Zero, missing and not asked survive; known states are filled, others are not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from cpi_econ.costs.caps import Cap, cap_quantities, check_caps
from cpi_econ.costs.durations import fill_minutes
from cpi_econ.costs.group_sessions import share_groups
from cpi_econ.costs.known_states import zero_after_death, zero_in_hospital
from cpi_econ.costs.preparation import UseRules, settle_service_use
from cpi_econ.costs.unit_costs import UnitCosts
from cpi_econ.costs.unknown_use import (
    check_unknown_use,
    fill_blank_items,
    fill_unknown_numbers,
    use_states,
)
from cpi_econ.costs.visit_dates import actual_windows
from cpi_econ.errors import DataError

Use = Callable[..., pd.DataFrame]
NA = float("nan")


@pytest.fixture
def answers(use: Use) -> pd.DataFrame:
    return use(
        ("zero", "m", "gp", 0), ("zero", "m", "nurse", 1),
        ("seen", "m", "gp", 4), ("seen", "m", "nurse", 2),
        ("unknown", "m", "gp", NA), ("unknown", "m", "nurse", 0),
        ("blank", "m", "gp", NA), ("blank", "m", "nurse", 0),
        ("lost", "m", "gp", NA), ("lost", "m", "nurse", NA),
        used=[False, True, True, True, True, False, pd.NA, False, pd.NA, pd.NA],
    )  # fmt: skip


def test_states_are_told_apart(answers: pd.DataFrame) -> None:
    states = use_states(answers)[answers["service"] == "gp"]
    assert states.tolist() == ["zero", "observed", "number unknown", "item blank", "form missing"]


def test_states_are_listed_without_identifiers_in_the_message(answers: pd.DataFrame) -> None:
    found = check_unknown_use(answers)
    assert [(f.code, f.participants) for f in found] == [
        ("N037", ("unknown",)),
        ("N038", ("blank",)),
    ]


def test_unknown_number_is_never_below_one(answers: pd.DataFrame) -> None:
    few = answers.assign(quantity=answers["quantity"] / 8)
    filled = fill_unknown_numbers(few, "mean_of_users")
    own = filled[(filled["participant"] == "unknown") & (filled["service"] == "gp")]
    assert own["quantity"].item() == 1
    assert own["quantity_imputed"].item()
    assert fill_unknown_numbers(answers, "missing")["quantity"].isna().sum() == 4


def test_blank_rule_needs_an_answered_block(answers: pd.DataFrame) -> None:
    filled = fill_blank_items(answers, {"primary care": ["gp", "nurse"]})
    left = filled[filled["quantity"].isna()]
    assert left[["participant", "service"]].to_numpy().tolist() == [
        ["unknown", "gp"], ["lost", "gp"], ["lost", "nurse"],
    ]  # fmt: skip


def test_use_before_death_stays_missing(use: Use) -> None:
    frame = use(("a", "m3", "gp", NA), ("a", "m9", "gp", NA), ("b", "m9", "gp", NA))
    times = {"t0": 0.0, "m3": 0.25, "m9": 0.75}
    filled = zero_after_death(frame, pd.Series({"a": 0.25, "b": NA}), times)
    assert filled["quantity"].isna().tolist() == [True, False, True]


def test_ward_for_the_whole_window_means_no_visits_at_home(use: Use) -> None:
    frame = use(
        ("in", "m", "ward", 91),
        ("in", "m", "gp", NA),
        ("part", "m", "ward", 60),
        ("part", "m", "gp", NA),
    )
    filled = zero_in_hospital(frame, ["ward"], ["gp"], {"m": 91})
    assert filled.loc[filled["service"] == "gp", "quantity"].isna().tolist() == [False, True]


def test_caps_touch_only_what_exceeds(use: Use) -> None:
    frame = use(
        ("ok", "m", "day_care", 90), ("over", "m", "day_care", 100), ("over", "m", "gp", 200),
        ("unknown", "m", "day_care", NA),
    )  # fmt: skip
    capped = cap_quantities(frame, {"day care": Cap(["day_care"], 1)}, 90)
    assert capped["quantity"].tolist()[:3] == [90, 90, 200]
    assert np.isnan(capped["quantity"].iloc[3])
    (finding,) = check_caps(capped, "csri.csv")
    assert (finding.code, finding.participants) == ("W037", ("over",))
    assert check_caps(cap_quantities(frame, {}, 90)) == []


def test_working_days_and_care_hours(use: Use) -> None:
    caps = {"work": Cap(["days_off"], 5 / 7), "care": Cap(["care_hours"], 16)}
    frame = use(("a", "m", "days_off", 91), ("a", "m", "care_hours", 2000))
    assert cap_quantities(frame, caps, 91)["quantity"].tolist() == pytest.approx([65, 1456])


@pytest.mark.parametrize(("rule", "minutes"), [("mean", 20.0), ("median", 12.0), ("typical", 11.7)])
def test_standard_lengths(use: Use, prices: UnitCosts, rule: str, minutes: float) -> None:
    frame = use(
        ("a", "m", "gp_surgery", 1, 10), ("b", "m", "gp_surgery", 1, 12),
        ("c", "m", "gp_surgery", 1, 38),
        ("d", "m", "gp_surgery", 1, NA), ("e", "m", "gp_surgery", 0, NA),
    )  # fmt: skip
    filled = fill_minutes(frame, rule, prices)  # type: ignore[arg-type]
    assert filled["minutes"].iloc[3] == pytest.approx(minutes)
    assert filled["minutes_imputed"].tolist() == [False, False, False, True, False]
    assert np.isnan(filled["minutes"].iloc[4])


def test_group_size_below_one(use: Use) -> None:
    frame = use(("a", "m", "group", 1), group_size=0.0)
    with pytest.raises(DataError) as error:
        share_groups(frame, {"group": 8})
    (finding,) = error.value.findings
    assert (finding.code, finding.participants) == ("E048", ("a",))


def test_windows_from_dates(use: Use) -> None:
    frame = use(("a", "t0", "gp", 1), ("a", "t9", "gp", 1), ("b", "t9", "gp", 1))
    dates = pd.DataFrame(
        {"participant": ["a", "a"], "time": ["t0", "t9"],
         "date": pd.to_datetime(["2014-01-01", "2014-11-10"]), "recall_days": [91.0, 100.0]}
    )  # fmt: skip
    windows = actual_windows(frame, dates, 0.25)
    days = windows[["period_years", "recall_years"]] * 365.25
    assert days.iloc[1].tolist() == pytest.approx([313, 100])
    assert days.iloc[2].isna().all()


def test_rules_are_applied_in_one_order(use: Use, prices: UnitCosts) -> None:
    frame = use(
        ("dead", "m", "gp_surgery", NA, NA), ("dead", "m", "ae_all", NA, NA),
        ("few", "m", "gp_surgery", 2, NA), ("few", "m", "ae_all", NA, NA),
        ("many", "m", "gp_surgery", 400, NA), ("many", "m", "ae_all", 0, NA),
        ("used", "m", "gp_surgery", NA, NA), ("used", "m", "ae_all", 1, NA),
        used=[pd.NA] * 6 + [True, True],
    )  # fmt: skip
    rules = UseRules(
        blank_items={"all": ["gp_surgery", "ae_all"]},
        unknown_number="median_of_users",
        caps={"GP": Cap(["gp_surgery"], per_day=1)},
    )
    settled, found = settle_service_use(
        frame, prices, rules, times={"t0": 0.0, "m": 0.25}, died_years=pd.Series({"dead": 0.0})
    )
    # the unknown number is the median of 2 and 400, then capped like the 400
    assert settled["quantity"].tolist() == pytest.approx([0, 0, 2, 0, 91.3125, 0, 91.3125, 1])
    assert [f.code for f in found] == ["N037", "W037"]
    assert found[1].participants == ("many", "used")


def test_rules_that_settle_nothing_change_nothing(answers: pd.DataFrame, prices: UnitCosts) -> None:
    settled, found = settle_service_use(answers, prices, UseRules(), times={"m": 0.25})
    pd.testing.assert_frame_equal(settled, answers)
    assert [f.code for f in found] == ["N037", "N038"]


def test_an_item_under_two_caps_meets_both(use: Use) -> None:
    frame = use(("a", "m", "ward", 80), ("a", "m", "hostel", 40))
    caps = {"ward": Cap(["ward"], per_window=30), "nights": Cap(["ward", "hostel"], 1)}
    for order in (caps, dict(reversed(caps.items()))):
        assert cap_quantities(frame, order, 90)["quantity"].tolist() == [30, 30]


def test_first_form_without_a_recall_is_not_capped(use: Use, prices: UnitCosts) -> None:
    frame = use(("a", "t0", "gp_surgery", 50), ("a", "m", "gp_surgery", 50))
    rules = UseRules(caps={"GP": Cap(["gp_surgery"], per_day=0.1)})
    settled, _ = settle_service_use(frame, prices, rules, times={"t0": 0.0, "m": 0.25})
    assert settled["quantity"].tolist() == pytest.approx([50, 9.13125])
