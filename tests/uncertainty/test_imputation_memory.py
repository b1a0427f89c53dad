"""Many imputations of the data as observed are made some at a time."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest

from cpi_econ.uncertainty import imputed_draws
from cpi_econ.uncertainty.bootstrap import bootstrap
from cpi_econ.uncertainty.imputation_diagnostics import imputed_beside_observed
from cpi_econ.uncertainty.imputation_plan import ImputationPlan

PREDICTORS = ["age"]


@pytest.fixture
def gaps(people):
    rng = np.random.default_rng(8)
    return people.assign(
        **{name: people[name].where(rng.random(64) > 0.25) for name in ("cost", "effect", "age")}
    )


@pytest.fixture(autouse=True)
def seven_at_once(monkeypatch):
    monkeypatch.setattr(imputed_draws, "rows_at_once", lambda _: 7)


def run(table, imputations, **options):
    settings = {"reference": "low", "missing": "impute", "predictors": PREDICTORS}
    return bootstrap(table, imputations=imputations, n_replicates=3, **settings, **options)


@pytest.mark.parametrize("order", ["impute_in_bootstrap", "bootstrap_in_imputation", "rubin"])
def test_pieces_are_all_there_and_agree_with_what_is_told(gaps, order):
    made = run(gaps, 30, order=order)
    assert made.sizes["imputation"] == 30
    np.testing.assert_allclose(made["cost_hat"], made["cost_imputed"].mean("imputation"))
    assert len(np.unique(made["cost_imputed"].sel(arm="high"))) == 30
    plan = ImputationPlan(imputations=30, predictors=tuple(PREDICTORS))
    told = imputed_beside_observed(gaps, reference="low", plan=plan).set_index(["variable", "arm"])
    row = told.loc[("cost", "high")]
    known = row["n"] - row["missing"]
    total = known * row["observed_mean"] + row["missing"] * row["imputed_mean"]
    assert total / row["n"] == pytest.approx(float(made["cost_hat"].sel(arm="high")))


def test_the_first_imputations_do_not_depend_on_how_many_there_are(gaps):
    few, many = run(gaps, 14), run(gaps, 30)
    np.testing.assert_array_equal(few["cost_imputed"], many["cost_imputed"][:14])


@pytest.mark.parametrize("order", ["impute_in_bootstrap", "rubin"])
def test_memory_does_not_grow_with_imputations(gaps, order):
    many = pd.concat([gaps] * 10, ignore_index=True)
    many["participant"] = [f"p{number:03d}" for number in range(640)]
    peaks = []
    for imputations in (7, 14, 84):
        tracemalloc.start()
        run(many, imputations, order=order)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] < 1.25 * peaks[1]
