import numpy as np
import pytest

from cpi_econ.kernels.draws import Draws, in_one_part
from cpi_econ.kernels.glm import quasi_likelihood


def fitted(weights, regressors, outcome, **options):
    sample = in_one_part(Draws(weights))
    return quasi_likelihood(sample, regressors.__getitem__, outcome, **options)


@pytest.fixture
def data():
    rng = np.random.default_rng(4)
    arm = rng.integers(0, 2, 80)
    regressors = np.column_stack([arm == 0, arm == 1, rng.normal(size=(80, 2))]).astype(float)
    mean = np.exp(regressors @ [0.0, 0.3, 0.5, -0.4])
    outcome = rng.gamma(0.7, mean / 0.7) * (rng.random(80) > 0.15)
    weights = rng.integers(0, 4, size=(5, 80)).astype(float)
    return weights, regressors, outcome / outcome.mean()


@pytest.mark.parametrize(("power", "family"), [(1, "Poisson"), (2, "Gamma")])
def test_equal_to_statsmodels(data, power, family):
    sm = pytest.importorskip("statsmodels.api")
    weights, regressors, outcome = data
    beta, left_out, converged = fitted(weights, regressors, outcome, power=power)
    assert converged.all()
    assert not left_out.any()
    for row, weight in enumerate(weights):
        made = getattr(sm.families, family)(sm.families.links.Log())
        positive = np.maximum(outcome, 1e-300) if family == "Gamma" else outcome
        model = sm.GLM(positive, regressors, family=made, freq_weights=weight)
        fit = model.fit(maxiter=200, tol=1e-12)
        np.testing.assert_allclose(beta[row], fit.params, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("power", [1, 2])
def test_arms_alone_give_the_means(data, power):
    weights, regressors, outcome = data
    beta, _, _ = fitted(weights, regressors[:, :2], outcome, power=power)
    expected = (weights * outcome) @ regressors[:, :2] / (weights @ regressors[:, :2])
    np.testing.assert_allclose(np.exp(beta), expected, rtol=1e-8)


def test_collinear_regressor_is_left_out(data):
    weights, regressors, outcome = data
    twice = np.column_stack([regressors, regressors[:, 2] + 1.0])
    beta, left_out, converged = fitted(weights, twice, outcome, power=2)
    plain, _, _ = fitted(weights, regressors, outcome, power=2)
    assert left_out.all()
    assert converged.all()
    np.testing.assert_allclose(beta @ twice.T, plain @ regressors.T, rtol=1e-6, atol=1e-7)


def test_extreme_outcome_converges(data):
    weights, regressors, outcome = data
    wild = outcome.copy()
    wild[3] = 5000.0
    _, _, converged = fitted(weights, regressors, wild / wild.mean(), power=2)
    assert converged.all()


def test_an_arm_of_zeros_does_not_converge(data):
    weights, regressors, outcome = data
    _, _, converged = fitted(weights, regressors[:, :2], outcome * regressors[:, 0], power=2)
    assert not converged.any()


@pytest.mark.filterwarnings("ignore:The Identity link:Warning", "ignore:The identity link:Warning")
@pytest.mark.parametrize(
    ("power", "link", "family"), [(0, "log", "Gaussian"), (2, "identity", "Gamma")]
)
def test_other_links_equal_statsmodels(data, power, link, family):
    sm = pytest.importorskip("statsmodels.api")
    weights, regressors, _ = data
    rng = np.random.default_rng(5)
    mean = 3.0 + regressors @ [0.0, 0.5, 0.4, -0.3]
    outcome = rng.gamma(2.0, mean / 2.0)
    outcome /= outcome.mean()
    beta, left_out, converged = fitted(weights, regressors, outcome, power=power, link=link)
    assert converged.all()
    assert not left_out.any()
    made = getattr(sm.families, family)(
        {"log": sm.families.links.Log, "identity": sm.families.links.Identity}[link]()
    )
    for row, weight in enumerate(weights):
        model = sm.GLM(outcome, regressors, family=made, freq_weights=weight)
        start = {"start_params": np.r_[1.0, 1, 0, 0]} if link == "identity" else {}
        fit = model.fit(maxiter=2000, tol=1e-15, **start)
        np.testing.assert_allclose(beta[row], fit.params, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize(("power", "link"), [(0, "log"), (2, "identity")])
def test_other_links_leave_out_a_collinear_regressor(data, power, link):
    weights, regressors, _ = data
    outcome = np.random.default_rng(6).gamma(2.0, 0.5, len(regressors))
    twice = np.column_stack([regressors, regressors[:, 2] + 1.0])
    beta, left_out, converged = fitted(weights, twice, outcome, power=power, link=link)
    plain, _, _ = fitted(weights, regressors, outcome, power=power, link=link)
    assert left_out.all()
    assert converged.all()
    np.testing.assert_allclose(beta @ twice.T, plain @ regressors.T, rtol=1e-6, atol=1e-7)
