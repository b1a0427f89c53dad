"""Three independent normal arms: every curve by numerical integration, within Monte Carlo error."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from cpi_econ.decision.acceptability import ceac, ceaf, expected_loss
from cpi_econ.decision.information import evpi
from cpi_econ.decision.partial_information import evppi
from cpi_econ.decision.replicates import replicates, with_reference

WTP = [0.0, 10_000.0, 20_000.0, 40_000.0]
COUNT = 40_000
COST, COST_SD = np.array([1000.0, 1300.0, 1900.0]), np.array([150.0, 250.0, 300.0])
EFFECT, EFFECT_SD = np.array([0.50, 0.52, 0.55]), np.array([0.010, 0.015, 0.030])


@pytest.fixture(scope="module")
def drawn():
    rng = np.random.default_rng(77)
    cost = rng.normal(COST, COST_SD, (COUNT, 3))
    effect = rng.normal(EFFECT, EFFECT_SD, (COUNT, 3))
    return replicates(
        cost, effect, arms=list("abc"), reference="a", cost_hat=COST, effect_hat=EFFECT
    )


def benefit(wtp):
    return wtp * EFFECT - COST, np.sqrt(wtp**2 * EFFECT_SD**2 + COST_SD**2)


def best_share(mean, sd, arm):
    others = [at for at in range(3) if at != arm]

    def density(x):
        return norm.pdf(x, mean[arm], sd[arm]) * np.prod(norm.cdf(x, mean[others], sd[others]))

    return quad(density, mean[arm] - 9 * sd[arm], mean[arm] + 9 * sd[arm])[0]


def mean_of_best(mean, sd):
    low, high = (mean - 9 * sd).min(), (mean + 9 * sd).max()
    return low + quad(lambda x: 1 - np.prod(norm.cdf(x, mean, sd)), low, high, limit=200)[0]


@pytest.mark.parametrize("wtp", WTP)
def test_acceptability_and_its_frontier(drawn, wtp):
    mean, sd = benefit(wtp)
    exact = np.array([best_share(mean, sd, arm) for arm in range(3)])
    assert exact.sum() == pytest.approx(1.0, abs=1e-6)
    error = 3 * np.sqrt(exact * (1 - exact) / COUNT) + 1e-6
    assert (np.abs(ceac(drawn, [wtp]).values[0] - exact) < error).all()
    best = ceaf(drawn, [wtp])
    arm = int(mean.argmax())
    assert best["best"].item() == "abc"[arm]
    assert abs(best["probability"].item() - exact[arm]) < error[arm]


@pytest.mark.parametrize("wtp", WTP)
def test_perfect_information_and_losses(drawn, wtp):
    mean, sd = benefit(wtp)
    top = mean_of_best(mean, sd)
    error = 3 * sd.max() / np.sqrt(COUNT) * 1.5
    assert evpi(drawn, [wtp]).item() == pytest.approx(top - mean.max(), abs=error)
    np.testing.assert_allclose(expected_loss(drawn, [wtp]).values[0], top - mean, atol=error)


@pytest.mark.parametrize("wtp", WTP)
def test_partial_information_on_one_arm(drawn, wtp):
    mean, sd = benefit(wtp)
    rest = max(mean[0], mean[1])
    # only the third arm's cost and effect are learnt: one normal against a known best
    gap = (mean[2] - rest) / sd[2]
    exact = (mean[2] - rest) * norm.cdf(gap) + sd[2] * norm.pdf(gap) + rest - mean.max()
    parameters = {name: drawn[name].values[:, 2] for name in ("cost", "effect")}
    found = evppi(drawn, parameters, [wtp], by=[["cost", "effect"]], draws=20)
    error = 3 * np.hypot(found["se"].item(), sd.max() / np.sqrt(COUNT))
    assert found["evppi"].item() == pytest.approx(exact, abs=error)


def test_any_arm_may_be_the_reference(drawn):
    for arm in "bc":
        turned = with_reference(drawn, arm)
        np.testing.assert_array_equal(ceac(turned, WTP), ceac(drawn, WTP))
        np.testing.assert_allclose(evpi(turned, WTP), evpi(drawn, WTP))
        assert turned.attrs["reference"] == arm
