"""Estimates made part by part of the people are those made of everybody at once."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pandas as pd
import pytest

from cpi_econ.contracts import check_outcomes
from cpi_econ.kernels.draws import Draws, Sample, in_one_part
from cpi_econ.kernels.resample import block_stream
from cpi_econ.kernels.streaming import IN_CACHE
from cpi_econ.uncertainty import large_studies
from cpi_econ.uncertainty.analysis import prepare_analysis
from cpi_econ.uncertainty.blocks import draw_step
from cpi_econ.uncertainty.bootstrap import bootstrap
from cpi_econ.uncertainty.estimate import arm_means, sample_means
from cpi_econ.uncertainty.large_studies import is_large, sampler
from cpi_econ.uncertainty.runs import observed_means
from cpi_econ.uncertainty.weight_limits import WeightLimits

BOTH = {"cost": ["age", "frailty"], "effect": ["age", "frailty"]}
DIFFERENT = {"cost": ["age"], "effect": ["age", "frailty"]}
WEIGHTS = {"propensity": ["age", "frailty"]}
CHOICES = {
    "unadjusted": {"model": "none"},
    "ols": {"model": "ols", "adjust": BOTH},
    "sur": {"model": "sur", "adjust": DIFFERENT},
    "iptw": {"model": "none", "weighting": "iptw", **WEIGHTS},
    "iptw of the treated": {"model": "none", "weighting": "iptw", "target": "high", **WEIGHTS},
    "overlap": {"model": "sur", "adjust": DIFFERENT, "weighting": "overlap", **WEIGHTS},
    "aipw": {"model": "ols", "adjust": BOTH, "weighting": "aipw", **WEIGHTS},
    "gamma": {"model": "glm", "adjust": BOTH},
    "poisson": {"model": "glm", "adjust": BOTH, "family": "poisson"},
    "two parts": {"model": "glm", "adjust": BOTH, "family": "two_part"},
    "gamma, identity": {"model": "glm", "adjust": BOTH, "link": "identity"},
    "gaussian, log": {"model": "glm", "adjust": BOTH, "family": "gaussian"},
    "weighted gamma": {"model": "glm", "adjust": BOTH, "weighting": "iptw", **WEIGHTS},
    "augmented gamma": {"model": "glm", "adjust": BOTH, "weighting": "aipw", **WEIGHTS},
}
SQUARES = ("unadjusted", "ols", "sur", "iptw", "overlap", "aipw")
CUT = 1_500


def made_up(n, arms=("high", "low", "low")):
    rng = np.random.default_rng(1)
    site = np.arange(n) % 24
    age, frailty = rng.integers(20, 90, n), rng.normal(size=n)
    cost = rng.gamma(0.8, 1_500 + 10 * age) * (rng.random(n) > 0.1)
    table = {
        "participant": pd.Series(np.arange(n)).astype(str),
        "arm": np.array(arms)[site % 3],
        "cluster": site,
        "cost": cost + 40 * (site % 5),
        "effect": 0.9 - 0.004 * age - 0.02 * frailty + rng.normal(0, 0.1, n),
    }
    return pd.DataFrame({**table, "age": age, "frailty": frailty})


def prepared(resample, n=CUT, arms=("high", "low", "low"), **options):
    table = check_outcomes(made_up(n, arms))
    return prepare_analysis(table, resample=resample, **options)


def joined(sample):
    """Everybody in one part, as studies that are not large are taken."""
    parts = list(sample.parts())
    counts = np.concatenate([draws.counts for _, draws in parts], axis=1)
    if sample.copies is None:
        return in_one_part(Draws(counts))
    totals = np.concatenate([draws.totals for _, draws in parts], axis=1)

    def squares(factor):
        return sum(d.squares(None if factor is None else factor[:, p]) for p, d in parts)

    return in_one_part(Draws(counts, totals, squares))


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(large_studies, "LARGE", 1_000)
    monkeypatch.setattr("cpi_econ.kernels.streaming.IN_CACHE", 900)
    monkeypatch.setattr("cpi_econ.kernels.streaming.LEAF", 400)


@pytest.mark.parametrize("resample", ["individuals", "clusters", "bayesian"])
@pytest.mark.parametrize("name", CHOICES)
@pytest.mark.usefixtures("small_parts")
def test_parts_add_up_to_everybody(name, resample):
    analysis = prepared(resample, **CHOICES[name])
    sample = sampler(analysis, resample)(5, block_stream(1, 0))
    assert len(sample.people) > 5
    made, flags = sample_means(analysis, sample)
    whole, also = sample_means(analysis, joined(sample))
    np.testing.assert_allclose(made, whole, rtol=1e-9)
    assert (flags == also).all()


@pytest.mark.parametrize("name", SQUARES)
@pytest.mark.usefixtures("small_parts")
def test_parts_of_two_stages_add_up_to_everybody(name):
    analysis = prepared("two_stage", **CHOICES[name])
    sample = sampler(analysis, "two_stage")(5, block_stream(1, 0))
    assert len(sample.people) > 5
    made, _ = sample_means(analysis, sample)
    np.testing.assert_allclose(made, sample_means(analysis, joined(sample))[0], rtol=1e-9)


@pytest.mark.parametrize("name", ["iptw", "aipw", "gamma", "two parts"])
@pytest.mark.usefixtures("small_parts")
def test_three_arms_in_parts(name):
    analysis = prepared("individuals", arms=("a", "b", "c"), **CHOICES[name])
    sample = sampler(analysis, "individuals")(4, block_stream(1, 0))
    made, _ = sample_means(analysis, sample)
    np.testing.assert_allclose(made, sample_means(analysis, joined(sample))[0], rtol=1e-9)


@pytest.mark.parametrize("resample", ["individuals", "clusters", "two_stage", "bayesian"])
@pytest.mark.usefixtures("small_parts")
def test_a_sample_can_be_gone_through_again_and_again(resample):
    sample = sampler(prepared(resample, model="none"), resample)(5, block_stream(1, 0))
    first, second = joined(sample), joined(sample)
    for (_, one), (_, other) in zip(first.parts(), second.parts(), strict=True):
        assert one.counts.tobytes() == other.counts.tobytes()
        if resample == "two_stage":
            assert one.totals.tobytes() == other.totals.tobytes()
            assert one.squares(None).tobytes() == other.squares(None).tobytes()


@pytest.mark.usefixtures("small_parts")
def test_parts_cover_everybody_once_and_join_no_arms():
    for resample in ("individuals", "clusters", "two_stage", "bayesian"):
        analysis = prepared(resample, model="none")
        people = sampler(analysis, resample)(5, block_stream(1, 0)).people
        assert [person for one in people for person in range(one.start, one.stop)] == list(
            range(analysis.n)
        )
        assert all(len(set(analysis.arm[one])) == 1 for one in people)


@pytest.mark.usefixtures("small_parts")
def test_two_stage_copies_are_whole_clusters_with_residuals_of_their_arm():
    analysis = prepared("two_stage", model="none")
    sample = sampler(analysis, "two_stage")(6, block_stream(1, 0))
    ((_, draws),) = joined(sample).parts()
    starts = np.cumsum(np.concatenate(analysis.units)) - np.concatenate(analysis.units)
    by_cluster = np.split(draws.counts, starts[1:], axis=1)
    assert all((part == part[:, :1]).all() for part in by_cluster)
    clusters = np.array([part[:, 0] for part in by_cluster]).T
    edge = len(analysis.units[0])
    assert (clusters[:, :edge].sum(axis=1) == edge).all()
    assert (clusters[:, edge:].sum(axis=1) == len(analysis.units[1])).all()
    once = draws.counts == 1
    level, residuals = large_studies.two_stage_parts(analysis)
    added = (draws.totals - draws.counts[:, :, None] * level)[once]
    arm = np.broadcast_to(analysis.arm, once.shape)[once]
    for number in (0, 1):
        known = {tuple(np.round(pair, 9)) for pair in residuals[analysis.arm == number]}
        assert {tuple(np.round(pair, 9)) for pair in added[arm == number]} <= known
    assert (added[:, None] != 0).any()


@pytest.mark.parametrize(
    ("resample", "name"),
    [(r, n) for r in ("individuals", "two_stage") for n in ("unadjusted", "iptw", "aipw")]
    + [("individuals", "gamma"), ("clusters", "iptw"), ("clusters", "gamma")],
)
def test_spread_and_centre_are_those_of_a_study_that_is_not_large(resample, name, monkeypatch):
    table = made_up(CUT)
    options = {**CHOICES[name]}
    options["weights"] = options.pop("weighting", "none")
    cluster = None if resample == "individuals" else "cluster"
    known = {"reference": "low", "cluster": cluster, "resample": resample, "n_replicates": 1_500}
    plain = bootstrap(table, **known, **options)
    monkeypatch.setattr(large_studies, "LARGE", 1_000)
    large = bootstrap(table, **known, **options, seed=2)
    assert large["cost_hat"].equals(plain["cost_hat"])
    for outcome in ("cost", "effect"):
        one, other = (made[outcome].diff("arm").values[:, 0] for made in (large, plain))
        assert one.std() == pytest.approx(other.std(), rel=0.12)
        assert one.mean() == pytest.approx(other.mean(), abs=4 * other.std() * np.sqrt(2 / 1_500))


@pytest.mark.parametrize(
    "options",
    [
        {"weights": "iptw", "propensity": ["age"]},
        {"cluster": "cluster", "resample": "two_stage"},
        {"cluster": "cluster", "resample": "two_stage", "weights": "aipw", "propensity": ["age"]},
        {"model": "glm", "adjust": BOTH},
    ],
    ids=["weights", "two stages", "both", "log link"],
)
@pytest.mark.usefixtures("small_parts")
def test_workers_order_and_length_change_no_bit(options):
    table = made_up(CUT)
    made = bootstrap(table, reference="low", n_replicates=60, **options)
    shuffled = table.sample(frac=1, random_state=1)
    assert bootstrap(shuffled, reference="low", n_replicates=60, **options).equals(made)
    twice = bootstrap(table, reference="low", n_replicates=60, jobs=2, **options)
    assert twice.equals(made)
    longer = bootstrap(table, reference="low", n_replicates=3_000, **options)
    assert longer["cost"][:60].equals(made["cost"])


@pytest.mark.parametrize("missing", ["available_cases", "inverse_probability"])
@pytest.mark.usefixtures("small_parts")
def test_people_without_an_outcome_in_parts(missing, monkeypatch):
    table = made_up(CUT)
    table.loc[table.index % 7 == 0, ["cost", "effect"]] = np.nan
    options = {"reference": "low", "missing": missing, "predictors": ["age"]}
    large = bootstrap(table, n_replicates=400, **options)
    monkeypatch.setattr(large_studies, "LARGE", 10**6)
    plain = bootstrap(table, n_replicates=400, **options)
    assert large["cost_hat"].equals(plain["cost_hat"])
    for outcome in ("cost", "effect"):
        one, other = (made[outcome].diff("arm").values[:, 0] for made in (large, plain))
        assert not np.array_equal(one, other)
        assert one.std() == pytest.approx(other.std(), rel=0.2)
        assert one.mean() == pytest.approx(other.mean(), abs=4 * other.std() * np.sqrt(2 / 400))


@pytest.mark.parametrize(
    ("resample", "options"),
    [
        ("individuals", {"weighting": "iptw", **WEIGHTS, "limits": WeightLimits(truncate=0.99)}),
        ("individuals", {"model": "mixed"}),
        ("none", {}),
    ],
    ids=["quantiles of weights", "intercepts of clusters in pieces", "no draws"],
)
@pytest.mark.usefixtures("small_parts")
def test_what_needs_everybody_at_once_goes_the_ordinary_way(resample, options):
    analysis = prepared(resample, **{"model": "none", **options})
    assert not is_large(analysis, resample)


def test_quantiles_of_weights_are_those_of_everybody():
    options = {"model": "none", "weighting": "iptw", "propensity": ["age", "frailty"]}
    limits = WeightLimits(truncate=0.6)
    analysis = prepared("individuals", 70_000, **options, limits=limits)
    whole, _ = arm_means(analysis, np.ones((1, analysis.n)))
    np.testing.assert_allclose(observed_means(analysis), whole[0], rtol=1e-9)


@pytest.mark.parametrize(
    ("resample", "name"),
    [("individuals", "iptw"), ("two_stage", "aipw"), ("individuals", "gamma")],
)
def test_memory_is_that_of_a_part_and_not_of_people_times_replicates(resample, name):
    analysis = prepared(resample, 60_000, **CHOICES[name])
    step = draw_step(analysis, resample)
    rows = large_studies.rows_of_step(analysis, resample)
    tracemalloc.start()
    step(rows, block_stream(1, 0))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    part, everybody = 8 * IN_CACHE, 8 * rows * analysis.n
    assert peak < 40 * part + 40 * analysis.n < everybody


def test_a_sample_of_nobody_new_is_worked_out_once():
    asked = []
    sample = Sample(1, (slice(0, 2),), lambda: iter([np.ones((1, 2))]))
    heavy = sample.weighted(lambda people, counts: asked.append(people) or 3 * counts)
    assert [part.tolist() for _, part in [*heavy.weights(), *heavy.weights()]] == [[[3, 3]]] * 2
    assert len(asked) == 1
