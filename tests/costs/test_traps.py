"""The costing traps, each a study with one fault and the finding that it must bring."""

from __future__ import annotations

from typing import Any

import pytest

NA = None


def test_03_missing_code_read_as_a_count(priced: Any) -> None:
    priced.ask(gp=[999, 2, 0, 3])
    assert priced.findings()["E103"] == (
        "999 looks like a code for missing and none is declared for it. Write missing_codes: "
        "{gp: [999]}, or {gp: []} if it is a count."
    )


def test_04_a_code_that_is_also_a_count(priced: Any) -> None:
    priced.ask(gp=[9, 2, 0, 3], ward=[9, 0, 0, 0])
    priced.tree["costs"]["items"]["ward"] = {"quantity": "ward"}
    priced.change(data={"missing_codes": {"gp": [9]}})
    assert priced.findings()["W104"] == (
        "9 is declared missing for gp but 1 other column uses it as a count; 1 answer became "
        "missing."
    )


def test_08_blank_taken_as_zero(priced: Any) -> None:
    # two blanks of each item; "no" turns one of each into zero
    priced.ask(gp=[0, 0, 0, 0], ward=[NA, NA, 3, 1], icu=[NA, NA, 0, 0], any=["no", NA, "yes", 1])
    for item in ("ward", "icu"):
        priced.tree["costs"]["items"][item] = {"quantity": item, "used": "any", "service": "ward"}
    found = priced.findings()
    assert found["W108"] == ("4 blanks in icu, ward: 2 become 0 because any = no; 2 stay missing.")
    del priced.tree["costs"]["items"]["icu"]
    assert priced.findings()["W108"] == (
        "2 blanks in ward: 1 become 0 because any = no; 1 stay missing."
    )


def test_09_a_missing_item_makes_the_total_missing(priced: Any) -> None:
    priced.ask(gp=[1, NA, 0, 3], ward=[1, 1, 0, 0])
    priced.tree["costs"]["items"]["ward"] = {"quantity": "ward"}
    assert priced.costs() == [340, NA, 0, 120]
    assert priced.findings()["N109"] == (
        "1 people lack one or more service-use items; their total cost is missing, not partial."
    )


def test_10_recall_window_not_scaled(priced: Any) -> None:
    priced.ask(gp=[1, 2, 0, 3])
    del priced.tree["data"]["service_use"]["scale"]
    assert "Choose scale: linear (x3), interpolate, or none." in priced.findings()["E110"]
    del priced.tree["data"]["service_use"]["recall"]
    assert "recall window and scale are both needed" in priced.findings()["E110"]


@pytest.mark.parametrize(
    ("recall", "words"),
    [
        (
            "3 months",
            "months 0-6 of follow-up are covered by no service-use form; use there is left out "
            "(scale: none).",
        ),
        (
            "12 months",
            "the form at month_9 asks about 12 months and only 9 have passed since the form "
            "before: months -3-0 are covered twice.",
        ),
    ],
)
def test_11_gap_and_overlap(priced: Any, recall: str, words: str) -> None:
    priced.ask(gp=[1, 2, 0, 3])
    assert priced.findings(f"data.service_use.recall={recall}")["W111"] == words


def test_12_hour_price_applied_to_contacts(priced: Any) -> None:
    priced.ask(nurse=[1, 2, 0, 3])
    priced.tree["costs"]["items"] = {"nurse": {"quantity": "nurse"}}
    assert priced.findings()["E112"] == (
        'unit cost of "nurse" is per hour, use is in contacts. Give minutes per contact.'
    )


def test_13_mixed_price_years(priced: Any) -> None:
    priced.ask(gp=[1, 2, 0, 3], ward=[1, 0, 0, 0])
    priced.tree["costs"]["items"]["ward"] = {"quantity": "ward"}
    rows = priced.text["prices.csv"]
    priced.text["prices.csv"] = rows.replace("40,GBP,2014/15", "40,GBP,").replace(
        "300,GBP,2014/15", "300,GBP,"
    )
    assert priced.findings()["E113"] == (
        "2 unit costs have no price year: gp, ward. Write the year that the price belongs to, "
        "for example 2014/15."
    )
    priced.text["prices.csv"] = rows.replace("40,GBP,2014/15", "40,GBP,2012/13")
    assert "gp is priced at 2012/13 and the analysis at 2014/15." in priced.findings()["E043"]


def test_14_a_service_twice(priced: Any) -> None:
    priced.ask(gp=[1, 2, 0, 3])
    priced.text["prices.csv"] += "gp,contact,33,GBP,2014/15,,NHS,copied\n"
    assert priced.findings()["E114"].startswith(
        '"gp" appears 2 times with 40 and 33. Rows 2 and 13.'
    )


@pytest.mark.parametrize(
    ("row", "code", "words"),
    [
        ("spa,contact,£20,GBP,2014/15,,NHS,x", "E031", "£20"),
        ("spa,,20,GBP,2014/15,,NHS,x", "E033", "unit of spa is blank"),
        ("spa,contact,-20,GBP,2014/15,,NHS,x", "E034", "negative"),
        ("spa,contact,20,EUR,2014/15,,NHS,x", "E035", "2 currencies: EUR, GBP"),
        ("spa,contact,20,GBP,2014/15,,NSH,x", "E032", "NSH"),
    ],
)
def test_faults_of_a_unit_cost_table(priced: Any, row: str, code: str, words: str) -> None:
    priced.ask(gp=[1, 2, 0, 3])
    priced.text["prices.csv"] += f"{row}\n"
    found = priced.findings()
    assert words in found[code], found
