"""Printed results of the worked example of Glick, Doshi, Sonnad and Polsky."""

import pytest

from cpi_econ.decision.acceptability import ceac
from cpi_econ.decision.icer import icer
from cpi_econ.decision.incremental import increments
from cpi_econ.decision.net_benefit import inmb_intervals

INMB = [
    (10_000, 399.5908, 253.5114, 0.94251),
    (20_000, 824.1816, 429.4883, 0.97251),
    (30_000, 1248.772, 613.2383, 0.97914),
    (50_000, 2097.954, 986.6559, 0.98326),
]


@pytest.mark.parametrize(("wtp", "estimate", "se", "probability"), INMB)
def test_net_benefit_and_normal_acceptability(glick, wtp, estimate, se, probability):
    row = inmb_intervals(glick, [wtp]).squeeze()
    assert float(row["estimate"]) == pytest.approx(estimate, rel=2e-6)
    assert float(row["se"]) == pytest.approx(se, rel=2e-6)
    assert float(row["probability"]) == pytest.approx(probability, abs=1e-5)
    assert float(row["mcse"]) == 0.0
    assert float(ceac(glick, [wtp])[0, 1]) == pytest.approx(probability, abs=1e-5)


def test_acceptability_at_zero(glick):
    assert float(ceac(glick, 0)[0, 1]) == pytest.approx(0.42039, abs=1e-5)


@pytest.mark.parametrize(
    ("interval", "ends"),
    [("normal", (-6036.752, 22611.62)), ("t", (-6068.114, 22961.97))],
)
def test_ratio_and_fieller(glick, interval, ends):
    found = icer(glick, interval=interval)
    assert found.value == pytest.approx(588.8022, rel=2e-6)
    assert (found.lower, found.upper) == pytest.approx(ends, rel=5e-6)
    assert found.statement == "arm 1 costs GBP 589 more per QALY gained than arm 0"


def test_increments(glick):
    made = increments(glick).sel(arm="arm 1")
    assert float(made["correlation"]) == pytest.approx(-0.278114, abs=1e-6)
    assert float(made["inc_cost"].sel(statistic="se")) == pytest.approx(124.438060, rel=1e-6)
