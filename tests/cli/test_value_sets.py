from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from cpi_econ.cli.value_sets import app
from cpi_econ.effects.catalogue import value_set
from cpi_econ.errors import FindingsError
from cpi_econ.study.files import read_file

RUNNER = CliRunner()
ANSWERS = pd.DataFrame(
    {
        "id": [1, 2, 3],
        "mo": [1, -9, 1],
        "sc": [2, 1, 1],
        "ua": [3, 1, 1],
        "pd": [1, 1, 1],
        "ad": [1, 1, 5],
        "vas": [70, 80, 60],
        "age": [30, 50, 70],
        "sex": ["male", "female", "female"],
    }
)
WANTED = [
    value_set("eq5d5l_gb_2026").value("12311"),
    np.nan,
    value_set("eq5d5l_gb_2026").value("11115"),
]


def run(*arguments: str | Path) -> str:
    done = RUNNER.invoke(app, [str(a) for a in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_list_counts_and_filters() -> None:
    assert "137 value sets" in run()
    listed = run("list", "--instrument", "EQ-5D-5L", "--region", "GB")
    assert "eq5d5l_gb_2026" in listed
    assert "3 value sets" in listed
    assert max(map(len, listed.splitlines())) <= 100


def test_search() -> None:
    assert "icecap_a_gb_2015" in run("search", "icecap")
    found = json.loads(run("search", "flynn", "--json"))["value_sets"]
    assert [row["id"] for row in found] == ["icecap_a_gb_2015"]


def test_show_has_source_coefficients_ends_and_example() -> None:
    shown = run("show", "eq5d5l_gb_2026")
    for words in ("Rowen", "10.1016/j.jval.2026.03.008", "-0.479", "55555 = -0.567", "example"):
        assert words in shown
    facts = json.loads(run("show", "icecap_a_gb_2015", "--json"))
    assert facts["levels"]["stability"]["4"] == 0.222
    assert facts["status"] == "unverified"


@pytest.mark.parametrize("name", ["aqol4d_au", "eq5d5l_gb_crosswalk_2012", "eq5d3l_cn_tto_2014"])
def test_show_of_other_forms(name: str) -> None:
    assert "example" in run("show", name)


def test_show_unknown() -> None:
    with pytest.raises(FindingsError, match="E050"):
        run("show", "eq5d5l_uk")


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".parquet", ".xlsx", ".dta", ".sav"])
def test_score_writes_the_file_back(tmp_path: Path, ending: str) -> None:
    source = tmp_path / "answers.csv"
    ANSWERS.to_csv(source, index=False)
    out = tmp_path / f"scored{ending}"
    run("score", source, "--value-set", "eq5d5l_gb_2026", "--missing", "-9", "--out", out)
    back = read_file(out).frame
    found = pd.to_numeric(back["utility_eq5d5l_gb_2026"]).to_numpy(dtype=float)
    np.testing.assert_allclose(found, WANTED, atol=1e-12)
    assert pd.to_numeric(back["vas"]).tolist() == [70, 80, 60]
    again = tmp_path / "again.csv"
    run("score", out, "--value-set", "eq5d5l_gb_2026", "--missing", "-9", "--out", again)
    assert pd.read_csv(again)["utility_eq5d5l_gb_2026"].isna().tolist() == [False, True, False]


def test_value_labels_survive(tmp_path: Path) -> None:
    import pyreadstat

    source, out = tmp_path / "answers.sav", tmp_path / "scored.dta"
    frame = ANSWERS.drop(index=1)
    pyreadstat.write_sav(frame, str(source), variable_value_labels={"mo": {1: "none"}})
    run("score", source, "--value-set", "eq5d5l_gb_2026", "--out", out)
    assert read_file(out).labels["mo"] == {1: "none"}


def test_default_name_and_the_input_stays(tmp_path: Path) -> None:
    source = tmp_path / "answers.csv"
    ANSWERS.to_csv(source, index=False)
    before = source.read_bytes()
    summary = json.loads(
        run("score", source, "--value-set", "eq5d5l_gb_2026", "--missing", "-9", "--json")
    )
    assert Path(summary["file"]).name == "answers_eq5d5l_gb_2026.csv"
    assert (summary["rows"], summary["scored"]) == (3, 2)
    assert source.read_bytes() == before


def test_other_columns_states_and_mapping(tmp_path: Path) -> None:
    source, out = tmp_path / "answers.csv", tmp_path / "out.csv"
    frame = ANSWERS.replace({"mo": {-9: 2}}).rename(columns={"mo": "eq1"})
    frame["state"] = ["12311", "21111", "11115"]
    frame.to_csv(source, index=False)
    pairs = "mobility=eq1,self_care=sc,usual_activities=ua,pain_discomfort=pd,anxiety_depression=ad"
    run("score", source, "--value-set", "eq5d5l_gb_2026", "--columns", pairs, "--out", out)
    one = pd.read_csv(out)["utility_eq5d5l_gb_2026"]
    run("score", source, "--value-set", "eq5d5l_gb_2026", "--state", "state", "--out", out)
    pd.testing.assert_series_equal(pd.read_csv(out)["utility_eq5d5l_gb_2026"], one)
    options = ["--mapping", "dsu_2023", "--age", "age", "--sex", "sex", "--out", out]
    run("score", source, "--value-set", "eq5d3l_gb_tto_1997", "--state", "state", *options)
    assert pd.read_csv(out)["utility_eq5d3l_gb_tto_1997_dsu_2023"].notna().all()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--value-set", "eq5d5l_gb_2026"], "E103"),
        (["--value-set", "eq5d3l_gb_tto_1997", "--missing", "-9"], "E105"),
        (["--value-set", "nothing"], "E050"),
        (["--value-set", "eq5d5l_gb_2026", "--columns", "mobility"], "E055"),
        (["--value-set", "eq5d5l_gb_2026", "--columns", "mobility=zz"], "E055"),
        (["--value-set", "icecap_a_gb_2015"], "E055"),
        (["--value-set", "eq5d5l_gb_2026", "--missing", "-9", "--out", "a.doc"], "E066"),
        (["--value-set", "eq5d5l_gb_2026", "--missing", "-9", "--out", "answers.csv"], "E066"),
    ],
)
def test_faults_write_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], code: str
) -> None:
    monkeypatch.chdir(tmp_path)
    ANSWERS.to_csv("answers.csv", index=False)
    with pytest.raises(FindingsError) as caught:
        run("score", "answers.csv", *options)
    assert caught.value.findings[0].code == code
    assert [path.name for path in tmp_path.iterdir()] == ["answers.csv"]


def test_findings_name_the_row_of_the_file(tmp_path: Path) -> None:
    source = tmp_path / "answers.csv"
    ANSWERS.to_csv(source, index=False)
    with pytest.raises(FindingsError, match=r"Row 3\."):
        run("score", source, "--value-set", "eq5d5l_gb_2026")


def test_a_sheet_of_a_workbook_is_named(tmp_path: Path) -> None:
    with pd.ExcelWriter(tmp_path / "answers.xlsx") as book:
        pd.DataFrame({"note": ["read me"]}).to_excel(book, sheet_name="About", index=False)
        ANSWERS.to_excel(book, sheet_name="Answers", index=False)
    chosen = ("--value-set", "eq5d5l_gb_2026", "--missing", "-9", "--sheet", "Answers")
    out = tmp_path / "scored.csv"
    assert "2 of 3 rows scored" in run("score", tmp_path / "answers.xlsx", *chosen, "--out", out)
    written = pd.read_csv(out)["utility_eq5d5l_gb_2026"]
    np.testing.assert_allclose(written, WANTED)
