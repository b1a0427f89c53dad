import numpy as np
import pytest

from cpi_econ.decision.acceptability import ceac, ceaf, expected_loss
from cpi_econ.decision.information import evpi
from cpi_econ.decision.replicates import replicates
from cpi_econ.errors import EstimationError

WTP = np.linspace(0, 60_000, 13)


def test_rows_sum_to_one(reps, three, glick):
    for made in (reps, three, glick):
        np.testing.assert_allclose(ceac(made, WTP).sum("arm"), 1.0, atol=1e-12)


def test_curve_at_zero_is_the_share_that_saves(reps):
    cheaper = (reps["cost"].sel(arm="high") < reps["cost"].sel(arm="low")).mean()
    assert float(ceac(reps, 0).sel(arm="high").item()) == float(cheaper)


def test_curve_far_out_is_the_share_that_gains(reps):
    better = (reps["effect"].sel(arm="high") > reps["effect"].sel(arm="low")).mean()
    assert float(ceac(reps, 1e12).sel(arm="high").item()) == float(better)


def test_constant_added_to_both_arms_changes_nothing(reps):
    moved = reps.assign(cost=reps["cost"] + 512.0, cost_hat=reps["cost_hat"] + 512.0)
    np.testing.assert_allclose(ceac(moved, WTP), ceac(reps, WTP), atol=1e-3)
    np.testing.assert_allclose(expected_loss(moved, WTP), expected_loss(reps, WTP), atol=1e-8)


def test_pence_for_pounds(three):
    pence = three.assign(cost=100 * three["cost"], cost_hat=100 * three["cost_hat"])
    np.testing.assert_array_equal(ceac(pence, 100 * WTP).values, ceac(three, WTP).values)
    np.testing.assert_allclose(expected_loss(pence, 100 * WTP), 100 * expected_loss(three, WTP))


def test_order_of_arms_changes_nothing(three):
    turned = three.sel(arm=["c", "a", "b"])
    np.testing.assert_allclose(ceac(turned, WTP).sel(arm=["a", "b", "c"]), ceac(three, WTP))


def test_ties_are_shared():
    made = replicates([[1, 1, 5]] * 2, [[1, 1, 1]] * 2, arms=list("abc"), reference="a")
    assert ceac(made, 100).values.tolist() == [[0.5, 0.5, 0.0]]


def test_two_normal_arms_are_exact(glick, forget):
    exact, drawn = ceac(glick, WTP), ceac(forget(glick), WTP)
    np.testing.assert_allclose(exact, drawn, atol=4 * 0.5 / np.sqrt(20_000))


def test_three_normal_arms_are_exact(normal, forget):
    made = normal(
        [1000.0, 1100.0, 1300.0],
        [0.50, 0.51, 0.52],
        np.diag([4e4, 5e4, 6e4]),
        np.diag([4e-4, 5e-4, 3e-4]),
        np.diag([-1.0, 0.5, 0.2]),
    )
    exact, drawn = ceac(made, WTP), ceac(forget(made), WTP)
    assert not np.array_equal(exact, drawn)
    np.testing.assert_allclose(exact, drawn, atol=4 * 0.5 / np.sqrt(20_000))
    np.testing.assert_allclose(exact.sum("arm"), 1.0, atol=1e-9)


def test_normal_without_spread_between_two_of_three_arms_uses_the_draws(normal):
    same = np.full((3, 3), 4e4)
    made = normal([1.0, 2.0, 3.0], [0.5, 0.6, 0.7], same, same * 1e-8, same * 0)
    curve = ceac(made, [0.0, 100.0])
    assert np.isfinite(curve.values).all()


def test_frontier_takes_the_arm_of_the_estimates(three):
    made = ceaf(three, WTP)
    benefit = WTP[:, None] * three["effect_hat"].values - three["cost_hat"].values
    assert made["best"].values.tolist() == [list("abc")[best] for best in benefit.argmax(axis=1)]
    for row, best in enumerate(made["best"].values):
        assert float(made["probability"][row]) == float(ceac(three, WTP)[row].sel(arm=best))


def test_frontier_may_lie_below_the_most_probable_arm():
    cost = np.zeros((10, 2))
    effect = np.column_stack([np.zeros(10), np.r_[np.full(9, -1.0), 90.0]])
    made = ceaf(replicates(cost, effect, arms=["a", "b"], reference="a"), [1.0])
    assert (made["best"].item(), made["probability"].item()) == ("b", 0.1)


def test_smallest_loss_is_the_value_of_information(three, reps, glick):
    for made in (three, reps, glick):
        np.testing.assert_allclose(evpi(made, WTP), expected_loss(made, WTP).min("arm"))
        assert (expected_loss(made, WTP) >= 0).all()


def test_loss_of_normal_arms_is_exact(glick, forget):
    np.testing.assert_allclose(
        expected_loss(glick, WTP), expected_loss(forget(glick), WTP), rtol=0.05, atol=12
    )


def test_loss_of_many_arms_equals_the_cube(three):
    cube = WTP[:, None, None] * three["effect"].values - three["cost"].values
    expected = (cube.max(axis=2, keepdims=True) - cube).mean(axis=1)
    np.testing.assert_allclose(expected_loss(three, WTP).values, expected, atol=1e-9)


@pytest.mark.parametrize("wtp", [[-1.0], [np.nan], [[1.0, 2.0]]])
def test_wtp_that_is_none(reps, wtp):
    with pytest.raises(EstimationError, match="E083"):
        ceac(reps, wtp)
