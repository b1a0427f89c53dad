"""Imputation inside and outside the draws: identities, invariances, refusals."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from cpi_econ.contracts import check_replicates
from cpi_econ.errors import EstimationError
from cpi_econ.uncertainty.bootstrap import bootstrap

ADJUST = {"cost": ["age", "setting"], "effect": ["age", "baseline_utility"]}
CASES = [
    {},
    {"resample": "bayesian"},
    {"cluster": "agency"},
    {"cluster": "agency", "adjust": ADJUST},
    {"cluster": "agency", "adjust": ADJUST, "resample": "two_stage"},
    {"adjust": ADJUST, "order": "bootstrap_in_imputation"},
    {"adjust": ADJUST, "order": "rubin", "cluster": "agency"},
    {"adjust": ADJUST, "assumption": "jump_to_reference"},
    {"adjust": ADJUST, "assumption": "copy_reference", "predictors": ["baseline_utility"]},
    {"weights": "iptw", "propensity": ["age"], "matching": "residuals"},
    {"delta": {"cost": {"high": "1.2x"}, "effect": {"low": -0.05}}},
]
MODELS = [
    {"adjust": ADJUST},
    {"adjust": ADJUST, "model": "glm"},
    {"weights": "aipw", "propensity": ["age", "setting"], "adjust": ADJUST},
    {"cluster": "agency", "resample": "two_stage", "adjust": ADJUST},
    {"cluster": "agency", "model": "mixed", "adjust": ADJUST},
    {"cluster": "agency", "model": "mixed", "adjust": ADJUST, "order": "bootstrap_in_imputation"},
    {"cluster": "agency", "model": "mixed", "adjust": ADJUST, "order": "rubin"},
    {"cluster": "agency", "model": "mixed", "adjust": ADJUST, "resample": "bayesian"},
]


@pytest.fixture
def gaps(people):
    """A quarter of costs and of effects missing, the more so the older."""
    rng = np.random.default_rng(8)
    chance = 0.25 + 0.005 * (people["age"] - 50)
    lost = rng.random(64) < chance
    people.loc[lost | (rng.random(64) < 0.05), "cost"] = np.nan
    people.loc[lost | (rng.random(64) < 0.05), "effect"] = np.nan
    return people


@pytest.fixture
def ragged(gaps):
    """Covariates missing as well."""
    gaps.loc[[3, 20, 41], "age"] = np.nan
    gaps.loc[[5, 33], "setting"] = None
    return gaps


def run(table, **options):
    settings = {"reference": "low", "n_replicates": 30, "seed": 3, "imputations": 4}
    return bootstrap(table, **{**settings, "impute": True, **options})


@pytest.mark.parametrize("options", CASES)
def test_replicates_keep_the_contract(gaps, options):
    made = check_replicates(run(gaps, **options))
    assert made.sizes["replicate"] == 30
    assert made.attrs["n_participants"] == 64
    assert made.attrs["n_complete"] == int(gaps[["cost", "effect"]].notna().all(axis=1).sum())


@pytest.mark.parametrize("options", MODELS)
def test_missing_covariates_are_imputed_for_every_model(ragged, options):
    made = check_replicates(run(ragged, **options))
    assert np.isfinite(made["cost_hat"]).all()


@pytest.mark.parametrize("options", [*CASES, *MODELS])
def test_nothing_missing_changes_no_bit(people, options):
    plain = {
        name: value
        for name, value in options.items()
        if name not in ("order", "assumption", "delta", "predictors", "matching")
    }
    if options.get("order") == "rubin":
        plain["resample"] = "none"
    settings = {"reference": "low", "n_replicates": 30, "seed": 3}
    expected = bootstrap(people, **settings, **plain)
    xr.testing.assert_identical(run(people, **options), expected)


@pytest.mark.parametrize("options", CASES)
def test_order_of_rows_changes_nothing(gaps, options):
    shuffled = gaps.sample(frac=1, random_state=5)
    xr.testing.assert_identical(run(gaps, **options), run(shuffled, **options))


@pytest.mark.parametrize("options", CASES)
def test_pence_for_pounds(gaps, options):
    pounds, pence = run(gaps, **options), run(gaps.assign(cost=100 * gaps["cost"]), **options)
    np.testing.assert_allclose(100 * pounds["cost"].values, pence["cost"].values, rtol=1e-8)
    np.testing.assert_allclose(pounds["effect"].values, pence["effect"].values, rtol=1e-8)


@pytest.mark.parametrize("options", [case for case in CASES if "assumption" not in case])
def test_exchanged_labels_exchange_the_answer(gaps, options):
    swap = {"low": "high", "high": "low"}
    options = dict(options)
    other_way = dict(options)
    if "delta" in options:
        other_way["delta"] = {"cost": {"low": "1.2x"}, "effect": {"high": -0.05}}
    one = run(gaps, **options)
    other = run(gaps.assign(arm=gaps["arm"].map(swap)), **other_way)
    for name in ("cost", "effect", "cost_hat", "effect_hat"):
        np.testing.assert_array_equal(one[name].sel(arm="low"), other[name].sel(arm="high"))


@pytest.mark.parametrize("options", CASES[3:7])
def test_jobs_and_length_change_no_replicate(gaps, options):
    long = run(gaps, n_replicates=510, **options)
    xr.testing.assert_identical(long, run(gaps, n_replicates=510, jobs=2, **options))
    np.testing.assert_array_equal(run(gaps, **options)["cost"], long["cost"][:30])


def test_renamed_clusters_change_nothing(gaps):
    renamed = gaps.assign(agency=[f"{99 - int(name.split()[1])}" for name in gaps["agency"]])
    one = run(gaps, cluster="agency")
    xr.testing.assert_identical(one, run(renamed, cluster="agency"))


def test_complete_cases_stand_beside_the_imputed(gaps):
    made = run(gaps, adjust=ADJUST)
    alone = bootstrap(
        gaps, reference="low", adjust=ADJUST, missing="complete_cases", n_replicates=5
    )
    np.testing.assert_array_equal(made["cost_hat_complete"], alone["cost_hat"])
    np.testing.assert_array_equal(made["effect_hat_complete"], alone["effect_hat"])
    assert (made["cost_hat"] != made["cost_hat_complete"]).all()


def test_the_estimate_is_pooled_over_imputations_not_over_replicates(gaps):
    one, other = run(gaps), run(gaps, n_replicates=7)
    np.testing.assert_array_equal(one["cost_hat"], other["cost_hat"])
    inside, outside = run(gaps), run(gaps, order="bootstrap_in_imputation")
    np.testing.assert_array_equal(inside["cost_hat"], outside["cost_hat"])


def test_shifts_move_the_estimate_by_the_share_imputed(gaps):
    """Without adjustment an addition moves the arm's mean by itself times the share imputed."""
    plain = run(gaps)
    moved = run(gaps, delta={"effect": {"high": -0.1}, "cost": {"low": 100}})
    lost = gaps.groupby("arm")[["cost", "effect"]].agg(lambda column: column.isna().mean())
    gap = moved - plain
    assert float(gap["effect_hat"].sel(arm="high")) == pytest.approx(
        -0.1 * lost.loc["high", "effect"]
    )
    assert float(gap["cost_hat"].sel(arm="low")) == pytest.approx(100 * lost.loc["low", "cost"])
    assert float(gap["effect_hat"].sel(arm="low")) == pytest.approx(0, abs=1e-12)


def test_a_factor_of_one_and_an_addition_of_nought_change_nothing(gaps):
    idle = run(gaps, delta={"cost": {"high": "1x"}, "effect": {"high": 0}})
    xr.testing.assert_identical(run(gaps), idle)


def test_totals_follow_their_components(gaps):
    """With halves known to be equal, a total imputed by halves is a value of some donor."""
    halves = gaps.assign(first=gaps["cost"] / 2, second=gaps["cost"] / 2)
    whole = gaps["effect"].notna()
    halves.loc[~whole, "effect"] = 0.3
    made = run(halves, components={"cost": {"first": 1, "second": 1}})
    twice = run(
        halves.assign(second=3 * halves["second"]),
        components={"cost": {"first": 1, "second": 1 / 3}},
    )
    np.testing.assert_allclose(made["cost_hat"], twice["cost_hat"], rtol=1e-9)
    costs = halves["cost"].dropna()
    assert (made["cost_hat"] > costs.min()).all()
    assert (made["cost_hat"] < costs.max()).all()


def test_known_components_leave_nothing_to_impute(people):
    """Cost is missing as a total, but all its parts are there."""
    parts = people.assign(first=0.3 * people["cost"], second=0.7 * people["cost"])
    parts.loc[::5, "cost"] = np.nan
    made = run(parts, components={"cost": {"first": 1, "second": 1}})
    plain = bootstrap(people, reference="low", n_replicates=30, seed=3)
    np.testing.assert_allclose(made["cost_hat"], plain["cost_hat"], rtol=1e-10)


def test_reference_based_outcomes_bring_the_arms_together(gaps):
    own = run(gaps.assign(effect=gaps["effect"] + 0.5 * (gaps["arm"] == "high")))
    jump = run(
        gaps.assign(effect=gaps["effect"] + 0.5 * (gaps["arm"] == "high")),
        assumption="copy_reference",
    )
    gap = own["effect_hat"].sel(arm="high") - own["effect_hat"].sel(arm="low")
    less = jump["effect_hat"].sel(arm="high") - jump["effect_hat"].sel(arm="low")
    assert float(less) < float(gap) - 0.05
    np.testing.assert_array_equal(own["effect_hat"].sel(arm="low"), jump["effect_hat"][0])


def test_the_last_mean_is_carried_forward():
    """Ten of twenty are lost after the second visit: the arm's mean stays at that visit's."""
    rng = np.random.default_rng(2)
    first = rng.normal(0.5, 0.05, 40)
    visits = {"u0": first, "u1": first + 0.1, "u2": first + 0.3}
    table = pd.DataFrame(
        {
            "participant": [f"{number:02d}" for number in range(40)],
            "arm": ["low", "high"] * 20,
            "cost": rng.gamma(1, 100, 40),
            **visits,
        }
    )
    lost = np.arange(40) % 4 == 1
    table.loc[lost, "u2"] = np.nan
    table["effect"] = table["u2"]
    parts = {"effect": {"u0": 0.0, "u1": 0.0, "u2": 1.0}}
    fixed = {"components": parts, "matching": "residuals"}
    random, carried = run(table, **fixed), run(table, assumption="last_mean", **fixed)
    high = table["arm"] == "high"
    means = [visits[name][high].mean() for name in ("u1", "u2")]
    assert float(random["effect_hat"].sel(arm="high")) == pytest.approx(means[1], abs=0.01)
    expected = means[1] - 0.5 * (means[1] - means[0])
    assert float(carried["effect_hat"].sel(arm="high")) == pytest.approx(expected, abs=0.02)
    assert float(carried["effect_hat"].sel(arm="low")) == pytest.approx(
        float(random["effect_hat"].sel(arm="low"))
    )


def test_rubin_carries_its_covariance_and_fewer_degrees_of_freedom(gaps):
    made = run(gaps, adjust=ADJUST, order="rubin")
    assert made.attrs["resample"] == "none"
    assert 1 < made.attrs["df"] < 62
    draws = run(gaps, adjust=ADJUST, order="rubin", n_replicates=4000)
    spread = np.sqrt(np.diagonal(made["cov_cost_cost"]))
    np.testing.assert_allclose(draws["cost"].std("replicate"), spread, rtol=0.05)


def codes(table, **options):
    with pytest.raises(EstimationError) as caught:
        run(table, **options)
    return {found.code for found in caught.value.findings}


def test_everyone_missing_in_an_arm_is_refused(gaps):
    nobody = gaps.assign(cost=gaps["cost"].where(gaps["arm"] == "low"))
    with pytest.raises(EstimationError, match='nobody in arm "high" has cost') as caught:
        run(nobody)
    assert [found.code for found in caught.value.findings] == ["E127"]


def test_a_variable_in_one_cluster_only_is_drawn_until_it_is_there(gaps):
    rare = gaps.assign(extra=np.where(gaps["agency"] == "agency 2", gaps["age"], np.nan))
    rare.loc[gaps["arm"] == "low", "extra"] = gaps["age"]
    made = run(rare, cluster="agency", predictors=["extra"])
    assert np.isfinite(made["cost"]).all()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"imputations": 1}, "E071"),
        ({"order": "backwards"}, "E071"),
        ({"assumption": "as_before"}, "E071"),
        ({"assumption": "last_mean"}, "E071"),
        ({"matching": "neighbours"}, "E071"),
        ({"predictors": ["participant"]}, "E071"),
        ({"predictors": ["shoe_size"]}, "E076"),
        ({"delta": {"effect": {"middle": 1}}}, "E071"),
        ({"delta": {"utility": {"high": 1}}}, "E071"),
        ({"delta": {"cost": {"high": "a lot"}}}, "E071"),
        ({"components": {"cost": {"first": 1}}}, "E076"),
        ({"components": {"utility": {"age": 1}}}, "E071"),
        ({"components": {"cost": {"setting": 1}}}, "E076"),
    ],
)
def test_plans_that_cannot_be_followed(gaps, options, code):
    assert codes(gaps, **options) == {code}


def test_a_constant_outcome_among_the_known_is_refused(gaps):
    flat = gaps.assign(effect=gaps["effect"].where(gaps["effect"].isna(), 0.5))
    assert codes(flat) == {"E075"}


def test_few_donors_do(gaps):
    gaps.loc[gaps.index[gaps["arm"] == "high"][3:], "cost"] = np.nan
    assert np.isfinite(run(gaps)["cost"]).all()


@pytest.mark.parametrize("model", ["none", "ols"])
def test_available_cases_use_everybody_with_the_outcome(gaps, model):
    options = {"adjust": {"cost": ["age"], "effect": ["age"]}} if model == "ols" else {}
    made = run(gaps, impute=False, missing="available_cases", model=model, **options)
    for name in ("cost", "effect"):
        rows = gaps[gaps[name].notna()]
        other = "effect" if name == "cost" else "cost"
        alone = bootstrap(
            rows.assign(**{other: rows["age"].astype(float)}),
            reference="low",
            model=model,
            n_replicates=2,
            **options,
        )
        np.testing.assert_allclose(made[f"{name}_hat"], alone[f"{name}_hat"], rtol=1e-12)
        assert made.attrs[f"n_{name}"] == len(rows)
    xr.testing.assert_identical(
        made,
        run(
            gaps.sample(frac=1, random_state=2),
            impute=False,
            missing="available_cases",
            model=model,
            **options,
        ),
    )


def test_available_cases_have_an_analytic_error(gaps):
    made = run(gaps, impute=False, missing="available_cases", resample="none")
    rows = gaps["cost"].dropna()
    arms = gaps.loc[rows.index, "arm"]
    expected = [rows[arms == arm].var() / (arms == arm).sum() for arm in ("low", "high")]
    # the jackknife's units are all people of the arm, with or without a cost
    np.testing.assert_allclose(np.diagonal(made["cov_cost_cost"]), expected, rtol=0.1)


def test_available_cases_cannot_join_outcomes_by_sur(gaps):
    assert codes(gaps, impute=False, missing="available_cases", adjust=ADJUST) == {"E071"}


def test_weights_for_missing_outcomes_agree_with_statsmodels(gaps):
    api = pytest.importorskip("statsmodels.api")
    made = run(gaps, impute=False, missing="inverse_probability", predictors=["age"])
    seen = gaps[["cost", "effect"]].notna().all(axis=1)
    x = np.column_stack([np.ones(64), gaps["arm"] == "high", gaps["age"]]).astype(float)
    chance = api.Logit(seen.astype(float), x).fit(disp=0).predict(x)
    weights = 1 / chance[seen]
    inside = gaps[seen].assign(weight=weights)
    for arm, rows in inside.groupby("arm"):
        for name in ("cost", "effect"):
            expected = np.average(rows[name], weights=rows["weight"])
            assert float(made[f"{name}_hat"].sel(arm=arm)) == pytest.approx(expected, rel=1e-7)
    shuffled = gaps.sample(frac=1, random_state=4)
    xr.testing.assert_identical(
        made, run(shuffled, impute=False, missing="inverse_probability", predictors=["age"])
    )


def test_weights_without_predictors_are_complete_cases(gaps):
    made = run(gaps, impute=False, missing="inverse_probability", adjust=None)
    np.testing.assert_allclose(made["cost_hat"], made["cost_hat_complete"], rtol=1e-8)


def test_weights_need_predictors_that_everybody_has(ragged):
    options = {"impute": False, "missing": "inverse_probability", "predictors": ["age"]}
    assert codes(ragged, **options) == {"E074"}
    certain = ragged.assign(always=ragged["cost"].isna().astype(float))
    assert codes(certain, **(options | {"predictors": ["always"]})) == {"E127"}


def test_missing_values_without_a_method_stop_the_run(gaps):
    assert codes(gaps, impute=False) == {"E126"}


def test_identifiers_say_nothing(gaps):
    """Other identifiers in the same order: the same replicates."""
    renamed = gaps.assign(participant=[f"{number:04d}" for number in range(64)])
    xr.testing.assert_identical(run(gaps), run(renamed))


def test_frames_are_left_as_they_were(gaps):
    before = gaps.copy()
    run(gaps, cluster="agency", adjust=ADJUST)
    pd.testing.assert_frame_equal(gaps, before)
