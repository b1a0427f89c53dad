"""Decisions from many replicates, beside plain references in the same session."""

import numpy as np
import pytest

from cpi_econ.decision.frontier_shares import frontier_shares
from cpi_econ.decision.net_benefit import inmb_intervals
from cpi_econ.decision.next_study import NextStudy, Variation
from cpi_econ.decision.partial_information import evppi
from cpi_econ.decision.power import power, sample_size
from cpi_econ.decision.replicates import replicates
from cpi_econ.decision.sample_information import evsi

WTP = np.linspace(0, 50_000, 101)
PEOPLE = Variation(cost_sd=2000.0, effect_sd=0.2, icc_cost=0.02, icc_effect=0.02)


def simulated(arms, count):
    rng = np.random.default_rng(2)
    names = [f"arm {number}" for number in range(arms)]
    return replicates(
        rng.gamma(4, 300, (count, arms)),
        rng.normal(0.5, 0.05, (count, arms)),
        arms=names,
        reference=names[0],
    )


@pytest.mark.parametrize("size", [1, 2, 5])
def test_evppi_of_a_group_10_000_replicates_101_thresholds(benchmark, size):
    made = simulated(3, 10_000)
    table = {f"p{at}": made["effect"].values[:, at % 3] + at for at in range(size)}
    found = benchmark(lambda: evppi(made, table, WTP, by=[list(table)], draws=20))
    assert found["evppi"].shape == (101, 1)


def test_evsi_of_25_sizes_101_thresholds(benchmark):
    made = simulated(2, 10_000)
    studies = [
        NextStudy(
            participants={"arm 0": 10 * n, "arm 1": 10 * n}, clusters={"arm 0": n, "arm 1": n}
        )
        for n in range(8, 33)
    ]
    assert benchmark(lambda: evsi(made, studies, PEOPLE, WTP)).shape == (25, 101)


def test_share_on_the_frontier_of_6_arms(benchmark):
    made = simulated(6, 10_000)
    assert benchmark(lambda: frontier_shares(made)).shape == (6,)


def test_net_benefit_with_intervals(benchmark):
    made = simulated(2, 10_000)
    assert benchmark(lambda: inmb_intervals(made, WTP))["estimate"].shape == (101, 1)


def test_power_of_100_sizes(benchmark):
    studies = [NextStudy(participants={"a": n, "b": n}) for n in range(20, 120)]
    found = benchmark(lambda: power((200.0, 0.05), PEOPLE, studies, WTP, reference="a"))
    assert found.shape == (100, 101)


def test_sample_size(benchmark):
    found = benchmark(
        lambda: sample_size(
            (200.0, 0.05), PEOPLE, 20_000.0, reference="a", arm="b", cluster_size=10.0
        )
    )
    assert found.power >= 0.8
