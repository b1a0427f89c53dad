import numpy as np
import pytest

from cpi_econ.decision.information import evpi
from cpi_econ.decision.partial_information import evppi
from cpi_econ.decision.sensitivity import tipping_point, tornado, two_way
from cpi_econ.decision.stratified import stratified_value, subgroup_table
from cpi_econ.decision.structural import mixed_scenarios, sampled_parameters, with_uncertain_costs
from cpi_econ.errors import EstimationError

WTP = np.array([10_000.0, 20_000.0])


def test_cost_and_effect_data_together_settle_everything(reps):
    parameters = sampled_parameters(reps)
    found = evppi(reps, parameters, WTP, by=[*parameters, list(parameters)])
    np.testing.assert_allclose(found["evppi"][:, 2], evpi(reps, WTP), rtol=1e-6, atol=1e-9)
    assert (found["evppi"][:, :2] <= found["evppi"][:, [2]].values + 1e-9).all()


def test_unit_costs_add_the_variance_of_their_factors(reps):
    parts = {"bed": {"low": 500.0, "high": 900.0}, "gp": {"low": 50.0, "high": 40.0}}
    moved, factors = with_uncertain_costs(reps, parts, {"bed": 0.3, "gp": 0.1}, seed=3)
    added = (moved["cost"] - reps["cost"]).to_numpy()
    by_hand = np.outer(factors["bed"] - 1, [500, 900]) + np.outer(factors["gp"] - 1, [50, 40])
    np.testing.assert_allclose(added, by_hand)
    assert factors["bed"].std() == pytest.approx(0.3, rel=0.1)
    assert factors["bed"].mean() == pytest.approx(1.0, abs=3 * 0.3 / np.sqrt(2000))
    np.testing.assert_array_equal(moved["cost_hat"], reps["cost_hat"])
    with pytest.raises(EstimationError, match="E098"):
        with_uncertain_costs(reps, {"bed": {"low": 1.0}}, 0.2)


def test_a_mixture_of_analyses_has_their_weighted_means(reps):
    other = reps.assign(
        effect=reps["effect"] * [1.0, 0.5], effect_hat=reps["effect_hat"] * [1.0, 0.5]
    )
    mixed, chosen = mixed_scenarios({"5L": reps, "3L": other}, {"5L": 3, "3L": 1}, name="value set")
    assert (chosen["value set"] == "5L").mean() == pytest.approx(0.75, abs=0.04)
    expected = 0.75 * reps["effect_hat"] + 0.25 * other["effect_hat"]
    np.testing.assert_allclose(mixed["effect_hat"], expected)
    found = evppi(mixed, chosen, [20_000.0])
    benefit = 20_000.0 * np.diff(mixed["effect"].values)[:, 0] - np.diff(mixed["cost"].values)[:, 0]
    means = [benefit[chosen["value set"] == name].mean() for name in ("3L", "5L")]
    share = [(chosen["value set"] == name).mean() for name in ("3L", "5L")]
    exact = np.dot(share, np.maximum(means, 0)) - max(benefit.mean(), 0)
    assert found["evppi"].item() == pytest.approx(exact, rel=1e-6, abs=1e-9)
    with pytest.raises(EstimationError, match="E098"):
        mixed_scenarios({"5L": reps, "3L": other.isel(replicate=slice(5))})
    with pytest.raises(EstimationError, match="E098"):
        mixed_scenarios({"5L": reps}, {"Y": 1.0})


def test_own_decisions_are_worth_what_a_plain_loop_finds(reps):
    other = reps.assign(effect_hat=reps["effect_hat"] + [0.0, -0.08])
    groups, shares = {"young": reps, "old": other}, {"young": 30, "old": 10}
    found = stratified_value(groups, shares, WTP)
    for row, wtp in enumerate(WTP):
        gain = {
            name: wtp * float(np.diff(one["effect_hat"])[0]) - float(np.diff(one["cost_hat"])[0])
            for name, one in groups.items()
        }
        own = 0.75 * max(gain["young"], 0) + 0.25 * max(gain["old"], 0)
        together = max(0.75 * gain["young"] + 0.25 * gain["old"], 0)
        assert found["gain"][row].item() == pytest.approx(own - together)
    assert found["best_own"].sel(wtp=20_000.0).values.tolist() == ["high", "low"]
    same = stratified_value({"x": reps, "y": reps}, {"x": 1, "y": 1}, WTP)
    np.testing.assert_allclose(same["gain"], 0.0, atol=1e-9)


def test_weights_of_one_change_nothing_and_others_can_change_the_decision(reps):
    other = reps.assign(effect_hat=reps["effect_hat"] + [0.0, -0.06])
    groups, shares = {"young": reps, "old": other}, {"young": 1, "old": 1}
    plain = stratified_value(groups, shares, [20_000.0])
    one = stratified_value(groups, shares, [20_000.0], weights={"young": 1, "old": 1})
    assert plain.equals(one)
    tilted = stratified_value(groups, shares, [20_000.0], weights={"young": 10, "old": 0.1})
    assert (plain["best"].item(), tilted["best"].item()) == ("low", "high")


def test_subgroups_that_do_not_match(reps, three):
    with pytest.raises(EstimationError, match="E099"):
        stratified_value({"x": reps, "y": three}, {"x": 1, "y": 1}, WTP)
    with pytest.raises(EstimationError, match="E099"):
        stratified_value({"x": reps}, {"y": 1}, WTP)
    with pytest.raises(EstimationError, match="E099"):
        stratified_value({"x": reps}, {"x": -1}, WTP)


def test_table_of_subgroups(reps):
    table = subgroup_table({"x": reps, "y": reps}, WTP)
    assert table["subgroup"].tolist() == ["x", "x", "y", "y"]
    assert (table["lower"] < table["inmb"]).all()


def test_tornado_is_sorted_and_marks_what_changes_the_decision():
    cases = {
        "narrow": ((90.0, 0.01), (95.0, 0.01)),
        "wide": ((100.0, -0.01), (100.0, 0.03)),
        "one-sided": ((100.0, 0.02), (100.0, 0.03)),
    }
    table = tornado((100.0, 0.01), cases, 20_000.0)
    assert table["input"].tolist() == ["wide", "one-sided", "narrow"]
    assert table["width"].tolist() == [800.0, 400.0, 10.0]
    assert table["changes"].tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("curve", "root"),
    [
        (lambda x: 3 - 2 * x, 1.5),
        (lambda x: np.exp(x) - 2, np.log(2)),
        (lambda x: (x - 0.3) ** 3, 0.3),
    ],
)
def test_tipping_point_of_straight_and_bent_curves(curve, root):
    found = tipping_point(lambda x: float(curve(x)), -1.0, 2.0)
    assert found.value == pytest.approx(root, abs=2e-3)


def test_no_tipping_point():
    found = tipping_point(lambda x: 1.0 + x**2, -1.0, 2.0, name="delta")
    assert found.value is None
    assert "does not change while delta" in found.statement
    with pytest.raises(EstimationError, match="E099"):
        tipping_point(lambda x: x, 1.0, 1.0)


def test_two_inputs_on_a_grid():
    found = two_way(lambda x, y: 10 * x - y, [1, 2], [5, 15, 25], names=("price", "delta"))
    assert found.dims == ("price", "delta")
    np.testing.assert_array_equal(found, [[5, -5, -15], [15, 5, -5]])
