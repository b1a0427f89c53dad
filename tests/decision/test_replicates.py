import numpy as np
import pytest

from cpi_econ.decision.replicates import replicates
from cpi_econ.errors import EstimationError

GOOD = np.arange(6.0).reshape(3, 2)


def test_estimates_default_to_the_mean_of_the_simulations():
    made = replicates(GOOD, GOOD, arms=["a", "b"], reference="b")
    assert made["cost_hat"].values.tolist() == GOOD.mean(axis=0).tolist()
    assert made.attrs["interval"] == "percentile"


def test_estimates_may_be_given():
    made = replicates(GOOD, GOOD, arms=["a", "b"], reference="b", cost_hat=[7, 8])
    assert made["cost_hat"].values.tolist() == [7, 8]


@pytest.mark.parametrize(
    "changes",
    [
        {"cost": GOOD[:2]},
        {"cost": GOOD[0]},
        {"arms": ["a", "b", "c"]},
        {"arms": ["a", "a"], "reference": "a"},
        {"cost_hat": [1, 2, 3]},
        {"cost": GOOD[:1], "effect": GOOD[:1]},
    ],
)
def test_shapes_that_do_not_agree(changes):
    given = {"cost": GOOD, "effect": GOOD, "arms": ["a", "b"], "reference": "b", **changes}
    with pytest.raises(EstimationError, match="E084"):
        replicates(given.pop("cost"), given.pop("effect"), **given)


@pytest.mark.parametrize(
    "changes", [{"reference": "c"}, {"cost": np.where(GOOD > 2, np.nan, GOOD)}]
)
def test_contract_is_checked(changes):
    given = {"cost": GOOD, "effect": GOOD, "arms": ["a", "b"], "reference": "b", **changes}
    with pytest.raises(EstimationError, match="E080"):
        replicates(given.pop("cost"), given.pop("effect"), **given)
