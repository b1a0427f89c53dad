"""Replicates of known shape: two normal arms, and three arms."""

import numpy as np
import pytest
import xarray as xr

from cpi_econ.decision.replicates import replicates


@pytest.fixture
def reps():
    rng = np.random.default_rng(4)
    inc = rng.multivariate_normal([250, 0.03], [[120**2, -0.6], [-0.6, 0.02**2]], size=2000)
    cost = np.column_stack([np.full(2000, 3000.0), 3000 + inc[:, 0]])
    effect = np.column_stack([np.full(2000, 0.6), 0.6 + inc[:, 1]])
    return replicates(
        cost,
        effect,
        arms=["low", "high"],
        reference="low",
        cost_hat=[3000, 3250],
        effect_hat=[0.6, 0.63],
        currency="GBP",
        effect_unit="QALY",
    )


@pytest.fixture
def three():
    rng = np.random.default_rng(5)
    cost = rng.normal([1000, 1400, 1900], 300, size=(1500, 3))
    effect = rng.normal([0.5, 0.53, 0.56], 0.03, size=(1500, 3))
    return replicates(cost, effect, arms=["a", "b", "c"], reference="a")


def analytic(cost_hat, effect_hat, cov_cost, cov_effect, cov_both, *, df=np.inf, seed=1):
    """Replicates with an analytic covariance, as ``bootstrap(resample="none")`` returns them."""
    arms = [f"arm {number}" for number in range(len(cost_hat))]
    joint = np.block([[cov_cost, cov_both], [np.transpose(cov_both), cov_effect]])
    mean = np.concatenate([cost_hat, effect_hat])
    draws = np.random.default_rng(seed).multivariate_normal(mean, joint, size=20_000)
    cut = len(arms)
    made = replicates(
        draws[:, :cut],
        draws[:, cut:],
        arms=arms,
        reference=arms[0],
        cost_hat=cost_hat,
        effect_hat=effect_hat,
        currency="GBP",
        effect_unit="QALY",
    )
    parts = {"cost_cost": cov_cost, "cost_effect": cov_both, "effect_effect": cov_effect}
    made = made.assign({f"cov_{k}": (("arm", "arm_"), np.asarray(v)) for k, v in parts.items()})
    return made.assign_attrs(df=df, interval="t")


@pytest.fixture
def glick():
    """Means and covariance of the trial of Glick and colleagues, from its printed results."""
    n = 250
    cost, effect = np.array([1582.802, 1168.737]) ** 2 / n, np.full(2, 0.01889562**2 / 2)
    both = np.full(2, -0.278114 * 124.438060 * 0.01889562 / 2)
    return analytic(
        [3015, 3040], [0.5729359, 0.6153950], np.diag(cost), np.diag(effect), np.diag(both), df=498
    )


@pytest.fixture
def normal():
    return analytic


def without_covariance(made: xr.Dataset) -> xr.Dataset:
    """The same replicates, their analytic covariance forgotten."""
    return made.drop_vars([name for name in made.data_vars if str(name).startswith("cov_")])


@pytest.fixture
def forget():
    return without_covariance
