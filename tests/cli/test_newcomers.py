"""What a newcomer's machine does: other encodings, open files, odd folders, first slips in YAML."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cpi_econ as ce
from cpi_econ.cli.app import run
from cpi_econ.effects.instruments import instrument
from cpi_econ.effects.level_checks import check_levels
from cpi_econ.errors import DataError, StudyFileError
from cpi_econ.report.explanation import explain_participant, explanation_lines
from cpi_econ.report.simulation_screen import _verdict
from cpi_econ.study.load import read_study

PLAN = """
title: Łódź pilot
currency: PLN
arms: {usual: {label: Zwykła opieka}, new: {label: Nowa}}
reference: usual
data:
  participants: {file: people.csv, id: id, arm: arm}
costs: {column: cost}
effects: {qaly: {column: qaly}}
uncertainty: {replicates: 100}
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    stream = np.random.default_rng(4)
    people = pd.DataFrame(
        {
            "id": range(60),
            "arm": ["usual", "new"] * 30,
            "cost": stream.gamma(2, 500, 60).round(2),
            "qaly": stream.uniform(0.3, 0.9, 60).round(3),
        }
    )
    people.to_csv(tmp_path / "people.csv", index=False)
    (tmp_path / "study.yaml").write_text(PLAN, encoding="utf-8")
    return tmp_path / "study.yaml"


def console(encoding: str, *arguments: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "cpi_econ", *map(str, arguments)],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        check=False,
    )


def test_json_is_utf8_whatever_the_console_is(plan: Path) -> None:
    done = console("cp1252", "describe", plan, "--json")
    assert done.returncode == 0, done.stderr
    assert "Zwykła opieka" in done.stdout.decode("utf-8")
    assert "sample" in json.loads(done.stdout)


def test_a_console_without_the_letters_still_shows_the_answer(plan: Path) -> None:
    folder = plan.parent / "Łódź"
    done = console("cp1252", "ceac", plan, "--out", folder)
    assert done.returncode == 0, done.stderr
    assert (folder / "results.json").is_file()
    assert console("cp1252", "new", plan.parent / "Nowe Łąki").returncode == 0


def test_the_command_that_new_prints_survives_a_space(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["new", str(tmp_path / "my study")]) == 0
    assert f'ceac "{tmp_path / "my study" / "study.yaml"}"' in capsys.readouterr().out


def test_a_file_held_open_leaves_the_former_results_whole(
    plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = ce.evaluate(read_study(plan))
    folder = plan.parent / "results"
    ce.write_results(result, folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    later = ce.evaluate(read_study(plan, ["uncertainty.seed=9"]))
    replace = os.replace

    def locked(source: object, target: object) -> None:
        if Path(str(source)) == folder / "inmb.csv":
            raise PermissionError(13, "The process cannot access the file")
        replace(str(source), str(target))

    monkeypatch.setattr(os, "replace", locked)
    with pytest.raises(DataError) as caught:
        ce.write_results(later, folder)
    (found,) = caught.value.findings
    assert (found.code, found.where.file) == ("E027", "inmb.csv")
    assert "close the program" in found.message
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_report_goes_into_a_folder_that_is_not_there_yet(plan: Path) -> None:
    page = plan.parent / "for the board" / "page.html"
    assert run(["report", str(plan), "--html", str(page), "--quiet"]) == 0
    assert page.read_text(encoding="utf-8").startswith("<!")


def test_a_report_that_cannot_be_written_is_told_in_words(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (plan.parent / "taken").write_text("a file", encoding="utf-8")
    page = plan.parent / "taken" / "page.html"
    assert run(["report", str(plan), "--html", str(page), "--quiet"]) == 2
    assert "E027" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('title: "C:\\data"', "write / in paths"),
        ("title: a\n\tcurrency: GBP", "spaces, not with tabs"),
        ("title: Costs: a study", "quotation marks around it"),
    ],
)
def test_first_slips_in_yaml_say_what_to_write(tmp_path: Path, line: str, words: str) -> None:
    (tmp_path / "study.yaml").write_text(line + "\n", encoding="utf-8")
    with pytest.raises(StudyFileError, match="E002") as caught:
        read_study(tmp_path / "study.yaml")
    assert words in str(caught.value)


@pytest.mark.skipif(os.name == "nt", reason="a backslash separates folders there")
def test_a_path_from_windows_is_answered_with_the_path_to_write(plan: Path) -> None:
    (plan.parent / "data").mkdir()
    (plan.parent / "people.csv").rename(plan.parent / "data" / "people.csv")
    study = read_study(plan, [r"data.participants.file=data\people.csv"])
    with pytest.raises(DataError, match="E010") as caught:
        ce.read_trial(study)
    assert 'write "data/people.csv"' in str(caught.value)


def test_nothing_is_said_of_a_horizon_that_nobody_stated(plan: Path) -> None:
    assert "N124" not in {one.code for one in ce.check(read_study(plan))}
    stated = read_study(plan, ["horizon=12 months"])
    assert "N124" in {one.code for one in ce.check(stated)}


def test_levels_from_zero_are_seen_beside_a_stray_code() -> None:
    dimensions = instrument("EQ-5D-5L").dimensions
    levels = pd.DataFrame(np.tile(np.arange(5.0), (5, 12)).T, columns=list(dimensions))
    levels.iloc[3, 0] = 9.0
    faults = check_levels(levels, instrument("EQ-5D-5L"))
    assert {fault.code for fault in faults} == {"E101", "E103"}
    stray = next(fault for fault in faults if fault.code == "E103")
    assert "Declare 9" in stray.message
    assert stray.rows.nonzero()[0].tolist() == [3]


def test_a_rare_zero_on_a_scale_from_one_is_no_shift() -> None:
    dimensions = instrument("EQ-5D-5L").dimensions
    levels = pd.DataFrame(np.tile(np.arange(1.0, 5.0), (5, 15)).T, columns=list(dimensions))
    levels.iloc[3, 0], levels.iloc[4, 0] = 0.0, 9.0
    assert {fault.code for fault in check_levels(levels, instrument("EQ-5D-5L"))} == {"E103"}


def test_explain_says_when_a_person_died() -> None:
    row = {"participant": ["a"], "arm": ["new"], "cost": [1.0], "effect": [0.1]}
    dead = explain_participant("a", outcomes=pd.DataFrame({**row, "died_years": [0.2519]}))
    assert "died 0.252 years after the first visit" in "\n".join(explanation_lines(dead))
    alive = explain_participant("a", outcomes=pd.DataFrame({**row, "died_years": [np.nan]}))
    assert "died" not in "\n".join(explanation_lines(alive))


def test_five_made_up_studies_judge_no_interval() -> None:
    row = {"coverage": 1.0, "studies": 5, "failed": 0}
    told = str(_verdict({"settings": {"level": 0.95}, "performance": [row]})[0])
    assert "too few to judge" in told
    told = str(_verdict({"settings": {"level": 0.95}, "performance": [{**row, "studies": 500}]})[0])
    assert "wider than they need be" in told


def test_a_colon_without_its_space_is_no_key_that_is_left_out(plan: Path) -> None:
    with pytest.raises(StudyFileError, match="space after the colon of usual:0"):
        read_study(plan, ["arms={usual:0}"])


@pytest.mark.parametrize(
    ("out", "code"),
    [("new folder/scored.csv", ""), ("taken/scored.csv", "E027"), ("a.dta", "E066")],
)
def test_scores_go_where_they_are_sent_or_say_why_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], out: str, code: str
) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    answers = "usual:activities now,state\n1,11111\n2,21232\n"
    (tmp_path / "a.csv").write_text(answers, encoding="utf-8")
    chosen = ["--value-set", "eq5d5l_gb_2026", "--state", "state", "--out", str(tmp_path / out)]
    status = run(["value-sets", "score", str(tmp_path / "a.csv"), *chosen])
    assert (status, (tmp_path / out).is_file()) == ((2, False) if code else (0, True))
    assert code in capsys.readouterr().err
