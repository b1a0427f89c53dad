"""Columns that hold nothing but numbers are read at once, with the result of the careful way."""

from __future__ import annotations

import pandas as pd
import pytest

from cpi_econ.study import columns
from cpi_econ.study.columns import numbers
from cpi_econ.study.files import RawTable

CELLS = ["1", "2.0", "-3.50", " 4 ", "1e3", "007", "0", ".5", None]
ODD = ["", " ", "NA", ".", "-9", "-9.0", "1,5", "twelve", "inf", "nan", "1_000", "0x10"]


def read(cells, codes=frozenset({"-9"})):
    frame = pd.DataFrame({"value": pd.Series(cells, dtype="str")})
    return numbers(RawTable("people.csv", frame), "value", codes)


@pytest.mark.parametrize("odd", [None, *ODD])
def test_the_quick_way_gives_what_the_careful_way_gives(odd, monkeypatch):
    cells = CELLS if odd is None else [*CELLS, odd]
    quick, told = read(cells)
    monkeypatch.setattr(columns, "_plain_numbers", lambda *_: None)
    careful, found = read(cells)
    pd.testing.assert_series_equal(quick, careful, check_names=False)
    assert told == found


def test_plain_numbers_take_the_quick_way(monkeypatch):
    monkeypatch.setattr(columns, "tokens", None)
    values, findings = read(CELLS)
    assert values.dropna().tolist() == [1, 2, -3.5, 4, 1000, 7, 0, 0.5]
    assert not findings


def test_a_code_for_missing_is_never_a_number():
    assert read(["1", "-9", "2"])[0].isna().tolist() == [False, True, False]
    assert read(["1", "999.0"], frozenset({"999"}))[0].isna().tolist() == [False, True]
