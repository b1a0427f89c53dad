"""The bundled example, priced: every line sums to every total, to the penny."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cpi_econ.costs.ledger import check_ledger, counted_lines, ledger
from cpi_econ.costs.totals import total_costs
from cpi_econ.evaluation.costing import PersonCosts
from cpi_econ.evaluation.person_table import person_table
from cpi_econ.paths import data_root
from cpi_econ.study.load import read_study

EXAMPLE = data_root() / "examples" / "connecting_people"
PERSPECTIVES = [["NHS"], ["PSS"], ["NHS", "PSS"], ["societal"], ["NHS", "PSS", "societal"], None]


@pytest.fixture(scope="module")
def costs() -> PersonCosts:
    """Costs of the example as its own study file asks for them."""
    return person_table(read_study(EXAMPLE / "study.yaml")).costs


@pytest.fixture(scope="module")
def lines(costs: PersonCosts) -> pd.DataFrame:
    assert costs.lines is not None
    return costs.lines


def test_analysed_costs_are_the_sums_of_the_lines(costs: PersonCosts, lines: pd.DataFrame) -> None:
    assert costs.cost is not None
    check_ledger(ledger(lines, "GBP"), costs.cost, ["NHS", "PSS"])


@pytest.mark.parametrize("perspective", PERSPECTIVES)
def test_lines_sum_to_the_penny(lines: pd.DataFrame, perspective: list[str] | None) -> None:
    totals = total_costs(lines, perspective)
    check_ledger(ledger(lines, "GBP"), totals, perspective)
    counted = counted_lines(lines, perspective)
    exact = counted.groupby("participant")["cost"].sum(min_count=1)
    known = totals.dropna()
    assert len(known) > 90
    np.testing.assert_allclose(exact[known.index].round(2), known.round(2), atol=0.011)


def test_missing_totals_are_those_with_a_missing_line(lines: pd.DataFrame) -> None:
    counted = counted_lines(lines, ["NHS", "PSS"])
    lost = set(counted.loc[counted["cost"].isna(), "participant"])
    totals = total_costs(lines, ["NHS", "PSS"])
    assert set(totals.index[totals.isna()]) == lost


def test_wider_perspectives_cost_no_less(lines: pd.DataFrame) -> None:
    narrow, wide = total_costs(lines, ["NHS"]), total_costs(lines, ["NHS", "PSS"])
    both = (narrow + wide).dropna().index
    assert (wide[both] >= narrow[both]).all()


def test_every_line_carries_its_source(lines: pd.DataFrame) -> None:
    assert lines["source"].astype(str).str.len().min() > 5
    assert lines["price_year"].astype(str).isin(["2014/15", "2023/24", ""]).all()
    moved = lines["price_index"].astype(object).fillna("").ne("")
    assert (lines["index_factor"].ne(1) == moved).all()
    priced = lines[lines["time"] != "delivery"]
    assert priced["price_row"].astype(str).str.fullmatch(r"[a-z0-9_]+\.csv, row \d+").all()
    single_year = lines["unit_cost"] * lines["index_factor"]
    assert single_year.notna().all()
