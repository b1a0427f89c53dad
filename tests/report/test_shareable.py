"""Nothing about one person leaves the program: identifiers, rows, small counts."""

from __future__ import annotations

import itertools
import re
import zipfile

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from cpi_econ.result.disclosure import COVER, SMALL, mask_column, masked_counts
from cpi_econ.result.table_block import from_block


def text_of(path):
    """Everything readable in a file; the parts of a zip archive one by one."""
    if path.suffix in {".docx", ".xlsx"}:
        with zipfile.ZipFile(path) as archive:
            return "".join(archive.read(name).decode("latin-1") for name in archive.namelist())
    return path.read_bytes().decode("latin-1")


def test_no_identifier_of_the_example_is_in_any_shareable_file(example_folder, example):
    people = pd.read_csv(example.parent / "participants.csv", dtype=str)["client_id"]
    names = re.compile("|".join(map(re.escape, people)))
    found = {path.name for path in example_folder.iterdir() if names.search(text_of(path))}
    assert len(list(example_folder.iterdir())) > 40
    assert found == set()


def test_run_adds_page_document_workbook_and_figures(example_folder):
    names = {path.name for path in example_folder.iterdir()}
    assert {"report.html", "report.docx", "tables.xlsx", "figure_forest.svg"} <= names
    assert {"figure_plane_qaly.pdf", "figure_levels_qaly.png"} <= names


def test_no_table_of_the_description_holds_a_small_count(example_result):
    for block in example_result.description["tables"].values():
        table = from_block(block)
        for name in {"n", "users"} & set(table.columns):
            shown = [cell for cell in table[name] if not isinstance(cell, str)]
            assert all(cell == 0 or cell >= 5 for cell in shown)


def feasible(shown, total):
    """Every set of counts that a reader who knows the rules could believe."""
    ranges = []
    for cell in shown:
        if cell == SMALL:
            ranges.append(range(1, 5))
        elif cell == COVER:
            ranges.append(range(5, total + 1))
        else:
            ranges.append([cell])
    return [one for one in itertools.product(*ranges) if sum(one) == total]


@given(st.lists(st.integers(0, 14), min_size=2, max_size=4))
def test_a_reader_who_knows_the_total_cannot_find_a_small_count(counts):
    shown = masked_counts(counts)
    if set(shown) == {COVER}:
        return
    worlds = feasible(shown, sum(counts))
    assert tuple(counts) in worlds
    for at, cell in enumerate(shown):
        if cell == SMALL:
            assert len({world[at] for world in worlds}) > 1
        elif not isinstance(cell, str):
            assert cell == counts[at]


@given(st.lists(st.integers(0, 60), min_size=1, max_size=6))
def test_showing_shows_and_large_counts_stay(counts):
    assert masked_counts(counts, "show") == counts
    if not any(0 < one < 5 for one in counts):
        assert masked_counts(counts) == counts


def test_what_follows_a_masked_count_is_masked_too():
    table = pd.DataFrame({"arm": ["a"] * 3, "n": [3, 40, 20], "percent": [5.0, 63.0, 32.0]})
    made = mask_column(table, "n", ["arm"], ["percent"])
    assert made["n"].tolist() == [SMALL, 40, COVER]
    assert made["percent"].isna().tolist() == [True, False, True]


def test_the_services_shown_as_users_hide_their_means(example_result):
    table = from_block(example_result.description["tables"]["services"])
    hidden = table[table["users"].map(lambda cell: isinstance(cell, str))]
    assert len(hidden) > 0
    assert hidden[["percent_users", "mean_quantity", "mean_cost", "sd_cost"]].isna().all().all()
    assert (hidden.groupby("arm").size() != 1).all()
