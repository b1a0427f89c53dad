"""A rerun of the same study that gives other numbers says so."""

import copy
import json

import pytest

from cpi_econ.result.rerun import rerun_findings

DOCUMENT = {
    "provenance": {
        "version": "0.4.0", "packages": {"numpy": "2.4", "pandas": "3.1"}, "seed": 1,
        "study": {"sha256": "ab"}, "files": {"people.csv": "cd"}, "overrides": {},
        "replicates": 100,
    },
    "scenarios": {"base case": {"effects": {"qaly": {"icer": None, "cost": [1.5, 2.0], "n": 3}}}},
}  # fmt: skip


def write(folder, changes=(), scenarios=None, **provenance):
    earlier = copy.deepcopy(DOCUMENT)
    earlier["provenance"] |= provenance
    earlier["scenarios"] = scenarios or earlier["scenarios"]
    for place, value in changes:
        earlier["scenarios"]["base case"]["effects"]["qaly"]["cost"][place] = value
    (folder / "results.json").write_text(json.dumps(earlier), "utf-8")


def test_the_same_numbers_are_silent_in_any_version(tmp_path):
    assert rerun_findings(DOCUMENT, tmp_path) == []
    write(tmp_path, version="0.3.1")
    assert rerun_findings(DOCUMENT, tmp_path) == []


def test_other_numbers_are_named_with_both_versions(tmp_path):
    write(tmp_path, [(0, 1.25)], version="0.3.1", packages={"numpy": "2.3", "pandas": "3.1"})
    (found,) = rerun_findings(DOCUMENT, tmp_path)
    assert found.code == "W145"
    assert "results were made with 0.3.1 (numpy 2.3); you run 0.4.0 (numpy 2.4)" in found.message
    assert "1 number differs: base case, effects, qaly, cost, 0 was 1.25, is 1.5." in found.message


def test_rounding_is_no_difference_and_scenarios_of_one_run_only_are_left_out(tmp_path):
    write(tmp_path, [(0, 1.5 + 1e-12)])
    assert rerun_findings(DOCUMENT, tmp_path) == []
    write(tmp_path, scenarios={"another": {"effects": {"qaly": {"cost": [9.0, 9.0]}}}})
    assert rerun_findings(DOCUMENT, tmp_path) == []


@pytest.mark.parametrize(
    "other", [{"seed": 2}, {"files": {"people.csv": "x"}}, {"overrides": {"a": 1}}]
)
def test_another_analysis_is_not_a_rerun(tmp_path, other):
    write(tmp_path, [(1, 7.0)], **other)
    assert rerun_findings(DOCUMENT, tmp_path) == []


@pytest.mark.parametrize("text", ["", "[1]", "{}", "\x00"])
def test_a_folder_of_something_else_is_left_alone(tmp_path, text):
    (tmp_path / "results.json").write_text(text, "utf-8")
    assert rerun_findings(DOCUMENT, tmp_path) == []
