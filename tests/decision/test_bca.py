"""BCa intervals of increments and net benefit against scipy's on the same draws."""

import numpy as np
import pandas as pd
import pytest

from cpi_econ.decision.incremental import increments
from cpi_econ.decision.net_benefit import inmb_intervals
from cpi_econ.errors import EstimationError
from cpi_econ.uncertainty.bootstrap import bootstrap


@pytest.fixture(scope="module")
def people():
    rng = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "participant": np.arange(60).astype(str),
            "arm": ["low"] * 40 + ["high"] * 20,
            "cost": rng.gamma(0.5, 4000, 60),
            "effect": rng.normal(0.6, 0.1, 60),
            "agency": np.r_[np.repeat(np.arange(10), 4), np.repeat(np.arange(10, 15), 4)],
        }
    )


@pytest.fixture(scope="module")
def made(people):
    return bootstrap(people, reference="low", jackknife=True, n_replicates=2000)


def scipys(people, draws, statistic):
    stats = pytest.importorskip("scipy.stats")
    high, low = (people[people["arm"] == arm].index.to_numpy() for arm in ("high", "low"))

    def difference(one, two, axis=-1):
        return statistic[one].mean(axis=axis) - statistic[two].mean(axis=axis)

    kept = stats.bootstrap((high, low), difference, n_resamples=2, method="percentile")
    kept.bootstrap_distribution = draws
    found = stats.bootstrap(
        (high, low), difference, n_resamples=0, method="BCa", bootstrap_result=kept
    )
    return found.confidence_interval


@pytest.mark.parametrize("name", ["cost", "effect"])
def test_of_increments_it_is_scipys(people, made, name):
    draws = (made[name].sel(arm="high") - made[name].sel(arm="low")).values
    expected = scipys(people, draws, people[name].to_numpy())
    row = increments(made, interval="bca")[f"inc_{name}"].sel(arm="high")
    ends = [float(row.sel(statistic=end)) for end in ("lower", "upper")]
    assert ends == pytest.approx([expected.low, expected.high], rel=1e-9)


def test_of_net_benefit_it_is_scipys(people, made):
    benefit = 20_000 * people["effect"].to_numpy() - people["cost"].to_numpy()
    means = 20_000 * made["effect"] - made["cost"]
    draws = (means.sel(arm="high") - means.sel(arm="low")).values
    expected = scipys(people, draws, benefit)
    row = inmb_intervals(made, [20_000], interval="bca").isel(wtp=0).sel(arm="high")
    ends = [float(row["lower"]), float(row["upper"])]
    assert ends == pytest.approx([expected.low, expected.high], rel=1e-9)


def test_skewed_costs_move_it_from_the_percentile_interval(made):
    kinds = [increments(made, interval=kind)["inc_cost"] for kind in ("bca", "percentile")]
    ends = [kind.sel(arm="high", statistic=["lower", "upper"]).values for kind in kinds]
    assert (ends[0] > ends[1]).all()


def test_clusters_are_the_units_where_they_are_drawn(people):
    made = bootstrap(people, reference="low", cluster="agency", jackknife=True, n_replicates=50)
    assert made.sizes["unit"] == 15
    spread = (made["cost_influence"] ** 2).sum("unit").to_series()
    means = people.groupby(["arm", "agency"])["cost"].mean().groupby("arm")
    expected = means.var(ddof=0) / means.size()
    assert spread.to_dict() == pytest.approx(expected.to_dict())


def test_without_the_jackknife_it_is_refused(people):
    made = bootstrap(people, reference="low", n_replicates=50)
    with pytest.raises(EstimationError, match="E085"):
        increments(made, interval="bca")


def test_pence_for_pounds(people, made):
    pence = people.assign(cost=100 * people["cost"])
    other = bootstrap(pence, reference="low", jackknife=True, n_replicates=2000)
    one, two = (increments(each, interval="bca")["inc_cost"] for each in (made, other))
    np.testing.assert_allclose(two, 100 * one, rtol=1e-9)


def test_imputed_data_have_none(people):
    lost = people.assign(cost=people["cost"].where(people.index % 7 > 0))
    with pytest.raises(EstimationError, match="E071"):
        bootstrap(lost, reference="low", missing="impute", jackknife=True, n_replicates=10)


def test_draws_all_on_one_side_still_give_numbers(made):
    moved = made.assign(cost_hat=made["cost_hat"] + [0.0, 1e6])
    row = increments(moved, interval="bca")["inc_cost"]
    assert np.isfinite(row).all()
