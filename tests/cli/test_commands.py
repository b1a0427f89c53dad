"""The terminal: statuses, streams and files of each command."""

from __future__ import annotations

import json
import subprocess
import sys

import pandas as pd
import pytest

from cpi_econ.cli.app import run
from cpi_econ.paths import data_root


@pytest.fixture
def study(tmp_path):
    """Fresh copy of the bundled example."""
    assert run(["new", str(tmp_path / "study"), "--quiet"]) == 0
    return tmp_path / "study" / "study.yaml"


def test_new_copies_the_example_whole(study):
    source = data_root() / "examples" / "connecting_people"
    names = {path.name for path in source.iterdir() if path.is_file() and path.name[0] != "."}
    assert {path.name for path in study.parent.iterdir()} == names


def test_new_never_writes_over_anything(study, capsys):
    before = study.read_bytes()
    assert run(["new", str(study.parent)]) == 2
    assert "E008" in capsys.readouterr().err
    assert study.read_bytes() == before


def test_ceac_prints_the_summary_and_says_where_the_files_are(study, capsys):
    assert run(["ceac", str(study), "--replicates", "200"]) == 0
    out = capsys.readouterr().out
    for words in ("Higher fidelity", "95% interval", "P(cost-effective)", "£20,000", "plane.svg"):
        assert words in out
    assert max(map(len, out.splitlines())) <= 100
    assert (study.parent / "results" / "results.json").is_file()


def test_ceac_writes_where_it_is_told(study, tmp_path, capsys):
    assert run(["ceac", str(study), "--replicates", "100", "--out", str(tmp_path / "r")]) == 0
    assert (tmp_path / "r" / "ceac.svg").is_file()
    assert not (study.parent / "results").exists()
    assert "Results in" in capsys.readouterr().out


def test_json_goes_to_standard_output_alone(study, capsys):
    assert run(["ceac", str(study), "--replicates", "100", "--seed", "5", "--json"]) == 0
    captured = capsys.readouterr()
    document = json.loads(captured.out)
    assert document["provenance"]["seed"] == 5
    assert document["provenance"]["replicates"] == 100
    assert captured.err == ""


def test_quiet_prints_nothing(study, capsys):
    assert run(["ceac", str(study), "--replicates", "100", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def test_set_overrides_one_entry_and_is_recorded(study, capsys):
    arguments = ["ceac", str(study), "--replicates", "100", "--json"]
    assert run([*arguments, "--set", "adjust.model=none", "--set", "wtp.report=[15000]"]) == 0
    document = json.loads(capsys.readouterr().out)
    block = document["scenarios"]["base case"]["effects"]["qaly"]["comparisons"]["high"]
    assert [row["wtp"] for row in block["inmb"]] == [15000]
    assert document["provenance"]["overrides"]["adjust"] == {"model": "none"}


def test_set_of_an_unknown_key_is_the_users_input(study, capsys):
    assert run(["ceac", str(study), "--set", "adjust.modle=ols"]) == 2
    err = " ".join(capsys.readouterr().err.split())
    assert "E003" in err
    assert 'did you mean "model"?' in err
    assert not (study.parent / "results").exists()


def test_check_of_a_clean_study_ends_with_zero(study, capsys):
    assert run(["check", str(study)]) == 0
    assert "W108" in capsys.readouterr().out
    assert not (study.parent / "results").exists()


def test_check_lists_everything_at_once_and_ends_with_two(study, capsys):
    text = study.read_text("utf-8")
    study.write_text(text.replace("gp_surgery: ", "gp_sugery: "), "utf-8")
    answers = study.parent / "questionnaires.csv"
    lines = answers.read_text("utf-8").splitlines()
    row = lines[1].split(",")
    row[2] = "6"
    lines[1] = ",".join(row)
    answers.write_text("\n".join(lines), "utf-8")
    assert run(["check", str(study)]) == 2
    out = capsys.readouterr().out
    assert "E036" in out
    assert "gp_surgery" in out
    assert "E103" in out
    assert "questionnaires.csv, row 2, mo" in out


def test_check_in_json(study, capsys):
    assert run(["check", str(study), "--json"]) == 0
    findings = json.loads(capsys.readouterr().out)
    assert {one["severity"] for one in findings} <= {"warning", "note"}


def test_subgroups_are_shown_and_one_that_cannot_be_is_left_out(study, capsys):
    groups = "subgroups=[sex, user_group]"
    arguments = ["ceac", str(study), "--replicates", "100", "--set", groups]
    assert run(arguments) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "male minus female" in out
    assert 'W093 subgroups by user_group are left out: nobody of subgroup "older_adult"' in out
    table = pd.read_csv(study.parent / "results" / "subgroups.csv")
    assert set(table["variable"]) == {"sex"}


@pytest.mark.parametrize(
    "arguments",
    [["ceac"], ["ceac", "no_such.yaml"], ["ceac", ".", "--nonsense"], ["nonsense"], ["check", "x"]],
)
def test_usage_errors_end_with_two_and_no_traceback(arguments, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert run(arguments) == 2
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err + captured.out
    assert list(tmp_path.iterdir()) == []


def test_a_fault_of_ours_ends_with_one(study, capsys, monkeypatch):
    def fail(*_args, **_kwargs):
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("cpi_econ.evaluation.estimation.bootstrap", fail)
    assert run(["ceac", str(study)]) == 1
    assert "fault of the program" in capsys.readouterr().err
    assert not (study.parent / "results").exists()


def test_interruption_ends_with_130_and_writes_nothing(study, capsys, monkeypatch):
    def interrupt(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("cpi_econ.evaluation.estimation.bootstrap", interrupt)
    assert run(["ceac", str(study)]) == 130
    assert "interrupted" in capsys.readouterr().err
    assert not (study.parent / "results").exists()


def test_module_and_version_work_as_a_process():
    done = subprocess.run(
        [sys.executable, "-m", "cpi_econ", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("cpi-econ ")


def test_a_console_without_unicode_does_not_fail(study):
    done = subprocess.run(
        [sys.executable, "-m", "cpi_econ", "ceac", str(study), "--replicates", "100"],
        capture_output=True,
        env={"PYTHONIOENCODING": "cp1252", "PATH": "/usr/bin", "MPLBACKEND": "Agg"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "£20,000" in done.stdout.decode("cp1252")
