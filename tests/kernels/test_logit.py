import numpy as np
import pytest

from cpi_econ.kernels.draws import Draws, Sample, in_one_part
from cpi_econ.kernels.logit import fit_membership, membership, probabilities


@pytest.fixture
def data():
    rng = np.random.default_rng(6)
    regressors = np.column_stack([np.ones(90), rng.normal(size=(90, 3))])
    chance = np.exp(regressors @ rng.normal(0, 0.7, size=(4, 3)))
    group = (rng.random((90, 1)) > np.cumsum(chance / chance.sum(1, keepdims=True), 1)).sum(1)
    weights = rng.integers(0, 4, size=(4, 90)).astype(float)
    return weights, regressors, group


def test_two_groups_equal_statsmodels(data):
    sm = pytest.importorskip("statsmodels.api")
    weights, regressors, group = data
    two = (group > 0).astype(int)
    chance, converged = membership(weights, regressors, two)
    assert converged.all()
    for row, weight in enumerate(weights):
        model = sm.GLM(two, regressors, family=sm.families.Binomial(), freq_weights=weight)
        fit = model.fit(tol=1e-12, maxiter=100)
        np.testing.assert_allclose(chance[row, 1], fit.predict(regressors), rtol=1e-7)


def test_three_groups_equal_statsmodels(data):
    sm = pytest.importorskip("statsmodels.api")
    weights, regressors, group = data
    chance, converged = membership(weights, regressors, group)
    assert converged.all()
    for row, weight in enumerate(weights):
        twice = np.repeat(np.arange(90), weight.astype(int))
        fit = sm.MNLogit(group[twice], regressors[twice]).fit(disp=0, tol=1e-12, maxiter=200)
        np.testing.assert_allclose(chance[row].T, fit.predict(regressors), rtol=1e-5, atol=1e-8)


def test_probabilities_sum_to_one_and_reproduce_group_sizes(data):
    weights, regressors, group = data
    chance, _ = membership(weights, regressors, group)
    np.testing.assert_allclose(chance.sum(axis=1), 1)
    sizes = np.stack([(weights * (group == code)).sum(axis=1) for code in range(3)], axis=1)
    np.testing.assert_allclose((weights[:, None] * chance).sum(axis=2), sizes, rtol=1e-8)


def test_renumbered_groups_change_nothing(data):
    weights, regressors, group = data
    one, other = (membership(weights, regressors, code)[0] for code in (group, 2 - group))
    np.testing.assert_allclose(one, other[:, ::-1], rtol=1e-6, atol=1e-10)


def test_collinear_regressors_change_nothing(data):
    weights, regressors, group = data
    twice = np.column_stack([regressors, regressors[:, 1] - 3.0])
    one, other = (membership(weights, part, group) for part in (regressors, twice))
    assert other[1].all()
    np.testing.assert_allclose(one[0], other[0], rtol=1e-6)


def test_separation_is_reported_and_stays_finite(data):
    weights, regressors, _ = data
    chance, converged = membership(weights, regressors, (regressors[:, 1] > 0).astype(int))
    assert not converged.any()
    assert np.isfinite(chance).all()


@pytest.mark.parametrize("start", [0.0, 0.4, -6.0])
def test_where_a_fit_starts_changes_no_answer(start):
    rng = np.random.default_rng(7)
    regressors = np.column_stack([np.ones(2_000), rng.normal(size=(2_000, 2))])
    group = rng.integers(0, 3, 2_000)
    weights = rng.poisson(1, (4, 2_000)).astype(float)
    plain, _ = membership(weights, regressors, group)
    sample = in_one_part(Draws(weights))
    fit = fit_membership(sample, regressors.__getitem__, group, np.full((2, 3), start))
    assert fit.converged.all()
    np.testing.assert_allclose(probabilities(fit.beta, regressors), plain, rtol=1e-8)


def test_a_fit_part_by_part_is_that_of_everybody(data):
    weights, regressors, group = data
    pieces = (slice(0, 11), slice(11, 12), slice(12, len(group)))
    sample = Sample(len(weights), pieces, lambda: (weights[:, one] for one in pieces))
    fit = fit_membership(sample, regressors.__getitem__, group)
    plain, converged = membership(weights, regressors, group)
    np.testing.assert_allclose(probabilities(fit.beta, regressors), plain, rtol=1e-8)
    assert (fit.converged == converged).all()
