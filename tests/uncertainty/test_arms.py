"""Names and numbers of arms do not depend on how a column holds them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cpi_econ.uncertainty.arms import (
    FEW,
    arm_names,
    arm_sizes,
    arms_of,
    as_categories,
    rows_by_arm,
)

NAMES = [f"arm {number}" for number in range(FEW + 5)]
MANY = [*NAMES, *NAMES[::-1], "arm 0"]


def as_held(words):
    """The same arms as text, objects, categories with one that nobody is in, and a part."""
    text = pd.Series(words, dtype="str")
    unused = ["nobody", *sorted(set(words), reverse=True)]
    longer = pd.concat([pd.Series(["before"] * 3, dtype="str"), text], ignore_index=True)
    return {
        "text": text,
        "objects": text.astype(object),
        "categories": pd.Series(pd.Categorical(words, categories=unused)),
        "categories of many arms": pd.Series(
            pd.Categorical(words, categories=[*unused, *(f"empty {k}" for k in range(FEW))])
        ),
        "part": longer.iloc[3:].reset_index(drop=True),
        "coded": as_categories(text),
        "part coded": as_categories(longer.iloc[3:]),
    }


@given(words=st.lists(st.sampled_from(NAMES), min_size=1, max_size=40))
@example(words=MANY)
@example(words=["low"] * 150 + ["high", "low"])
def test_every_way_of_holding_arms_gives_the_same(words):
    names = list(dict.fromkeys(words))
    numbers = [names.index(word) for word in words]
    for how, column in as_held(words).items():
        arms = arms_of(column)
        assert list(arms.categories) == names, how
        assert arms.codes.tolist() == numbers, how
        assert rows_by_arm(arms).tolist() == np.argsort(numbers, kind="stable").tolist(), how
        table = pd.DataFrame({"arm": column})
        assert arm_names(table) == names, how
        assert arm_sizes(table) == {name: words.count(name) for name in names}, how


@given(
    words=st.lists(st.one_of(st.none(), st.sampled_from(["", "a", "é", *NAMES])), max_size=40),
    start=st.integers(0, 9),
)
@example(words=[None, *MANY], start=0)
@example(words=["a", None, "b"] * 10, start=9)
def test_categories_hold_the_words_and_the_gaps(words, start):
    column = pd.Series(words, dtype="str").iloc[start:]
    made = as_categories(column)
    assert isinstance(made.dtype, pd.CategoricalDtype)
    pd.testing.assert_series_equal(made.astype(column.dtype), column)


@pytest.mark.parametrize("dtype", ["int64", "object", "category"])
def test_numbers_are_told_as_text(dtype):
    column = pd.Series([2, 1, 2], dtype=dtype)
    assert arm_names(pd.DataFrame({"arm": column})) == ["2", "1"]
    assert list(arms_of(column).categories) == ["2", "1"]


@pytest.mark.parametrize("dtype", ["object", "category"])
def test_a_number_and_its_text_are_one_arm(dtype):
    column = pd.Series([1, "1", "b", 1], dtype=dtype)
    assert arms_of(column).codes.tolist() == [0, 0, 1, 0]
    assert arm_sizes(pd.DataFrame({"arm": column})) == {"1": 3, "b": 1}


def test_nobody_is_in_no_arm():
    for column in as_held([]).values():
        assert arm_names(pd.DataFrame({"arm": column})) == []
        assert arms_of(column).codes.tolist() == []
