"""Random-intercept models against statsmodels and matrices written out."""

import warnings

import numpy as np
import pytest

from cpi_econ.kernels.mixed import mixed_model
from cpi_econ.kernels.reml import cluster_sums, reml_components

EQUATIONS = (np.array([0, 1, 2]), np.array([0, 1, 3]))


def made(seed=1, between=0.5):
    rng = np.random.default_rng(seed)
    clusters = np.repeat(np.arange(14), rng.integers(3, 12, 14))
    n = len(clusters)
    high = (clusters < 6).astype(float)
    covariates = rng.normal(size=(n, 2))
    shared = rng.normal(size=(14, 2)) * between
    outcomes = (
        0.4 * covariates
        + shared[clusters]
        + rng.multivariate_normal([0, 0], [[1, -0.4], [-0.4, 0.8]], n)
    )
    return np.column_stack([high, 1 - high, covariates, outcomes]), clusters


def statsmodels_fit(columns, clusters, equation, outcome):
    from statsmodels.regression.mixed_linear_model import MixedLM

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return MixedLM(columns[:, outcome], columns[:, equation], groups=clusters).fit(
            reml=True, method=["powell", "bfgs"]
        )


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("outcome", [0, 1])
def test_each_outcome_is_statsmodels_reml(seed, outcome):
    pytest.importorskip("statsmodels")
    columns, clusters = made(seed)
    data = cluster_sums(columns, clusters, np.ones((1, len(columns))), whole=True)
    found = reml_components(data, EQUATIONS[outcome], 4 + outcome)
    fit = statsmodels_fit(columns, clusters, EQUATIONS[outcome], 4 + outcome)
    assert found.within[0] == pytest.approx(fit.scale, rel=1e-3)
    assert found.between[0] == pytest.approx(fit.cov_re[0, 0], rel=5e-3, abs=1e-4)
    np.testing.assert_allclose(found.beta[0], fit.fe_params, rtol=1e-3, atol=1e-4)


def dense(columns, clusters, fit):
    """Generalised least squares with the whole covariance matrix of both outcomes."""
    same = (clusters[:, None] == clusters).astype(float)
    between, within = fit.components.between[0], fit.components.within[0]
    v = np.kron(within, np.eye(len(columns))) + np.kron(between, same)
    x = np.zeros((2 * len(columns), 6))
    x[: len(columns), :3] = columns[:, EQUATIONS[0]]
    x[len(columns) :, 3:] = columns[:, EQUATIONS[1]]
    information = x.T @ np.linalg.solve(v, x)
    y = columns[:, 4:].T.ravel()
    return information, np.linalg.solve(information, x.T @ np.linalg.solve(v, y))


def test_both_outcomes_are_dense_generalised_least_squares():
    columns, clusters = made()
    fit = mixed_model(
        cluster_sums(columns, clusters, np.ones((1, len(columns))), whole=True), EQUATIONS
    )
    information, beta = dense(columns, clusters, fit)
    found = np.r_[fit.beta[0, EQUATIONS[0], 0], fit.beta[0, EQUATIONS[1], 1]]
    np.testing.assert_allclose(found, beta, rtol=1e-8)
    np.testing.assert_allclose(fit.information[0], information, rtol=1e-8)
    assert fit.components.within[0, 0, 1] < 0


def test_components_are_near_the_truth():
    found = [
        mixed_model(cluster_sums(c, g, np.ones((1, len(c))), whole=True), EQUATIONS).components
        for c, g in (made(seed) for seed in range(40))
    ]
    between = np.mean([one.between[0] for one in found], axis=0)
    within = np.mean([one.within[0] for one in found], axis=0)
    np.testing.assert_allclose(between, [[0.25, 0], [0, 0.25]], atol=0.07)
    np.testing.assert_allclose(within, [[1, -0.4], [-0.4, 0.8]], atol=0.07)


def test_drawn_clusters_count_as_clusters_of_their_own():
    columns, clusters = made()
    drawn = np.bincount(np.random.default_rng(3).integers(0, 14, 14), minlength=14)
    drawn[[0, 13]] = 1
    weights = drawn[clusters][None].astype(float)
    one = mixed_model(cluster_sums(columns, clusters, weights, whole=True), EQUATIONS)
    rows = [(np.flatnonzero(clusters == g), g) for g in range(14) for _ in range(drawn[g])]
    copied = columns[np.concatenate([members for members, _ in rows])]
    labels = np.repeat(np.arange(len(rows)), [len(members) for members, _ in rows])
    two = mixed_model(
        cluster_sums(copied, labels, np.ones((1, len(copied))), whole=True), EQUATIONS
    )
    np.testing.assert_allclose(one.beta, two.beta, rtol=1e-9)


def test_people_drawn_within_clusters_stay_in_them():
    columns, clusters = made()
    rng = np.random.default_rng(4)
    drawn = np.sort(rng.integers(0, len(columns), len(columns)))
    weights = np.bincount(drawn, minlength=len(columns))[None].astype(float)
    one = mixed_model(cluster_sums(columns, clusters, weights, whole=False), EQUATIONS)
    labels = np.unique(clusters[drawn], return_inverse=True)[1]
    ones = np.ones((1, len(columns)))
    two = mixed_model(cluster_sums(columns[drawn], labels, ones, whole=True), EQUATIONS)
    np.testing.assert_allclose(one.beta, two.beta, rtol=1e-9)


def test_many_replicates_are_each_of_them():
    columns, clusters = made()
    weights = np.random.default_rng(5).integers(1, 4, (5, 14)).astype(float)[:, clusters]
    whole = mixed_model(cluster_sums(columns, clusters, weights, whole=True), EQUATIONS).beta
    for row, beta in zip(weights, whole, strict=True):
        one = mixed_model(cluster_sums(columns, clusters, row[None], whole=True), EQUATIONS)
        np.testing.assert_allclose(one.beta[0], beta, rtol=1e-9)


def test_without_differences_between_clusters_it_is_near_least_squares():
    columns, clusters = made(between=0.0)
    data = cluster_sums(columns, clusters, np.ones((1, len(columns))), whole=True)
    found = reml_components(data, EQUATIONS[0], 4)
    assert 0 <= found.between[0] < 0.1
    ols = np.linalg.lstsq(columns[:, EQUATIONS[0]], columns[:, 4], rcond=None)[0]
    np.testing.assert_allclose(found.beta[0], ols, atol=0.05)


def test_a_regressor_that_adds_nothing_is_left_out():
    columns, clusters = made()
    doubled = np.insert(columns, 4, columns[:, 2], axis=1)
    data = cluster_sums(doubled, clusters, np.ones((1, len(columns))), whole=True)
    fit = mixed_model(data, (np.array([0, 1, 2, 4]), np.array([0, 1, 3])))
    plain = cluster_sums(columns, clusters, np.ones((1, len(columns))), whole=True)
    assert fit.left_out.tolist() == [True]
    np.testing.assert_allclose(fit.beta[0, :4], mixed_model(plain, EQUATIONS).beta[0], rtol=1e-6)
