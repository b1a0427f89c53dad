import numpy as np
import pytest

from cpi_econ.kernels.covariance import regression_covariance


@pytest.fixture
def data():
    rng = np.random.default_rng(3)
    clusters = np.repeat(np.arange(12), 5)
    regressors = np.column_stack([clusters % 2 == 0, clusters % 2 == 1, rng.normal(size=60)])
    shared = rng.normal(size=(12, 2))[clusters]
    outcomes = regressors @ rng.normal(size=(3, 2)) + shared + rng.normal(size=(60, 2))
    return np.hstack([regressors, outcomes]).astype(float), clusters


SAME = (np.arange(3), np.arange(3))


@pytest.mark.parametrize("outcome", [0, 1])
def test_classical_equals_statsmodels(data, outcome):
    sm = pytest.importorskip("statsmodels.api")
    columns, _ = data
    own = regression_covariance(columns, SAME, joint=False)
    fit = sm.OLS(columns[:, 3 + outcome], columns[:, :3]).fit()
    part = slice(3 * outcome, 3 * outcome + 3)
    np.testing.assert_allclose(own[part, part], fit.cov_params(), rtol=1e-9)


@pytest.mark.parametrize("outcome", [0, 1])
def test_cr1_equals_statsmodels(data, outcome):
    sm = pytest.importorskip("statsmodels.api")
    columns, clusters = data
    own = regression_covariance(columns, SAME, joint=False, clusters=clusters)
    model = sm.OLS(columns[:, 3 + outcome], columns[:, :3])
    fit = model.fit(cov_type="cluster", cov_kwds={"groups": clusters})
    part = slice(3 * outcome, 3 * outcome + 3)
    np.testing.assert_allclose(own[part, part], fit.cov_params(), rtol=1e-9)


def test_covariance_of_net_benefit_is_that_of_one_regression(data):
    sm = pytest.importorskip("statsmodels.api")
    columns, clusters = data
    own = regression_covariance(columns, SAME, joint=False, clusters=clusters)
    weights = np.kron([-1.0, 20.0], np.eye(3))
    benefit = 20 * columns[:, 4] - columns[:, 3]
    fit = sm.OLS(benefit, columns[:, :3]).fit(cov_type="cluster", cov_kwds={"groups": clusters})
    np.testing.assert_allclose(weights @ own @ weights.T, fit.cov_params(), rtol=1e-9)


def test_joint_cr1_with_equal_regressors_is_that_of_least_squares(data):
    columns, clusters = data
    joint = regression_covariance(columns, SAME, joint=True, clusters=clusters)
    apart = regression_covariance(columns, SAME, joint=False, clusters=clusters)
    np.testing.assert_allclose(joint, apart, rtol=1e-9)


def test_joint_cr1_equals_a_plain_sandwich(data):
    columns, clusters = data
    equations = (np.arange(3), np.arange(2))
    own = regression_covariance(columns, equations, joint=True, clusters=clusters)
    x = [columns[:, part] for part in equations]
    y = columns[:, 3:]
    residual = np.column_stack(
        [y[:, a] - x[a] @ np.linalg.lstsq(x[a], y[:, a], rcond=None)[0] for a in (0, 1)]
    )
    omega = np.linalg.inv(residual.T @ residual / 60)
    stacked = [[omega[a, b] * x[a].T @ x[b] for b in (0, 1)] for a in (0, 1)]
    bread = np.linalg.inv(np.block(stacked))
    right = np.concatenate([sum(omega[a, b] * x[a].T @ y[:, b] for b in (0, 1)) for a in (0, 1)])
    beta = bread @ right
    error = np.column_stack([y[:, 0] - x[0] @ beta[:3], y[:, 1] - x[1] @ beta[3:]])
    middle = np.zeros((5, 5))
    for cluster in range(12):
        inside = clusters == cluster
        score = np.concatenate([x[a][inside].T @ error[inside] @ omega[:, a] for a in (0, 1)])
        middle += np.outer(score, score)
    factor = np.sqrt(12 / 11 * 59 / (60 - np.array([3, 3, 3, 2, 2])))
    expected = bread @ middle @ bread * np.outer(factor, factor)
    np.testing.assert_allclose(own, expected, rtol=1e-8, atol=1e-14)
