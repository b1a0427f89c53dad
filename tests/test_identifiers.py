"""Identifiers in the order in which pandas sorts them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cpi_econ import identifiers
from cpi_econ.identifiers import looked_up, order_and_repeated, order_of

SHORT = st.text(alphabet="019aZé€ \x7f", max_size=4)
LONG = st.text(alphabet="ab\0é", max_size=12)


def expected(words):
    return words.reset_index(drop=True).sort_values(kind="stable").index.to_list()


@given(names=st.lists(st.one_of(SHORT, SHORT, LONG, st.none()), max_size=30))
@example(names=["a", "", "a\0", "ab", "a"])
@example(names=["12345678", "1234567", "123456789"])
def test_words_as_pandas_sorts_them(names):
    words = pd.Series(names, dtype="str")
    assert order_of(words).tolist() == expected(words)


@given(names=st.lists(SHORT, min_size=1, max_size=30))
def test_short_words_are_compared_as_numbers(names):
    words = pd.Series(names, dtype="str")
    if max(len(name.encode()) for name in names) > 8:
        return
    with pytest.MonkeyPatch.context() as patch:
        # pandas is not asked at all
        patch.setattr(identifiers, "cast", None)
        assert order_of(words).tolist() == expected(words)


@given(names=st.lists(st.one_of(SHORT, LONG, st.none()), max_size=30))
@example(names=["a1", "b1", "a1", None, None])
@example(names=["", "", "a"])
def test_identifiers_that_stand_twice_are_seen_in_order(names):
    words = pd.Series(names, dtype="str")
    for column in (words, words.astype(object)):
        order, again = order_and_repeated(column)
        assert order.tolist() == expected(words)
        assert again.tolist() == column.iloc[order].duplicated().tolist()


def test_words_of_many_lengths_and_of_runs_of_one_length_are_the_same_numbers():
    rng = np.random.default_rng(1)
    runs = pd.Series(np.arange(2_000).astype(str), dtype="str")
    mixed = runs.sample(frac=1, random_state=1)
    for words in (runs, mixed, runs.str.zfill(8), mixed.iloc[5:], runs.iloc[3:]):
        assert order_of(words).tolist() == expected(words)
        some = rng.integers(len(words), size=500)
        twice = words.iloc[some]
        assert order_and_repeated(twice)[1].sum() == twice.duplicated().sum()


@pytest.mark.parametrize("dtype", ["str", "object", "int64", "category"])
def test_identifiers_are_looked_up_where_they_are_told(dtype):
    column = pd.Series([12, 7, 9, 3]).astype("str" if dtype == "str" else dtype)
    made = looked_up(column, np.array([2, 0, 3]))
    assert made.astype(str).tolist() == ["9", "12", "3"]
    assert made[np.array([False, True, True])].astype(str).tolist() == ["12", "3"]


def test_part_of_a_column_and_a_column_of_several_pieces():
    words = pd.Series(np.arange(1_000)[::-1].astype(str), dtype="str")
    for part in (words, words.iloc[100:300], pd.concat([words.iloc[5:50], words.iloc[700:]])):
        assert order_of(part).tolist() == expected(part)


@pytest.mark.parametrize(
    "values", [[3, 1, 2], [2.0, None, 1.0], pd.Categorical(["b", "a", "b"]), [], ["b", None, "a"]]
)
def test_other_columns_as_pandas_sorts_them(values):
    column = pd.Series(values)
    assert order_of(column).tolist() == expected(column)
    assert order_of(column.astype(object)).tolist() == expected(column.astype(object))
