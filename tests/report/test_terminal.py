"""The terminal summary and the findings screen, printed to files of several kinds."""

from __future__ import annotations

import copy
import io
import sys
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType

from cpi_econ.errors import Finding, Where
from cpi_econ.report.findings_screen import findings_list, findings_panel
from cpi_econ.report.labels import Labels
from cpi_econ.report.terminal import screen, summary


def printed(shown: RenderableType, width: int = 100) -> str:
    file = io.StringIO()
    Console(file=file, width=width, highlight=False).print(shown)
    return file.getvalue()


def words(text: str) -> str:
    return " ".join(text.split())


def test_says_what_the_study_found(results, labels):
    text = words(printed(summary(results, labels)))
    for said in (
        "Connecting People pilot, cost-utility analysis",
        "NHS, PSS | GBP 2014/15 | 9 months | base case",
        "Lower fidelity (reference) 125 12 57",
        "High fidelity 30 <5 24",
        "Lower fidelity £4,321 (410) 0.4500 (0.0100)",
        "High fidelity minus Lower fidelity -£1,331 (640) 0.0121 (0.0200)",
        "95% interval -£2,611 to -£51 -0.0279 to 0.0521",
        "ICER High fidelity dominates Lower fidelity",
        "69.9% costs less, more effect (SE)",
        "£20,000 £1,573 (-£67 to £3,213) 0.966 (0.003)",
    ):
        assert said in text


@pytest.mark.parametrize("width", [60, 80, 100, 250])
def test_fits_the_window_and_never_more_than_100_columns(results, labels, width):
    long = "A very long title that goes on " * 12
    shown = summary(
        results,
        replace(labels, title=long, arms={"high": "High " * 40}),
        folder="out/" * 60,
        files=["plane.svg"] * 30,
    )
    lines = printed(shown, width).splitlines()
    assert max(cell_len(line.rstrip()) for line in lines) <= min(width, 100)


def test_of_many_files_those_to_open_are_named_and_the_others_counted(results, labels):
    files = [
        "results.json",
        "arms.csv",
        "plane.svg",
        "report.html",
        *(f"f{at}.svg" for at in "abc"),
    ]
    text = " ".join(printed(summary(results, labels, folder="out", files=files)).split())
    assert "report.html, results.json, plane.svg, and 4 more files" in text
    assert "arms.csv" not in text
    text = " ".join(printed(summary(results, labels, folder="out", files=files[:2])).split())
    assert "results.json, and 1 more file" in text


def test_level_of_the_intervals_is_printed(results, labels):
    text = printed(summary(results, replace(labels, level=0.9)))
    assert "90% interval" in text
    assert "95%" not in text


def test_findings_come_by_severity_with_places_and_counts(results, labels):
    text = printed(summary(results, labels))
    assert text.index("2 warnings") < text.index("W135") < text.index("1 note") < text.index("N117")
    assert "W108 csri.csv, row 12, nights: 38 blanks." in text


def test_a_code_found_often_is_counted_not_repeated():
    found = [Finding("W104", f"case {case}.") for case in range(40)]
    found += [Finding("N120", f"remark {case}.") for case in range(9)]
    text = printed(findings_list(found))
    assert "40 warnings" in text
    assert "case 2." in text
    assert "case 3." not in text
    assert "and 37 more W104" in text
    assert "remark 1." not in text
    assert "and 8 more N120" in text
    whole = printed(findings_list(found, all_of_them=True))
    assert all(finding.message in whole for finding in found)


def test_findings_of_one_code_stand_together():
    found = [Finding(code, f"{code} again.") for code in ("W108", "W111", "W108")]
    text = printed(findings_list(found))
    assert text.index("W111") > text.rindex("W108")


def test_no_finding_is_said_once():
    assert printed(findings_panel([], nothing_written=False)).strip() == "No findings."


def test_errors_show_every_finding_place_and_person():
    found = [
        Finding("W104", "9 is declared missing."),
        Finding("E103", "mobility is 6.", Where("q.csv", 43, "mo"), tuple(map(str, range(20)))),
    ]
    text = printed(findings_panel(found))
    assert text.index("E103") < text.index("W104")
    assert "q.csv, row 43, mo: mobility is 6." in text
    assert "(participant 0, 1, 2, 3, 4, 5, 6, 7 and 12 more)" in words(text)
    assert "1 error, 1 warning. Nothing was written." in text
    assert "written" not in printed(findings_panel(found, nothing_written=False))


def test_text_of_users_is_never_read_as_markup(results, labels):
    hostile = replace(labels, title="[red]Study[/red] [link=x]", arms={"high": "[b]High[/b]"})
    results["findings"][0]["message"] = "column [bold] is [/bold] unknown"
    text = printed(summary(results, hostile, folder="[dim]out[/dim]"))
    for kept in ("[red]Study[/red] [link=x]", "[b]High[/b]", "[bold] is [/bold]", "[dim]out"):
        assert kept in text


def test_control_characters_do_not_reach_the_terminal(results, labels):
    hostile = replace(labels, title="T\x1b[2J\u202eitle\nnext", arms={"high": "H\x07igh"})
    results["findings"][0]["message"] = "found \x1b]0;x\x07"
    text = printed(summary(results, hostile))
    assert not set(text) & {"\x1b", "\x07", "\u202e"}
    assert "T [2Jitle next" in text


def test_console_of_few_letters_gets_replacements_not_a_crash(results, labels, monkeypatch):
    for encoding in ("cp1252", "ascii"):
        raw = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
        named = replace(labels, title="Étude 😀 דוח")
        screen().print(summary(results, named, folder="out", files=["plane.svg"]))
        sys.stdout.flush()
        text = raw.getvalue().decode(encoding)
        assert "tude ? ???" in text
        assert "1,331 (640)" in text
        assert "Sample" in text


def test_screen_for_errors_writes_to_standard_error(capsys):
    screen(stderr=True).print(findings_panel([Finding("E101", "levels 0 to 4.")]))
    caught = capsys.readouterr()
    assert caught.out == ""
    assert "E101" in caught.err


def test_numbers_that_do_not_exist_are_dashes(results, labels):
    comparison = results["scenarios"]["base case"]["effects"]["qaly"]["comparisons"]["high"]
    comparison["inc_cost"] = dict.fromkeys(("estimate", "se", "lower", "upper"))
    comparison["inmb"][0]["mcse"] = None
    text = words(printed(summary(results, labels)))
    assert "High fidelity minus Lower fidelity - (-)" in text
    assert "0.966 (-)" in text


def test_icer_interval_is_printed_only_where_there_is_one(results, labels):
    icer = results["scenarios"]["base case"]["effects"]["qaly"]["comparisons"]["high"]["icer"]
    assert "95% interval" not in _icer_line(printed(summary(results, labels)))
    icer.update(statement="high costs £9,000 more per QALY gained", lower=4000.0, upper=21000.0)
    assert "(95% interval £4,000 to £21,000)" in _icer_line(printed(summary(results, labels)))


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        ("high is dominated by low", "High is dominated by Low"),
        (
            "high costs £9 more per QALY gained than low",
            "High costs £9 more per QALY gained than Low",
        ),
        ("high and low do not differ in cost or effect", "High and Low do not differ in cost"),
        ("a low price, higher costs", "a low price, higher costs"),
    ],
)
def test_statement_speaks_of_labels(results, statement, shown):
    comparisons = results["scenarios"]["base case"]["effects"]["qaly"]["comparisons"]
    comparisons["high"]["icer"]["statement"] = statement
    named = Labels(arms={"high": "High", "low": "Low"}, reference="low")
    assert shown in _icer_line(printed(summary(results, named)))


def _icer_line(text: str) -> str:
    return next(line for line in text.splitlines() if line.startswith("ICER"))


def test_every_effect_has_its_own_block(results, labels, second_effect):
    results["scenarios"]["base case"]["effects"]["inclusion"] = second_effect
    text = printed(summary(results, labels))
    assert text.index("Effect: qaly") < text.index("QALYs") < text.index("Effect: inclusion")
    assert "RG-UK points" in text


def test_several_arms_are_named_at_each_threshold(results, labels):
    effect = results["scenarios"]["base case"]["effects"]["qaly"]
    effect["comparisons"]["mid"] = copy.deepcopy(effect["comparisons"]["high"])
    text = printed(summary(results, labels))
    assert "£20,000, High fidelity" in text
    assert "£20,000, Middle fidelity" in text


def test_works_without_any_label(results):
    text = words(printed(summary(results, Labels(reference="low"))))
    assert "high minus low -£1,331 (640)" in text
