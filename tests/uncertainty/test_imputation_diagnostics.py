"""What is told of an imputation, against the imputed data sets themselves."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest

from cpi_econ.kernels.copies import everyone
from cpi_econ.uncertainty.analysis import prepare_analysis
from cpi_econ.uncertainty.bootstrap import bootstrap
from cpi_econ.uncertainty.completed import completed_parts
from cpi_econ.uncertainty.imputation_diagnostics import imputation_error, imputed_beside_observed
from cpi_econ.uncertainty.imputation_plan import ImputationPlan
from cpi_econ.uncertainty.imputing import imputer_of
from cpi_econ.uncertainty.runs import Job

PLAN = ImputationPlan(imputations=30, predictors=("age",))
ADJUST = {"cost": ["age"], "effect": ["age"]}
OPTIONS = {"reference": "low", "cluster": "agency", "resample": "clusters", "seed": 4}


@pytest.fixture
def gaps(people):
    """A quarter of costs missing, and the effect of the three oldest."""
    rng = np.random.default_rng(8)
    people.loc[rng.random(64) < 0.25, "cost"] = np.nan
    people.loc[people["age"].nlargest(3).index, "effect"] = np.nan
    return people


def test_the_imputed_means_are_those_behind_the_estimate(gaps):
    told = imputed_beside_observed(gaps, plan=PLAN, **OPTIONS).set_index(["variable", "arm"])
    made = bootstrap(
        gaps, impute=True, imputations=30, predictors=["age"], n_replicates=20, **OPTIONS
    )
    for name in ("cost", "effect"):
        for arm in ("low", "high"):
            row = told.loc[(name, arm)]
            known, lost = row["n"] - row["missing"], row["missing"]
            total = known * row["observed_mean"] + (lost * row["imputed_mean"] if lost else 0.0)
            assert total / row["n"] == pytest.approx(float(made[f"{name}_hat"].sel(arm=arm)))
            assert row["observed_mean"] == pytest.approx(gaps.loc[gaps["arm"] == arm, name].mean())
            if lost:
                sets = made[f"{name}_imputed"].sel(arm=arm)
                spread = float(sets.std(ddof=1)) * row["n"] / lost
                assert row["between"] == pytest.approx(spread)


def test_only_incomplete_numbers_are_told_and_order_of_rows_is_nothing(gaps):
    told = imputed_beside_observed(gaps, plan=PLAN, **OPTIONS)
    assert set(told["variable"]) == {"cost", "effect"}
    again = imputed_beside_observed(gaps.sample(frac=1, random_state=2), plan=PLAN, **OPTIONS)
    pd.testing.assert_frame_equal(told, again)


@pytest.mark.parametrize("order", ["impute_in_bootstrap", "rubin"])
def test_errors_of_imputation_by_hand(gaps, order):
    options = {"impute": True, "imputations": 30, "order": order, "n_replicates": 60}
    made = bootstrap(gaps, **{**OPTIONS, **options, "resample": None})
    told = imputation_error(made, [20_000.0]).set_index("quantity")
    gap = made.drop_dims("arm_", errors="ignore")
    gap = gap.sel(arm="high", drop=True) - gap.sel(arm="low", drop=True)
    sets = 20_000 * gap["effect_imputed"] - gap["cost_imputed"]
    assert told.loc["inmb", "mcse"] == pytest.approx(float(sets.std(ddof=1)) / 30**0.5)
    assert told.loc["inmb", "imputed"] == pytest.approx(float(sets.mean()))
    total = told.loc["inmb", "se"] ** 2
    assert told.loc["inmb", "fmi"] == pytest.approx(31 / 30 * float(sets.var(ddof=1)) / total)
    if order == "impute_in_bootstrap":
        draws = 20_000 * gap["effect"] - gap["cost"]
        assert total == pytest.approx(float(draws.var(ddof=1)))
    assert told.loc["cost", "complete_cases"] == pytest.approx(float(gap["cost_hat_complete"]))


def test_a_shift_moves_the_imputed_mean_alone(gaps):
    moved = ImputationPlan(imputations=30, predictors=("age",), delta={"cost": {"high": 500.0}})
    plain, other = (
        imputed_beside_observed(gaps, plan=plan, **OPTIONS).set_index(["variable", "arm"])
        for plan in (PLAN, moved)
    )
    difference = (other - plain).loc["cost", "imputed_mean"]
    assert difference["high"] == pytest.approx(500.0)
    assert difference["low"] == pytest.approx(0.0)


@pytest.mark.parametrize("floor", [0.0, -500.0])
def test_residuals_make_no_negative_cost_where_none_is_known(gaps, floor):
    free = gaps.assign(cost=np.where(gaps["age"] < 40, floor, gaps["cost"]))
    job = Job(
        free.rename(columns={"agency": "cluster"}),
        ["age"],
        partial(prepare_analysis, resample="clusters", model="ols", adjust=ADJUST),
        "low",
        "clusters",
        1,
        ADJUST,
    )
    imputer, rows = imputer_of(job, replace(PLAN, matching="residuals"))
    copies = [everyone(int(size), 50) for size in imputer.analysis.sizes]
    parts = completed_parts(imputer, copies, np.random.default_rng(2))
    place, encoded = imputer.place("cost"), imputer.encoded
    values = np.concatenate([part[:, place].ravel() for part in parts])
    values = values * encoded.scale[place] + encoded.location[place]
    assert len(np.unique(values.round(6))) > rows["cost"].nunique()
    assert (values.min() > -1e-6) == (floor == 0.0)
