import numpy as np
import pytest

from cpi_econ.kernels.resample import (
    BLOCK,
    block_stream,
    draw_counts,
    draw_dirichlet,
    resampled_weights,
    rows_at_once,
)


@pytest.mark.parametrize("n", [1, 2, 86, 256, 257, 70_000])
def test_counts_draw_as_many_as_there_are(n):
    counts = draw_counts(n, 3, block_stream(1, 0))
    assert counts.shape == (3, n)
    assert (counts >= 0).all()
    assert (counts.sum(axis=1) == n).all()


def test_counts_equal_a_plain_loop():
    n, rows = 30, 7
    drawn = block_stream(5, 2).integers(0, n, size=(rows, n), dtype=np.uint16)
    loop = np.zeros((rows, n), dtype=int)
    for row in range(rows):
        for person in drawn[row]:
            loop[row, person] += 1
    np.testing.assert_array_equal(draw_counts(n, rows, block_stream(5, 2)), loop)


def test_counts_have_the_moments_of_a_multinomial():
    n, rows = 10, 20_000
    counts = draw_counts(n, rows, block_stream(3, 0))
    assert abs(counts[:, 0].mean() - 1) < 4 * np.sqrt(0.9 / rows)
    assert abs(counts[:, 0].var() - 0.9) < 0.05
    assert abs(np.cov(counts[:, 0], counts[:, 1])[0, 1] + 0.1) < 0.03


def test_dirichlet_has_the_moments_of_a_flat_dirichlet():
    n, rows = 10, 20_000
    weights = draw_dirichlet(n, rows, block_stream(3, 0))
    assert abs(weights[:, 0].mean() - 1) < 4 * np.sqrt(0.82 / rows)
    assert abs(weights[:, 0].var() - (n - 1) / (n + 1)) < 0.05


def test_weights_are_constant_within_a_cluster_and_keep_clusters_of_each_arm():
    strata = [np.array([3, 1, 2]), np.array([2, 4])]
    weights = resampled_weights(strata, 50, block_stream(1, 0))
    assert (weights[:, 0:3] == weights[:, [0]]).all()
    assert (weights[:, 8:12] == weights[:, [8]]).all()
    assert (weights[:, [0, 3, 4]].sum(axis=1) == 3).all()
    assert (weights[:, [6, 8]].sum(axis=1) == 2).all()


def test_streams_differ_between_blocks_and_seeds():
    first = [block_stream(seed, block).random() for seed in (1, 2) for block in (0, 1)]
    assert len(set(first)) == 4


def test_rows_at_once_bounds_memory_and_never_exceeds_a_block():
    assert rows_at_once(116) == BLOCK
    assert rows_at_once(1_000_000) * 1_000_000 <= 2**21
    assert rows_at_once(10**9) == 1


def test_counts_of_many_people_are_those_of_one_arm_after_the_other():
    sizes = [np.ones(600, dtype=np.int64), np.ones(501, dtype=np.int64)]
    rng = block_stream(1, 0)
    plain = np.hstack([draw_counts(len(part), 7, rng) for part in sizes])
    assert (resampled_weights(sizes, 7, block_stream(1, 0)) == plain).all()
