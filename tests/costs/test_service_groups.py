"""Unknown parts of a cost, imputed group by group and never dropped."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from cpi_econ.costs.totals import total_costs
from cpi_econ.errors import StudyFileError
from cpi_econ.evaluation.cost_groups import group_costs
from cpi_econ.evaluation.evaluate import evaluate
from cpi_econ.evaluation.person_table import person_table
from cpi_econ.paths import data_root
from cpi_econ.study.load import read_study

EXAMPLE = data_root() / "examples" / "connecting_people" / "study.yaml"
GROUPS = {"hospital": ["inpat_mh_bedday", "ae_all"], "primary care": ["gp_surgery"]}
IMPUTE = {
    "costs": {"service_groups": GROUPS},
    "missing": {"method": "impute", "imputations": 20},
    "uncertainty": {"replicates": 100},
}


@pytest.fixture(scope="module")
def lines() -> pd.DataFrame:
    found = person_table(read_study(EXAMPLE)).costs.lines
    assert found is not None
    return found


def test_groups_add_up_to_the_total(lines: pd.DataFrame) -> None:
    costs = group_costs(lines, GROUPS, ["NHS", "PSS"])
    assert list(costs) == ["cost of hospital", "cost of primary care", "cost of other services"]
    total = total_costs(lines, ["NHS", "PSS"])
    pd.testing.assert_series_equal(costs.sum(axis=1, skipna=False), total, check_names=False)


def test_what_is_known_is_kept_where_a_part_is_not(lines: pd.DataFrame) -> None:
    costs = group_costs(lines, GROUPS, ["NHS", "PSS"])
    partly = costs.isna().any(axis=1) & costs.notna().any(axis=1)
    assert partly.any()


def test_a_group_outside_the_perspective_is_no_group(lines: pd.DataFrame) -> None:
    assert list(group_costs(lines, {"care": ["informal_care_replacement_hour"]}, ["NHS"])) == [
        "cost of other services"
    ]


def test_imputation_takes_the_groups_in_place_of_the_total() -> None:
    result = evaluate(read_study(EXAMPLE, IMPUTE))
    assert result.outcomes is not None
    assert "cost of hospital" in result.outcomes
    whole = evaluate(read_study(EXAMPLE, {**IMPUTE, "costs": {}}))
    by_group, by_total = (one.summary()["inc_cost_estimate"].item() for one in (result, whole))
    assert by_group != by_total
    assert abs(by_group - by_total) < result.summary()["inc_cost_se"].item()


def test_an_item_belongs_to_one_group(priced: Any) -> None:
    priced.ask(gp=[1, 2, 0, 3])
    priced.change(costs={"service_groups": {"one": ["gp"], "two": ["gp"], "three": ["gpp"]}})
    assert "E007" in priced.findings()
    messages = [one.message for one in _errors(priced)]
    assert '"gp" stands in one and in two; keep one.' in messages
    assert any('"gpp" is no item' in message for message in messages)


def _errors(priced: Any) -> list[Any]:
    with pytest.raises(StudyFileError) as error:
        read_study(priced.write())
    return list(error.value.findings)
