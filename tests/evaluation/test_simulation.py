"""A study's analysis on made-up studies of its own shape."""

import json

import numpy as np
import pandas as pd
import pytest

from cpi_econ.errors import DataError, EstimationError
from cpi_econ.evaluation.simulation import simulate
from cpi_econ.evaluation.study_shape import study_shape
from cpi_econ.simulate.endpoints import Endpoint
from cpi_econ.simulate.studies import Shape, made_up_study
from cpi_econ.study.load import read_study

ADJUST = {"cost": ["baseline_cost"], "effect": ["baseline_utility"]}
MADE = Shape(
    {"low": (40,) * 100, "high": (30,) * 100},
    Endpoint(3000, 2400, icc=0.1, explained=0.3, shift=(-0.4,)),
    Endpoint(0.5, 0.12, icc=0.05, explained=0.5, shift=(0.3,), gamma=False),
    correlation=-0.3,
    lost={"low": 0.2, "high": 0.3},
    lost_slope=-0.7,
)


@pytest.fixture(scope="module")
def found():
    return study_shape(made_up_study(MADE, 2).table, ["low", "high"], ADJUST)


def test_shape_of_a_made_up_study_is_the_one_it_was_made_of(found):
    assert found.sizes == MADE.sizes
    assert (found.cost.gamma, found.effect.gamma) == (True, False)
    assert found.cost.mean == pytest.approx(3000, rel=0.04)
    assert found.cost.sd == pytest.approx(2400, rel=0.06)
    assert found.effect.sd == pytest.approx(0.12, rel=0.03)
    assert found.cost.icc == pytest.approx(0.1, abs=0.04)
    assert found.effect.icc == pytest.approx(0.05, abs=0.03)
    assert found.cost.explained == pytest.approx(0.3, abs=0.05)
    assert found.effect.explained == pytest.approx(0.5, abs=0.04)
    assert found.cost.shift == pytest.approx((-0.4,), abs=0.12)
    assert found.effect.shift == pytest.approx((0.3,), abs=0.12)
    assert found.correlation == pytest.approx(-0.3, abs=0.1)
    assert found.lost == pytest.approx(MADE.lost, abs=0.03)
    assert found.lost_slope == pytest.approx(-0.7, abs=0.12)


def test_shape_does_not_depend_on_the_order_of_rows_or_the_unit_of_covariates(found):
    table = made_up_study(MADE, 2).table.sample(frac=1, random_state=1).reset_index(drop=True)
    table["baseline_utility"] = 7 - 100 * table["baseline_utility"]
    other = study_shape(table, ["low", "high"], ADJUST)
    assert other.effect.explained == pytest.approx(found.effect.explained)
    assert other.effect.shift == pytest.approx(found.effect.shift)
    assert other.lost_slope == pytest.approx(found.lost_slope)
    assert other.cost.icc == pytest.approx(found.cost.icc)


def test_no_covariates_no_clusters_and_a_negative_cost(people):
    table = people.rename(columns={"qaly": "effect"})
    table.loc[0, "cost"] = -5.0
    shape = study_shape(table, ["0", "1"], {})
    assert shape.sizes == {"0": (1,) * 40, "1": (1,) * 40}
    assert not shape.cost.gamma
    assert (shape.cost.icc, shape.cost.explained, shape.lost_slope) == (0.0, 0.0, 0.0)
    assert shape.cost.shift == (0.0,)


def test_labels_are_categories_and_gaps_in_covariates_are_borne(people):
    table = people.rename(columns={"qaly": "effect"})
    table["group"] = np.where(table["cost"] > table["cost"].median(), "dear", "cheap")
    table.loc[3, "age"] = np.nan
    shape = study_shape(table, ["0", "1"], {"cost": ["group", "age"]})
    plain = pd.get_dummies(table[["arm", "group"]].astype(str), dtype=float).to_numpy()
    fitted = plain @ np.linalg.lstsq(plain, table["cost"].to_numpy(), rcond=None)[0]
    left = ((table["cost"] - fitted) ** 2).sum()
    total = table.groupby("arm")["cost"].apply(lambda x: ((x - x.mean()) ** 2).sum()).sum()
    assert shape.cost.explained == pytest.approx(1 - left / total, abs=0.05)


def test_an_arm_of_which_nothing_is_known_cannot_be_imitated(people):
    table = people.rename(columns={"qaly": "effect"})
    table.loc[table["arm"] == 1, "effect"] = np.nan
    with pytest.raises(EstimationError, match="E072"):
        study_shape(table, ["0", "1"], {})


def test_an_outcome_that_is_one_value_is_borne(people):
    table = people.rename(columns={"qaly": "effect"}).assign(cost=0.0, flat=1.0)
    shape = study_shape(table, ["0", "1"], {"cost": ["flat"], "effect": ["flat", "age"]})
    assert (shape.cost.sd, shape.correlation, shape.cost.gamma) == (0.0, 0.0, False)


PLANS = {
    "individuals": {},
    "clusters": {"uncertainty": {"resample": "clusters"}},
    "analytic": {"uncertainty": {"resample": "none"}},
    "adjusted": {"adjust": {"model": "ols", "cost": ["age"], "effect": ["age"]}},
    "weighted": {"weights": {"method": "iptw", "covariates": ["age"]}},
}


@pytest.mark.parametrize("name", sorted(PLANS))
def test_every_kind_of_analysis_can_be_tried(make_study, name):
    plan = PLANS[name] | {"data": {"participants": {"cluster": "centre"}}}
    if name == "individuals":
        plan = PLANS[name]
    study = read_study(make_study(plan))
    answer = simulate(study, studies=4, n_replicates=100)
    assert answer.table["studies"].tolist() == [4, 4]
    assert answer.table["truth"].tolist() == [0.0, 0.0]
    assert json.loads(json.dumps(answer.as_dict()))["settings"]["replicates"] == 100


def test_lost_people_are_lost_in_the_made_up_studies_too(make_study, people):
    people.loc[:15, "qaly"] = np.nan
    study = read_study(make_study({"missing": {"method": "complete_cases"}}, people))
    answer = simulate(study, studies=3, n_replicates=100)
    assert answer.shape.lost == pytest.approx({"control": 0.2, "treat": 0.2})
    with pytest.raises(DataError, match="E126"):
        simulate(read_study(make_study({}, people)), studies=3)


def test_an_analysis_that_cannot_be_made_says_why(make_study, people):
    people.loc[:15, "qaly"] = np.nan
    plan = {
        "missing": {"method": "impute"},
        "data": {"participants": {"cluster": "centre"}},
        "uncertainty": {"interval": "bca"},
    }
    with pytest.raises(EstimationError, match="E071"):
        simulate(read_study(make_study(plan, people)), studies=3, n_replicates=100)


def test_the_same_seed_gives_the_same_numbers_whatever_the_file_is_called(make_study):
    one, two = (
        simulate(read_study(make_study(name=name)), studies=3, n_replicates=100)
        for name in ("one", "two")
    )
    pd.testing.assert_frame_equal(one.table, two.table, check_exact=True)
