"""The mixed model over a study's table."""

import warnings
from dataclasses import replace

import numpy as np
import pytest

from cpi_econ.kernels.copies import draw_copies
from cpi_econ.uncertainty.analysis import prepare_analysis
from cpi_econ.uncertainty.bootstrap import bootstrap
from cpi_econ.uncertainty.completed_clusters import mixed_means
from cpi_econ.uncertainty.correlations import intraclass_correlations
from cpi_econ.uncertainty.estimate import arm_means

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


def test_copies_with_values_of_their_own_are_the_model_of_the_table_written_out(people):
    options = {"resample": "clusters", "model": "mixed", "adjust": ADJUST}
    rows = people.rename(columns={"agency": "cluster"})
    analysis = prepare_analysis(rows, **options)
    rng = np.random.default_rng(7)
    copies = [draw_copies(units, 5, rng) for units in analysis.units]
    first = np.cumsum(analysis.sizes) - analysis.sizes
    person = np.concatenate(
        [start + made.person for start, made in zip(first, copies, strict=True)], axis=1
    )
    weights = np.concatenate([made.weight for made in copies], axis=1)
    columns = analysis.columns[person].transpose(0, 2, 1).copy()
    columns[:, -2:] += 0.1 * rng.standard_normal(columns[:, -2:].shape)
    means, _ = mixed_means(analysis, columns, weights, copies)
    for number in range(5):
        units = np.concatenate([100 * arm + made.unit[number] for arm, made in enumerate(copies)])
        clusters = np.unique(units, return_inverse=True)[1]
        sizes = np.array([made.weight[number].sum() for made in copies], dtype=np.int64)
        alone = replace(
            analysis,
            columns=columns[number].T,
            clusters=clusters,
            sizes=sizes,
            units=tuple(np.bincount(part) for part in np.split(clusters, [int(sizes[0])])),
        )
        expected, _ = arm_means(alone, np.ones((1, len(clusters))))
        np.testing.assert_allclose(means[number], expected[0], rtol=1e-7)


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
