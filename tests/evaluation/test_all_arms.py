"""Three arms from a study file: frontier, thresholds and break-even in results and report."""

import json
from io import StringIO

import jsonschema
import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from cpi_econ.decision.acceptability import expected_loss
from cpi_econ.decision.break_even import break_even
from cpi_econ.decision.frontier import frontier
from cpi_econ.evaluation.evaluate import evaluate
from cpi_econ.report.content import Picture, Table
from cpi_econ.report.labels import Labels
from cpi_econ.report.material import material
from cpi_econ.report.results_schema import results_schema
from cpi_econ.report.sections_frontier import arms_section, break_even_paragraphs
from cpi_econ.report.terminal import summary
from cpi_econ.study.load import read_study

ARMS = {"arms": {"control": {"code": 0}, "treat": {"code": 1}, "more": {"code": 2}}}


@pytest.fixture
def three(make_study, people):
    """A third arm that costs more than the second and does less: dominated."""
    people["arm"] = np.arange(len(people)) % 3
    people["cost"] = 1000.0 + 400 * people["arm"] + people.index % 7
    people["qaly"] = np.array([0.5, 0.6, 0.55])[people["arm"]] + 0.001 * (people.index % 5)
    return evaluate(read_study(make_study(ARMS, people=people)))


def block(result):
    return result.document["scenarios"]["base case"]["effects"]["qaly"]


def test_frontier_and_thresholds_are_those_of_the_functions(three, tmp_path):
    made, data = block(three), three.replicates
    table = frontier(data)
    assert [row["arm"] for row in made["frontier"]] == table["arm"].tolist()
    assert [row["status"] for row in made["frontier"]] == ["frontier", "frontier", "dominated"]
    assert made["frontier"][1]["icer"] == pytest.approx(table["icer"].iloc[1])
    loss = expected_loss(data, [20_000, 30_000])
    for row in made["thresholds"]:
        assert row["expected_loss"] == pytest.approx(
            float(loss.sel(wtp=row["wtp"], arm=row["arm"])), abs=1e-6
        )
    assert sum(row["best"] for row in made["thresholds"]) == 2
    jsonschema.Draft202012Validator(results_schema()).validate(json.loads(three.to_json()))
    three.save(tmp_path / "out")
    assert len(pd.read_csv(tmp_path / "out" / "frontier.csv")) == 3
    assert len(pd.read_csv(tmp_path / "out" / "thresholds.csv")) == 6
    wide = pd.read_csv(tmp_path / "out" / "increments.csv").set_index(["arm", "quantity"])
    even = break_even(data, "treat").value
    assert wide.loc[("treat", "break_even"), "estimate"] == pytest.approx(even)


def test_report_and_terminal_show_who_is_dominated(three):
    of = material(three)
    section = arms_section(of)
    assert [type(one) for one in section.blocks] == [Table, Picture, Table]
    assert section.blocks[0].rows[2][3] == "dominated"
    assert section.blocks[1].draw().get_ylabel() == "Mean cost (£)"
    said = [one.text for one in break_even_paragraphs(of, "qaly")]
    assert said[1].startswith("treat has more net benefit than control above £")
    screen = Console(width=100, file=StringIO())
    screen.print(summary(three.document, Labels(currency="GBP", reference="control")))
    assert "dominated" in screen.file.getvalue()


def test_two_arms_have_thresholds_and_no_frontier_figure(make_study):
    section = arms_section(material(evaluate(read_study(make_study()))))
    assert [type(one) for one in section.blocks] == [Table]


def test_notes_on_another_effect_name_it(make_study):
    changes = {"effects": {"qaly": {"column": "qaly"}, "years": {"column": "age"}}}
    changes["population"] = {"size": "10 per year", "years": 2}
    result = evaluate(read_study(make_study(changes)), effects="all")
    for code in ("N139", "N143", "N144"):
        said = [one.message for one in result.findings if one.code == code]
        assert any(message.startswith("for years: ") for message in said)
        assert any(not message.startswith("for ") for message in said)
    assert len([one for one in result.findings if one.code == "N117"]) == 1
