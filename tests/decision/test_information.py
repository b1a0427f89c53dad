import numpy as np
import pytest

from cpi_econ.decision.information import effective_population, evpi
from cpi_econ.decision.replicates import replicates
from cpi_econ.errors import EstimationError


@pytest.mark.parametrize(("mean", "sd"), [(0.0, 100.0), (50.0, 100.0), (-200.0, 80.0)])
def test_two_normal_arms_against_the_unit_normal_loss(normal, mean, sd):
    stats = pytest.importorskip("scipy.stats")
    zero = np.zeros((2, 2))
    made = normal([0.0, -mean], [0.5, 0.5], np.diag([0.0, sd**2]), zero, zero)
    distance = abs(mean) / sd
    exact = sd * (stats.norm.pdf(distance) - distance * stats.norm.sf(distance))
    assert float(evpi(made, 0)[0]) == pytest.approx(exact, rel=1e-9)


def test_nothing_to_learn_when_one_arm_always_wins():
    made = replicates([[0, 1], [0, 2]], [[1, 0], [1, 0]], arms=["a", "b"], reference="a")
    assert evpi(made, [0, 1e6]).values.tolist() == [0.0, 0.0]


def test_population_of_whole_years():
    by_hand = sum(12_000 / 1.035**year for year in range(5))
    assert effective_population(12_000, 5, discount=0.035) == pytest.approx(by_hand)


def test_population_of_a_part_of_a_year():
    assert effective_population(100, 2.5) == 250.0
    assert effective_population(100, 0) == 0.0


@pytest.mark.parametrize("bad", [(-1, 5, 0.0), (10, -5, 0.0), (10, 5, -0.1)])
def test_negative_numbers(bad):
    with pytest.raises(EstimationError, match="E087"):
        effective_population(bad[0], bad[1], discount=bad[2])
