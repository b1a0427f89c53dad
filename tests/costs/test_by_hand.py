"""A dozen participants worked out by hand from the printed prices, one for each rule."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from cpi_econ.costs.caps import Cap, cap_quantities, check_caps
from cpi_econ.costs.delivery import delivery_lines
from cpi_econ.costs.durations import check_filled_minutes, fill_minutes
from cpi_econ.costs.face_to_face import face_to_face
from cpi_econ.costs.group_sessions import share_groups
from cpi_econ.costs.known_states import zero_after_death
from cpi_econ.costs.medicines import medicine_use
from cpi_econ.costs.packages import split_services
from cpi_econ.costs.service_use import cost_service_use
from cpi_econ.costs.time_value import value_informal_care, work_day_cost
from cpi_econ.costs.totals import baseline_cost, total_costs
from cpi_econ.costs.unit_costs import UnitCosts, read_unit_costs
from cpi_econ.costs.unknown_use import drop_not_asked, fill_unknown_numbers

Use = Callable[..., pd.DataFrame]
Read = Callable[..., UnitCosts]
TIMES = {"baseline": 0.0, "month_9": 0.75}
YEAR = {"price_year": "2014/15", "price_index": "nhscii"}


def total(service_use: pd.DataFrame, prices: UnitCosts, **settings: object) -> pd.Series:
    return total_costs(cost_service_use(service_use, prices, **(YEAR | settings)))


def test_01_contact_price_times_contacts(prices: UnitCosts, use: Use) -> None:
    # 3 GP surgery consultations at 44 (2014/15) = 132.00; 2 A&E at 131.92 = 263.84
    frame = use(("p01", "month_9", "gp_surgery", 3), ("p01", "month_9", "ae_all", 2))
    assert total(frame, prices)["p01"] == pytest.approx(395.84)


def test_02_hour_price_takes_minutes(prices: UnitCosts, use: Use) -> None:
    # 4 practice nurse contacts of 15 minutes = 1 hour at 56 (2014/15) = 56.00
    frame = use(("p02", "month_9", "practice_nurse_hour_f2f", 4, 15))
    assert total(frame, prices)["p02"] == pytest.approx(56.0)


def test_03_minutes_never_meet_a_contact_price(prices: UnitCosts, use: Use) -> None:
    # 2 GP surgery consultations of 20 minutes stay 2 x 44 = 88.00, not 2 x 20 x 44
    frame = use(("p03", "month_9", "gp_surgery", 2, 20))
    assert total(frame, prices)["p03"] == pytest.approx(88.0)


def test_04_linear_recall(prices: UnitCosts, use: Use) -> None:
    # 10 nights at 365.31 in 3 months, for 9 months: x 0.75/0.25 = 3; 10,959.30.
    # The baseline form (5 nights, 1,826.55) is a covariate and no part of the total.
    frame = use(
        ("p04", "baseline", "inpat_mh_bedday", 5), ("p04", "month_9", "inpat_mh_bedday", 10)
    )
    lines = cost_service_use(frame, prices, **YEAR, times=TIMES, recall=0.25)
    assert total_costs(lines)["p04"] == pytest.approx(10_959.30)
    assert baseline_cost(lines)["p04"] == pytest.approx(1_826.55)


def test_05_interpolated_recall(prices: UnitCosts, use: Use) -> None:
    # rates a year: baseline 2/0.25 = 8 visits, month 9 4/0.25 = 16; mean 12 x 0.75 year = 9
    # consultations at 44 = 396.00
    frame = use(("p05", "baseline", "gp_surgery", 2), ("p05", "month_9", "gp_surgery", 4))
    got = total(frame, prices, times=TIMES, recall=0.25, scale="interpolate")
    assert got["p05"] == pytest.approx(396.0)


def test_06_price_of_another_year(prices: UnitCosts, use: Use) -> None:
    # social worker 42 an hour in 2021/22; PSS index 101.0 (2014/15) / 125.045 (2021/22)
    # = 0.807709; 6 contacts of 30 minutes = 3 hours: 3 x 42 x 0.807709 = 101.7714
    frame = use(("p06", "month_9", "social_worker_hour", 6, 30))
    got = total(frame, prices, price_index={"NHS": "nhscii", "PSS": "pss"})
    assert got["p06"] == pytest.approx(126 * 101.0 / 125.045)


def test_07_unknown_part_makes_the_total_missing(prices: UnitCosts, use: Use) -> None:
    # p07 saw the GP an unknown number of times: missing. With the mean of users, 2 (of 1 and 3),
    # at 44 and 1 A&E at 131.92: 219.92
    frame = use(
        ("p07", "month_9", "gp_surgery", np.nan), ("x", "month_9", "gp_surgery", 1),
        ("y", "month_9", "gp_surgery", 3), ("z", "month_9", "gp_surgery", 0),
        ("p07", "month_9", "ae_all", 1), used=[True, True, True, False, True],
    )  # fmt: skip
    assert np.isnan(total(frame, prices)["p07"])
    filled = fill_unknown_numbers(frame, "mean_of_users")
    assert total(filled, prices)["p07"] == pytest.approx(219.92)


def test_08_missing_minutes_take_the_mean_and_are_flagged(prices: UnitCosts, use: Use) -> None:
    # lengths known: 10 and 20, mean 15; 4 contacts x 15 minutes = 1 hour at 56 = 56.00
    frame = use(
        ("p08", "month_9", "practice_nurse_hour_f2f", 4, np.nan),
        ("x", "month_9", "practice_nurse_hour_f2f", 1, 10),
        ("y", "month_9", "practice_nurse_hour_f2f", 2, 20),
        ("z", "month_9", "practice_nurse_hour_f2f", 0, np.nan),
    )
    assert np.isnan(total(frame, prices)["p08"])
    assert total(frame, prices)["z"] == 0
    filled = fill_minutes(frame, "mean")
    assert total(filled, prices)["p08"] == pytest.approx(56.0)
    (finding,) = check_filled_minutes(filled)
    assert (finding.code, finding.participants) == ("N035", ("p08",))


def test_09_group_sessions_are_shared(prices: UnitCosts, use: Use) -> None:
    # 12 sessions of 60 minutes with two staff for 8 people: 12 x 2/8 = 3 hours; nurse band 6 in
    # 2021/22 53 an hour, with NHSCII 100 / 113.215: 3 x 53 x 0.883275 = 140.44
    frame = use(("p09", "month_9", "nurse_band6_hour", 12, 60), staff=2.0, group_size=8.0)
    shared = share_groups(frame, {"nurse_band6_hour": 6})
    cost = prices.table.set_index("service").loc["nurse_band6_hour", "unit_cost"]
    assert total(shared, prices)["p09"] == pytest.approx(3 * cost * 100 / 113.215)


def test_10_nights_are_capped_in_proportion(prices: UnitCosts, use: Use) -> None:
    # 80 + 40 = 120 nights in a window of 90 days: 60 and 30 remain;
    # 60 x 365.31 + 30 x 317.20 = 21,918.60 + 9,516.00 = 31,434.60
    frame = use(
        ("p10", "month_9", "inpat_mh_bedday", 80), ("p10", "month_9", "inpat_rehab_bedday", 40)
    )
    capped = cap_quantities(
        frame, {"nights": Cap(["inpat_mh_bedday", "inpat_rehab_bedday"], 1)}, 90
    )
    lines = cost_service_use(capped, prices, **YEAR)
    assert total_costs(lines)["p10"] == pytest.approx(31_434.60)
    assert lines["uncapped"].tolist() == [80, 40]
    (finding,) = check_caps(capped)
    assert finding.participants == ("p10",)
    assert "120 were counted and 90 fit" in finding.message


def test_11_medicine_by_dose_and_days() -> None:
    # sertraline 100 mg a day for 84 days from 50 mg tablets: 168 x 0.0313 = 5.2584 (2025);
    # dose unknown: the commonest of the file, 100 mg
    taken = pd.DataFrame(
        {
            "participant": ["p11", "q", "r"],
            "time": "month_9",
            "medicine": ["Lustral", "sertraline", "sertraline"],
            "daily_dose": [np.nan, 100, 100],
            "days": [84, 28, 28],
        }
    )
    rows = medicine_use(taken, missing_dose="modal")
    got = total(rows, read_unit_costs("uk_2025"), price_year="2025")
    assert got["p11"] == pytest.approx(168 * 0.0313)
    assert np.isnan(
        total(medicine_use(taken), read_unit_costs("uk_2025"), price_year="2025")["p11"]
    )


def test_12_delivery_with_training_over_its_life() -> None:
    # agency: training 900 over 3 years, one year charged = 300; supervision 500; 20 clients:
    # (300 + 500) / 20 = 40.00. Per contact, 100 contacts, p12 had 4: 800 / 100 x 4 = 32.00
    people = pd.DataFrame({"participant": ["p12"], "cluster": ["A"], "contacts": [4.0]})
    table = pd.DataFrame(
        {"agency": ["A"], "training": [900.0], "supervision": [500.0], "clients": [20],
         "contacts": [100]}
    )  # fmt: skip
    given = {"agency": "agency", "useful_life": 3}
    assert total_costs(delivery_lines(people, table, **given))["p12"] == pytest.approx(40.0)
    by_contact = delivery_lines(people, table, share="per_contact", **given)
    assert total_costs(by_contact)["p12"] == pytest.approx(32.0)


def test_13_informal_care_proxy_or_opportunity(use: Use) -> None:
    # 100 hours: at 27 (home care, 2023/24) = 2,700; at the wage floor 11.44 (2024/25) = 1,144
    frame = use(("p13", "month_9", "care", 100), item="care", unit="hour")
    proxy = value_informal_care(frame, ["care"], "proxy_good")
    wage = value_informal_care(frame, ["care"], "opportunity_cost")
    assert total(proxy, read_unit_costs("uk_2023_24"), price_year="2023/24")["p13"] == 2_700
    assert total(wage, read_unit_costs("uk_2024_25"), price_year="2024/25")["p13"] == 1_144


def test_14_work_loss_by_two_methods(prices: UnitCosts, use: Use) -> None:
    # human capital: 80 days x 7.5 hours x 12 x 1.2 on-costs = 8,640; friction period of 60 days:
    # 60 x 108 = 6,480
    day = work_day_cost(12, on_costs=0.2)
    priced = prices.add_price(
        "day_off", unit="day", unit_cost=day, price_year="2014/15", sector="societal", source="wage"
    )
    frame = use(("p14", "m", "day_off", 80), ("q", "m", "day_off", np.nan))
    assert total(frame, priced)["p14"] == pytest.approx(8_640)
    assert np.isnan(total(frame, priced)["q"])
    friction = cap_quantities(frame, {"friction": Cap(["day_off"], per_window=60)}, 91)
    assert total(friction, priced)["p14"] == pytest.approx(6_480)


def test_15_face_to_face_hours(use: Use) -> None:
    # band 6 nurse 58 a working hour (2023/24), 1:0.20: 58 x 1.2 = 69.60; 30 minutes = 34.80
    raised = face_to_face(read_unit_costs("uk_2023_24"), {"nurse_band6_hour": 0.20})
    frame = use(("p15", "month_9", "nurse_band6_hour", 1, 30))
    assert total(frame, raised, price_year="2023/24")["p15"] == pytest.approx(34.80)


def test_16_death_ends_use_and_leaves_the_unknown_unknown(prices: UnitCosts, use: Use) -> None:
    # died at 6 months: nothing after it in the last 3 months; died at 8 months: unknown
    frame = use(("p16", "month_9", "gp_surgery", np.nan), ("q", "month_9", "gp_surgery", np.nan))
    died = pd.Series({"p16": 0.5, "q": 8 / 12})
    known = zero_after_death(frame, died, TIMES, recall=0.25)
    got = total(known, prices)
    assert got["p16"] == 0
    assert np.isnan(got["q"])


def test_17_not_asked_is_no_missing_part(prices: UnitCosts, use: Use) -> None:
    frame = use(
        ("p17", "baseline", "gp_surgery", 1), ("p17", "month_9", "gp_surgery", 1),
        ("p17", "baseline", "ae_all", np.nan), ("p17", "month_9", "ae_all", 0),
    )  # fmt: skip
    asked = drop_not_asked(frame, {"baseline": ["ae_all"]})
    lines = cost_service_use(asked, prices, **YEAR, times=TIMES, recall=0.75)
    assert baseline_cost(lines)["p17"] == 44


def test_18_care_part_hotel_part_and_transfers(price_file: Read, use: Use) -> None:
    # supported living per week: care 400 (PSS and societal), hotel 100 (societal), rent 150
    # (a transfer): 10 weeks are 4,000 for NHS and PSS, 5,000 for society
    prices = price_file(
        "care,week,400,2014/15,PSS|societal,GBP,,", "hotel,week,100,2014/15,societal,GBP,,",
        "rent,week,150,2014/15,transfer,GBP,,",
    )  # fmt: skip
    frame = split_services(use(("p18", "month_9", "home", 10)), {"home": ["care", "hotel", "rent"]})
    lines = cost_service_use(frame, prices, price_year="2014/15")
    assert total_costs(lines, ["NHS", "PSS"])["p18"] == 4_000
    assert total_costs(lines, ["societal"])["p18"] == 5_000
    assert total_costs(lines)["p18"] == 5_000
    assert lines["cost"].sum() == 6_500
