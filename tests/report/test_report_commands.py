"""The commands report, run and describe, called as functions of the terminal."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from cpi_econ.cli.describe import describe
from cpi_econ.cli.report import report
from cpi_econ.cli.run import run

app = typer.Typer()
app.command()(report)
app.command()(run)
app.command()(describe)


@pytest.fixture(scope="module")
def finished(small_study):
    """A study whose results folder ``run`` has written."""
    path = small_study(effects=2)
    return path, call("run", path)


def call(*words):
    made = CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)
    assert made.exit_code == 0, made.output
    return made.stdout


def test_run_writes_everything_and_says_where(finished):
    path, said = finished
    names = {one.name for one in (path.parent / "results").iterdir()}
    assert {"results.json", "report.html", "report.docx", "tables.xlsx"} <= names
    assert "report.html" in said.replace("\n", "")
    assert not any(name.startswith(".") for name in names)


def test_report_of_a_results_folder_needs_no_study(finished, tmp_path):
    path, _ = finished
    target = tmp_path / "page.html"
    said = call("report", path.parent / "results", "--html", target)
    assert str(target) in said
    assert target.stat().st_size > 50_000


def test_report_of_a_study_takes_its_saved_results(finished, tmp_path, monkeypatch):
    path, _ = finished
    monkeypatch.setattr("cpi_econ.evaluation.evaluate.evaluate", None)
    word, page = tmp_path / "r.docx", tmp_path / "r.html"
    told = json.loads(call("report", path, "--docx", word, "--html", page, "--json"))
    assert told["written"] == [str(page), str(word)]


def test_report_of_a_changed_study_runs_it_again(small_study):
    path = small_study()
    results = path.parent / "results"
    call("run", path, "--quiet")
    path.write_text(
        path.read_text(encoding="utf-8").replace("title: ", "title: Changed "), encoding="utf-8"
    )
    call("report", path, "--html", results / "new.html")
    assert "Changed" in (results / "new.html").read_text(encoding="utf-8")


def test_describe_tells_sample_missingness_use_and_answers(example):
    said = call("describe", example)
    for words in ("Sample and missing data", "Service use and costs", "EQ-5D-5L", "ICECAP-A"):
        assert words in said
    told = json.loads(call("describe", example, "--json"))
    assert {"sample", "study", "tables"} <= set(told)


def test_describe_needs_no_plan_for_missing_data(small_study):
    path = small_study()
    people = path.parent / "people.csv"
    lines = people.read_text(encoding="utf-8").splitlines()
    cells = lines[1].split(",")
    lines[1] = ",".join([*cells[:3], "", *cells[4:]])
    people.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert "Cost known" in call("describe", path)
