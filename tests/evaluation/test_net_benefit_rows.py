"""Probability cost-effective of a comparison is that of the curve, with any number of arms."""

import numpy as np
import pytest

from cpi_econ.decision.acceptability import ceac
from cpi_econ.decision.replicates import replicates
from cpi_econ.result.net_benefit_rows import net_benefit_rows

WTP = [0.0, 20_000.0, 50_000.0]


def drawn(arms):
    rng = np.random.default_rng(5)
    means = np.arange(arms)
    cost = rng.normal(1000 + 300 * means, 400, (500, arms))
    effect = rng.normal(0.6 + 0.02 * means, 0.03, (500, arms))
    return replicates(cost, effect, arms=list("abcd"[:arms]), reference="a")


def rows_of(made):
    return net_benefit_rows(made, WTP, interval=None, level=0.95)


def test_with_several_arms_it_is_that_of_the_highest_net_benefit():
    made = drawn(4)
    curve = ceac(made, WTP)
    for arm, rows in rows_of(made).items():
        for row in rows:
            share = float(curve.sel(arm=arm, wtp=row["wtp"]))
            assert row["probability"] == pytest.approx(share)
            assert row["mcse"] == pytest.approx(np.sqrt(share * (1 - share) / 500))
            assert row["probability_above_reference"] >= row["probability"]


def test_above_the_reference_counts_draws_against_the_reference_alone():
    made = drawn(3)
    benefit = 20_000 * made["effect"] - made["cost"]
    better = (benefit.sel(arm="c") > benefit.sel(arm="a")).mean()
    assert rows_of(made)["c"][1]["probability_above_reference"] == pytest.approx(float(better))


def test_with_two_arms_both_are_one():
    for row in rows_of(drawn(2))["b"]:
        assert row["probability"] == row["probability_above_reference"]
