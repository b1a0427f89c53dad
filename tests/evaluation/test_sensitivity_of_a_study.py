"""Scenarios, one-way analysis and subgroups of a study, from its file."""

import numpy as np
import pytest

from cpi_econ.decision.net_benefit import inmb
from cpi_econ.decision.stratified import stratified_value
from cpi_econ.errors import EstimationError
from cpi_econ.evaluation.evaluate import evaluate
from cpi_econ.evaluation.one_way import (
    one_way,
    one_way_table,
    shift_grid,
    two_way_grid,
    unit_cost_tipping_point,
)
from cpi_econ.evaluation.scenario_tables import scenario_table
from cpi_econ.evaluation.subgroups import subgroups
from cpi_econ.paths import data_root
from cpi_econ.study.load import read_study

WTP = 20_000.0


@pytest.fixture(scope="module")
def example():
    plan = data_root() / "examples" / "connecting_people" / "study.yaml"
    return one_way(read_study(plan, ["uncertainty.replicates=100"]))


def test_base_case_is_that_of_the_evaluation(example):
    result = evaluate(example.study)
    cost, effect = example.base()
    assert WTP * effect - cost == pytest.approx(inmb(result.replicates, [WTP]).item(), rel=1e-9)


def test_a_factor_of_one_changes_nothing(example):
    same = example.with_unit_costs(dict.fromkeys(example.services(3), 1.0))
    assert same == pytest.approx(example.base(), rel=1e-9)
    assert example.with_overrides({}) == pytest.approx(example.base(), rel=1e-9)


@pytest.mark.parametrize("service", ["mh_crisis_team", "inpat_mh_bedday"])
def test_a_unit_cost_moves_the_cost_as_a_price_in_the_file_does(example, tmp_path, service):
    moved = example.with_unit_costs({service: 2.0})
    lines = example.table.costs.lines
    price = float(lines.loc[lines["item"] == service, "unit_cost"].iloc[0])
    text = "service,unit,unit_cost,currency,price_year,sector,source\n"
    unit, sector = lines.loc[lines["item"] == service, ["unit", "sector"]].iloc[0]
    own = tmp_path / "own.csv"
    own.write_text(f"{text}{service},{unit},{2 * price},GBP,2014/15,{sector},double\n")
    files = [*example.study.costs.unit_costs, str(own)]
    index = float(lines.loc[lines["item"] == service, "index_factor"].iloc[0])
    if index != 1.0:
        own.write_text(f"{text}{service},{unit},{2 * price * index},GBP,2014/15,{sector},double\n")
    again = example.with_overrides({"costs": {"unit_costs": files}})
    assert again == pytest.approx(moved, rel=1e-6)


def test_table_is_sorted_and_holds_other_inputs(example):
    sets = (
        {"effects": {"qaly": {"value_set": "eq5d5l_gbeng_2018"}}},
        {"effects": {"qaly": {"mapping": "van_hout_2012", "value_set": "eq5d3l_gb_tto_1997"}}},
    )
    services = example.services(2)
    table = one_way_table(example, WTP, unit_costs=services, overrides={"value set": sets})
    assert set(table["input"]) == {*(f"unit cost of {name}" for name in services), "value set"}
    assert (np.diff(table["width"]) <= 0).all()
    cost, effect = example.base()
    np.testing.assert_allclose(table["base"], WTP * effect - cost)


def test_services_count_only_what_the_perspective_counts(example):
    names = example.services(50)
    assert "informal_care_replacement_hour" not in names
    assert len(names) == len(set(names))


def test_a_service_that_is_none_and_an_arm_that_is_none(example):
    with pytest.raises(EstimationError, match="E099"):
        example.with_unit_costs({"dragon": 2.0})
    with pytest.raises(EstimationError, match="E086"):
        one_way(example.study, "low")


def test_tipping_point_gives_net_benefit_zero(example):
    service = example.services(1)[0]
    found = unit_cost_tipping_point(example, service, WTP, most=100.0)
    if found.value is None:
        high = example.with_unit_costs({service: 100.0})
        assert (WTP * high[1] - high[0] > 0) == (WTP * example.base()[1] - example.base()[0] > 0)
    else:
        cost, effect = example.with_unit_costs({service: found.value})
        assert WTP * effect - cost == pytest.approx(0.0, abs=1e-3)


def test_grids_of_two_inputs(example):
    first, second = example.services(2)
    grid = two_way_grid(example, WTP, (first, [1.0, 2.0]), (second, [1.0, 2.0]))
    cost, effect = example.base()
    assert float(grid[0, 0]) == pytest.approx(WTP * effect - cost)
    assert grid.dims == (first, second)
    shifts = shift_grid(example, WTP, [0.0, 100.0], [-0.01, 0.0])
    assert float(shifts[1, 0]) == pytest.approx(WTP * (effect - 0.01) - cost - 100.0)


def test_scenarios_in_one_table(make_study):
    changes = {
        "scenarios": {
            "other seed": {"uncertainty": {"seed": 4}},
            "adjusted": {"adjust": {"model": "ols", "cost": ["age"], "effect": ["age"]}},
        }
    }
    result = evaluate(read_study(make_study(changes)), scenarios=True)
    table = scenario_table(result, WTP)
    assert table["scenario"].tolist() == ["base case", "adjusted", "other seed"]
    assert table.loc[0, "inmb"] == pytest.approx(inmb(result.replicates, [WTP]).item())
    assert table.loc[0, "inmb"] == table.loc[2, "inmb"] != table.loc[1, "inmb"]
    assert not table["changes"].iloc[0]
    signs = table["inmb"] > 0
    assert table["changes"].tolist() == (signs != signs.iloc[0]).tolist()


def test_subgroups_are_the_cell_means_of_the_interaction(make_study, people):
    people["group"] = np.where(people["age"] > 45, "old", "young")
    study = read_study(make_study(people=people))
    result = evaluate(study)
    found = subgroups(study, result.outcomes, "group", "QALY")
    for name, one in found.replicates.items():
        own = people[people["group"] == name].groupby("arm")["qaly"].mean()
        np.testing.assert_allclose(one["effect_hat"], own.to_numpy())
        assert one["arm"].values.tolist() == ["control", "treat"]
    assert sum(found.shares.values()) == pytest.approx(1.0)
    gain = stratified_value(found.replicates, found.shares, [WTP])["gain"].item()
    assert gain >= 0


def test_shared_slopes_are_those_of_one_regression(make_study, people):
    people["group"] = np.where(people.index % 3 == 0, "a", "b")
    study = read_study(
        make_study({"adjust": {"model": "ols", "cost": ["age"], "effect": ["age"]}}, people=people)
    )
    found = subgroups(study, evaluate(study).outcomes, "group", "QALY")
    cell = people["arm"].astype(str) + people["group"]
    design = np.column_stack(
        [*((cell == name).to_numpy(float) for name in sorted(cell.unique())), people["age"]]
    )
    beta = np.linalg.lstsq(design, people["cost"].to_numpy(), rcond=None)[0]
    by_name = dict(zip(sorted(cell.unique()), beta[:-1], strict=True))
    for group in ("a", "b"):
        hat = found.replicates[group]["cost_hat"].values
        assert hat[1] - hat[0] == pytest.approx(by_name[f"1{group}"] - by_name[f"0{group}"])


def test_subgroups_with_clusters_and_with_weights(make_study, people):
    people["group"] = np.where(people.index % 3 == 0, 1, 2)
    clustered = {
        "data": {"participants": {"cluster": "centre"}},
        "uncertainty": {"resample": "clusters", "replicates": 200},
    }
    study = read_study(make_study(clustered, people=people))
    found = subgroups(study, evaluate(study).outcomes, "group", "QALY")
    assert list(found.replicates) == ["1", "2"]
    clusters = people[people["group"] == 1]["centre"].nunique()
    assert found.replicates["1"].attrs["df"] == clusters - 2
    weighted = {"weights": {"method": "iptw", "covariates": ["age"]}}
    study = read_study(make_study(weighted, people=people, name="weighted"))
    table = evaluate(study).outcomes
    alone = subgroups(study, table, "group", "QALY").replicates["1"]
    assert alone.attrs["n_participants"] == (people["group"] == 1).sum()


@pytest.mark.parametrize("column", ["nothing", "age", "arm", "one"])
def test_subgroups_that_are_none(make_study, people, column):
    people["one"] = 1
    study = read_study(make_study(people=people))
    with pytest.raises(EstimationError, match="E099"):
        subgroups(study, evaluate(study).outcomes, column, "QALY")


def test_small_subgroups_are_told(make_study, people):
    people["group"] = np.where(people.index < 8, "few", "many")
    study = read_study(make_study(people=people))
    found = subgroups(study, evaluate(study).outcomes, "group", "QALY")
    assert [one.code for one in found.findings] == ["W092"]
