"""Counts leaf by leaf are those of drawing from the whole arm, whatever is drawn first."""

from __future__ import annotations

import numpy as np
import pytest

from cpi_econ.kernels import streaming
from cpi_econ.kernels.leaves import LEAF, leaf_draws, leaves
from cpi_econ.kernels.many_counts import multinomial_counts
from cpi_econ.kernels.streaming import people_sample, streamed_sums

SIZES = np.array([70, 131])


def counts_of_everybody(rows, seed, leaf, order=None):
    """Plain twin: the counts of each person, leaves taken in any order."""
    rng = np.random.default_rng(seed)
    draws = leaf_draws(SIZES, rows, rng, leaf)
    streams = rng.spawn(draws.shape[1])
    places = list(enumerate(leaves(SIZES, leaf)))
    counts = np.zeros((rows, SIZES.sum()))
    for place, (_, first, end) in places if order is None else [places[i] for i in order]:
        counts[:, first:end] = multinomial_counts(end - first, draws[:, place], streams[place])
    return counts


def test_leaves_cover_everybody_once_and_never_join_arms():
    found = list(leaves(SIZES, 32))
    people = [person for _, first, end in found for person in range(first, end)]
    assert people == list(range(SIZES.sum()))
    arm = np.repeat(np.arange(2), SIZES)
    assert all((arm[first:end] == number).all() for number, first, end in found)


@pytest.mark.parametrize("leaf", [1, 7, 64, 1_000])
def test_each_arm_keeps_its_size_in_every_replicate(leaf):
    counts = counts_of_everybody(50, 1, leaf)
    assert (counts[:, :70].sum(axis=1) == 70).all()
    assert (counts[:, 70:].sum(axis=1) == 131).all()


@pytest.mark.parametrize("columns", [1, 3, 4, 9])
def test_sums_agree_with_a_plain_loop_over_counts(columns):
    values = np.random.default_rng(2).normal(size=(201, columns))
    sample = people_sample(SIZES, 6, np.random.default_rng(1), 16)
    made = streamed_sums(lambda a, b: values[a:b].T, SIZES, sample)
    counts = counts_of_everybody(6, 1, 16)
    for row in range(6):
        for arm, people in enumerate((slice(0, 70), slice(70, 201))):
            plain = sum(c * v for c, v in zip(counts[row, people], values[people], strict=True))
            np.testing.assert_allclose(made[row, arm], plain, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("leaf", [9, 1_000])
def test_bayesian_weights_sum_to_the_size_of_the_arm_and_spread_as_dirichlet(leaf):
    values = np.stack([np.ones(201), np.random.default_rng(2).normal(size=201)])
    sample = people_sample(SIZES, 4_000, np.random.default_rng(1), leaf, bayesian=True)
    made = streamed_sums(lambda a, b: values[:, a:b], SIZES, sample)
    np.testing.assert_allclose(made[:, :, 0], np.tile(SIZES, (4_000, 1)))
    for arm, people in enumerate((values[1, :70], values[1, 70:])):
        spread = (made[:, arm, 1] / len(people)).std()
        assert spread == pytest.approx(people.std() / np.sqrt(len(people) + 1), rel=0.05)


def test_sums_of_units_that_stand_across_leaves(monkeypatch):
    monkeypatch.setattr(streaming, "LEAF", 7)
    units = np.array([3, 11, 1, 25, 2])
    values = np.random.default_rng(1).normal(size=(3, units.sum()))
    made = streaming.unit_sums(lambda a, b: values[:, a:b], units)
    plain = [part.sum(axis=1) for part in np.split(values, np.cumsum(units)[:-1], axis=1)]
    np.testing.assert_allclose(made, plain, rtol=1e-12)


def test_the_order_in_which_leaves_are_drawn_changes_no_count():
    forwards = counts_of_everybody(5, 3, 16)
    backwards = counts_of_everybody(5, 3, 16, order=range(len(list(leaves(SIZES, 16))))[::-1])
    assert (forwards == backwards).all()


@pytest.mark.parametrize("leaf", [8, 1_000])
def test_counts_have_the_moments_of_a_multinomial(leaf):
    rows = 5_000
    counts = counts_of_everybody(rows, 4, leaf)[:, :70]
    error = 5 / np.sqrt(rows)
    np.testing.assert_allclose(counts.mean(axis=0), 1, atol=error)
    np.testing.assert_allclose(counts.var(axis=0), 1 - 1 / 70, atol=2.5 * error)
    pairs = np.cov(counts, rowvar=False)[np.triu_indices(70, 1)]
    np.testing.assert_allclose(pairs, -1 / 70, atol=1.2 * error)


def test_the_spread_of_means_is_the_formula():
    values = np.random.default_rng(5).gamma(1, 1_000, (201, 1))
    sample = people_sample(SIZES, 20_000, np.random.default_rng(6), 32)
    sums = streamed_sums(lambda a, b: values[a:b].T, SIZES, sample)
    spread = (sums[:, :, 0] / SIZES).std(axis=0)
    for arm, people in enumerate((values[:70], values[70:])):
        assert spread[arm] == pytest.approx(people.std() / np.sqrt(len(people)), rel=0.03)


def test_the_last_person_of_a_full_leaf_can_be_drawn():
    counts = multinomial_counts(LEAF, np.array([40 * LEAF]), np.random.default_rng(1))
    assert counts.shape == (1, LEAF)
    assert counts.sum() == 40 * LEAF
    assert counts[0].min() > 0
