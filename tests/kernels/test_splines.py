import numpy as np
import pytest
from scipy.interpolate import BSpline

from cpi_econ.kernels.splines import bspline_columns, spline_fit


@pytest.fixture(name="rng")
def _rng():
    return np.random.default_rng(12)


@pytest.mark.parametrize("pieces", [1, 3, 10])
def test_columns_are_those_of_scipy(pieces, rng):
    values = rng.gamma(2, 1, 400)
    basis, places = bspline_columns(values, pieces)
    inner = np.quantile(values, np.linspace(0, 1, pieces + 1))
    knots = np.r_[[inner[0]] * 3, inner, [inner[-1]] * 3]
    expected = BSpline.design_matrix(values, knots, 3).toarray()
    np.testing.assert_allclose(basis, expected, atol=1e-12)
    np.testing.assert_allclose(basis.sum(axis=1), 1.0)
    np.testing.assert_allclose(basis @ places, values)


def test_a_straight_line_comes_back_as_it_was(rng):
    x = rng.normal(size=(300, 2))
    y = np.column_stack([1 + 2 * x[:, 0] - 3 * x[:, 1], 5 * x[:, 0]])
    np.testing.assert_allclose(spline_fit(x, y).fitted, y, atol=1e-8)


def test_a_product_of_two_parameters_comes_back(rng):
    x = rng.normal(size=(2000, 2))
    y = (x[:, 0] * x[:, 1])[:, None]
    assert np.abs(spline_fit(x, y).fitted - y).max() < 1e-6


def test_noise_around_a_line_is_smoothed_to_nearly_a_line(rng):
    x = rng.uniform(size=(2000, 1))
    y = 3 * x + rng.normal(0, 1, (2000, 40))
    fit = spline_fit(x, y)
    assert np.median(fit.shrinkage.sum(axis=0)) < 3
    error = np.sqrt(((fit.fitted - 3 * x) ** 2).mean(axis=0))
    assert np.median(error) < 2 / np.sqrt(2000)


def test_a_bent_curve_is_followed(rng):
    x = rng.uniform(0, 6, (3000, 1))
    y = np.sin(x) + rng.normal(0, 0.3, (3000, 1))
    fit = spline_fit(x, y)
    assert np.sqrt(((fit.fitted - np.sin(x)) ** 2).mean()) < 0.03
    assert float(np.sqrt(fit.residual_cov[0, 0])) == pytest.approx(0.3, rel=0.05)


def test_categories_give_the_means_of_their_groups(rng):
    x = rng.integers(0, 4, 500).astype(float)
    y = rng.normal(size=(500, 2)) + x[:, None] ** 2
    fit = spline_fit(x[:, None], y)
    for level in range(4):
        np.testing.assert_allclose(fit.fitted[x == level][0], y[x == level].mean(axis=0))


def test_mean_of_the_fit_is_the_mean_of_the_outcome(rng):
    x, y = rng.normal(size=(400, 3)), rng.gamma(1, 1, (400, 2))
    np.testing.assert_allclose(spline_fit(x, y).fitted.mean(axis=0), y.mean(axis=0), rtol=1e-9)


def test_units_of_parameters_and_outcomes_do_not_matter(rng):
    x, y = rng.normal(size=(400, 2)), rng.normal(size=(400, 1))
    base = spline_fit(x, y).fitted
    np.testing.assert_allclose(spline_fit(1000 * x - 4, 50 * y).fitted, 50 * base, atol=1e-5)


def test_a_constant_parameter_is_no_information(rng):
    y = rng.normal(size=(100, 1))
    fitted = spline_fit(np.ones((100, 1)), y).fitted
    np.testing.assert_allclose(fitted, y.mean())


def test_draws_spread_as_a_regression_says(rng):
    x = rng.integers(0, 2, 400).astype(float)
    y = rng.normal(0, 2.0, (400, 1))
    fit = spline_fit(x[:, None], y)
    spread = fit.draws(4000, seed=1)[:, :, 0].std(axis=0)
    for level in (0, 1):
        expected = np.sqrt(fit.residual_cov[0, 0] / (x == level).sum())
        assert spread[x == level][0] == pytest.approx(expected, rel=0.05)


def test_draws_of_a_smoothed_fit_spread_by_its_degrees_of_freedom(rng):
    x = rng.uniform(size=(500, 1))
    fit = spline_fit(x, np.sin(4 * x) + rng.normal(0, 1, (500, 1)))
    spread = fit.draws(4000, seed=1)[:, :, 0].var(axis=0).sum()
    assert spread == pytest.approx(fit.residual_cov[0, 0] * fit.shrinkage.sum(), rel=0.05)
    assert fit.shrinkage.sum() < fit.basis.shape[1] - 1


@pytest.mark.parametrize("levels", [1, 2, 12])
def test_values_apart_by_rounding_alone_are_one_value(levels, rng):
    level = rng.integers(0, levels, 600)
    outcome = rng.normal(size=(600, 1)) + level[:, None]
    noisy = (0.3 + 0.1 * level) * (1 + rng.integers(-8, 9, 600) * np.finfo(float).eps)
    clean, fit = (
        spline_fit(0.3 + 0.1 * level[:, None], outcome),
        spline_fit(noisy[:, None], outcome),
    )
    np.testing.assert_allclose(fit.fitted, clean.fitted, atol=1e-9)


def test_a_parameter_without_variation_adds_nothing_to_a_pair(rng):
    x = rng.normal(size=(400, 1))
    y = np.sin(x)
    pair = np.hstack([x, np.full((400, 1), 0.3)])
    np.testing.assert_allclose(spline_fit(pair, y).fitted, spline_fit(x, y).fitted, atol=1e-9)
