import numpy as np
import pandas as pd
import pytest
import xarray as xr

from cpi_econ.contracts import check_replicates
from cpi_econ.decision.sandwich import stored_sandwich, with_sandwich
from cpi_econ.kernels.resample import block_stream, draw_counts
from cpi_econ.uncertainty.bootstrap import bootstrap

ADJUST = {"cost": ["age", "setting"], "effect": ["age", "baseline_utility"]}
CASES = [
    {},
    {"cluster": "agency"},
    {"cluster": "agency", "resample": "two_stage"},
    {"cluster": "agency", "resample": "two_stage", "adjust": ADJUST},
    {"resample": "bayesian"},
    {"resample": "bayesian", "cluster": "agency"},
    {"model": "ols", "adjust": ADJUST},
    {"adjust": ADJUST},
    {"adjust": ADJUST, "cluster": "agency"},
    {"model": "glm", "adjust": ADJUST},
    {"model": "glm", "adjust": ADJUST, "cluster": "agency"},
    {"model": "glm", "adjust": ADJUST, "family": "poisson", "resample": "none"},
    {"resample": "none"},
    {"resample": "none", "adjust": ADJUST, "cluster": "agency"},
]


def run(table, **options):
    return bootstrap(table, **{"reference": "low", "n_replicates": 60, "seed": 3, **options})


def same(one, other, rtol=1e-11):
    for name in one.data_vars:
        np.testing.assert_allclose(one[name].values, other[name].values, rtol=rtol, atol=1e-13)


@pytest.mark.parametrize("options", CASES)
def test_replicates_keep_the_contract(people, options):
    made = check_replicates(run(people, **options))
    assert made["arm"].values.tolist() == ["low", "high"]
    assert made.sizes["replicate"] == 60
    assert ("cov_cost_cost" in made) == (options.get("resample") == "none")


@pytest.mark.parametrize("options", CASES)
def test_order_of_rows_changes_nothing(people, options):
    shuffled = people.sample(frac=1, random_state=5)
    xr.testing.assert_identical(run(people, **options), run(shuffled, **options))


@pytest.mark.parametrize("options", CASES)
def test_another_reference_turns_every_increment_round(people, options):
    one, other = run(people, **options), run(people, **{**options, "reference": "high"})
    assert other["arm"].values.tolist() == ["high", "low"]
    same(one, other.sel(arm=["low", "high"]).pipe(_inner, ["low", "high"]))


def _inner(made, arms):
    made = made.sel(arm_=arms) if "arm_" in made.dims else made
    return with_sandwich(made, stored_sandwich(made))


@pytest.mark.parametrize("options", CASES)
def test_exchanged_labels_exchange_the_answer(people, options):
    swapped = people.assign(arm=people["arm"].map({"low": "high", "high": "low"}))
    one, other = run(people, **options), run(swapped, **options)
    for name in ("cost", "effect", "cost_hat", "effect_hat"):
        np.testing.assert_array_equal(
            one[name].sel(arm="low").values, other[name].sel(arm="high").values
        )


@pytest.mark.parametrize("options", CASES)
def test_renamed_clusters_change_nothing(people, options):
    names = {old: f"{99 - number}" for number, old in enumerate(people["agency"].unique())}
    renamed = people.assign(agency=people["agency"].map(names))
    xr.testing.assert_identical(run(people, **options), run(renamed, **options))


@pytest.mark.parametrize("options", CASES)
def test_pence_for_pounds(people, options):
    pounds, pence = run(people, **options), run(people.assign(cost=100 * people["cost"]), **options)
    np.testing.assert_allclose(100 * pounds["cost"].values, pence["cost"].values, rtol=1e-9)
    np.testing.assert_allclose(pounds["effect"].values, pence["effect"].values, rtol=1e-9)
    if "cov_cost_cost" in pounds:
        np.testing.assert_allclose(
            1e4 * pounds["cov_cost_cost"].values, pence["cov_cost_cost"].values, rtol=1e-9
        )


@pytest.mark.parametrize("options", CASES)
def test_units_of_covariates_change_nothing(people, options):
    months = people.assign(age=12 * people["age"] + 5)
    same(run(people, **options), run(months, **options), rtol=1e-8)


@pytest.mark.parametrize("options", CASES)
def test_more_jobs_give_the_same_bits(people, options):
    one = run(people, n_replicates=1100, **options)
    xr.testing.assert_identical(one, run(people, n_replicates=1100, jobs=2, **options))


@pytest.mark.parametrize("options", CASES)
def test_a_longer_run_keeps_the_first_replicates(people, options):
    short, long = run(people, n_replicates=30, **options), run(people, n_replicates=730, **options)
    np.testing.assert_array_equal(short["cost"].values, long["cost"].values[:30])
    np.testing.assert_array_equal(short["effect"].values, long["effect"].values[:30])


@pytest.mark.parametrize("options", CASES)
def test_another_seed_gives_other_replicates_and_the_same_estimate(people, options):
    one, other = run(people, **options), run(people, **{**options, "seed": 4})
    assert (one["cost"].values != other["cost"].values).all()
    np.testing.assert_array_equal(one["cost_hat"].values, other["cost_hat"].values)


def test_one_cluster_a_person_is_the_ordinary_bootstrap(people):
    alone = people.assign(own=people["participant"])
    one = run(alone, cluster="own", resample="clusters")
    other = run(alone)
    np.testing.assert_array_equal(one["cost"].values, other["cost"].values)
    assert one.attrs["df"] == other.attrs["df"] == 62


def test_draws_equal_a_plain_loop_over_people(people):
    stream = block_stream(3, 0)
    made = run(people)
    for arm in people["arm"].unique():
        inside = people[people["arm"] == arm]
        counts = draw_counts(len(inside), 500, stream)
        loop = [
            inside.loc[inside.index.repeat(row), ["cost", "effect"]].mean().to_numpy()
            for row in counts[:60]
        ]
        own = made[["cost", "effect"]].sel(arm=arm).to_dataframe()[["cost", "effect"]]
        np.testing.assert_allclose(own.to_numpy(), loop, rtol=1e-10)


def test_cluster_draws_equal_a_plain_loop_over_agencies(people):
    stream = block_stream(3, 0)
    made = run(people, cluster="agency", resample="clusters")
    for arm in people["arm"].unique():
        groups = [rows for _, rows in people[people["arm"] == arm].groupby("agency", sort=False)]
        counts = draw_counts(len(groups), 500, stream)
        for draw in range(5):
            drawn = [
                group
                for group, count in zip(groups, counts[draw], strict=True)
                for _ in range(count)
            ]
            mean = pd.concat(drawn)[["cost", "effect"]].mean()
            at = made.sel(arm=arm, replicate=draw)
            assert float(at["cost"]) == pytest.approx(mean["cost"], rel=1e-10)
            assert float(at["effect"]) == pytest.approx(mean["effect"], rel=1e-10)


def test_adjusted_draws_equal_a_loop_over_statsmodels(people):
    smf = pytest.importorskip("statsmodels.formula.api")
    made = run(people, model="ols", adjust={"cost": ["age", "setting"], "effect": ["age"]})
    stream = block_stream(3, 0)
    arms = [people[people["arm"] == arm] for arm in people["arm"].unique()]
    counts = [draw_counts(len(rows), 500, stream) for rows in arms]
    for draw in range(3):
        drawn = pd.concat(
            [
                rows.loc[rows.index.repeat(count[draw])]
                for rows, count in zip(arms, counts, strict=True)
            ]
        )
        fit = smf.ols("cost ~ arm + age + setting", drawn).fit()
        at = made.sel(replicate=draw)
        for arm in ("low", "high"):
            predicted = fit.predict(drawn.assign(arm=arm)).mean()
            assert float(at["cost"].sel(arm=arm)) == pytest.approx(predicted, rel=1e-8)


def test_cost_and_effect_of_a_person_stay_together(people):
    twin = people.assign(effect=people["cost"] / 1000 + 2)
    made = run(twin, cluster="agency")
    np.testing.assert_allclose(made["effect"].values, made["cost"].values / 1000 + 2, rtol=1e-12)


def test_equal_covariates_make_sur_least_squares(people):
    adjust = {"cost": ["age", "setting"], "effect": ["age", "setting"]}
    one, other = (run(people, model=model, adjust=adjust) for model in ("sur", "ols"))
    same(one, other)


def test_analytic_cr1_equals_statsmodels(people):
    smf = pytest.importorskip("statsmodels.formula.api")
    adjust = {"cost": ["age"], "effect": ["age"]}
    made = run(people, resample="none", cluster="agency", model="ols", adjust=adjust)
    groups = pd.factorize(people["agency"])[0]
    for name in ("cost", "effect"):
        fit = smf.ols(f"{name} ~ C(arm, Treatment('low')) + age", people).fit(
            cov_type="cluster", cov_kwds={"groups": groups}
        )
        spread = made[f"cov_{name}_{name}"].values
        own = np.sqrt(spread[0, 0] + spread[1, 1] - 2 * spread[0, 1])
        assert own == pytest.approx(fit.bse.iloc[1], rel=1e-8)
    assert made.attrs["df"] == 14


def test_duplicated_people_shrink_the_error_by_root_two(people):
    twice = pd.concat([people, people.assign(participant=people["participant"] + "b")])
    one, other = (run(table, resample="none") for table in (people, twice))
    n = people.groupby("arm").size().loc[["low", "high"]].to_numpy()
    expected = np.diag(one["cov_cost_cost"].values) * (n - 1) / (2 * n - 1)
    np.testing.assert_allclose(np.diag(other["cov_cost_cost"].values), expected, rtol=1e-9)


def test_normal_draws_have_the_analytic_covariance(people):
    made = run(people, resample="none", n_replicates=20_000, adjust=ADJUST)
    draws = np.hstack([made["cost"].values, made["effect"].values])
    expected = np.block(
        [
            [made["cov_cost_cost"].values, made["cov_cost_effect"].values],
            [made["cov_cost_effect"].values.T, made["cov_effect_effect"].values],
        ]
    )
    sd = np.sqrt(np.diag(expected))
    difference = np.cov(draws, rowvar=False) - expected
    assert (np.abs(difference / np.outer(sd, sd)) < 0.04).all()


def test_three_arms_and_their_order(people):
    three = people.assign(arm=np.where(people["age"] > 60, "older", people["arm"]))
    made = run(three, arms=["older", "low", "high"], adjust={"effect": ["baseline_utility"]})
    assert made["arm"].values.tolist() == ["older", "low", "high"]
    means = three.groupby("arm")["cost"].mean()
    assert made["cost_hat"].sel(arm="older").item() == pytest.approx(means["older"], rel=0.05)


def test_progress_is_told_of_every_block(people):
    seen = []
    run(people, n_replicates=1200, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(500, 1200), (1000, 1200), (1200, 1200)]


def test_a_covariate_that_a_draw_makes_constant_is_left_out_there(people):
    rare = people.assign(rare=(people["agency"] == "agency 8").astype(float))
    made = run(rare, cluster="agency", adjust={"cost": ["rare"], "effect": ["rare"]})
    assert 5 < made.attrs["n_left_out"] < 45
    assert np.isfinite(made["cost"].values).all()


def test_a_covariate_may_be_called_as_an_arm(people):
    """Names are for the reader; the numbers know columns."""
    both = {"adjust": {"cost": ["age"], "effect": ["age"]}, "n_replicates": 50}
    usual = bootstrap(people, reference="low", **both)
    names = people["arm"].map({"low": "age", "high": "high"})
    called = bootstrap(people.assign(arm=names), reference="age", **both)
    np.testing.assert_array_equal(called["cost"].values, usual["cost"].values)
    np.testing.assert_array_equal(called["effect_hat"].values, usual["effect_hat"].values)
