import pandas as pd
import pytest

from cpi_econ.errors import DataError
from cpi_econ.uncertainty.outcomes import outcomes

PEOPLE = pd.DataFrame({"participant": ["c", "a", "b"], "arm": ["x", "y", "x"], "age": [3, 1, 2]})
COST = pd.Series({"a": 1.0, "b": 2.0, "c": 3.0})
QALY = pd.Series({"b": 0.2, "a": 0.1})


def test_sorted_by_participant_with_every_column():
    made = outcomes(PEOPLE, cost=COST, effect=QALY)
    assert made.columns.tolist() == ["participant", "arm", "cost", "effect", "age"]
    assert made["participant"].tolist() == ["a", "b", "c"]
    assert made["cost"].tolist() == [1.0, 2.0, 3.0]
    assert made["effect"].isna().tolist() == [False, False, True]


def test_order_of_rows_changes_nothing():
    one = outcomes(PEOPLE, cost=COST, effect=QALY)
    other = outcomes(PEOPLE.iloc[::-1], cost=COST.iloc[::-1], effect=QALY.iloc[::-1])
    pd.testing.assert_frame_equal(one, other)


def test_inputs_are_left_alone():
    before = PEOPLE.copy()
    outcomes(PEOPLE, cost=COST, effect=QALY)
    pd.testing.assert_frame_equal(PEOPLE, before)


@pytest.mark.parametrize(
    ("participants", "cost", "code"),
    [
        (PEOPLE, pd.concat([COST, COST]), "E115"),
        (pd.concat([PEOPLE, PEOPLE]), COST, "E115"),
        (PEOPLE.drop(columns="arm"), COST, "E014"),
        (PEOPLE.drop(columns="participant"), COST, "E014"),
        (PEOPLE.assign(arm=["x", None, "x"]), COST, "E015"),
        (PEOPLE.iloc[1:], COST, "E016"),
    ],
)
def test_faults(participants, cost, code):
    with pytest.raises(DataError) as caught:
        outcomes(participants, cost=cost, effect=QALY.iloc[1:])
    assert {finding.code for finding in caught.value.findings} == {code}
