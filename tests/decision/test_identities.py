"""What must hold for any replicates, and what an independent package finds on the same draws."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpi_econ.decision.acceptability import ceac, ceaf, expected_loss
from cpi_econ.decision.frontier import frontier
from cpi_econ.decision.frontier_shares import frontier_shares, on_frontier
from cpi_econ.decision.information import evpi
from cpi_econ.decision.partial_information import evppi
from cpi_econ.decision.replicates import replicates
from cpi_econ.decision.threshold_table import threshold_table

WTP = np.linspace(0, 50_000, 11)


def simulated(arms, seed, count=300):
    rng = np.random.default_rng(seed)
    names = [f"arm {number}" for number in range(arms)]
    cost = rng.gamma(3, 400, (count, arms)) + 100 * rng.integers(0, 5, arms)
    effect = rng.normal(0.5, 0.05, (count, arms)) + 0.01 * rng.integers(0, 5, arms)
    return replicates(cost, effect, arms=names, reference=names[seed % arms], currency="GBP")


cases = given(st.integers(2, 5), st.integers(0, 10_000))


@settings(max_examples=25)
@cases
def test_identities_of_the_curves(arms, seed):
    made = simulated(arms, seed)
    curve, loss = ceac(made, WTP), expected_loss(made, WTP)
    np.testing.assert_allclose(curve.sum("arm"), 1.0, atol=1e-12)
    cheapest = made["cost"].values.argmin(axis=1)
    np.testing.assert_allclose(curve[0], np.bincount(cheapest, minlength=arms) / len(cheapest))
    np.testing.assert_allclose(evpi(made, WTP), loss.min("arm"), rtol=1e-12)
    moved = made.assign(
        cost=made["cost"] + 777.0,
        cost_hat=made["cost_hat"] + 777.0,
        effect=made["effect"] - 0.25,
        effect_hat=made["effect_hat"] - 0.25,
    )
    np.testing.assert_allclose(ceac(moved, WTP), curve, atol=1 / 300 + 1e-12)
    np.testing.assert_allclose(expected_loss(moved, WTP), loss, atol=1e-6)
    table = threshold_table(made, WTP)
    assert table.groupby("wtp")["best"].sum().eq(1).all()
    np.testing.assert_allclose(table["probability"], curve.values.ravel())


@settings(max_examples=15)
@cases
def test_partial_information_is_at_most_perfect_information(arms, seed):
    made = simulated(arms, seed)
    parameters = pd.DataFrame(made["effect"].values, columns=[f"p{at}" for at in range(arms)])
    groups = [["p0"], [f"p{at}" for at in range(arms)]]
    found = evppi(made, parameters, WTP, by=groups, draws=5)["evppi"]
    assert (found.values <= evpi(made, WTP).values[:, None] + 1e-9).all()
    assert (found.values >= 0).all()


@settings(max_examples=25)
@cases
def test_share_on_the_frontier_is_that_of_a_frontier_for_each_replicate(arms, seed):
    made = simulated(arms, seed, count=20)
    shares = np.zeros(arms)
    for row in range(20):
        one = replicates(
            made["cost"].values[[row, row]],
            made["effect"].values[[row, row]],
            arms=made["arm"].values.tolist(),
            reference=made.attrs["reference"],
        )
        table = frontier(one).set_index("arm")["status"] == "frontier"
        shares += table.reindex(one["arm"].values).to_numpy() / 20
    np.testing.assert_allclose(frontier_shares(made), shares)


def test_frontier_of_a_replicate_with_ties():
    cost = np.array([[5.0, 5.0, 5.0, 9.0], [0.0, 0.0, 2.0, 2.0]])
    effect = np.array([[1.0, 1.0, 2.0, 2.0], [1.0, 2.0, 2.0, 3.0]])
    assert on_frontier(cost, effect).tolist() == [
        [False, False, True, False],
        [False, True, False, True],
    ]


@pytest.mark.parametrize("seed", range(3))
def test_against_heormodel(seed):
    cea = pytest.importorskip("heormodel.cea")
    models = pytest.importorskip("heormodel.models")
    voi = pytest.importorskip("heormodel.voi")
    made = simulated(4, seed, count=2000)
    names = made["arm"].values.tolist()
    frames = (pd.DataFrame(made[name].values, columns=names) for name in ("cost", "effect"))
    outcomes = models.Outcomes.from_wide(*frames)
    # their arms come sorted by name or as given; ours are asked for in their order
    theirs = cea.ceac(outcomes, WTP)
    order = theirs.columns.tolist()
    np.testing.assert_allclose(ceac(made, WTP).sel(arm=order), theirs, atol=1e-10)
    loss = cea.expected_loss(outcomes, WTP)[order]
    np.testing.assert_allclose(expected_loss(made, WTP).sel(arm=order), loss, atol=1e-9, rtol=1e-10)
    line = cea.ceaf(outcomes, WTP)
    ours = ceaf(made, WTP)
    probability = line["prob"]
    best = line["intervention"]
    assert ours["best"].values.tolist() == best.tolist()
    np.testing.assert_allclose(ours["probability"], probability, atol=1e-10)
    single = [float(voi.evpi(outcomes, wtp)) for wtp in WTP]
    np.testing.assert_allclose(evpi(made, WTP), single, rtol=1e-10)
