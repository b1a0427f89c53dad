"""The mixed model over a study's table."""

import warnings

import numpy as np
import pytest

from cpi_econ.uncertainty.bootstrap import bootstrap
from cpi_econ.uncertainty.correlations import intraclass_correlations

ADJUST = {"cost": ["age"], "effect": ["age", "baseline_utility"]}
MIXED = {"reference": "low", "cluster": "agency", "model": "mixed", "adjust": ADJUST}


def spread(made, name):
    contrast = np.array([-1.0, 1.0])
    return float(contrast @ made[f"cov_{name}_{name}"].values @ contrast)


def difference(made, name):
    hat = made[f"{name}_hat"]
    return float(hat.sel(arm="high") - hat.sel(arm="low"))


def fitted(model):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(method=["powell", "bfgs"])


def test_is_near_statsmodels_of_each_outcome(people):
    smf = pytest.importorskip("statsmodels.formula.api")
    made = bootstrap(people, resample="none", n_replicates=10, **MIXED)
    units = {"cost": people["cost"] / 1000, "effect": people["effect"] * 10}
    high = (people["arm"] == "high").astype(float)
    for name, formula in (("cost", "age"), ("effect", "age + baseline_utility")):
        data = people.assign(high=high, **{name: units[name]})
        fit = fitted(smf.mixedlm(f"{name} ~ high + {formula}", data, groups="agency"))
        scale = {"cost": 1000, "effect": 0.1}[name]
        # outcomes here are nearly uncorrelated, so that borrowing from each other moves little
        assert difference(made, name) == pytest.approx(fit.params["high"] * scale, rel=0.05)
        assert np.sqrt(spread(made, name)) == pytest.approx(fit.bse["high"] * scale, rel=0.02)


def test_draws_of_clusters_and_persons_centre_on_the_estimate(people):
    for resample in ("clusters", "individuals", "bayesian"):
        made = bootstrap(people, resample=resample, n_replicates=300, **MIXED)
        for name in ("cost", "effect"):
            draws = (made[name].sel(arm="high") - made[name].sel(arm="low")).values
            assert abs(draws.mean() - difference(made, name)) < 0.3 * draws.std()


def test_pence_for_pounds_and_shuffled_rows(people):
    one = bootstrap(people, n_replicates=20, **MIXED)
    other = people.sample(frac=1, random_state=2).assign(cost=lambda data: 100 * data["cost"])
    two = bootstrap(other, n_replicates=20, **MIXED)
    np.testing.assert_allclose(two["cost"], 100 * one["cost"], rtol=1e-6)
    np.testing.assert_allclose(two["effect"], one["effect"], rtol=1e-6)


def test_correlations_of_the_pbs_trial(pbs):
    complete = pbs.dropna()
    found = intraclass_correlations(complete, cluster="site").set_index("outcome")
    assert found.loc["effect", "overall"] == pytest.approx(0.0606, abs=5e-5)
    assert found.loc["cost", "overall"] == pytest.approx(0.1146, abs=5e-5)
    assert (found["within_arms"] < found["overall"]).all()
    assert found["clusters"].tolist() == [23, 23]


def test_the_mixed_model_of_the_pbs_trial(pbs):
    smf = pytest.importorskip("statsmodels.formula.api")
    complete = pbs.dropna()
    made = bootstrap(
        complete,
        reference="control",
        cluster="site",
        model="mixed",
        resample="none",
        n_replicates=10,
    )
    for name, scale in (("cost", 1000.0), ("effect", 1.0)):
        data = complete.assign(**{name: complete[name] / scale})
        fit = fitted(smf.mixedlm(f"{name} ~ arm", data, groups="site"))
        hat = made[f"{name}_hat"]
        found = float(hat.sel(arm="intervention") - hat.sel(arm="control"))
        assert found == pytest.approx(fit.params["arm[T.intervention]"] * scale, rel=0.02)
