"""Identifiers in the order in which pandas sorts them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cpi_econ import identifiers
from cpi_econ.identifiers import order_of

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
