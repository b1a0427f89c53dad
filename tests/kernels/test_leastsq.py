import numpy as np
import pytest

from cpi_econ.kernels.leastsq import cross_products, ols, residual_products, solve


@pytest.fixture
def data():
    rng = np.random.default_rng(7)
    regressors = np.column_stack([np.ones(40), rng.normal(size=(40, 3))])
    outcomes = regressors @ rng.normal(size=(4, 2)) + rng.normal(size=(40, 2))
    weights = rng.integers(0, 4, size=(6, 40)).astype(float)
    return regressors, outcomes, weights


def test_cross_products_equal_the_matrix_product(data):
    regressors, _, weights = data
    loop = np.stack([regressors.T @ np.diag(row) @ regressors for row in weights])
    np.testing.assert_allclose(cross_products(weights, regressors), loop, rtol=1e-12, atol=1e-12)


def test_cross_products_of_many_people_take_the_same_values():
    rng = np.random.default_rng(1)
    columns, weights = rng.normal(size=(50_001, 3)), rng.random((2, 50_001))
    expected = np.einsum("rn,ni,nj->rij", weights, columns, columns)
    np.testing.assert_allclose(cross_products(weights, columns), expected, rtol=1e-9)


def test_solve_equals_numpy(data):
    regressors, outcomes, weights = data
    normal = cross_products(weights, regressors)
    right = np.stack([regressors.T @ (row[:, None] * outcomes) for row in weights])
    solution, left_out = solve(normal, right)
    np.testing.assert_allclose(solution, np.linalg.solve(normal, right), rtol=1e-9)
    assert not left_out.any()


def test_ols_equals_a_loop_over_statsmodels(data):
    sm = pytest.importorskip("statsmodels.api")
    regressors, outcomes, weights = data
    equations = (np.array([0, 1, 2]), np.array([0, 3]))
    beta, _ = ols(cross_products(weights, np.hstack([regressors, outcomes])), equations)
    for row, weight in enumerate(weights):
        for outcome, members in enumerate(equations):
            fit = sm.WLS(outcomes[:, outcome], regressors[:, members], weights=weight).fit()
            np.testing.assert_allclose(beta[row, members, outcome], fit.params, rtol=1e-9)
    assert (beta[:, 3, 0] == 0).all()


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_collinear_regressor_is_left_out_and_the_fit_stays(data, scale):
    regressors, outcomes, weights = data
    twice = np.column_stack([regressors, scale * (regressors[:, 1] - 2 * regressors[:, 2])])
    everything = np.arange(5)
    beta, left_out = ols(
        cross_products(weights, np.hstack([twice, outcomes])), (everything, everything)
    )
    plain, _ = ols(
        cross_products(weights, np.hstack([regressors, outcomes])), (everything[:4],) * 2
    )
    assert left_out.all()
    np.testing.assert_allclose(twice @ beta, regressors @ plain, rtol=1e-6, atol=1e-8)


def test_residual_products_equal_those_of_the_residuals(data):
    regressors, outcomes, weights = data
    equations = (np.array([0, 1, 2, 3]), np.array([0, 3]))
    products = cross_products(weights, np.hstack([regressors, outcomes]))
    beta, _ = ols(products, equations)
    for row, weight in enumerate(weights):
        residuals = outcomes - regressors @ beta[row]
        expected = residuals.T @ (weight[:, None] * residuals)
        np.testing.assert_allclose(residual_products(products, beta)[row], expected, rtol=1e-9)
