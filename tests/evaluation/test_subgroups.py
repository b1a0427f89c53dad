"""Subgroups of a study file: in the results, in tables, on the page."""

import json

import jsonschema
import numpy as np
import pytest

from cpi_econ.decision.interaction import subgroup_differences
from cpi_econ.decision.net_benefit import inmb_intervals
from cpi_econ.errors import DataError, StudyFileError
from cpi_econ.evaluation.evaluate import evaluate
from cpi_econ.evaluation.subgroups import subgroups
from cpi_econ.report.content import Picture, Table
from cpi_econ.report.material import material
from cpi_econ.report.results_schema import results_schema
from cpi_econ.report.sections_subgroups import subgroups_section
from cpi_econ.result.answer import load
from cpi_econ.study.load import read_study

WTP = 20_000.0


@pytest.fixture
def grouped(people):
    people["group"] = np.where(people.index % 3 == 0, "old", "young")
    people["empty"] = np.where((people["arm"] == 1) & (people.index % 4 > 0), "most", "rest")
    people.loc[people["arm"] == 0, "empty"] = "rest"
    return people


def analysed(make_study, people, changes=None, name="study"):
    plan = {"subgroups": ["group"], "uncertainty": {"replicates": 400}}
    return evaluate(read_study(make_study(plan | (changes or {}), people=people, name=name)))


def block(result, variable="group", effect="qaly"):
    return result.document["subgroups"][variable]["effects"][effect]


def test_differences_are_those_of_an_ordinary_interaction_term(make_study, grouped):
    analytic = {"uncertainty": {"resample": "none"}}
    found = block(analysed(make_study, grouped, analytic))["differences"][0]
    grouped["benefit"] = WTP * grouped["qaly"] - grouped["cost"]
    cells = grouped.groupby(["group", "arm"])["benefit"]
    mean, var = cells.mean(), cells.var() / cells.size()
    effect = {name: mean[name, 1] - mean[name, 0] for name in ("old", "young")}
    assert (found["subgroup"], found["against"], found["wtp"]) == ("young", "old", WTP)
    assert found["estimate"] == pytest.approx(effect["young"] - effect["old"])
    assert found["se"] == pytest.approx(np.sqrt(var.sum()))


def test_slopes_that_are_shared_tie_the_subgroups_together(make_study, grouped):
    """The interaction of one regression on arm, group, their product and age, by hand."""
    plan = {"uncertainty": {"resample": "none"}}
    plan["adjust"] = {"model": "ols", "cost": ["age"], "effect": ["age"]}
    found = block(analysed(make_study, grouped, plan))["differences"][0]
    arm, young = grouped["arm"].to_numpy(float), (grouped["group"] == "young").to_numpy(float)
    design = np.column_stack([np.ones(len(arm)), arm, young, arm * young, grouped["age"]])
    benefit = (WTP * grouped["qaly"] - grouped["cost"]).to_numpy()
    beta, rss = np.linalg.lstsq(design, benefit, rcond=None)[:2]
    cov = np.linalg.inv(design.T @ design) * rss[0] / (len(arm) - design.shape[1])
    assert found["estimate"] == pytest.approx(beta[3])
    assert found["se"] == pytest.approx(np.sqrt(cov[3, 3]), rel=1e-6)


@pytest.mark.parametrize("interval", ["t", "percentile", "bca"])
def test_differences_of_replicates(make_study, grouped, interval):
    plan = {"uncertainty": {"replicates": 400, "interval": interval}}
    study = read_study(make_study(plan, people=grouped))
    found = subgroups(study, evaluate(study).outcomes, "group", "QALY")
    table = subgroup_differences(
        found.joint, found.cells, [WTP], reference="control", interval=interval
    ).sel(arm="treat", subgroup="young", wtp=WTP)
    own = {name: inmb_intervals(one, [WTP]) for name, one in found.replicates.items()}
    gap = float(own["young"]["estimate"][0, 0] - own["old"]["estimate"][0, 0])
    assert float(table["estimate"]) == pytest.approx(gap)
    root = np.hypot(*(float(one["se"][0, 0]) for one in own.values()))
    assert float(table["se"]) == pytest.approx(root, rel=0.15)
    assert table["lower"] < table["estimate"] < table["upper"]


def test_differences_by_cr2_are_those_of_independent_subgroups(make_study, grouped):
    plan = {"data": {"participants": {"cluster": "centre"}}}
    plan["uncertainty"] = {"resample": "clusters", "replicates": 200, "interval": "cr2"}
    result = block(analysed(make_study, grouped, plan))
    own = [one["comparisons"]["treat"]["inmb"][0]["se"] for one in result["subgroups"].values()]
    found = result["differences"][0]
    assert found["se"] == pytest.approx(np.hypot(*own))
    assert found["lower"] < found["estimate"] < found["upper"]


@pytest.mark.parametrize("interval", ["t", "bca"])
def test_subgroups_analysed_alone_have_draws_of_their_own(make_study, grouped, interval):
    plan = {"weights": {"method": "iptw", "covariates": ["age"]}}
    plan["uncertainty"] = {"replicates": 600, "interval": interval}
    study = read_study(make_study(plan, people=grouped))
    found = subgroups(study, evaluate(study).outcomes, "group", "QALY")
    made = subgroup_differences(found.joint, found.cells, [WTP], reference="control")
    own = [float(inmb_intervals(one, [WTP])["se"][0, 0]) for one in found.replicates.values()]
    assert made["se"].item() == pytest.approx(np.hypot(*own), rel=0.1)


def test_swapped_names_turn_the_difference_round(make_study, grouped):
    analytic = {"uncertainty": {"resample": "none"}}
    first = block(analysed(make_study, grouped, analytic))["differences"][0]
    grouped["group"] = grouped["group"].map({"old": "young", "young": "old"})
    second = block(analysed(make_study, grouped, analytic, "swapped"))["differences"][0]
    assert second["estimate"] == pytest.approx(-first["estimate"])
    assert second["se"] == pytest.approx(first["se"])
    assert second["probability"] == pytest.approx(1 - first["probability"])


def test_what_cannot_be_analysed_is_left_out_with_a_reason(make_study, grouped):
    result = analysed(make_study, grouped, {"subgroups": ["group", "empty", "age"]})
    assert list(result.document["subgroups"]) == ["group"]
    said = [found.message for found in result.findings if found.code == "W093"]
    assert len(said) == 2
    assert 'nobody of subgroup "most" is in arm control' in said[0]
    assert "different values; subgroups need 2 to 8" in said[1]


def test_means_of_fewer_than_five_people_are_not_shown(make_study, grouped):
    grouped["few"] = np.where(grouped.index < 6, "few", "many")
    plan = {"subgroups": ["few"]}
    hidden = analysed(make_study, grouped, plan)
    assert "subgroups" not in hidden.document
    assert [found.code for found in hidden.findings if found.code == "W093"] == ["W093"]
    shown = analysed(make_study, grouped, plan | {"report": {"small_numbers": "show"}}, "shown")
    assert block(shown, "few")["subgroups"]["few"]["participants"] == {"control": 3, "treat": 3}


def test_people_of_unknown_subgroup_are_not_given_away(make_study, grouped):
    grouped.loc[0, "group"] = None
    found = block(analysed(make_study, grouped))["subgroups"]
    told = [found[name]["participants"]["control"] for name in ("old", "young")]
    assert "*" in told
    assert found["old"]["share"] == round(found["old"]["share"], 2)


def test_equity_weights_move_the_decision_and_nothing_else(make_study, grouped):
    plain = block(analysed(make_study, grouped))
    weights = {"equity_weights": {"group": {"old": 3.0, "young": 1.0}}}
    weighted = block(analysed(make_study, grouped, weights, "weighted"))
    assert weighted["subgroups"] == plain["subgroups"]
    own = plain["subgroups"]
    benefit = {
        name: max(0.0, one["comparisons"]["treat"]["inmb"][0]["estimate"])
        for name, one in own.items()
    }
    expected = 3 * own["old"]["share"] * benefit["old"] + own["young"]["share"] * benefit["young"]
    assert weighted["decisions"]["own_decisions"][0] == pytest.approx(expected)
    assert weighted["decisions"]["equity_weights"] == {"old": 3.0, "young": 1.0}
    wrong = analysed(make_study, grouped, {"equity_weights": {"group": {"old": 2}}}, "wrong")
    assert [found.code for found in wrong.findings if found.code == "W093"] == ["W093"]


def test_names_that_are_no_columns_stop_the_run(make_study, grouped):
    with pytest.raises(DataError, match='subgroup variable "grup" is no column'):
        analysed(make_study, grouped, {"subgroups": ["grup"]})
    with pytest.raises(StudyFileError, match='"age" is weighted and is not under subgroups'):
        analysed(make_study, grouped, {"equity_weights": {"age": {"1": 2}}})


def test_results_are_published_reloaded_and_reported(make_study, grouped, tmp_path):
    changes = {"population": {"size": "1000 per year", "years": 5}}
    result = analysed(make_study, grouped, changes)
    jsonschema.Draft202012Validator(results_schema()).validate(json.loads(result.to_json()))
    names = {path.name for path in result.save(tmp_path / "out")}
    assert {"subgroups.csv", "subgroups_ceac.csv"} <= names
    again = load(tmp_path / "out")
    section = subgroups_section(material(again))
    assert [type(one) for one in section.blocks if isinstance(one, Table | Picture)] == [
        Table, Picture, Picture
    ]  # fmt: skip
    assert [row[0] for row in section.blocks[1].rows] == ["old", "young"]
    for picture in (one for one in section.blocks if isinstance(one, Picture)):
        assert picture.draw().get_xlabel()
    plain = analysed(make_study, grouped, {"subgroups": []}, "plain")
    assert "subgroups" not in plain.document
    assert not subgroups_section(material(plain)).blocks
    assert plain.document["scenarios"] == {
        **result.document["scenarios"],
        "base case": plain.document["scenarios"]["base case"],
    }


@pytest.mark.parametrize("interval", ["cr2", "studentised"])
def test_intervals_of_clusters_are_those_of_a_study_of_the_subgroup(make_study, grouped, interval):
    grouped["centre"] = grouped["centre"] + grouped["group"]
    plan = {
        "data": {"participants": {"cluster": "centre"}},
        "uncertainty": {"interval": interval, "resample": "clusters"},
    }
    found = block(analysed(make_study, grouped, plan))["subgroups"]["old"]["comparisons"]["treat"]
    own = grouped[grouped["group"] == "old"]
    alone = analysed(make_study, own, plan | {"subgroups": []}, name="alone").document
    expected = alone["scenarios"]["base case"]["effects"]["qaly"]["comparisons"]["treat"]
    assert found["interval"] == expected["interval"] == interval
    for name in ("inc_cost", "inc_effect"):
        assert found[name]["se"] == pytest.approx(expected[name]["se"])
        if interval == "cr2":
            assert found[name] == pytest.approx(expected[name])
