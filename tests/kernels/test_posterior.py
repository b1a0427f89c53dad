"""Drawn coefficients: by hand in one replicate after the other, and their spread."""

import numpy as np
import pytest

from cpi_econ.kernels.posterior import draw_coefficients


def systems(replicates, p, people=30):
    rng = np.random.default_rng(4)
    data = rng.standard_normal((replicates, people, p + 1))
    return data.transpose(0, 2, 1) @ data


@pytest.mark.parametrize("p", [1, 2, 9, 25])
def test_one_replicate_after_the_other_gives_the_same(p):
    rng = np.random.default_rng(5)
    made_of = systems(7, p)
    gamma, normal = rng.standard_gamma(10, 7), rng.standard_normal((7, p))
    estimated, drawn = draw_coefficients(made_of.copy(), gamma, normal)
    for r, system in enumerate(made_of):
        beta = np.linalg.solve(system[:p, :p], system[:p, p])
        rest = system[p, p] - beta @ system[:p, p]
        root = np.linalg.inv(np.linalg.cholesky(system[:p, :p]))
        noise = np.sqrt(rest / (2 * gamma[r])) * root.T @ normal[r]
        np.testing.assert_allclose(estimated[:, r], beta, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(drawn[:, r], beta + noise, rtol=1e-9, atol=1e-12)


def test_draws_scatter_by_the_inverse_of_the_cross_products():
    system = systems(1, 3)[0]
    rng = np.random.default_rng(6)
    many = np.repeat(system[None], 20_000, axis=0)
    gamma, normal = rng.standard_gamma(13.5, 20_000), rng.standard_normal((20_000, 3))
    estimated, drawn = draw_coefficients(many, gamma, normal)
    rest = system[3, 3] - system[:3, 3] @ estimated[:, 0]
    expected = rest / (27 - 2) * np.linalg.inv(system[:3, :3])
    np.testing.assert_allclose(np.cov(drawn), expected, atol=0.03 * expected.max())
    np.testing.assert_allclose(drawn.mean(axis=1), estimated[:, 0], atol=0.01)


def test_an_outcome_without_residuals_has_no_noise():
    data = np.random.default_rng(4).standard_normal((30, 3))
    data[:, 2] = 2 * data[:, 0] - data[:, 1]
    made = draw_coefficients((data.T @ data)[None], np.ones(1), np.full((1, 2), 3.0))
    np.testing.assert_allclose(made[:, :, 0], [[2, -1], [2, -1]], atol=1e-6)
