"""The next study from a study file: pilot, plan and value of information."""

import json

import numpy as np
import pandas as pd
import pytest

from cpi_econ.decision.next_study import NextStudy, Variation, increment_covariance
from cpi_econ.decision.research import StudyCost
from cpi_econ.errors import EstimationError
from cpi_econ.evaluation.evaluate import evaluate
from cpi_econ.evaluation.information import information, service_means
from cpi_econ.evaluation.pilot import candidates, normal_replicates, pilot, pilot_of
from cpi_econ.evaluation.research_plan import People, plan_findings, research_plan, spread_findings
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
    assert [found.code for found in spread_findings(narrow, known, 20_000.0)] == ["W091"]
    assert [found.code for found in plan_findings(1.0, PEOPLE, True)] == ["N143", "W090"]


def test_a_plan_for_three_arms_is_refused(result):
    three = result.replicates.isel(arm=[0, 1, 1]).assign_coords(arm=["control", "treat", "more"])
    shape = NextStudy(participants={"control": 9, "treat": 9, "more": 9})
    from cpi_econ.evaluation.pilot import Pilot

    known = Pilot(study=shape, variation=Variation(cost_sd=1, effect_sd=1), cluster_size=None)
    with pytest.raises(EstimationError, match="E092"):
        research_plan(three, known, [shape], [1.0], people=PEOPLE, cost=StudyCost())


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
