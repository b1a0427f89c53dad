"""The next study from a study file: pilot, plan and value of information."""

import json
from io import StringIO

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from cpi_econ.decision.information import evpi
from cpi_econ.decision.net_benefit import inmb_intervals
from cpi_econ.decision.next_study import NextStudy, Variation, increment_covariance
from cpi_econ.decision.power import power
from cpi_econ.decision.research import StudyCost
from cpi_econ.decision.sample_information import evsi
from cpi_econ.errors import EstimationError, StudyFileError
from cpi_econ.evaluation.evaluate import evaluate
from cpi_econ.evaluation.information import information, service_means
from cpi_econ.evaluation.next_study import next_study
from cpi_econ.evaluation.pilot import Pilot, candidates, pilot, pilot_of
from cpi_econ.evaluation.present_spread import (
    normal_replicates,
    present,
    sandwich_replicates,
    spread_findings,
)
from cpi_econ.evaluation.research_plan import People, research_plan
from cpi_econ.evaluation.research_results import research_results
from cpi_econ.report.content import Picture, Table
from cpi_econ.report.labels import Labels
from cpi_econ.report.material import material
from cpi_econ.report.research_screen import design_screen
from cpi_econ.report.sections_research import research_blocks
from cpi_econ.study.load import read_study

CLUSTERED = {
    "data": {"participants": {"cluster": "centre"}},
    "uncertainty": {"resample": "clusters", "replicates": 400},
    "adjust": {"model": "ols", "cost": ["age"], "effect": ["age"]},
}
PEOPLE = People(size=12_000.0, years=5.0, discount=0.035)


@pytest.fixture
def study(make_study):
    return read_study(make_study(CLUSTERED))


@pytest.fixture
def result(study):
    return evaluate(study)


def test_pilot_against_a_regression_by_hand(people):
    table = people.rename(columns={"qaly": "effect"}).assign(arm=people["arm"].astype(str))
    found = pilot(table, cost_covariates=["age"], effect_covariates=["age"]).variation
    design = np.column_stack([people["arm"] == 0, people["arm"] == 1, people["age"]]).astype(float)
    residual = {}
    for name in ("cost", "effect"):
        beta = np.linalg.solve(design.T @ design, design.T @ table[name])
        residual[name] = table[name] - design @ beta
    for name, sd in (("cost", found.cost_sd), ("effect", found.effect_sd)):
        assert sd**2 == pytest.approx((residual[name] ** 2).sum() / (80 - 3))
    assert found.correlation == pytest.approx(
        np.corrcoef(residual["cost"], residual["effect"])[0, 1]
    )


def test_shape_of_the_pilot(study, result):
    found = pilot_of(study, result)
    assert dict(found.study.participants) == {"control": 40, "treat": 40}
    assert dict(found.study.clusters) == {"control": 8, "treat": 8}
    assert (found.cluster_size, found.study.size_cv, found.study.dropout) == (5.0, 0.0, 0.0)
    assert found.variation.icc_cost >= 0


def test_people_lost_and_too_few(people):
    table = people.rename(columns={"qaly": "effect"}).assign(arm=people["arm"].astype(str))
    table.loc[table.index[:20], "cost"] = np.nan
    assert pilot(table).study.dropout == pytest.approx(0.25)
    table.loc[table["arm"] == "1", "cost"] = np.nan
    with pytest.raises(EstimationError, match="E092"):
        pilot(table)


def test_candidates_share_out_clusters(study, result):
    made = candidates(pilot_of(study, result), [17, 40], cluster_size=6.0, dropout=0.2)
    assert dict(made[0].clusters) == {"control": 9, "treat": 8}
    assert (made[1].total, made[1].dropout) == (240, 0.2)


def test_candidates_of_unequal_arms(study, result):
    known = pilot_of(study, result)
    (made,) = candidates(known, [18], ratio=2.0, reference="control")
    assert dict(made.clusters) == {"control": 6, "treat": 12}
    with pytest.raises(EstimationError, match="E094"):
        candidates(known, [18], ratio=0.0, reference="control")


def test_spread_of_the_interval(study, result):
    known = pilot_of(study, result)
    made = present(result.replicates, known, "interval")
    own = inmb_intervals(result.replicates, [20_000.0], interval="cr2")["se"].item()
    exact = inmb_intervals(made, [20_000.0], interval="normal")["se"].item()
    assert exact == pytest.approx(own)
    drawn = 20_000 * made["effect"] - made["cost"]
    gap = drawn.sel(arm="treat") - drawn.sel(arm="control")
    assert float(gap.std(ddof=1)) == pytest.approx(own, rel=0.15)
    with pytest.raises(EstimationError, match="E095"):
        sandwich_replicates(made)


def test_the_plan_holds_together(study, result):
    known = pilot_of(study, result)
    studies = candidates(known, [16, 24, 40])
    cost = StudyCost(fixed=1000.0, per_participant=10.0, per_cluster=100.0)
    answer = research_plan(
        result.replicates,
        known,
        studies,
        [20_000.0, 30_000.0],
        people=PEOPLE,
        cost=cost,
        study_years=1.0,
    )
    json.dumps(answer, allow_nan=False)
    after = sum(12_000 / 1.035**year for year in range(1, 5))
    for row in answer["thresholds"]:
        values = [one["evsi"] for one in row["studies"]]
        assert np.diff(values).min() >= -1e-9
        assert values[-1] <= row["evpi"]["per_person"] + 1e-9
        for one in row["studies"]:
            assert one["enbs"] == pytest.approx(one["evsi"] * after - one["cost"])
        best = max(range(3), key=lambda at: row["studies"][at]["enbs"])
        assert row["best"]["number"] == best
        assert row["needed"]["power"] >= 0.8
        assert row["net_benefit"] == pytest.approx(
            row["wtp"] * answer["difference"]["effect"] - answer["difference"]["cost"]
        )
    assert answer["findings"][0].startswith("N143")


def test_normal_replicates_have_the_model_s_spread(study, result):
    known = pilot_of(study, result)
    made = normal_replicates(result.replicates, known)
    np.testing.assert_array_equal(made["cost_hat"], result.replicates["cost_hat"])
    expected = increment_covariance(known.study, known.variation, "control")
    inc = made["cost"].sel(arm="treat") - made["cost"].sel(arm="control")
    assert float(inc.var(ddof=1)) == pytest.approx(expected[0, 0], rel=0.3)
    assert spread_findings(made, known, 20_000.0) == []


def test_replicates_that_are_too_narrow_are_told(study, result):
    known = pilot_of(study, result)
    hat = result.replicates["cost_hat"]
    narrow = result.replicates.assign(
        cost=0.3 * result.replicates["cost"] + 0.7 * hat,
        effect=0.3 * result.replicates["effect"] + 0.7 * result.replicates["effect_hat"],
    )
    (found,) = spread_findings(narrow, known, 20_000.0)
    assert found.code == "W091"
    by_people = normal_replicates(narrow, known)
    for one in (narrow, by_people, sandwich_replicates(narrow)):
        assert f"{float(evpi(one, [20_000.0])[0]):,.0f} " in found.message


def test_a_plan_for_three_arms_compares_each_with_the_reference(result):
    names = ["control", "treat", "more"]
    three = result.replicates.isel(arm=[0, 1, 1]).assign_coords(arm=names)
    better = three["effect_hat"] + [0.0, 0.0, 0.02]
    drawn = three["effect"] + np.array([0.0, 0.0, 0.02])
    three = three.assign(effect_hat=better, effect=drawn)
    shape = NextStudy(participants=dict.fromkeys(names, 60))
    people = Variation(cost_sd=1200, effect_sd=0.2)
    known = Pilot(study=shape, variation=people, cluster_size=None)
    answer = research_plan(
        three, known, [shape], [20_000.0], people=PEOPLE, cost=StudyCost(fixed=1.0)
    )
    (row,) = answer["thresholds"]
    assert answer["arm"] == "more"
    assert row["net_benefits"]["more"] == pytest.approx(row["net_benefits"]["treat"] + 400)
    pair = NextStudy(participants={"control": 60, "more": 60})
    gap = answer["differences"]["more"]
    alone = power((gap["cost"], gap["effect"]), people, [pair], [20_000.0], reference="control")
    assert row["studies"][0]["powers"]["more"] == pytest.approx(alone.item())
    whole = evsi(three, [shape], people, [20_000.0]).item()
    assert row["studies"][0]["evsi"] == pytest.approx(whole)
    assert set(row["needed_by_arm"]) == {"treat", "more"}
    screen = Console(width=100, file=StringIO())
    screen.print(design_screen(answer, Labels(currency="GBP", reference="control")))
    assert "Power, more" in screen.file.getvalue()
    assert "of treat against control takes" in " ".join(screen.file.getvalue().split())


def planned(make_study, plan, name="planned"):
    changes = {"next_study": plan, "population": {"size": "900 per year", "years": 6}}
    return read_study(make_study(CLUSTERED | changes, name=name))


def test_the_study_file_says_what_the_next_study_is(make_study):
    plan = {"fixed_cost": 1000, "cost_per_cluster": 50, "cost_per_person": 2, "years": 1}
    plan |= {"sizes": [16, 40], "per_cluster": 6, "dropout": "25%"}
    study = planned(make_study, plan)
    result = evaluate(study)
    options = {"people": PEOPLE, "wtp": [20_000.0]}
    answer = next_study(study, result.outcomes, result.replicates, **options)
    rows = answer["thresholds"][0]["studies"]
    assert [row["clusters"] for row in rows] == [16, 20, 24, 28, 32, 36, 40]
    assert rows[0]["participants"] == 96
    assert rows[0]["cost"] == 1000 + 16 * 50 + 96 * 2
    assert answer["population"]["study_years"] == 1
    assert not any("W090" in line for line in answer["findings"])
    typed = {"sizes": [18], "fixed_cost": 7.0, "years": None, "uncertainty": "people"}
    other = next_study(study, result.outcomes, result.replicates, **options, options=typed)
    assert other["thresholds"][0]["studies"][0]["cost"] == 7 + 18 * 50 + 108 * 2
    assert (other["population"]["study_years"], other["uncertainty"]) == (1, "people")
    with pytest.raises(EstimationError, match="E095 uncertainty is 'guess'"):
        next_study(
            study, result.outcomes, result.replicates, **options, options={"uncertainty": "guess"}
        )


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ({"sizes": [40, 16]}, "sizes must rise"),
        ({"sizes": [2, 16]}, "from 4 up"),
        ({"years": 7}, "reports after 7 years"),
    ],
)
def test_plans_that_cannot_be_are_errors_of_the_study_file(make_study, plan, said):
    with pytest.raises(StudyFileError, match=said):
        planned(make_study, plan)


def test_costs_of_clusters_need_clusters(make_study):
    changes = {"next_study": {"cost_per_cluster": 5}}
    with pytest.raises(StudyFileError, match="cost_per_cluster needs data"):
        read_study(make_study(changes))


def test_a_run_puts_further_research_in_its_report(make_study):
    study = planned(make_study, {"fixed_cost": 100, "sizes": [16, 24, 32]})
    result = evaluate(study, effects="all")
    answer = result.description["research"]["next_study"]
    assert [row["clusters"] for row in answer["thresholds"][0]["studies"]] == [16, 24, 32]
    blocks = research_blocks(material(result))
    assert [one.name for one in blocks if isinstance(one, Table)] == [
        "evppi",
        "next_study_20000",
        "next_study_30000",
    ]
    pictures = {one.name: one for one in blocks if isinstance(one, Picture)}
    assert pictures["enbs"].draw().get_xlabel() == "Clusters recruited"
    assert pictures["evppi"].draw().get_xlabel().startswith("EVPPI per person at £20,000")
    assert pictures["power"].draw().get_ylabel() == "Power"
    json.dumps(result.description, allow_nan=False)


def test_a_run_goes_on_where_further_research_cannot_be_valued(make_study, people):
    people.loc[people["arm"] == 1, "cost"] = np.nan
    people.loc[people.index[1], "cost"] = 5.0
    table = people.rename(columns={"qaly": "effect"}).assign(
        arm=people["arm"].map({0: "control", 1: "treat"})
    )
    study = planned(make_study, {})
    made = evaluate(study).replicates
    answers, findings = research_results(study, table, made)
    assert set(answers) == {"information"}
    assert [found.code for found in findings] == ["W094"]


def test_information_of_a_trial(result):
    parts = {"gp": {"control": 100.0, "treat": 300.0}, "bed": {"control": 90.0, "treat": 80.0}}
    other = result.replicates.assign(
        effect=result.replicates["effect"] * 0.8, effect_hat=result.replicates["effect_hat"] * 0.8
    )
    answer = information(
        result.replicates,
        [0.0, 20_000.0],
        people=PEOPLE,
        parts=parts,
        unit_cost_cv=0.3,
        scenarios={"base case": result.replicates, "other values": other},
    )
    json.dumps(answer, allow_nan=False)
    names = {row["name"] for row in answer["evppi"]}
    assert {"cost data", "effect data", "choice of scenario", "all unit costs"} <= names
    for row in answer["evppi"]:
        assert (np.array(row["value"]) <= np.array(answer["evpi_named"]) + 1e-9).all()
    people = answer["evpi"]["people"]
    np.testing.assert_allclose(
        answer["evpi"]["population"], np.array(answer["evpi"]["per_person"]) * people
    )
    least = np.min(list(answer["expected_loss"].values()), axis=0)
    np.testing.assert_allclose(answer["evpi"]["per_person"], least)


def test_information_of_a_model(result):
    count = result.replicates.sizes["replicate"]
    table = pd.DataFrame({"x": np.arange(count), "y": np.arange(count) % 7})
    answer = information(result.replicates, [20_000.0], parameters=table)
    assert {row["name"] for row in answer["evppi"]} == {"x", "y"}
    assert answer["evpi"]["population"] is None
    with pytest.raises(EstimationError, match="E090"):
        information(result.replicates, [20_000.0], parameters=table[:5])


def test_masked_services_are_left_out():
    table = pd.DataFrame(
        {"service": ["gp", "gp", "bed", "bed"], "arm": list("abab"), "mean_cost": [1, 2, 3, None]}
    )
    assert service_means(table, ["a", "b"]) == {"gp": {"a": 1.0, "b": 2.0}}
