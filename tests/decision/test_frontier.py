import itertools

import numpy as np
import pytest

from cpi_econ.decision.frontier import frontier
from cpi_econ.decision.replicates import replicates


def made(cost, effect):
    names = [f"arm {number}" for number in range(len(cost))]
    return replicates([cost] * 2, [effect] * 2, arms=names, reference=names[0])


def test_worked_example():
    table = frontier(made([0, 100, 150, 400, 500], [0, 1, 0.8, 2, 4])).set_index("arm")
    assert table["status"].to_dict() == {
        "arm 0": "frontier",
        "arm 1": "frontier",
        "arm 2": "dominated",
        "arm 3": "extendedly dominated",
        "arm 4": "frontier",
    }
    assert table.loc["arm 1", "icer"] == pytest.approx(100)
    assert table.loc["arm 4", "icer"] == pytest.approx(400 / 3)


def test_equal_arms_keep_the_first():
    table = frontier(made([5, 5], [1, 1])).set_index("arm")
    assert table["status"].tolist() == ["frontier", "dominated"]


@pytest.mark.parametrize("seed", range(20))
def test_frontier_holds_the_arms_that_are_best_at_some_threshold(seed):
    rng = np.random.default_rng(seed)
    cost, effect = rng.uniform(0, 100, 6), rng.uniform(0, 1, 6)
    table = frontier(made(cost, effect))
    kept = set(table.loc[table["status"] == "frontier", "arm"])
    turns = [
        (cost[a] - cost[b]) / (effect[a] - effect[b])
        for a, b in itertools.combinations(range(6), 2)
    ]
    points = np.sort([0.0, *(turn for turn in turns if turn > 0)])
    between = np.r_[(points[:-1] + points[1:]) / 2, points[-1] + 1]
    best = {f"arm {(wtp * effect - cost).argmax()}" for wtp in between}
    assert kept == best
    assert (np.diff(table["icer"].dropna()) > 0).all()
