import warnings

import numpy as np
import pandas as pd
import pytest

from cpi_econ.kernels.covariance import regression_covariance
from cpi_econ.kernels.leastsq import cross_products, ols
from cpi_econ.kernels.sur import inverse_sigma, sur


@pytest.fixture
def data():
    rng = np.random.default_rng(11)
    regressors = np.column_stack([np.ones(60), rng.integers(0, 2, 60), rng.normal(size=(60, 3))])
    errors = rng.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], size=60)
    outcomes = regressors @ rng.normal(size=(5, 2)) + errors
    return np.hstack([regressors, outcomes])


EQUATIONS = (np.array([0, 1, 2, 3]), np.array([0, 1, 4]))


def linearmodels_fit(columns, equations, *, debiased=False):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        system = pytest.importorskip("linearmodels.system")
        frame = pd.DataFrame(columns).rename(columns=str)
        parts = {
            name: {"dependent": frame[str(5 + number)], "exog": frame[list(map(str, members))]}
            for number, (name, members) in enumerate(zip("ab", equations, strict=True))
        }
        return system.SUR(parts).fit(method="gls", cov_type="unadjusted", debiased=debiased)


def test_point_estimate_equals_linearmodels(data):
    beta, _ = sur(cross_products(np.ones((1, 60)), data), EQUATIONS)
    fit = linearmodels_fit(data, EQUATIONS)
    own = np.concatenate([beta[0, EQUATIONS[0], 0], beta[0, EQUATIONS[1], 1]])
    np.testing.assert_allclose(own, fit.params, rtol=1e-8)


def test_weighted_estimate_equals_linearmodels_on_repeated_rows(data):
    counts = np.random.default_rng(2).integers(0, 3, size=(4, 60))
    beta, _ = sur(cross_products(counts.astype(float), data), EQUATIONS)
    for row, count in enumerate(counts):
        fit = linearmodels_fit(np.repeat(data, count, axis=0), EQUATIONS)
        own = np.concatenate([beta[row, EQUATIONS[0], 0], beta[row, EQUATIONS[1], 1]])
        np.testing.assert_allclose(own, fit.params, rtol=1e-7)


def test_covariance_equals_linearmodels_with_equations_of_one_size(data):
    equations = (np.array([0, 1, 2, 3]), np.array([0, 1, 2, 4]))
    own = regression_covariance(data, equations, joint=True)
    fit = linearmodels_fit(data, equations, debiased=True)
    np.testing.assert_allclose(own, fit.cov, rtol=1e-7)


def test_covariance_differs_from_linearmodels_by_the_stated_factor(data):
    own = regression_covariance(data, EQUATIONS, joint=True)
    fit = linearmodels_fit(data, EQUATIONS)
    factor = np.sqrt(60 / (60 - np.repeat([4, 3], [4, 3])))
    np.testing.assert_allclose(own, fit.cov * np.outer(factor, factor), rtol=1e-7)


def test_equal_regressors_give_least_squares(data):
    same = (EQUATIONS[0], EQUATIONS[0])
    products = cross_products(np.ones((1, 60)), data)
    np.testing.assert_array_equal(sur(products, same)[0], ols(products, same)[0])


def test_reordered_regressors_give_least_squares_too(data):
    same = (EQUATIONS[0], EQUATIONS[0][::-1])
    products = cross_products(np.ones((1, 60)), data)
    np.testing.assert_allclose(sur(products, same)[0], ols(products, same)[0], rtol=1e-8)


def test_an_outcome_fitted_without_error_falls_back_on_least_squares(data):
    exact = data.copy()
    exact[:, 5] = 2 * exact[:, 2] - 1
    products = cross_products(np.ones((1, 60)), exact)
    np.testing.assert_allclose(
        sur(products, EQUATIONS)[0], ols(products, EQUATIONS)[0], rtol=1e-6, atol=1e-8
    )


def test_inverse_is_an_inverse():
    sigma = np.array([[[2.0, 0.5], [0.5, 1.0]], [[1e-6, 1e-4], [1e-4, 1e6]]])
    identity = np.broadcast_to(np.eye(2), (2, 2, 2))
    np.testing.assert_allclose(inverse_sigma(sigma) @ sigma, identity, atol=1e-10)


def test_proportional_residuals_count_as_uncorrelated():
    np.testing.assert_allclose(
        inverse_sigma(np.array([[[4.0, 2.0], [2.0, 1.0]]]))[0], np.diag([0.25, 1.0])
    )
