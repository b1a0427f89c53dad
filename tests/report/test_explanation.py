"""One participant's path in words, and the service-use figure."""

from __future__ import annotations

import pandas as pd
import pytest

from cpi_econ.costs.service_use import cost_service_use
from cpi_econ.costs.unit_costs import read_unit_costs
from cpi_econ.costs.use_tables import service_table
from cpi_econ.errors import DataError
from cpi_econ.report.explanation import explain_participant, explanation_lines
from cpi_econ.report.service_use_figures import plot_service_use

USE = pd.DataFrame(
    {"participant": ["a", "a", "a", "a", "b", "b"],
     "time": ["baseline", "baseline", "month_9", "month_9", "month_9", "month_9"],
     "service": ["gp_surgery", "ae_all"] * 3, "quantity": [1.0, 0.0, 2.0, None, None, None]}
)  # fmt: skip
OUTCOMES = pd.DataFrame(
    {
        "participant": ["a", "b"],
        "arm": ["low", "high"],
        "cost": [264.0, None],
        "effect": [0.5, 0.25],
    }
)


@pytest.fixture
def lines() -> pd.DataFrame:
    times = {"baseline": 0.0, "month_9": 0.75}
    prices = read_unit_costs("uk_2014_15")
    return cost_service_use(USE, prices, price_year="2014/15", times=times, recall=0.25)


def test_path_from_answers_to_cost(lines: pd.DataFrame) -> None:
    answers = pd.DataFrame(
        {"participant": "a", "time": "month_9", "item": ["mobility", "pain"], "level": [2.0, 3.0]}
    )
    utilities = pd.DataFrame({"participant": ["a"], "time": ["month_9"], "utility": [0.7]})
    explanation = explain_participant(
        "a", outcomes=OUTCOMES, lines=lines, responses=answers, utilities=utilities,
        weights=pd.Series({"a": 1.25}),
    )  # fmt: skip
    assert explanation_lines(explanation, "GBP") == [
        "participant a",
        "baseline gp_surgery: 1 contact x 44 = 44.00 GBP; not in the total",
        "month_9 gp_surgery: 2 contacts x 44 x 3 (recall) = 264.00 GBP",
        "month_9 ae_all: number unknown, cost missing",
        "answers at month_9: mobility 2, pain 3",
        "utility at month_9: 0.700",
        "weight 1.25",
        "arm low; cost 264.00 GBP; effect 0.5",
    ]


def test_person_without_a_form(lines: pd.DataFrame) -> None:
    words = explanation_lines(explain_participant("b", outcomes=OUTCOMES, lines=lines))
    assert words == [
        "participant b",
        "month_9: no service-use form, cost missing",
        "arm high; cost missing; effect 0.25",
    ]


def test_unknown_participant_is_kept_out_of_the_message() -> None:
    with pytest.raises(DataError) as error:
        explain_participant("zz9", outcomes=OUTCOMES)
    assert "zz9" not in error.value.findings[0].message
    assert error.value.findings[0].participants == ("zz9",)


@pytest.mark.parametrize("measure", ["pct_users", "mean_quantity", "mean_cost"])
def test_figure_has_a_row_a_service_and_a_mark_an_arm(lines: pd.DataFrame, measure: str) -> None:
    table = service_table(lines, pd.Series({"a": "low", "b": "high"}), time="baseline")
    axes = plot_service_use(table, measure, currency="GBP", labels={"ae_all": "A&E"})  # type: ignore[arg-type]
    assert [text.get_text() for text in axes.get_yticklabels()] == ["gp_surgery", "A&E"]
    assert len(axes.collections) == table["arm"].nunique()


def test_nearest_identifiers_stand_with_the_unknown_one() -> None:
    people = pd.DataFrame({"participant": ["CP101", "CP102", "X9"], "arm": "low"})
    with pytest.raises(DataError) as error:
        explain_participant("CP10", outcomes=people.assign(cost=1.0, effect=1.0))
    finding = error.value.findings[0]
    assert finding.participants[0] == "CP10"
    assert set(finding.participants[1:]) == {"CP101", "CP102"}
    assert "CP10" not in finding.message


def test_every_factor_of_a_line_is_shown() -> None:
    # 3 sessions x 50 an hour x 60 minutes x 1/8 x index 1.1 x recall 3 x discount 0.966 = 59.77
    row = {
        "participant": "a", "time": "year_2", "item": "art", "quantity": 3.0, "unit": "session",
        "minutes": 60.0, "units": 3 / 8, "unit_cost": 50.0, "recall_factor": 3.0, "share": 0.125,
        "index_factor": 1.1, "price_index": "nhscii", "price_year": "2014/15", "counts": True,
        "discount_factor": 0.966, "cost": 59.77, "minutes_imputed": True, "cap": "groups",
        "uncapped": 9.0,
    }  # fmt: skip
    explanation = explain_participant(
        "a",
        outcomes=OUTCOMES,
        lines=pd.DataFrame([row]),
        perspectives={"NHS": pd.Series({"a": 59.77}), "PSS": pd.Series({"a": None}, dtype=float)},
        effects={"qaly": (pd.Series({"a": 0.25}), "QALY")},
    )
    assert explanation_lines(explanation, "GBP") == [
        "participant a",
        "year_2 art: 3 sessions x 60 minutes x 50 x 3 (recall) x 0.125 (share of the session) "
        "x 0.966 (discount) x 1.1000 (nhscii from 2014/15) = 59.77 GBP; minutes imputed; "
        "cap on groups: 9 as answered",
        "cost by perspective: NHS 59.77 GBP; PSS missing",
        "qaly: 0.25 QALY",
        "arm low; cost 264.00 GBP",
    ]
