"""Named cases of the frontier: dominance of both kinds, ties, and references of any place."""

import numpy as np
import pytest

from cpi_econ.decision.frontier import frontier
from cpi_econ.decision.frontier_shares import frontier_shares
from cpi_econ.decision.icer import icer
from cpi_econ.decision.incremental import increments, quadrants
from cpi_econ.decision.replicates import replicates
from cpi_econ.errors import EstimationError


def made(cost, effect, reference=0):
    names = [f"arm {number}" for number in range(len(cost))]
    return replicates([cost] * 2, [effect] * 2, arms=names, reference=names[reference])


def status(cost, effect, reference=0):
    table = frontier(made(cost, effect, reference)).set_index("arm")
    return table["status"].to_dict(), table["icer"].to_dict()


def test_six_strategies():
    cost = [55_000, 35_000, 25_000, 10_000, 12_000, 5_000]
    effect = [5, 4, 3, 2, 1.5, 1]
    word, ratio = status(cost, effect)
    # the step to 25,000 is dearer than the next: a mixture of its neighbours is better
    assert word == {
        "arm 5": "frontier",
        "arm 3": "frontier",
        "arm 4": "dominated",
        "arm 2": "extendedly dominated",
        "arm 1": "frontier",
        "arm 0": "frontier",
    }
    assert [ratio[f"arm {at}"] for at in (3, 1, 0)] == pytest.approx([5000, 12_500, 20_000])


def test_a_second_dominated_strategy():
    cost = [55_000, 35_000, 25_000, 10_000, 12_000, 5_000, 30_000]
    effect = [5, 4, 3, 2, 1.5, 1, 2.5]
    word, _ = status(cost, effect)
    assert [word["arm 4"], word["arm 6"]] == ["dominated", "dominated"]


@pytest.mark.parametrize("reference", [0, 1, 2])
def test_the_reference_need_not_be_the_cheapest(reference):
    word, ratio = status([100, 0, 300], [1, 0, 2], reference)
    assert set(word.values()) == {"frontier"}
    assert (ratio["arm 0"], ratio["arm 2"]) == (100.0, 200.0)


def test_equal_effects_leave_the_cheaper():
    assert status([10, 20], [1, 1])[0] == {"arm 0": "frontier", "arm 1": "dominated"}


def test_equal_costs_leave_the_better():
    assert status([10, 10], [1, 2])[0] == {"arm 0": "dominated", "arm 1": "frontier"}


def test_a_saving_and_better_arm_is_alone_on_the_frontier():
    word, ratio = status([100, 50], [1, 2])
    assert word == {"arm 0": "dominated", "arm 1": "frontier"}
    assert np.isnan(ratio["arm 1"])


def test_three_on_one_line_keep_the_ends():
    assert status([0, 10, 20], [0, 1, 2])[0]["arm 1"] == "extendedly dominated"


def test_shares_agree_with_the_frontier_of_the_means_where_nothing_varies():
    cost = [55_000, 35_000, 25_000, 10_000, 12_000, 5_000]
    effect = [5, 4, 3, 2, 1.5, 1]
    shares = frontier_shares(made(cost, effect))
    assert shares.values.tolist() == [1, 1, 0, 1, 0, 1]
    table = frontier(made(cost, effect)).set_index("arm")["share"]
    assert table.reindex(shares["arm"].values).tolist() == shares.values.tolist()


def test_a_single_arm_is_the_frontier_and_compares_with_nothing():
    alone = made([10, 20], [1, 2]).isel(arm=[0])
    assert frontier(alone)["status"].tolist() == ["frontier"]
    assert frontier_shares(alone).values.tolist() == [1.0]
    for ask in (increments, quadrants, icer):
        with pytest.raises(EstimationError, match="only arm") as caught:
            ask(alone)
        assert caught.value.findings[0].code == "E080"


def _on_the_frontier(cost, effect):
    """By the definition: no other arm, and no mixture of two others, is at least as good."""
    on = []
    for i, (c, e) in enumerate(zip(cost, effect, strict=True)):
        others = [j for j in range(len(cost)) if j != i]
        worse = any(
            cost[j] <= c and effect[j] >= e and ((cost[j], effect[j]) != (c, e) or j < i)
            for j in others
        )
        mixed = any(
            effect[j] < e < effect[k]
            and cost[j] + (e - effect[j]) / (effect[k] - effect[j]) * (cost[k] - cost[j]) <= c
            for j in others
            for k in others
        )
        on.append(not (worse or mixed))
    return on


def test_shares_follow_the_definition_in_every_replicate():
    rng = np.random.default_rng(12)
    cost, effect = rng.integers(0, 8, (300, 5)) * 100.0, rng.integers(0, 6, (300, 5)) * 0.25
    many = replicates(cost, effect, arms=list("abcde"), reference="a")
    expected = np.mean([_on_the_frontier(*row) for row in zip(cost, effect, strict=True)], axis=0)
    np.testing.assert_allclose(frontier_shares(many).values, expected)
