import numpy as np
import pandas as pd
import pytest

from cpi_econ.uncertainty.design import covariate_names, design


def make(people, adjust, **options):
    return design(people, people["arm"], ["high", "low"], adjust, **options)


def test_text_becomes_indicators_of_all_but_the_first(people):
    made = make(people, {"cost": ["setting"]})
    assert made.names == ("high", "low", "setting: urban")
    urban = (people["setting"] == "urban").to_numpy()
    assert (np.sign(made.columns[:, 2]) == np.where(urban, 1, -1)).all()


def test_numbers_stay_one_column_unless_declared_categories(people):
    banded = people.assign(band=people["age"] // 20)
    assert make(banded, {"cost": ["band"]}).columns.shape[1] == 3
    made = make(banded, {"cost": ["band"]}, categorical=["band"])
    assert made.names[2:] == ("band: 2", "band: 3")


def test_labelled_column_keeps_its_order_and_drops_levels_that_do_not_occur(people):
    levels = ["urban", "rural", "island"]
    labelled = people.assign(setting=pd.Categorical(people["setting"], levels))
    assert make(labelled, {"cost": ["setting"]}).names[2:] == ("setting: rural",)


def test_booleans_are_numbers_or_categories_alike(people):
    flags = people.assign(flag=people["age"] > 50, number=(people["age"] > 50).astype(int))
    one = make(flags, {"cost": ["flag"]}).columns[:, 2]
    np.testing.assert_allclose(one, make(flags, {"cost": ["number"]}).columns[:, 2])


def test_covariates_are_centred_and_scaled(people):
    made = make(people, {"cost": ["age", "setting"], "effect": ["baseline_utility"]})
    np.testing.assert_allclose(made.columns[:, 2:].mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(made.columns[:, 2:].std(axis=0), 1)


def test_each_equation_has_its_own_covariates(people):
    made = make(people, {"cost": ["age", "setting"], "effect": ["baseline_utility", "age"]})
    chosen = [[made.names[number] for number in part] for part in made.equations]
    assert chosen == [
        ["high", "low", "age", "setting: urban"],
        ["high", "low", "baseline_utility", "age"],
    ]


@pytest.mark.parametrize("adjust", [None, {}, {"cost": []}])
def test_no_covariates(people, adjust):
    assert covariate_names(adjust) == []
    assert make(people, adjust).names == ("high", "low")
