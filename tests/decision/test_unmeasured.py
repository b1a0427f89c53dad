"""E-values against their published formula and example."""

import numpy as np
import pandas as pd
import pytest

from cpi_econ.decision.unmeasured import e_value, e_values
from cpi_econ.uncertainty.bootstrap import bootstrap


@pytest.mark.parametrize(("ratio", "expected"), [(3.9, 7.26), (1.0, 1.0), (0.5, 3.41)])
def test_of_risk_ratios_it_is_as_printed(ratio, expected):
    # VanderWeele and Ding 2017: a risk ratio of 3.9 has the E-value 7.26
    assert e_value(np.log(ratio) / 0.91) == pytest.approx(expected, abs=0.005)


@pytest.fixture
def people():
    rng = np.random.default_rng(7)
    arm = np.repeat(["low", "high"], 100)
    return pd.DataFrame(
        {
            "participant": np.arange(200).astype(str),
            "arm": arm,
            "cost": rng.normal(1000, 200, 200) - 150 * (arm == "high"),
            "effect": rng.normal(0.6, 0.1, 200),
        }
    )


def test_by_hand(people):
    made = bootstrap(people, reference="low", resample="none", n_replicates=10)
    row = e_values(made, people, [0]).iloc[0]
    means, variances = (getattr(people.groupby("arm")["cost"], k)() for k in ("mean", "var"))
    d = (means["low"] - means["high"]) / np.sqrt(variances.mean())
    ratio = np.exp(0.91 * d)
    assert row["standardised"] == pytest.approx(d)
    assert row["e_value"] == pytest.approx(ratio + np.sqrt(ratio * (ratio - 1)))
    assert 1 < row["e_value_limit"] < row["e_value"]


def test_an_interval_around_zero_needs_no_confounder(people):
    same = people.assign(cost=np.tile([900.0, 1100.0], 100))
    made = bootstrap(same, reference="low", resample="none", n_replicates=10)
    assert e_values(made, same, [0])["e_value_limit"].tolist() == [1.0]


def test_currency_and_direction_do_not_matter(people):
    made = bootstrap(people, reference="low", resample="none", n_replicates=10)
    pence = people.assign(cost=100 * people["cost"])
    other = bootstrap(pence, reference="high", resample="none", n_replicates=10)
    one, two = e_values(made, people, [20_000]), e_values(other, pence, [2_000_000])
    for name in ("e_value", "e_value_limit"):
        np.testing.assert_allclose(one[name], two[name], rtol=1e-9)
