"""Counts from random bytes are exactly those of drawing people one by one."""

from __future__ import annotations

from itertools import product
from math import factorial

import numpy as np
import pytest
from scipy import stats

from cpi_econ.kernels.many_counts import multinomial_counts, poisson_counts, poisson_tables


def law(tables):
    """Probability of each number that the tables give."""
    (steps, late, rest), *others = tables
    cells = np.diff(np.concatenate([[0], steps.astype(int), [256]]))
    bytes_of = np.pad(cells, (0, len(rest) - len(cells))) / 256
    return np.exp(-late) * bytes_of - np.expm1(-late) * (law(others) if others else rest)


@pytest.mark.parametrize("mean", [1 / 2048, 0.003, 0.2, 0.9, 0.98, 1.0, 1.5, 6.0, 40.0])
def test_bytes_and_what_is_left_over_make_up_the_poisson_probabilities(mean):
    found = law(poisson_tables(mean))
    plain = stats.poisson.pmf(np.arange(len(found)), mean)
    np.testing.assert_allclose(found, plain, atol=4e-16, rtol=1e-9)
    assert found.sum() == pytest.approx(1, abs=1e-14)


@pytest.mark.parametrize("mean", [0.9, 0.98, 1.0])
def test_one_or_two_people_in_a_hundred_are_drawn_anew(mean):
    assert 0 < poisson_tables(mean)[0].late < 0.02


@pytest.mark.parametrize("mean", [1 / 2048, 0.02, 0.6, 0.97, 3.0])
def test_poisson_counts_fit_the_poisson_distribution(mean):
    counts = poisson_counts(400_003, mean, np.random.default_rng(1))
    last = int(stats.poisson.ppf(1 - 1e-4, mean))
    found = np.bincount(np.minimum(counts, last + 1), minlength=last + 2)
    chance = stats.poisson.pmf(np.arange(last + 1), mean)
    expected = np.append(chance, 1 - chance.sum()) * len(counts)
    assert stats.chisquare(found, expected).pvalue > 1e-3


def possible(people, draws):
    """Every way in which draws fall on people, with its multinomial probability."""
    ways = [c for c in product(range(draws + 1), repeat=people) if sum(c) == draws]
    chance = [
        factorial(draws) / np.prod([factorial(x) for x in c]) / float(people) ** draws for c in ways
    ]
    return ways, np.array(chance)


@pytest.mark.parametrize(("people", "draws"), [(2, 1), (3, 3), (3, 9), (4, 7)])
def test_every_set_of_counts_is_as_frequent_as_the_multinomial_says(people, draws):
    rows = 60_000
    made = multinomial_counts(people, np.full(rows, draws), np.random.default_rng(2))
    place = (draws + 1) ** np.arange(people)
    ways, chance = possible(people, draws)
    seen = np.bincount(made @ place, minlength=(draws + 1) ** people)
    found = np.array([seen[int(np.dot(way, place))] for way in ways])
    assert found.sum() == rows
    rare = chance * rows < 5
    observed, expected = np.append(found[~rare], found[rare].sum()), chance * rows
    expected = np.append(expected[~rare], expected[rare].sum())
    kept = expected > 0
    assert stats.chisquare(observed[kept], expected[kept]).pvalue > 1e-3


def one_by_one(people, draws, rng):
    """Plain twin."""
    return np.stack([np.bincount(rng.integers(0, people, d), minlength=people) for d in draws])


def test_counts_and_distinct_people_are_those_of_a_plain_loop():
    people, draws = 300, np.array([300, 310, 280] * 700)
    made = multinomial_counts(people, draws, np.random.default_rng(3))
    plain = one_by_one(people, draws, np.random.default_rng(4))
    assert (made.sum(axis=1) == draws).all()
    table = np.stack([np.bincount(np.minimum(c, 6).ravel(), minlength=7) for c in (made, plain)])
    assert stats.chi2_contingency(table).pvalue > 1e-3
    distinct = [np.count_nonzero(counts, axis=1) for counts in (made, plain)]
    assert stats.ks_2samp(*distinct).pvalue > 1e-3
    most = [counts.max(axis=1) for counts in (made, plain)]
    assert stats.ks_2samp(*most).pvalue > 1e-3


def test_first_and_last_people_and_rows_are_drawn_alike():
    people, rows = 50, 40_000
    made = multinomial_counts(people, np.full(rows, people), np.random.default_rng(5))
    error = 5 / np.sqrt(rows)
    np.testing.assert_allclose(made.mean(axis=0), 1, atol=error)
    np.testing.assert_allclose(made.var(axis=0), 1 - 1 / people, atol=2.5 * error)
    neighbours = np.corrcoef(made[:-1, 7], made[1:, 7])[0, 1]
    assert abs(neighbours) < error


def test_nobody_is_drawn_where_nothing_is_to_be_drawn():
    assert multinomial_counts(9, np.array([0, 0]), np.random.default_rng(1)).sum() == 0
