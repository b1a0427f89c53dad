"""Dose-response by a generalised propensity score against a loop over statsmodels."""

import numpy as np
import pandas as pd
import pytest

from cpi_econ.decision.acceptability import ceac
from cpi_econ.decision.incremental import increments
from cpi_econ.errors import EstimationError
from cpi_econ.uncertainty.bands import bands
from cpi_econ.uncertainty.bootstrap import bootstrap
from cpi_econ.uncertainty.dose_response import dose_response

OPTIONS = {"exposure": "fidelity", "doses": [50, 70], "reference": 50, "propensity": ["age"]}


def scored(n=200, seed=1):
    """Older people have more fidelity and more cost: confounding that the score removes."""
    rng = np.random.default_rng(seed)
    age = rng.normal(50, 10, n)
    fidelity = 60 + 0.5 * (age - 50) + rng.normal(0, 8, n)
    return pd.DataFrame(
        {
            "participant": [f"p{number:04d}" for number in range(n)],
            "age": age,
            "fidelity": fidelity,
            "cost": 1000 + 40 * (age - 50) - 10 * (fidelity - 60) + rng.normal(0, 100, n),
            "effect": 0.5 + 0.002 * (fidelity - 60) + rng.normal(0, 0.02, n),
            "agency": np.arange(n) % 20,
        }
    )


def test_either_model_is_enough():
    people = scored(2000)
    cost = 1000 + 3 * (people["age"] - 50) ** 2 - 10 * (people["fidelity"] - 60)
    made = dose_response(people.assign(cost=cost), n_replicates=10, truncate=None, **OPTIONS)
    hat = made["cost_hat"].values
    # the model of cost lacks the square of age, the weights know that it moves with fidelity
    assert hat[1] - hat[0] == pytest.approx(-200, abs=60)


def test_is_weighted_least_squares_written_out():
    sm = pytest.importorskip("statsmodels.api")
    stats = pytest.importorskip("scipy.stats")
    people = scored()
    x = sm.add_constant(people[["age"]].to_numpy())
    given = people["fidelity"].to_numpy()
    first = sm.OLS(given, x).fit()
    sigma = np.sqrt(first.ssr / len(people))
    weight = stats.norm(given.mean(), given.std()).pdf(given)
    weight /= stats.norm(first.fittedvalues, sigma).pdf(given)
    weight = np.minimum(weight, np.quantile(weight, 0.99, method="inverted_cdf"))
    dose = (given - 60) / 10
    made = dose_response(people, n_replicates=10, **OPTIONS)
    for name in ("cost", "effect"):
        terms = np.column_stack([x, dose, dose**2])
        fit = sm.WLS(people[name].to_numpy(), terms, weights=weight).fit()
        for wanted in (50, 70):
            moved = np.column_stack([x, np.full(200, (wanted - 60) / 10), np.ones(200)])
            found = made[f"{name}_hat"].sel(arm=f"fidelity {wanted}")
            assert float(found) == pytest.approx(fit.predict(moved).mean(), rel=1e-8)


def test_removes_confounding_by_age():
    found = [
        increments(dose_response(scored(800, seed), n_replicates=10, **OPTIONS)).isel(arm=0)
        for seed in range(5)
    ]
    cost = np.mean([float(one["inc_cost"].sel(statistic="estimate")) for one in found])
    effect = np.mean([float(one["inc_effect"].sel(statistic="estimate")) for one in found])
    # truth -200 and .04; without the score the difference in cost is about +190
    assert cost == pytest.approx(-200, abs=25)
    assert effect == pytest.approx(0.04, abs=0.01)


def test_draws_centre_on_the_estimate_and_serve_curves():
    made = dose_response(scored(), cluster="agency", n_replicates=400, **OPTIONS)
    for name in ("cost", "effect"):
        away = made[name].mean("replicate") - made[f"{name}_hat"]
        assert (abs(away) < 0.3 * made[name].std("replicate")).all()
    assert (ceac(made, [0, 20_000]).sum("arm") == 1).all()
    assert made.attrs["df"] == 18
    assert made["dose"].values.tolist() == [50, 70]


def test_rows_and_currency_do_not_matter():
    people = scored()
    one = dose_response(people, n_replicates=20, **OPTIONS)
    other = people.sample(frac=1, random_state=1).assign(cost=lambda data: 100 * data["cost"])
    two = dose_response(other, n_replicates=20, **OPTIONS)
    np.testing.assert_allclose(two["cost"], 100 * one["cost"], rtol=1e-8)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"doses": [500]}, "E071"),
        ({"exposure": "nothing"}, "E076"),
        ({"exposure": "constant"}, "E077"),
    ],
)
def test_what_cannot_be_is_refused(change, code):
    people = scored().assign(constant=60.0)
    with pytest.raises(EstimationError, match=code):
        dose_response(people, n_replicates=10, **{**OPTIONS, **change})


def test_bands_are_arms():
    made = bands(scored(), "fidelity", [55, 65])
    found = bootstrap(made, reference="below 55", n_replicates=10)
    assert found["arm"].values.tolist() == ["below 55", "55 to below 65", "65 or more"]
    inside = made[made["arm"] == "55 to below 65"]["fidelity"]
    assert inside.min() >= 55
    assert inside.max() < 65


@pytest.mark.parametrize(
    ("cuts", "names", "code"),
    [([], None, "E071"), ([60, 50], None, "E071"), ([60], ["a"], "E071"), ([500], None, "E070")],
)
def test_bands_that_cannot_be(cuts, names, code):
    with pytest.raises(EstimationError, match=code):
        bands(scored(), "fidelity", cuts, names)


def test_draws_in_which_covariates_decide_the_exposure_give_numbers():
    people = scored(5)
    dose = float(people["fidelity"].median())
    options = OPTIONS | {"doses": [dose], "reference": dose}
    made = dose_response(people, n_replicates=200, **options)
    assert all(np.isfinite(made[name]).all() for name in ("cost", "effect", "cost_hat"))
