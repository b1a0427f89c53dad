import numpy as np
import pytest

from cpi_econ.kernels.draws import draw_products
from cpi_econ.kernels.leastsq import cross_products
from cpi_econ.kernels.leaves import child_seeds
from cpi_econ.kernels.resample import draw_counts
from cpi_econ.kernels.twostage import (
    average_size,
    shrink,
    two_stage_draws,
    two_stage_sample,
)


@pytest.fixture
def arm():
    rng = np.random.default_rng(8)
    sizes = np.full(8, 5)
    shared = np.repeat(rng.normal(0, 1.5, size=(8, 2)), 5, axis=0)
    values = shared + rng.normal(size=(40, 2))
    return values - values.mean(axis=0), sizes


def test_average_size_of_unequal_clusters():
    sizes = np.array([3, 9, 12])
    by_hand = (24 - (3**2 + 9**2 + 12**2) / 24) / 2
    assert average_size(sizes) == pytest.approx(by_hand)


def test_variance_of_the_mean_is_unbiased_with_equal_sizes(arm):
    residuals, sizes = arm
    means, rest = shrink(residuals, sizes)
    a, b = 8, 5
    of_mean = (means**2).sum(axis=0) / 40 / a + (rest**2).sum(axis=0) / 40 / (a * b)
    clusters = residuals.reshape(8, 5, 2).mean(axis=1)
    np.testing.assert_allclose(of_mean, clusters.var(axis=0, ddof=1) / a, rtol=1e-12)


def test_no_difference_between_clusters_shrinks_all_of_it():
    values = np.tile([[1.0], [-1.0]], (6, 1))
    means, rest = shrink(values, np.full(6, 2))
    assert (means == 0).all()
    np.testing.assert_allclose(rest, values * np.sqrt(2))


def test_clusters_of_one_keep_their_values_with_the_small_sample_factor():
    values = np.array([[-3.0], [1.0], [2.0]])
    means, rest = shrink(values, np.ones(3, int))
    np.testing.assert_allclose(means, values * np.sqrt(3 / 2))
    assert (rest == 0).all()


def test_shrinking_keeps_means_and_residuals_centred_with_unequal_sizes():
    rng = np.random.default_rng(1)
    sizes = np.array([2, 3, 9, 1])
    values = rng.normal(size=(15, 2))
    means, rest = shrink(values - values.mean(axis=0), sizes)
    np.testing.assert_allclose(means.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(rest.mean(axis=0), 0, atol=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
def test_draws_equal_a_plain_loop(weighted):
    rng = np.random.default_rng(2)
    strata = [np.array([2, 1, 3]), np.array([4, 2])]
    level, rest, regressors = (
        rng.normal(size=(12, 2)),
        rng.normal(size=(12, 2)),
        rng.random((12, 3)),
    )
    factor = rng.random((4, 12)) if weighted else np.ones((4, 12))
    made = draw_products(
        two_stage_draws(level, rest, strata, 4, np.random.default_rng(9)),
        np.hstack([regressors, level]),
        factor if weighted else None,
    )
    stream = np.random.default_rng(9)
    expected = np.zeros((4, 5, 5))
    offset = 0
    for sizes in strata:
        n = sizes.sum()
        drawn = stream.integers(0, len(sizes), size=(4, len(sizes)))
        donors = iter(stream.integers(0, n, size=sizes[drawn].sum()))
        starts = offset + np.r_[0, np.cumsum(sizes)[:-1]]
        for row in range(4):
            for cluster in drawn[row]:
                for person in range(starts[cluster], starts[cluster] + sizes[cluster]):
                    values = level[person] + rest[offset + next(donors)]
                    line = np.r_[regressors[person], values]
                    expected[row] += factor[row, person] * np.outer(line, line)
        offset += n
    np.testing.assert_allclose(made, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
def test_a_sample_in_parts_equals_a_plain_loop(weighted, monkeypatch):
    monkeypatch.setattr("cpi_econ.kernels.streaming.IN_CACHE", 12)
    rng = np.random.default_rng(3)
    strata = [np.array([2, 1, 3]), np.array([4, 2])]
    level, rest, regressors = (
        rng.normal(size=(12, 2)),
        rng.normal(size=(12, 2)),
        rng.random((12, 3)),
    )
    factor = rng.random((4, 12)) if weighted else np.ones((4, 12))
    columns = np.hstack([regressors, level])
    sample = two_stage_sample(level, rest, strata, 4, np.random.default_rng(9))
    made = sum(
        draw_products(draws, columns[people], factor[:, people] if weighted else None)
        for people, draws in sample.parts()
    )
    stream = np.random.default_rng(9)
    times = [draw_counts(len(sizes), 4, stream) for sizes in strata]
    copies = np.hstack([np.repeat(t, s, axis=1) for t, s in zip(times, strata, strict=True)])
    expected = np.zeros((4, 5, 5))
    for people, seed in zip(sample.people, child_seeds(stream, 4), strict=True):
        first, last = (0, 6) if people.start < 6 else (6, 12)
        own = np.random.default_rng(seed)
        donors = iter(own.integers(0, last - first, size=copies[:, people].sum()))
        for row in range(4):
            for person in range(people.start, people.stop):
                for _ in range(copies[row, person]):
                    line = np.r_[regressors[person], level[person] + rest[first + next(donors)]]
                    expected[row] += factor[row, person] * np.outer(line, line)
    np.testing.assert_allclose(made, expected, rtol=1e-12, atol=1e-12)


def test_without_residuals_it_is_the_cluster_bootstrap():
    level = np.random.default_rng(3).normal(size=(6, 2))
    draws = two_stage_draws(
        level, np.zeros((6, 2)), [np.array([2, 1, 3])], 5, np.random.default_rng(4)
    )
    ones = np.ones((6, 1))
    np.testing.assert_allclose(
        draw_products(draws, np.hstack([ones, level])),
        cross_products(draws.counts, np.hstack([ones, level])),
        atol=1e-12,
    )
