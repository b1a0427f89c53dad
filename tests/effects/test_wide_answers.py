"""One row a visit, against the index of words of pandas."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpi_econ.effects.wide_answers import wide_answers

KEYS = ["participant", "time", "item"]
CELLS = st.dictionaries(
    st.tuples(*(st.sampled_from(names) for names in (["b", "a", "10", "9"], ["m9", "bl"], "xyz"))),
    st.one_of(st.none(), st.integers(1, 5)),
    min_size=1,
)


def unstacked(rows):
    wide = rows.set_index(KEYS)["level"].unstack("item").reset_index()
    wide.columns.name = None
    return wide


@given(cells=CELLS)
def test_as_an_index_of_words_gives_it(cells):
    rows = pd.DataFrame(list(cells), columns=KEYS).assign(level=pd.array(list(cells.values())))
    rows = rows.assign(level=pd.to_numeric(rows["level"]).astype(float))
    pd.testing.assert_frame_equal(wide_answers(rows), unstacked(rows))


def test_whole_numbers_stay_whole_where_nothing_is_missing():
    rows = pd.DataFrame({"participant": ["b", "a"], "time": "bl", "item": "x", "level": [1, 2]})
    pd.testing.assert_frame_equal(wide_answers(rows), unstacked(rows))
    assert wide_answers(rows)["x"].dtype == "int64"


def test_answers_as_text_stay_text():
    rows = pd.DataFrame({"participant": ["b", "a"], "time": "bl", "item": "x", "level": ["1", "z"]})
    assert wide_answers(rows)["x"].tolist() == ["z", "1"]


def test_an_item_twice_at_one_visit_is_refused():
    rows = pd.DataFrame({"participant": ["a", "a"], "time": "bl", "item": "x", "level": [1, 2]})
    with pytest.raises(ValueError, match="duplicate"):
        wide_answers(rows)
