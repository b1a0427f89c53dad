"""Who is lost, in the description of a study."""

import numpy as np
import pytest

from cpi_econ import read_study
from cpi_econ.evaluation.describe import describe
from cpi_econ.evaluation.missing_tables import missing_tables
from cpi_econ.evaluation.person_table import person_table
from cpi_econ.uncertainty.missingness import missingness_predictors

ADJUST = {"model": "ols", "cost": ["age", "group"], "effect": ["age"]}


@pytest.fixture
def lost(people):
    """A cost missing for the older half more often; a group that few of those lost are in."""
    rng = np.random.default_rng(2)
    gone = rng.random(80) < np.where(people["age"] > 45, 0.5, 0.15)
    people.loc[gone, "cost"] = np.nan
    people["group"] = "many"
    people.loc[people.index[~gone][:10], "group"] = "few"
    people.loc[people.index[gone][:2], "group"] = "few"
    return people


def tables(make_study, people, **changes):
    study = read_study(make_study({"missing": {"method": "complete_cases"}, **changes}, people))
    table = person_table(study)
    return missing_tables(study, table), table.outcomes(study, "qaly"), study


def test_numbers_are_those_of_the_function(make_study, lost):
    made, table, _ = tables(make_study, lost, adjust={**ADJUST, "cost": ["age"]})
    expected = missingness_predictors(table, ["age"])
    assert made["missing_predictors"].to_dict("list") == expected.to_dict("list")
    assert made["missing_predictors"]["odds_ratio"].item() > 1


@pytest.mark.parametrize(("small", "rows"), [("mask", ["age"]), ("show", ["age", "few", "many"])])
def test_a_category_of_few_is_left_out(make_study, lost, small, rows):
    made, _, study = tables(make_study, lost, adjust=ADJUST, report={"small_numbers": small})
    shown = [one.removeprefix("group: ") for one in made["missing_predictors"]["column"]]
    assert shown == rows
    assert "missing_predictors" in describe(study)[1]["tables"]


def test_nobody_lost_no_table(make_study, people):
    made, _, _ = tables(make_study, people, adjust={**ADJUST, "cost": ["age"]})
    assert made == {}
