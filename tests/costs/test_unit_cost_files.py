"""Tables of unit costs as people type them: rows that are too long, blank or end in separators."""

from __future__ import annotations

import pytest

from cpi_econ.costs.unit_cost_files import read_table

HEADER = "service,unit,unit_cost,currency,price_year,sector,source\n"
GP = "gp,contact,44,GBP,2014/15,NHS,made up\n"
WARD = "ward,bed_day,1,234,GBP,2014/15,NHS,made up\n"


def read(folder, text):
    (folder / "prices.csv").write_bytes(text.encode("utf-8"))
    return read_table("prices.csv", folder)


@pytest.mark.parametrize(
    ("text", "row"), [(HEADER + WARD, 2), (HEADER + WARD + GP, 2), (HEADER + GP + WARD, 3)]
)
@pytest.mark.filterwarnings("default")
def test_a_thousand_with_a_comma_shifts_no_cell(tmp_path, text, row):
    table, _, (found,) = read(tmp_path, text)
    assert table is None
    assert (found.code, found.where.file, found.where.row) == ("E039", "prices.csv", row)
    assert "8 cells and the header 7" in found.message


@pytest.mark.parametrize("ending", [",", ",,", " , "])
def test_separators_at_the_end_of_rows_are_nothing(tmp_path, ending):
    plain = read(tmp_path, HEADER + GP)[0]
    assert read(tmp_path, HEADER + GP.replace("\n", f"{ending}\n"))[0].equals(plain)
    both = (HEADER + GP).replace("\n", f"{ending}\n")
    assert read(tmp_path, both)[0].equals(plain)


def test_rows_are_counted_as_they_stand_in_the_file(tmp_path):
    table, _, findings = read(tmp_path, HEADER + "\n" + GP + "\n\n" + GP.replace("gp", "nurse"))
    assert not findings
    assert table["row"].tolist() == [3, 6]


def test_quoted_cells_hold_separators_and_short_rows_are_filled(tmp_path):
    table, _, findings = read(tmp_path, HEADER + '"gp, surgery",contact,44,GBP,2014/15,NHS\n')
    assert not findings
    assert table[["service", "unit_cost", "source"]].to_numpy().tolist() == [
        ["gp, surgery", "44", ""]
    ]


def test_a_column_that_stands_twice_is_told(tmp_path):
    table, _, (found,) = read(tmp_path, HEADER.replace("source", "Unit cost") + GP)
    assert table is None
    assert (found.code, found.where.row) == ("E039", 1)
    assert 'column "unit_cost" stands twice' in found.message


@pytest.mark.parametrize("text", ['service,unit\n"gp,contact\n', ""])
def test_what_is_no_table_is_told(tmp_path, text):
    table, _, (found,) = read(tmp_path, text)
    assert table is None
    assert found.code == "E039"
