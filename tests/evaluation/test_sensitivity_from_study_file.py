"""One-way and two-way analysis that a study file asks for: results, tables, page."""

import json

import jsonschema
import pandas as pd
import pytest

from cpi_econ.decision.net_benefit import inmb
from cpi_econ.errors import StudyFileError
from cpi_econ.evaluation.evaluate import evaluate
from cpi_econ.evaluation.one_way import one_way
from cpi_econ.evaluation.person_table import person_table
from cpi_econ.evaluation.sensitivity_results import sensitivity_results
from cpi_econ.paths import data_root
from cpi_econ.report.content import Picture, Table
from cpi_econ.report.material import material
from cpi_econ.report.results_schema import results_schema
from cpi_econ.report.sections_sensitivity import sensitivity_section
from cpi_econ.study.load import read_study

EXAMPLE = data_root() / "examples" / "connecting_people" / "study.yaml"
ADJUSTED = {"adjust": {"model": "ols", "cost": ["age"], "effect": ["age"]}}


def test_inputs_are_the_scenarios_of_their_ends(make_study, tmp_path):
    plan = {"sensitivity": {"inputs": {"covariates": [{}, ADJUSTED]}}}
    result = evaluate(read_study(make_study(plan)), effects="all")
    adjusted = evaluate(read_study(make_study(ADJUSTED, name="adjusted")))
    block = result.document["sensitivity"]
    (row,) = block["arms"]["treat"]["inputs"]["rows"]
    assert row[0] == "covariates"
    assert row[1] == row[2] == pytest.approx(inmb(result.replicates, [20_000.0]).item())
    assert row[3] == pytest.approx(inmb(adjusted.replicates, [20_000.0]).item())
    jsonschema.Draft202012Validator(results_schema()).validate(json.loads(result.to_json()))
    names = {path.name for path in result.save(tmp_path / "out")}
    assert "tornado.csv" in names
    assert "two_way.csv" not in names
    section = sensitivity_section(material(result))
    assert [type(one) for one in section.blocks[1:]] == [Table, Picture]
    assert section.blocks[2].draw().get_xlabel() == "Incremental net benefit (£)"


def test_unit_costs_of_the_example_with_their_tipping_factors():
    changes = ["uncertainty.replicates=100", "wtp.report=[0]"]
    changes.append("sensitivity={unit_costs: 50%, most: 2, two_way: [mh_crisis_team, gp_surgery]}")
    study = read_study(EXAMPLE, [*changes, "sensitivity.inputs=null"])
    block, findings = sensitivity_results(study, person_table(study))
    assert findings == []
    inputs = block["arms"]["high"]["inputs"]
    table = pd.DataFrame(inputs["rows"], columns=inputs["columns"])
    assert len(table) == 2
    base = one_way(study)
    cost, _ = base.base()
    assert table["base"].tolist() == pytest.approx([-cost, -cost])
    for row in table.to_dict("records"):
        service = row["input"].removeprefix("unit cost of ")
        low, high = (base.with_unit_costs({service: factor})[0] for factor in (0.5, 1.5))
        assert (row["low"], row["high"]) == pytest.approx((-low, -high))
        if row["tipping_factor"] is not None and row["tipping_factor"] == row["tipping_factor"]:
            at = base.with_unit_costs({service: row["tipping_factor"]})[0]
            assert at == pytest.approx(0, abs=1e-3 * abs(cost))
    grid = block["arms"]["high"]["two_way"]
    assert grid["factors"] == [0.5, 0.75, 1, 1.5, 2]
    assert grid["inmb"][2][2] == pytest.approx(-cost)
    moved = base.with_unit_costs({"mh_crisis_team": 0.5, "gp_surgery": 2.0})[0]
    assert grid["inmb"][0][4] == pytest.approx(-moved)


def test_nothing_is_made_where_the_file_does_not_ask(make_study):
    result = evaluate(read_study(make_study()), effects="all")
    assert "sensitivity" not in result.document
    assert not sensitivity_section(material(result)).blocks


def test_an_end_that_cannot_be_estimated_is_left_out_with_a_reason(make_study):
    ends = [{}, {"adjust": {"model": "ols", "cost": ["no_such_column"], "effect": []}}]
    study = read_study(make_study({"sensitivity": {"inputs": {"wrong": ends}}}))
    result = evaluate(study, effects="all")
    assert "sensitivity" not in result.document
    (found,) = [one for one in result.findings if one.code == "W095"]
    assert "no_such_column" in found.message


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ({"inputs": {"x": [{}]}}, "an input has two ends"),
        ({"inputs": {"x": [{}, {"adjsut": {}}]}}, 'unknown key "adjsut"; did you mean "adjust"'),
        ({"inputs": {"x": [{}, {"adjust": {"model": "magic"}}]}}, 'in the input "x"'),
        ({"two_way": ["gp"]}, "two_way takes two items"),
        ({"two_way": ["gp", "nurse"]}, '"gp" is no item under costs.items'),
        ({"unit_costs": "20%"}, "where service use is priced"),
    ],
)
def test_slips_are_errors_of_the_study_file(make_study, plan, said):
    with pytest.raises(StudyFileError) as error:
        read_study(make_study({"sensitivity": plan}))
    assert said in str(error.value)


def test_masked_arms_stay_masked(make_study):
    plan = {"sensitivity": {"inputs": {"covariates": [{}, ADJUSTED]}}, "report": {"blind": True}}
    masked = evaluate(read_study(make_study(plan)), effects="all").document["sensitivity"]
    opened = evaluate(
        read_study(make_study(plan | {"report": {}}, name="open")), effects="all"
    ).document["sensitivity"]
    (arm,) = masked["arms"]
    assert arm in ("A", "B")
    shown, plain = (
        next(iter(one["arms"].values()))["inputs"]["rows"][0] for one in (masked, opened)
    )
    assert [abs(value) for value in shown[1:4]] == pytest.approx([abs(v) for v in plain[1:4]])
