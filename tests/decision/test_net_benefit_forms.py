"""Net health benefit, bent values of effects, risk aversion, mixtures, several effects."""

import numpy as np
import pytest

from cpi_econ.decision.attitudes import mixed_strategy, risk_averse
from cpi_econ.decision.information import evpi
from cpi_econ.decision.net_benefit import inmb, inmb_intervals
from cpi_econ.decision.several_effects import combined_effects
from cpi_econ.decision.threshold_table import (
    net_health_benefit,
    net_monetary_benefit,
    threshold_table,
)
from cpi_econ.decision.value_functions import kinked_value, valued_benefit
from cpi_econ.errors import EstimationError

WTP = np.array([5_000.0, 20_000.0, 30_000.0])


def test_health_is_money_over_the_threshold(three):
    health = net_health_benefit(three, WTP)
    np.testing.assert_allclose(health * WTP[:, None], net_monetary_benefit(three, WTP))
    by_hand = three["effect_hat"].values - three["cost_hat"].values / 20_000.0
    np.testing.assert_allclose(health.sel(wtp=20_000.0), by_hand)
    with pytest.raises(EstimationError, match="E083"):
        net_health_benefit(three, [0, 1])


def test_table_by_threshold_holds_the_net_benefits(three):
    table = threshold_table(three, [0.0, *WTP]).set_index(["wtp", "arm"])
    assert len(table) == 12
    for arm in ("b", "c"):
        np.testing.assert_allclose(
            table.xs(arm, level="arm")["inmb"].iloc[1:], inmb(three, WTP).sel(arm=arm)
        )
    assert table.xs("a", level="arm")["inmb"].isna().all()
    assert table.loc[0.0, "net_health_benefit"].isna().all()


def test_a_straight_value_gives_the_ordinary_net_benefit(three):
    found = valued_benefit(three, kinked_value(20_000.0))
    table = inmb_intervals(three, [20_000.0], interval="percentile").isel(wtp=0)
    for name in ("estimate", "lower", "upper", "probability"):
        np.testing.assert_allclose(found[name], table[name])
    np.testing.assert_allclose(found["expected"], found["estimate"])


def test_losses_that_weigh_more_lower_the_value_of_an_uncertain_gain(reps):
    plain = valued_benefit(reps, kinked_value(20_000.0))
    averse = valued_benefit(reps, kinked_value(20_000.0, wta=40_000.0))
    assert averse["expected"].item() < plain["expected"].item()
    assert averse["estimate"].item() == plain["estimate"].item()
    assert averse["probability"].item() <= plain["probability"].item()


def test_bent_value_against_a_plain_loop(reps):
    value = kinked_value(30_000.0, wta=50_000.0, kink=0.02, beyond=10_000.0)
    gains = np.diff(reps["effect"].values, axis=1)[:, 0]
    worth = []
    for gain in gains.tolist():
        if gain < 0:
            worth.append(50_000.0 * gain)
        elif gain <= 0.02:
            worth.append(30_000.0 * gain)
        else:
            worth.append(30_000.0 * 0.02 + 10_000.0 * (gain - 0.02))
    np.testing.assert_allclose(value(gains), worth)


@pytest.mark.parametrize("options", [{"wta": -1.0}, {"kink": 0.1}, {"kink": 0.1, "beyond": -1.0}])
def test_values_that_cannot_be(options):
    with pytest.raises(EstimationError, match="E097"):
        kinked_value(20_000.0, **options)


def test_indifference_to_risk_gives_the_means(three):
    found = risk_averse(three, WTP, 0.0)
    np.testing.assert_allclose(found["evpi"], evpi(three, WTP))
    np.testing.assert_allclose(found["risk_premium"], 0.0, atol=1e-9)


def test_aversion_against_the_utility_and_the_normal_form(three):
    aversion = 1e-3
    found = risk_averse(three, WTP, aversion)
    benefit = WTP[:, None, None] * three["effect"].values - three["cost"].values
    utility = ((1 - np.exp(-aversion * benefit)) / aversion).mean(axis=1)
    sure = -np.log(1 - aversion * utility) / aversion
    np.testing.assert_allclose(found["certainty_equivalent"], sure, rtol=1e-9)
    half = aversion * benefit.var(axis=1) / 2
    np.testing.assert_allclose(found["risk_premium"], half, rtol=0.25)


def test_strong_aversion_to_large_amounts_does_not_overflow(three):
    found = risk_averse(three, [1e6], 10.0)
    assert np.isfinite(found["certainty_equivalent"]).all()
    with pytest.raises(EstimationError, match="E097"):
        risk_averse(three, [1e6], -1.0)


def test_a_mixture_of_one_arm_is_that_arm(three):
    found = mixed_strategy(three, WTP, {"b": 1.0})
    mean = WTP * float(three["effect"].sel(arm="b").mean()) - float(
        three["cost"].sel(arm="b").mean()
    )
    np.testing.assert_allclose(found["net_benefit"], mean)
    assert (found["evpi"].values >= evpi(three, WTP).values - 1e-9).all()


def test_the_mixture_lies_between_its_parts(three):
    shares = {"a": 0.2, "b": 0.3, "c": 0.5}
    parts = sum(q * mixed_strategy(three, WTP, {arm: 1.0}) for arm, q in shares.items())
    found = mixed_strategy(three, WTP, shares)
    for name in ("net_benefit", "loss", "evpi"):
        np.testing.assert_allclose(found[name], parts[name])


@pytest.mark.parametrize("shares", [{"a": 0.5}, {"a": 1.5, "b": -0.5}, {"z": 1.0}])
def test_shares_that_are_none(three, shares):
    with pytest.raises(EstimationError, match="E097"):
        mixed_strategy(three, WTP, shares)


def test_two_effects_at_their_rate(three):
    points = three.assign(effect=10 * three["effect"], effect_hat=10 * three["effect_hat"])
    both = combined_effects({"qaly": three, "points": points}, {"qaly": 1.0, "points": 0.1})
    np.testing.assert_allclose(inmb(both, WTP), inmb(three, 2 * WTP))
    alone = combined_effects({"qaly": three, "points": points}, {"qaly": 1.0})
    np.testing.assert_allclose(alone["effect"], three["effect"])


def test_effects_of_other_draws(three):
    other = three.isel(replicate=slice(None, None, -1))
    with pytest.raises(EstimationError, match="E098"):
        combined_effects({"x": three, "y": other}, {"x": 1.0, "y": 1.0})
    with pytest.raises(EstimationError, match="E098"):
        combined_effects({"x": three}, {"z": 1.0})
