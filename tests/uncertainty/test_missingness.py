"""The funnel, patterns and predictors of missingness, Rubin's rules, and the findings."""

import numpy as np
import pandas as pd
import pytest

from cpi_econ.errors import EstimationError
from cpi_econ.kernels.icc import anova_icc, icc_interval
from cpi_econ.uncertainty.bootstrap import bootstrap
from cpi_econ.uncertainty.combine import barnard_rubin, rubin
from cpi_econ.uncertainty.missing_findings import (
    advised_imputations,
    cluster_correlations,
    imputation_findings,
)
from cpi_econ.uncertainty.missingness import funnel, missingness_predictors, patterns
from cpi_econ.uncertainty.tipping_points import tipping_points


@pytest.fixture
def gaps(people):
    rng = np.random.default_rng(8)
    people.loc[rng.random(64) < 0.3, "cost"] = np.nan
    people.loc[rng.random(64) < 0.2, "effect"] = np.nan
    return people.assign(cluster=people["agency"])


def options(**others):
    plain = {"order": "impute_in_bootstrap", "imputations": 40, "predictors": ["age"]}
    return {**plain, "cluster_term": True, "n_replicates": 2000, **others}


def test_funnel_counts_by_arm_and_by_cluster(gaps):
    made = funnel(gaps).set_index(["step", "arm"])
    for arm, rows in gaps.groupby("arm"):
        assert made.loc[("assessed", arm), "n"] == len(rows)
        assert made.loc[("cost", arm), "n"] == rows["cost"].notna().sum()
        assert made.loc[("cost and effect", arm), "n"] == len(rows.dropna())
    by_agency = funnel(gaps, by="agency")
    assert by_agency.query("step == 'effect'")["n"].sum() == gaps["effect"].notna().sum()


def test_funnel_takes_forms_in_their_order(gaps):
    forms = {"service use": gaps["cost"].notna(), "EQ-5D": gaps["effect"].notna()}
    assert funnel(gaps, forms)["step"].unique().tolist() == ["service use", "EQ-5D"]


def test_patterns_add_up(gaps):
    made = patterns(gaps)
    assert made["n"].sum() == 64
    assert (made["n"] == made["high"] + made["low"]).all()
    assert made["n"].is_monotonic_decreasing
    assert not made.duplicated(["cost", "effect"]).any()


def test_odds_ratios_agree_with_statsmodels(gaps):
    api = pytest.importorskip("statsmodels.api")
    made = missingness_predictors(gaps, ["age", "setting"], "cost").set_index("column")
    age = (gaps["age"] - gaps["age"].mean()) / gaps["age"].std(ddof=0)
    x = np.column_stack([age, gaps["arm"] == "high", gaps["arm"] == "low"]).astype(float)
    fit = api.Logit(gaps["cost"].isna().astype(float), x).fit(disp=0)
    assert made.loc["age", "odds_ratio"] == pytest.approx(np.exp(fit.params.iloc[0]), rel=1e-6)
    assert made.loc["age", "p_value"] == pytest.approx(fit.pvalues.iloc[0], rel=1e-6)
    lost = gaps["cost"].isna()
    groups = gaps.loc[~lost, "age"], gaps.loc[lost, "age"]
    pooled = np.sqrt((groups[0].var() + groups[1].var()) / 2)
    expected = (groups[1].mean() - groups[0].mean()) / pooled
    assert made.loc["age", "difference"] == pytest.approx(expected)
    assert set(made.index) == {"age", "setting: rural", "setting: urban"}


def test_predictors_without_an_answer_are_nan(gaps):
    everyone = gaps.assign(cost=1.0, effect=0.5, same=1.0)
    assert missingness_predictors(everyone, ["age"])["odds_ratio"].isna().all()
    assert missingness_predictors(gaps, ["age"]).shape == (1, 7)
    constant = missingness_predictors(gaps.assign(same=1.0), ["same"])
    assert constant[["difference", "odds_ratio"]].isna().all(axis=None)
    split = gaps.assign(split=gaps["cost"].isna().astype(float))
    assert missingness_predictors(split, ["split"], "cost")["odds_ratio"].isna().all()


@pytest.mark.parametrize(("columns", "outcome"), [(["height"], "cost"), (["age"], "death")])
def test_predictors_that_cannot_be_looked_at(gaps, columns, outcome):
    with pytest.raises(EstimationError):
        missingness_predictors(gaps, columns, outcome)


def test_too_few_imputations_with_the_numbers_of_the_study(gaps):
    share = 100 * gaps["cost"].isna().mean()
    found = imputation_findings(gaps, **options(imputations=5))
    assert [one.code for one in found] == ["W127", "N075", "N129"]
    assert f"{share:.0f}% of values of cost are missing and there are 5" in found[0].message
    assert [one.code for one in imputation_findings(gaps, **options())] == ["N075", "N129"]
    assert advised_imputations(gaps) == int(np.ceil(share))


def test_no_cluster_term_while_people_are_alike(gaps):
    alike = gaps.assign(cost=gaps["cost"] + 3000 * pd.factorize(gaps["agency"])[0])
    found = imputation_findings(alike, **options(cluster_term=False))
    assert [one.code for one in found] == ["N075", "W128", "N129"]
    assert f"cost {cluster_correlations(alike)['cost']:.3f}" in found[1].message
    codes = [one.code for one in imputation_findings(alike, **options())]
    assert codes == ["N075", "N129"]


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ("impute_in_bootstrap", "each of 2,000 draws resamples, imputes once, re-estimates"),
        ("bootstrap_in_imputation", "resamples one of 40 imputed data sets"),
        ("rubin", "40 imputed data sets are analysed and combined"),
    ],
)
def test_what_is_repeated_in_each_draw(gaps, order, words):
    found = imputation_findings(gaps, **options(order=order))
    assert words in found[-1].message
    assert "from cost, effect, age" in found[-1].message
    again = imputation_findings(gaps, **options(weighted=True))[-1].message
    assert "reweights" in again


def test_two_stage_draws_impute_before_they_resample(gaps):
    found = imputation_findings(gaps, **options(two_stage=True))[-1].message
    assert "each of 2,000 draws imputes the data as observed, resamples, re-estimates" in found


def test_nothing_missing_nothing_said(people):
    assert imputation_findings(people, **options(imputations=2, cluster_term=False)) == []


def test_correlations_of_the_trial_in_clusters(pbs):
    """Printed beside the data: QALY .0606, cost .1146, complete cases, arms not taken out."""
    whole = pbs.dropna(subset=["cost", "effect"]).assign(cluster=lambda rows: rows["site"])
    site, nobody = pd.factorize(whole["site"])[0], np.zeros(len(whole), dtype=int)
    apart = cluster_correlations(whole)
    for name, printed in (("effect", 0.0606), ("cost", 0.1146)):
        assert anova_icc(whole[name].to_numpy(), nobody, site) == pytest.approx(printed, abs=5e-5)
        assert 0 < apart[name] < printed


def test_correlation_equals_a_plain_analysis_of_variance():
    rng = np.random.default_rng(1)
    cluster = np.repeat(np.arange(6), 5)
    values = rng.normal(size=30) + cluster
    groups = values.reshape(6, 5)
    between = 5 * groups.mean(axis=1).var(ddof=1)
    within = groups.var(axis=1, ddof=1).mean()
    expected = (between - within) / (between + 4 * within)
    made = anova_icc(values, np.zeros(30, dtype=int), cluster)
    assert made == pytest.approx(expected)
    shifted = values + 10 * (cluster > 2)
    two_arms = anova_icc(shifted, (cluster > 2).astype(int), cluster)
    assert two_arms == pytest.approx(anova_icc(values, (cluster > 2).astype(int), cluster))


def test_correlation_without_an_answer_is_nan():
    one_each = np.arange(4)
    assert np.isnan(anova_icc(np.ones(4), np.zeros(4, dtype=int), one_each))
    assert np.isnan(anova_icc(np.ones(4), np.zeros(4, dtype=int), np.zeros(4, dtype=int)))


def test_limits_of_the_correlation_hold_it_95_times_of_100():
    rng = np.random.default_rng(3)
    cluster, nobody = np.repeat(np.arange(12), 8), np.zeros(96, dtype=int)
    held = 0
    for _ in range(400):
        values = rng.normal(size=96) + rng.normal(scale=0.5, size=12)[cluster]
        lower, upper = icc_interval(values, nobody, cluster)
        held += lower <= 0.2 <= upper
    assert 0.92 < held / 400 < 0.98
    assert np.isnan(icc_interval(np.ones(4), nobody[:4], np.array([0, 0, 1, 1]))).all()


def test_limits_of_the_correlation_by_scipys_quantiles():
    stats = pytest.importorskip("scipy.stats")
    values = np.random.default_rng(1).normal(size=(6, 5)) + np.arange(6)[:, None]
    between, within = 5 * values.mean(axis=1).var(ddof=1), values.var(axis=1, ddof=1).mean()
    found = icc_interval(values.ravel(), np.zeros(30, dtype=int), np.repeat(np.arange(6), 5), 0.9)
    for limit, quantile in zip(found, stats.f.ppf([0.95, 0.05], 5, 24), strict=True):
        ratio = between / within / quantile
        assert limit == pytest.approx((ratio - 1) / (ratio + 4))


def test_rubins_rules_by_hand():
    made = rubin(np.array([[1.0, 0.0], [2.0, 0.0], [6.0, 0.0]]), np.stack([np.eye(2)] * 3))
    assert made.estimate.tolist() == [3.0, 0.0]
    assert made.total[0, 0] == pytest.approx(1 + 4 / 3 * 7)
    assert made.total[1, 1] == 1.0
    assert made.df(np.array([0.0, 1.0]), np.inf) == np.inf
    share = (4 / 3 * 7) / (1 + 4 / 3 * 7)
    assert made.df(np.array([1.0, 0.0]), np.inf) == pytest.approx(2 / share**2)


def test_degrees_of_freedom_stay_below_those_of_complete_data():
    previous = 100.0
    for between in (0.0, 0.1, 1.0, 10.0):
        df = barnard_rubin(1.0, between, 20, 100.0)
        assert df < previous
        previous = df


def test_tipping_points_are_one_plane_in_added_shifts(gaps):
    """Without adjustment the net benefit is linear in what is added to imputed values."""
    made = tipping_points(
        gaps,
        arm="high",
        reference="low",
        wtp=20_000,
        cost=[0.0, 500.0, 1000.0],
        effect=[-0.1, 0.0],
        imputations=3,
    )
    inside = gaps[gaps["arm"] == "high"]
    steps = made["inmb"].diff("cost_shift").to_numpy()
    np.testing.assert_allclose(steps, -500 * inside["cost"].isna().mean(), rtol=1e-9)
    gained = made["inmb"].diff("effect_shift").to_numpy()
    np.testing.assert_allclose(gained, 2000 * inside["effect"].isna().mean(), rtol=1e-9)
    assert ((made["probability"] >= 0) & (made["probability"] <= 1)).all()
    plain = bootstrap(gaps, reference="low", impute=True, imputations=3, order="rubin")
    middle = made.sel(cost_shift=0.0, effect_shift=0.0)
    gap = plain.isel(arm=1, arm_=1) - plain.isel(arm=0, arm_=0)
    assert float(middle["inc_cost"]) == pytest.approx(float(gap["cost_hat"]))


def test_tipping_points_by_resampling_and_by_factors(gaps):
    made = tipping_points(
        gaps,
        arm="high",
        reference="low",
        wtp=20_000,
        cost=["1x", "1.5x"],
        order="impute_in_bootstrap",
        imputations=2,
        n_replicates=50,
    )
    assert made["inc_cost"].to_numpy()[1, 0] > made["inc_cost"].to_numpy()[0, 0]
    with pytest.raises(EstimationError, match="not an arm"):
        tipping_points(gaps, arm="low", reference="low", wtp=1.0)


def test_scarce_donors_are_told_unless_residuals_are_drawn(gaps):
    found = {one.code: one.message for one in imputation_findings(gaps, **options())}
    least = gaps.groupby("arm")[["cost", "effect"]].count().min().min()
    assert f"{least} people have" in found["N075"]
    drawn = imputation_findings(gaps, **options(matching="residuals"))
    assert "N075" not in {one.code for one in drawn}
    many = pd.concat([gaps] * 4, ignore_index=True)
    assert "N075" not in {one.code for one in imputation_findings(many, **options())}
