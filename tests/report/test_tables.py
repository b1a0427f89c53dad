"""Tables of the results folder, and the schema of ``results.json``."""

from __future__ import annotations

import copy

import jsonschema
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpi_econ.report.results_schema import results_schema
from cpi_econ.result.tables import guarded, tables, write_tables

COLUMNS = {
    "ceac": ["scenario", "effect", "wtp", "arm", "probability"],
    "plane": ["scenario", "effect", "replicate", "arm", "inc_cost", "inc_effect"],
    "inmb": ["scenario", "effect", "arm", "wtp", "estimate", "se", "lower", "upper",
             "probability", "mcse"],
    "arms": ["scenario", "effect", "unit", "arm", "quantity", "estimate", "se"],
    "increments": ["scenario", "effect", "unit", "arm", "quantity", "estimate", "se", "lower",
                   "upper", "statement"],
    "findings": ["code", "severity", "file", "row", "column", "message"],
}  # fmt: skip


@pytest.fixture
def frames(results, replicates):
    return tables(results, {("base case", "qaly"): replicates})


def test_columns_are_those_of_the_contract(frames):
    assert {name: list(frame.columns) for name, frame in frames.items()} == COLUMNS


def test_plane_holds_each_replicate_difference(frames, replicates):
    plane = frames["plane"]
    expected = replicates.cost.sel(arm="high") - replicates.cost.sel(arm="low")
    assert plane["inc_cost"].to_numpy() == pytest.approx(expected.to_numpy())
    assert plane["replicate"].tolist() == list(range(1, 401))
    assert set(plane["arm"]) == {"high"}


def test_plane_of_three_arms_pairs_each_arm_with_its_own_draw(results, make_draws):
    draws = make_draws(n_arms=3)
    plane = tables(results, {("base case", "qaly"): draws})["plane"]
    for arm in ("high", "mid"):
        expected = draws.effect.sel(arm=arm) - draws.effect.sel(arm="low")
        found = plane.loc[plane["arm"] == arm, "inc_effect"].to_numpy()
        assert found == pytest.approx(expected.to_numpy())


def test_tables_repeat_the_numbers_of_the_result(frames):
    increments = frames["increments"].set_index("quantity")
    assert increments.loc["inc_cost", "estimate"] == -1331.2
    assert increments.loc["icer", "statement"] == "high dominates low"
    assert increments.loc["share_SE", "estimate"] == 0.699
    assert frames["ceac"].query("arm == 'high' and wtp == 20000")["probability"].item() == 0.97
    assert frames["inmb"]["wtp"].tolist() == [20_000, 30_000]
    assert frames["arms"].query("arm == 'low' and quantity == 'cost'")["se"].item() == 410


def test_files_are_read_back_as_they_were_written(frames, tmp_path):
    files = write_tables(frames, tmp_path)
    assert [file.name for file in files] == [f"{name}.csv" for name in COLUMNS]
    assert all(b"\r" not in file.read_bytes() for file in files)
    back = pd.read_csv(tmp_path / "plane.csv")
    assert np.allclose(back["inc_cost"], frames["plane"]["inc_cost"], rtol=1e-11)
    first = (tmp_path / "findings.csv").read_text(encoding="utf-8").splitlines()[3]
    assert first == "W108,warning,csri.csv,12,nights,38 blanks."


@given(st.text(min_size=1, max_size=30))
def test_no_cell_of_text_begins_a_formula(text):
    cell = guarded(pd.DataFrame({"arm": [text]}))["arm"].item()
    assert cell in (text, f"'{text}")
    assert not cell.startswith(("=", "@", "\t", "\r"))
    if cell.startswith(("+", "-")):
        assert isinstance(float(cell), float)


def test_guard_leaves_numbers_and_plain_words_alone():
    frame = pd.DataFrame({"arm": ["low", "-5", "-x"], "cost": [-1.0, 2.0, np.nan], "n": [1, -2, 3]})
    safe = guarded(frame)
    assert safe["arm"].tolist() == ["low", "-5", "'-x"]
    pd.testing.assert_frame_equal(safe[["cost", "n"]], frame[["cost", "n"]])


def test_hostile_labels_are_harmless_in_every_file(results, replicates, tmp_path):
    hostile = '=HYPERLINK("x")'
    case = results["scenarios"].pop("base case")
    results["scenarios"][hostile] = case
    results["findings"][0]["message"] = "@SUM(A1)"
    frames = tables(results, {(hostile, "qaly"): replicates})
    for file in write_tables(frames, tmp_path):
        cells = pd.read_csv(file, dtype=str).melt()["value"].dropna()
        assert not cells.str.startswith(("=", "@")).any()


def test_a_result_without_findings_gives_an_empty_table_with_columns(results):
    results["findings"] = []
    frame = tables(results, {})["findings"]
    assert frame.empty
    assert list(frame.columns) == COLUMNS["findings"]


def test_schema_is_valid_and_accepts_a_result(results):
    schema = results_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(results)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), "cpi_econ/results/2"),
        (("sample", "participants"), -1),
        (("sample", "arms", "low", "complete"), "few"),
        (("scenarios",), {}),
        (("findings", 0, "severity"), "fatal"),
        (("findings", 0, "code"), "oops"),
        (("provenance", "study", "sha256"), "abc"),
        (("scenarios", "base case", "effects", "qaly", "ceac", "probability", "low", 0), 1.2),
        (("scenarios", "base case", "effects", "qaly", "comparisons", "high", "quadrants"), {}),
    ],
)
def test_schema_refuses_what_breaks_the_contract(results, path, value):
    broken = copy.deepcopy(results)
    place = broken
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert not jsonschema.Draft202012Validator(results_schema()).is_valid(broken)


@pytest.mark.parametrize("key", ["provenance", "sample", "scenarios", "findings"])
def test_schema_asks_for_every_part(results, key):
    del results[key]
    assert not jsonschema.Draft202012Validator(results_schema()).is_valid(results)
