"""Tables as frames, LaTeX and great_tables."""

from __future__ import annotations

import pytest

from cpi_econ.report.content import Table
from cpi_econ.report.table_forms import report_tables, to_frame, to_great_table, to_latex

HOSTILE = Table(
    "t",
    "Costs & <use>",
    ["arm_1", "low: n", "low: cost"],
    [["<script>x</script> \\input{x}", "5", "−£5 {}%"]],
    note="50% #1",
    groups=[("low <b>", ["n", "cost"])],
)


def test_latex_escapes_every_special_character():
    made = to_latex(HOSTILE)
    assert r"\textless{}script\textgreater{}x" in made
    assert r"\textbackslash{}input\{x\}" in made
    assert r"$-$\pounds{}5 \{\}\%" in made
    assert made.count(r" \\") == 2
    assert r"\begin{tabular}{lrr}" in made


def test_every_table_of_the_report_has_every_form(example_result):
    made = report_tables(example_result)
    assert {"means_qaly", "services", "levels_qaly", "cheers"} <= set(made)
    for table in made.values():
        assert to_frame(table).shape == (len(table.rows), len(table.columns))
        assert to_latex(table).count(r" \\") == len(table.rows) + 1


def test_great_tables_shows_arms_as_spanners_and_runs_nothing():
    pytest.importorskip("great_tables", reason="great_tables is not installed")
    page = to_great_table(HOSTILE).as_raw_html()
    assert "low &lt;b&gt;" in page
    assert "Costs &amp; &lt;use&gt;" in page
    assert "<script>" not in page
