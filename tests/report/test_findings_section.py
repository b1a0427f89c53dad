"""What the checks found, as the report says it: each thing once, nothing lost without a word."""

from __future__ import annotations

from types import SimpleNamespace

from cpi_econ.report.sections_findings import findings_section


def of(*findings, scenarios=("base case",)):
    listed = [
        {"severity": severity, "code": code, "message": message}
        for severity, code, message in findings
    ]
    return SimpleNamespace(results={"findings": listed, "scenarios": dict.fromkeys(scenarios)})


def rows(*findings, **options):
    (table,) = findings_section(of(*findings, **options)).blocks
    return [list(row) for row in table.rows]


def test_messages_that_differ_in_numbers_stand_once():
    found = rows(
        ("warning", "W126", "84 of 155 are analysed."),
        ("warning", "W126", "87 of 155 are analysed."),
        ("warning", "W126", "few are analysed."),
    )
    assert found == [
        ["Warning", "W126", "84 of 155 are analysed. (1 more like it, with other numbers.)"],
        ["Warning", "W126", "Few are analysed."],
    ]


def test_warnings_come_before_notes_and_the_fifth_of_a_code_is_counted():
    notes = [("note", "N030", f"price of {name} replaces another.") for name in "abcdef"]
    found = rows(*notes, ("warning", "W111", "months are not covered."))
    assert [row[1] for row in found] == ["W111", *["N030"] * 4]
    assert found[-1][2].endswith("And 2 more of this code.")
    assert not any("more of this code" in row[2] for row in found[:-1])


def test_a_scenario_is_named_only_where_the_base_case_is_silent():
    found = rows(
        ("warning", "W135", "few clusters: 4."),
        ("warning", "W135", "in scenario one: few clusters: 5."),
        ("warning", "W123", "in scenario one: baseline differs."),
        ("warning", "W123", "in scenario two: baseline differs."),
        ("warning", "W123", "in scenario three: baseline differs."),
        ("note", "N124", "in scenario one: nothing is discounted."),
        scenarios=("base case", "one", "two", "three"),
    )
    assert found == [
        ["Warning", "W135", "Base case", "Few clusters: 4. (1 more like it, with other numbers.)"],
        ["Warning", "W123", "One; Two; 1 more", "Baseline differs."],
    ]


def test_nothing_found_is_said():
    (block,) = findings_section(of()).blocks
    assert "found nothing" in block.text
