import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpi_econ.kernels.intervals import critical_value, fieller, percentile, symmetric


@pytest.mark.parametrize("df", [1, 4, 14, 498, math.inf])
def test_critical_values_equal_scipy(df):
    stats = pytest.importorskip("scipy.stats")
    expected = stats.norm.ppf(0.975) if math.isinf(df) else stats.t.ppf(0.975, df)
    assert critical_value(0.95, df) == pytest.approx(expected, rel=1e-9)


def test_symmetric_interval_is_centred_and_scales():
    lower, upper = symmetric(np.array([2.0, -3.0]), np.array([1.0, 0.0]), 0.9, 10)
    np.testing.assert_allclose((lower + upper) / 2, [2.0, -3.0])
    assert upper[1] == lower[1] == -3.0


def test_percentile_leaves_half_of_the_rest_on_each_side():
    draws = np.random.default_rng(1).normal(size=(999, 2))
    lower, upper = percentile(draws, 0.95)
    assert ((draws < lower).mean(axis=0) < 0.026).all()
    assert ((draws > upper).mean(axis=0) < 0.026).all()


NUMBERS = st.floats(-50, 50)


@given(NUMBERS, NUMBERS, st.floats(0.1, 5), st.floats(0.1, 5), st.floats(-0.9, 0.9))
def test_fieller_ends_solve_its_equation(a, b, sd_a, sd_b, rho):
    found = fieller(a, b, (sd_a**2, sd_b**2), rho * sd_a * sd_b, 1.96)
    if found.kind == "everything":
        return
    for ratio in (found.lower, found.upper):
        spread = sd_a**2 - 2 * ratio * rho * sd_a * sd_b + ratio**2 * sd_b**2
        size = max(1.0, a**2, (ratio * b) ** 2)
        assert (a - ratio * b) ** 2 == pytest.approx(1.96**2 * spread, rel=1e-4, abs=1e-4 * size)


@given(NUMBERS, NUMBERS, st.floats(0.1, 5), st.floats(0.1, 5), st.floats(-0.9, 0.9))
def test_fieller_is_bounded_where_the_denominator_differs_from_zero(a, b, sd_a, sd_b, rho):
    found = fieller(a, b, (sd_a**2, sd_b**2), rho * sd_a * sd_b, 1.96)
    assert (found.kind == "bounded") == (abs(b) > 1.96 * sd_b)
    if found.kind == "bounded":
        assert found.lower <= a / b <= found.upper
