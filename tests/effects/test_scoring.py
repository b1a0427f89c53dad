from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpi_econ.effects.catalogue import value_set
from cpi_econ.effects.instruments import EQ5D_DIMENSIONS, INSTRUMENTS
from cpi_econ.errors import DataError

DIMENSIONS = list(EQ5D_DIMENSIONS)
SET_5L = value_set("eq5d5l_gb_2026")
SET_3L = value_set("eq5d3l_gb_tto_1997")


def answers(n: int = 200, levels: int = 5) -> np.ndarray:
    return np.random.default_rng(1).integers(1, levels + 1, (n, 5))


def written(levels: np.ndarray) -> list[str]:
    return ["".join(map(str, row)) for row in levels.tolist()]


def looked_up(levels: np.ndarray) -> np.ndarray:
    return SET_5L.table.loc[written(levels)].to_numpy()


@pytest.mark.parametrize("dtype", ["int8", "int32", "int64", "float64", "uint8"])
def test_arrays(dtype: str) -> None:
    levels = answers()
    found = SET_5L.score(levels.astype(dtype))
    np.testing.assert_array_equal(found, looked_up(levels))


@pytest.mark.parametrize(
    "dtype", ["int64", "float64", "Int64", "Float64", "str", "object", "category", "int64[pyarrow]"]
)
def test_frames(dtype: str) -> None:
    levels = answers()
    frame = pd.DataFrame(levels, columns=DIMENSIONS, index=range(100, 300))
    typed = frame.astype(str).astype("category") if dtype == "category" else frame.astype(dtype)
    found = SET_5L.score(typed)
    assert found.name == "utility"
    assert found.index.equals(frame.index)
    np.testing.assert_array_equal(found, looked_up(levels))


def test_columns_may_have_other_names_and_orders() -> None:
    levels = answers()
    names = dict(zip(DIMENSIONS, ["mo", "sc", "ua", "pd", "ad"], strict=True))
    frame = pd.DataFrame(levels, columns=list(names.values())).iloc[:, ::-1]
    np.testing.assert_array_equal(SET_5L.score(frame, columns=names), looked_up(levels))


def test_states_in_every_shape() -> None:
    levels = answers()
    states = written(levels)
    wanted = looked_up(levels)
    whole = np.array([int(state) for state in states])
    for given_states in (states, np.array(states), whole, pd.Series(states), pd.Series(whole)):
        np.testing.assert_array_equal(SET_5L.score(given_states), wanted)
    frame = pd.DataFrame({"eq5d": states})
    np.testing.assert_array_equal(SET_5L.score(frame, columns={"state": "eq5d"}), wanted)


def test_missing_answers_are_nan_and_nothing_else_is() -> None:
    frame = pd.DataFrame(answers(6).astype(float), columns=DIMENSIONS)
    frame.loc[2, "self_care"] = np.nan
    found = SET_5L.score(frame)
    assert found.isna().tolist() == [False, False, True, False, False, False]
    states = pd.Series(["11111", None, "", "  ", np.nan, "55555"])
    assert SET_5L.score(states).notna().tolist() == [True, False, False, False, False, True]
    text = pd.DataFrame([["1", "2", "", "3", "1"]], columns=DIMENSIONS)
    assert np.isnan(SET_5L.score(text)[0])


def test_no_rows() -> None:
    assert len(SET_5L.score(pd.DataFrame(columns=DIMENSIONS, dtype=float))) == 0
    assert len(SET_5L.score([])) == 0


@given(st.permutations(range(12)))
def test_order_of_rows_does_not_matter(order: list[int]) -> None:
    levels = answers(12)
    np.testing.assert_array_equal(SET_5L.score(levels[order]), SET_5L.score(levels)[order])


@pytest.mark.parametrize("name", list(INSTRUMENTS))
def test_state_numbers_go_there_and_back(name: str) -> None:
    instrument = INSTRUMENTS[name]
    rng = np.random.default_rng(2)
    numbers = rng.integers(0, instrument.n_states, 300)
    levels = instrument.levels_of(numbers)
    np.testing.assert_array_equal(instrument.state_numbers(levels), numbers)
    assert levels.min() >= instrument.first
    assert (levels <= np.array(instrument.last)).all()


def test_large_instrument_is_scored_without_its_table() -> None:
    chosen = value_set("chu9d_au_adolescent_2015")
    levels = np.random.default_rng(3).integers(1, 6, (50, 9)).astype(float)
    levels[4, 2] = np.nan
    found = chosen.score(levels)
    assert np.isnan(found[4])
    assert np.isfinite(np.delete(found, 4)).all()
    assert "table" not in vars(chosen)


def faults(bad: object, chosen=SET_5L) -> list:
    with pytest.raises(DataError) as caught:
        chosen.score(bad)
    return list(caught.value.findings)


@pytest.mark.parametrize("state", ["1111x", "111111", "1111", "11111.5", "-1111", "abcde", 11111.5])
def test_states_that_are_none(state: object) -> None:
    (found,) = faults(pd.Series(["11111", state], index=["p1", "p2"]))
    assert found.code == "E053"
    assert "p2" in found.message
    assert "p1" not in found.message


def test_state_with_a_level_out_of_range() -> None:
    (found,) = faults(["11111", "11161"])
    assert found.code == "E103"
    assert "pain_discomfort" in found.message
    assert "Row 1" in found.message


def test_five_level_state_with_a_three_level_set() -> None:
    (found,) = faults(["11114"], SET_3L)
    assert found.code == "E105"


def frame_with(column: str, row: int, value: object) -> pd.DataFrame:
    frame = pd.DataFrame(answers(30), columns=DIMENSIONS).astype(object)
    frame.loc[row, column] = value
    return frame


@pytest.mark.parametrize(
    ("value", "code"),
    [(2.5, "E053"), ("two", "E053"), (6, "E103"), (0, "E103"), (-9, "E103"), (999, "E103")],
)
def test_levels_that_are_none_name_row_and_column(value: object, code: str) -> None:
    (found,) = faults(frame_with("self_care", 17, value))
    assert found.code == code
    assert found.where.column == "self_care"
    assert "Row 17." in found.message


@pytest.mark.parametrize("dtype", ["float64", "int64"])
def test_huge_numbers_do_not_wrap_round(dtype: str) -> None:
    levels = answers(30).astype(dtype)
    levels[3, 1] = 2**32 + 1
    (found,) = faults(levels)
    assert found.code == "E103"


def test_all_faults_are_listed_at_once() -> None:
    frame = frame_with("self_care", 3, 7)
    frame.loc[5, "mobility"] = "x"
    assert sorted(found.code for found in faults(frame)) == ["E053", "E103"]


def test_counted_from_zero() -> None:
    codes = {found.code for found in faults(answers(100) - 1)}
    assert codes == {"E101"}


def test_missing_column_is_named() -> None:
    (found,) = faults(pd.DataFrame(answers(3)[:, :4], columns=DIMENSIONS[:4]))
    assert found.code == "E055"
    assert "anxiety_depression" in found.message


def test_wrong_width() -> None:
    (found,) = faults(answers(3)[:, :4])
    assert found.code == "E055"


def test_one_state_alone() -> None:
    assert SET_5L.score("55555").tolist() == SET_5L.score([55555]).tolist()
    assert len(SET_5L.score(55555)) == 1


def test_true_and_false_are_no_levels() -> None:
    frame = pd.DataFrame(answers(4), columns=DIMENSIONS)
    frame["mobility"] = [True, False, True, True]
    assert [found.code for found in faults(frame)] == ["E053"]


def test_digits_of_other_scripts_are_no_state() -> None:
    assert [found.code for found in faults(["1111\u00b2", "\uff11" * 5])] == ["E053"] * 2


def test_a_column_that_stands_twice() -> None:
    frame = pd.DataFrame(answers(3), columns=DIMENSIONS)
    (found,) = faults(pd.concat([frame, frame[["mobility"]]], axis=1))
    assert "stands 2 times" in found.message


def test_many_unread_states_are_summed_up() -> None:
    found = faults([f"x{number}" for number in range(500)])
    assert len(found) == 21
    assert "480 more" in found[-1].message


def test_mixed_versions_in_one_column() -> None:
    found = faults(np.vstack([answers(20, levels=3), answers(20)]), SET_3L)
    assert {one.code for one in found} == {"E105"}
    assert {one.where.column for one in found} == set(DIMENSIONS)
