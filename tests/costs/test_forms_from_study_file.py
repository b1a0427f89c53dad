"""Windows, several forms, medicines, delivery and currencies, each from a study file."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pandas as pd
import pytest

from cpi_econ.costs.price_index import index_factor

NA = None


def test_no_scale_says_what_scaling_would_do(priced: Any) -> None:
    priced.ask(gp=[1, 2, 0, 3])
    del priced.tree["data"]["service_use"]["scale"]
    assert priced.findings()["E110"] == (
        "recall at month_9 is 3 months but the period is 9. Choose scale: linear (x3), "
        "interpolate, or none. Linear scaling would move the mean cost from 60 to 180."
    )


def test_a_form_about_the_whole_period_needs_no_scale(priced: Any) -> None:
    priced.ask(gp=[1, 2, 0, 3])
    del priced.tree["data"]["service_use"]["scale"]
    priced.tree["data"]["service_use"]["recall"] = "9 months"
    assert priced.costs() == [40, 80, 0, 120]


def test_scaling_is_said_with_both_means(priced: Any) -> None:
    priced.ask(gp=[1, 2, 0, 3])
    assert priced.costs("data.service_use.scale=linear") == [120, 240, 0, 360]
    found = priced.findings("data.service_use.scale=linear")
    assert found["N039"] == (
        "recall factors (month_9 x3) move the mean cost of complete cases from 60 to 180."
    )
    assert "N039" not in priced.findings()


def test_an_item_asked_over_another_window(priced: Any) -> None:
    # contacts over 3 months x 3; nights over all 9 months x 1
    priced.ask(gp=[1, 0, 0, 0], ward=[0, 2, 0, 0])
    priced.tree["costs"]["items"]["ward"] = {"quantity": "ward", "recall": "9 months"}
    assert priced.costs("data.service_use.scale=linear")[:2] == [120, 600]
    assert priced.costs("data.service_use.scale=linear", "costs.items.ward.recall=3 months")[
        1
    ] == pytest.approx(1800)


def test_several_files_each_with_its_window(priced: Any) -> None:
    priced.ask(gp=[1, 0, 0, 0])
    contacts = priced.text["use.csv"]
    priced.ask(ward=[0, 2, 0, 0])
    priced.text["nights.csv"], priced.text["use.csv"] = priced.text["use.csv"], contacts
    priced.tree["costs"]["items"]["ward"] = {"quantity": "ward"}
    form = {**priced.tree["data"]["service_use"], "scale": "linear"}
    nights = {**form, "file": "nights.csv", "recall": "9 months"}
    priced.tree["data"]["service_use"] = [form, nights]
    assert priced.costs()[:2] == [120, 600]
    priced.tree["data"]["service_use"] = [nights, form]
    assert priced.costs()[:2] == [120, 600]
    nights["scale"] = "none"
    assert "scale none and linear" in priced.findings()["E110"]


def test_actual_days_take_the_place_of_nominal_ones(priced: Any) -> None:
    # p1 was seen after 300 days, asked about 100: x 3; p2 has no date: nominal 9/3 = 3;
    # p3 after 365.25 days, nominal window of a quarter: x 4
    seen = ["2014-10-28", NA, "2015-01-01", "2014-10-02"]
    priced.ask(gp=[1, 1, 1, 0], seen=seen, days=[100, NA, NA, NA])
    use = pd.read_csv(StringIO(priced.text["use.csv"]))
    use.loc[use["wave"] == "baseline", "seen"] = "2014-01-01"
    priced.text["use.csv"] = use.to_csv(index=False)
    form = {"scale": "linear", "date": "seen", "recall_days": "days"}
    priced.change(data={"service_use": form})
    assert priced.costs() == pytest.approx([120, 120, 40 * 365 / 365.25 / 0.25, 0])


def medicines(priced: Any, *rows: str) -> None:
    header = "id,wave,medicine,daily_dose,days\n"
    priced.text["medicines.csv"] = header + "".join(f"{row}\n" for row in rows)
    priced.change(costs={"medicines": {"file": "medicines.csv", "id": "id", "time": "wave"}})


def test_medicines_are_counted_and_priced(priced: Any) -> None:
    # Lustral is sertraline: 100 mg a day for 90 days = 180 tablets of 50 mg at 0.05 = 9.00
    priced.ask(gp=[0, 0, NA, 0])
    medicines(priced, "p1,month_9,Lustral,100,90", "p2,month_9,sertraline,50,10")
    assert priced.costs() == [9, 0.5, NA, 0]
    assert priced.findings()["N041"].startswith("5 answered forms list no medicine")


def test_a_question_tells_no_medicine_from_a_blank_list(priced: Any) -> None:
    priced.ask(gp=[0, 0, 0, 0], any_medicine=[1, 0, 1, NA])
    medicines(priced, "p1,month_9,sertraline,50,10")
    used = "costs.medicines.used=any_medicine"
    assert priced.costs(used) == [0.5, 0, NA, NA]
    assert "N041" not in priced.findings(used)


def test_a_dose_that_is_not_known(priced: Any) -> None:
    # defined daily dose of sertraline is 50 mg; the commonest here 100 mg
    priced.ask(gp=[0, 0, 0, 0])
    medicines(priced, "p1,month_9,sertraline,,20", "p2,month_9,sertraline,100,10")
    assert priced.costs()[:2] == [NA, 1]
    assert priced.costs("costs.medicines.missing_dose=defined_daily_dose")[0] == 1
    assert priced.costs("costs.medicines.missing_dose=modal")[0] == 2
    assert "N042" in priced.findings("costs.medicines.missing_dose=modal")


def test_a_medicine_of_ones_own(priced: Any) -> None:
    priced.ask(gp=[0, 0, 0, 0])
    medicines(priced, "p1,month_9,curalin,400,10")
    assert priced.findings()["E046"].startswith('medicine "curalin" is not in the medicines table')
    priced.text["strengths.csv"] = "medicine,service,strength\ncuralin,med_sertraline50,200\n"
    assert priced.costs("costs.medicines.table=strengths.csv")[0] == 1


def test_strangers_and_bad_rows_of_medicines(priced: Any) -> None:
    priced.ask(gp=[0, 0, 0, 0])
    medicines(priced, "p9,month_9,sertraline,50,10", "p1,month_3,sertraline,50,ten")
    found = priced.findings()
    assert found["E115"] == "1 participant has no row in the participants file."
    assert '"ten" is not a number' in found["E016"]
    assert '"month_3" names no time' in found["E022"]


def delivery(priced: Any, **keys: Any) -> None:
    priced.text["agencies.csv"] = (
        "agency,training,supervision,clients,contacts,price_year\n"
        "A,900,100,10,50,2014/15\nB,1800,200,10,100,2014/15\n"
    )
    priced.change(costs={"delivery": {"file": "agencies.csv", "cluster": "agency", **keys}})


def test_training_is_spread_over_its_useful_life(priced: Any) -> None:
    # agency A: (900 x 1/3 + 100) / 10 = 40; B: 80; in full 100 and 200
    priced.ask(gp=[0, 0, 0, 0])
    delivery(priced)
    assert priced.costs() == [100, 100, 200, 200]
    life = "costs.delivery.useful_life=3 years"
    assert priced.costs(life) == pytest.approx([40, 40, 80, 80])
    assert priced.costs("costs.delivery.useful_life={A: 3 years}") == pytest.approx(
        [40, 40, 200, 200]
    )
    half = priced.costs(life, "costs.delivery.years=6 months")
    assert half == pytest.approx([25, 25, 50, 50])


def test_delivery_shared_by_another_rule_or_in_part(priced: Any) -> None:
    priced.ask(gp=[0, 0, 0, 0])
    priced.people["sessions"] = [1, 2, 3, 0]
    delivery(priced)
    by_contact = ("costs.delivery.share=per_contact", "costs.delivery.own=sessions")
    assert priced.costs(*by_contact) == [20, 40, 60, 0]
    assert priced.costs("costs.delivery.components=[supervision]") == [10, 10, 20, 20]
    assert priced.costs("costs.delivery.sector=[voluntary]") == [0, 0, 0, 0]


def test_delivery_takes_the_index_of_its_sector(priced: Any) -> None:
    # PSS pay and prices index, 2014/15 over 2013/14, as the table of indices prints it
    priced.ask(gp=[0, 0, 0, 0])
    delivery(priced)
    priced.text["agencies.csv"] = priced.text["agencies.csv"].replace("2014/15", "2013/14")
    assert priced.findings()["E043"].startswith("delivery is priced at 2013/14 and the analysis")
    by_tag = "costs.price_index={PSS: pss, NHS: hchs}"
    factor = index_factor("2013/14", "2014/15", "pss")
    assert factor != index_factor("2013/14", "2014/15", "hchs")
    sector = "costs.delivery.sector=[PSS]"
    assert priced.costs(by_tag, sector)[0] == pytest.approx(100 * factor)


def test_unit_costs_in_another_currency(priced: Any) -> None:
    # World Bank PPP 2023: 0.660709 pounds for a dollar; 30 dollars = 19.82127 pounds
    priced.ask(gp=[1, 0, 0, 0], spa=[0, 1, 0, 0])
    priced.tree["costs"]["items"]["spa"] = {"quantity": "spa"}
    priced.tree["costs"]["unit_costs"] = ["prices.csv", "us.csv"]
    priced.text["us.csv"] = (
        "service,unit,unit_cost,currency,price_year,sector,source\n"
        "spa,contact,30,USD,2014/15,NHS,a bill\n"
    )
    assert "2 currencies" in priced.findings()["E035"]
    parity = "costs.exchange={from: USD, method: ppp, year: 2023}"
    assert priced.costs(parity)[:2] == [40, pytest.approx(30 * 0.660709)]
    assert "0.660709" in priced.findings(parity)["N040"]
    rate = "costs.exchange={from: USD, method: rate, rate: 0.8, year: 2023}"
    assert priced.costs(rate)[:2] == [40, 24]
    source = priced.table(rate).costs.lines.query("service == 'spa'")["source"].iloc[0]
    assert source == "a bill (exchange rate of 2023, USD x 0.8)"


def test_a_study_in_another_currency_says_how_to_convert(priced: Any) -> None:
    priced.ask(gp=[1, 0, 0, 0])
    priced.change(currency="EUR")
    assert "costs.exchange: {from: GBP" in priced.findings()["E009"]
    german = "costs.exchange={from: GBP, to: DEU, method: ppp, year: 2023}"
    assert priced.costs(german)[0] > 40


def test_an_exchange_of_a_currency_that_is_not_there(priced: Any) -> None:
    priced.ask(gp=[1, 0, 0, 0])
    found = priced.findings("costs.exchange={from: USD, year: 2023}")
    assert found["W040"] == "no unit cost is in USD; costs.exchange converts nothing."
    assert "nothing to convert" in priced.findings("costs.exchange={from: GBP, year: 2023}")["E004"]


def test_the_index_of_every_moved_price_is_said(priced: Any) -> None:
    # NHSCII: 2014/15 over 2021/22 = 0.883275, as the table of indices prints it
    priced.ask(gp=[1, 0, 0, 0])
    row = "gp,contact,40,GBP,2014/15"
    priced.text["prices.csv"] = priced.text["prices.csv"].replace(
        row, row.replace("14/15", "21/22")
    )
    named = "costs.price_index=nhscii"
    assert priced.costs(named)[0] == pytest.approx(40 * 0.883275, abs=1e-4)
    assert priced.findings(named)["N043"] == (
        "unit costs brought to 2014/15: 1 from 2021/22 by nhscii (x 0.8833)."
    )
    wrong = priced.findings("costs.price_index=nhscii", "price_year=2012/13")
    assert "it holds financial years 2014/15 to 2024/25" in wrong["E037"]


def test_transfers_are_listed_and_never_counted(priced: Any) -> None:
    priced.ask(rent=[10, 0, 0, 0], gp=[1, 0, 0, 0])
    priced.tree["costs"]["items"]["rent"] = {"quantity": "rent"}
    priced.text["prices.csv"] += "rent,week,90,GBP,2014/15,,transfer|societal,made up\n"
    for view in ("[societal]", "[NHS, PSS, societal]"):
        assert priced.costs(f"perspective={view}")[0] == (0 if view == "[societal]" else 40)
    lines = priced.table().costs.lines
    assert lines.query("item == 'rent'")["cost"].sum() == 900


def test_everyone_alive_at_the_form_and_dead_before_it(priced: Any) -> None:
    # p1 died before the form's window began, p2 within it; the form stands for itself (none)
    priced.people["died"] = ["2014-06-01", "2014-09-15", NA, NA]
    priced.people["start"] = "2014-01-01"
    priced.ask(gp=[NA, NA, 1, 0])
    priced.change(data={"participants": {"died": "died", "start": "start"}})
    assert priced.costs() == [0, NA, 40, 0]
    # under linear scaling it stands for nine months, in which both still used services
    assert priced.costs("data.service_use.scale=linear") == [NA, NA, 120, 0]


def test_items_of_one_window_are_told_together(priced: Any) -> None:
    names = [f"item_{i}" for i in range(5)]
    priced.ask(gp=[1, 0, 0, 0], **{name: [0, 0, 0, 0] for name in names})
    for name in names:
        priced.tree["costs"]["items"][name] = {
            "quantity": name, "service": "gp", "recall": "6 months",
        }  # fmt: skip
    found = [one for one in priced.table().costs.findings if one.code == "W111"]
    assert [one.message.split(":")[0] for one in found] == [
        "months 0-6 of follow-up are covered by no service-use form; use there is left out (scale",
        "item_0, item_1, item_2 and 2 more items",
    ]
