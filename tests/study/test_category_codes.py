"""Numbers that may be codes of categories."""

import numpy as np
import pandas as pd
import pytest

from cpi_econ.study.category_codes import category_notes
from cpi_econ.study.config import Study


@pytest.fixture
def study():
    return Study(
        currency="GBP",
        arms=["a", "b"],
        reference="a",
        data={"participants": {"file": "people.csv", "id": "id", "arm": "arm"}},
        costs={"column": "cost"},
        effects={"points": {"column": "points"}},
        adjust={"model": "ols", "cost": ["education"], "effect": ["education", "age"]},
    )


def notes(study, values):
    people = pd.DataFrame({"education": values, "age": np.linspace(20, 60, len(values))})
    return category_notes(study, people)


def test_codes_in_a_row_are_named_once_with_what_to_write(study):
    (found,) = notes(study, [1, 2.0, 3, np.nan, 2])
    assert (found.code, found.where.file, found.where.column) == ("N147", "people.csv", "education")
    assert "education holds 1, 2, 3 and enters as a straight line" in found.message
    assert "adjust.categorical: [education]" in found.message


@pytest.mark.parametrize(
    "values",
    [
        [0, 1, 0],
        list(range(9)),
        [1, 3, 5],
        [18, 19, 20],
        [1.5, 2.5, 3.5],
        ["none", "school", "university"],
        [True, False, True],
        [np.nan, np.nan],
    ],
)
def test_other_values_are_left_alone(study, values):
    assert notes(study, values) == []


def test_declared_categories_are_left_alone(study):
    adjust = study.adjust.model_copy(update={"categorical": ("education",)})
    assert notes(study.model_copy(update={"adjust": adjust}), [1, 2, 3]) == []
