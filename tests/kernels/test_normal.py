import numpy as np
import pytest

from cpi_econ.kernels.normal import both_below, mean_positive_part, probability_positive

BOUNDS = [(0.0, 0.0), (0.0, 1.0), (-0.5, 0.0), (1.2, -0.7), (-1.0, -2.0), (0.3, 0.3)]


@pytest.mark.parametrize("rho", [-0.95, -0.3, 0.0, 0.5, 0.9])
@pytest.mark.parametrize("bounds", BOUNDS)
def test_both_below_equals_scipy(bounds, rho):
    stats = pytest.importorskip("scipy.stats")
    exact = stats.multivariate_normal([0, 0], [[1, rho], [rho, 1]]).cdf(bounds)
    assert both_below(*bounds, rho) == pytest.approx(exact, abs=1e-6)


@pytest.mark.parametrize("bounds", BOUNDS)
def test_the_four_quadrants_make_one(bounds):
    h, k = bounds
    total = (
        both_below(h, k, 0.4)
        + both_below(-h, k, -0.4)
        + both_below(-h, -k, 0.4)
        + both_below(h, -k, -0.4)
    )
    assert total == pytest.approx(1.0, abs=1e-12)


def test_mean_positive_part_equals_an_integral():
    integrate = pytest.importorskip("scipy.integrate")
    stats = pytest.importorskip("scipy.stats")
    for mean, sd in [(-1.0, 2.0), (0.0, 1.0), (3.0, 0.5)]:
        density = stats.norm(mean, sd).pdf
        exact = integrate.quad(lambda x, f=density: x * f(x), 0, mean + 12 * sd)[0]
        own = mean_positive_part(np.array([mean]), np.array([sd]))
        assert own[0] == pytest.approx(exact, rel=1e-7)


def test_no_spread_means_certainty():
    mean, none = np.array([-2.0, 0.0, 2.0]), np.zeros(3)
    assert probability_positive(mean, none).tolist() == [0.0, 0.5, 1.0]
    assert mean_positive_part(mean, none).tolist() == [0.0, 0.0, 2.0]
