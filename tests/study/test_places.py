"""Places of participants in a file, against pandas' look-ups."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpi_econ.study.places import at_rows, first_rows, stand_twice

NAMES = st.lists(st.one_of(st.none(), st.sampled_from(["1", "10", "2", "a", "b", "é"])))


def words(names):
    return pd.Series(names, dtype="str")


@given(names=NAMES)
def test_twice_as_hashing_says(names):
    assert stand_twice(words(names)) == bool(words(names).dropna().duplicated().any())


@given(names=NAMES, asked=st.sets(st.sampled_from(["1", "2", "a", "b", "c", "é"])))
def test_values_of_participants_as_reindex_gives_them(names, asked):
    people, wanted = words(names), words(sorted(asked))
    values = pd.Series(np.arange(len(people), dtype=float))
    known = values.set_axis(pd.Index(people))
    plain = known[~known.index.duplicated()].reindex(wanted)
    found = at_rows(values, first_rows(people, wanted), pd.Index(wanted))
    pd.testing.assert_series_equal(found, plain, check_names=False)


@pytest.mark.parametrize("asked", [["a", "b"], ["a"], ["b", "z"], []])
def test_the_first_of_two_rows_counts(asked):
    rows = first_rows(words(["b", "a", None, "b"]), words(asked))
    assert rows.tolist() == [{"a": 1, "b": 0, "z": -1}[name] for name in asked]
