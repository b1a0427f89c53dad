import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cpi_econ.kernels.netbenefit import mean_best, winner_shares

WHOLE = st.integers(-3, 3).map(float)
DRAWS = arrays(np.float64, (8, 3), elements=WHOLE)
WTP = np.array([0.0, 1.0, 2.5])


@given(DRAWS, DRAWS)
def test_shares_equal_a_plain_loop_with_ties(cost, effect):
    expected = np.zeros((3, 3))
    for row, threshold in enumerate(WTP):
        for draw in range(8):
            benefit = threshold * effect[draw] - cost[draw]
            best = np.flatnonzero(benefit == benefit.max())
            expected[row, best] += 1 / len(best) / 8
    np.testing.assert_allclose(winner_shares(cost, effect, WTP), expected, atol=1e-12)


@given(DRAWS, DRAWS)
def test_rows_sum_to_one(cost, effect):
    np.testing.assert_allclose(winner_shares(cost, effect, WTP).sum(axis=1), 1.0)


@given(DRAWS, DRAWS)
def test_mean_best_equals_the_cube(cost, effect):
    cube = WTP[:, None, None] * effect - cost
    np.testing.assert_allclose(mean_best(cost, effect, WTP), cube.max(axis=2).mean(axis=1))
