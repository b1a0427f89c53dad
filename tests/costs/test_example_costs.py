"""The bundled example, priced: every line sums to every total, to the penny."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cpi_econ.costs.delivery import delivery_lines
from cpi_econ.costs.ledger import check_ledger, counted_lines, ledger
from cpi_econ.costs.service_use import cost_service_use
from cpi_econ.costs.totals import total_costs
from cpi_econ.costs.unit_costs import read_unit_costs
from cpi_econ.paths import data_root
from cpi_econ.study.load import read_study
from cpi_econ.study.trial import read_trial

EXAMPLE = data_root() / "examples" / "connecting_people"
PERSPECTIVES = [["NHS"], ["PSS"], ["NHS", "PSS"], ["societal"], ["NHS", "PSS", "societal"], None]


@pytest.fixture(scope="module")
def lines() -> pd.DataFrame:
    study = read_study(EXAMPLE / "study.yaml")
    trial = read_trial(study)
    prices = read_unit_costs(*study.costs.unit_costs, folder=EXAMPLE)
    use = cost_service_use(
        trial.service_use, prices, price_year="2014/15", price_index="nhscii",
        times={"baseline": 0.0, "month_9": 0.75}, recall=0.25,
    )  # fmt: skip
    agencies = pd.read_csv(EXAMPLE / "agency_costs.csv")
    delivery = delivery_lines(
        trial.participants, agencies, agency="agency", components=["total_cost"]
    )
    return pd.concat([use, delivery], ignore_index=True)


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
    single_year = lines["unit_cost"] * lines["index_factor"]
    assert single_year.notna().all()
