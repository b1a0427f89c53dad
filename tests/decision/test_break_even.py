import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpi_econ.decision.break_even import break_even
from cpi_econ.decision.icer import icer
from cpi_econ.decision.net_benefit import inmb_intervals
from cpi_econ.decision.replicates import replicates


def drawn(cost, effect, seed=0):
    rng = np.random.default_rng(seed)
    inc = rng.multivariate_normal([cost, effect], [[100**2, 0.3], [0.3, 0.02**2]], size=500)
    zero = np.zeros(500)
    return replicates(
        np.column_stack([zero, inc[:, 0]]),
        np.column_stack([zero, inc[:, 1]]),
        arms=["low", "high"],
        reference="low",
        cost_hat=[0, cost],
        effect_hat=[0, effect],
    )


@pytest.mark.parametrize(
    ("cost", "effect", "value", "better"),
    [
        (300, 0.06, 5000.0, "above"),
        (-300, -0.06, 5000.0, "below"),
        (-300, 0.06, None, "always"),
        (300, -0.06, None, "never"),
        (300, 0.0, None, "never"),
        (-300, 0.0, None, "always"),
    ],
)
def test_every_quadrant(cost, effect, value, better):
    found = break_even(drawn(cost, effect))
    assert found.value == (None if value is None else pytest.approx(value))
    assert found.better == better
    assert "high" in found.statement


def test_one_bounded_range_is_fiellers_interval():
    made = drawn(300, 0.09)
    found, ratio = break_even(made), icer(made)
    assert found.undecided == ((pytest.approx(ratio.lower), pytest.approx(ratio.upper)),)


@settings(max_examples=40)
@given(st.floats(-600, 600), st.floats(-0.1, 0.1), st.integers(0, 5))
def test_undecided_is_where_the_interval_of_net_benefit_holds_zero(cost, effect, seed):
    made = drawn(cost, effect, seed)
    grid = np.r_[np.linspace(0, 100_000, 41), 1e9]
    table = inmb_intervals(made, grid, interval="normal").isel(arm=0)
    held = (table["lower"] <= 0) & (table["upper"] >= 0)
    ranges = break_even(made, interval="normal").undecided
    assert all(0 <= low < high for low, high in ranges)
    inside = np.array([any(low <= wtp <= high for low, high in ranges) for wtp in grid])
    edges = np.array([end for pair in ranges for end in pair if math.isfinite(end)])
    near = np.array(
        [np.isclose(wtp, edges, rtol=1e-6).any() if len(edges) else False for wtp in grid]
    )
    np.testing.assert_array_equal(inside[~near], held.values[~near])
