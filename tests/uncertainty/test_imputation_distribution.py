"""Imputation against other software, a published example, and made-up data of known answer."""

import warnings

import numpy as np
import pandas as pd
import pytest

from cpi_econ.kernels.chained import Target, chained
from cpi_econ.uncertainty.bootstrap import bootstrap

COMPONENTS = {
    "cost": dict.fromkeys(["Cm1", "Cm2", "Cm3", "Cm4"], 1.0),
    "effect": {"E": 0.125, "Em1": 0.25, "Em2": 0.25, "Em3": 0.25, "Em4": 0.125},
}
ADJUST = {"cost": ["age", "sex", "C"], "effect": ["age", "sex", "E"]}


def increments(made):
    gap = made.isel(arm=1) - made.isel(arm=0)
    return float(gap["cost_hat"]), float(gap["effect_hat"])


def test_the_tutorial_of_ben_and_colleagues_in_distribution(ben):
    """R's mice with five imputations gave 1,293.519 and .06571563; ours scatter around the same."""
    pooled = [
        increments(
            bootstrap(
                ben,
                reference="control",
                adjust=ADJUST,
                missing="impute",
                components=COMPONENTS,
                order="rubin",
                imputations=5,
                n_replicates=1,
                seed=seed,
            )
        )
        for seed in range(12)
    ]
    middle, spread = np.mean(pooled, axis=0), np.std(pooled, axis=0, ddof=1)
    assert abs(middle[0] - 1293.519) < 3 * spread[0]
    assert abs(middle[1] - 0.06571563) < 3 * spread[1]


def test_the_same_tutorial_drawn_by_bootstrap(ben):
    """Their pooled bootstrap: 302 to 2,285 and .0438 to .0876."""
    made = bootstrap(
        ben,
        reference="control",
        adjust=ADJUST,
        impute=True,
        components=COMPONENTS,
        n_replicates=300,
    )
    gap = made.isel(arm=1) - made.isel(arm=0)
    assert float(gap["cost"].std()) == pytest.approx((2285 - 302) / 3.92, rel=0.15)
    assert float(gap["effect"].std()) == pytest.approx((0.0876 - 0.0438) / 3.92, rel=0.15)
    assert float(made["cost_hat_complete"][1] - made["cost_hat_complete"][0]) == pytest.approx(
        1267.58161, abs=5e-6
    )


@pytest.fixture(scope="module")
def incomplete():
    """One arm of 300: cost and effect depend on two covariates, and a third of each is missing."""
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.standard_normal((300, 2)), columns=["age", "baseline"])
    frame["cost"] = 0.8 * frame["age"] + rng.gamma(1.5, 1, 300)
    frame["effect"] = 0.6 * frame["baseline"] - 0.3 * frame["cost"] + rng.normal(0, 0.5, 300)
    frame.loc[rng.random(300) < 1 / (1 + np.exp(0.7 - frame["age"])), "cost"] = np.nan
    frame.loc[rng.random(300) < 1 / (1 + np.exp(0.7 - frame["baseline"])), "effect"] = np.nan
    return frame


def moments(cost, effect):
    return np.array([cost.mean(), effect.mean(), cost.std(), effect.std(), (cost * effect).mean()])


def test_moments_agree_with_statsmodels(incomplete):
    mice = pytest.importorskip("statsmodels.imputation.mice")
    np.random.seed(1)  # noqa: NPY002 - MICEData has no stream of its own
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = []
        engine = mice.MICEData(incomplete, k_pmm=5)
        engine.update_all(5)
        for _ in range(40):
            engine.update_all(2)
            theirs.append(moments(engine.data["cost"], engine.data["effect"]))
    columns = np.column_stack([np.ones(300), incomplete.fillna(0.0)]).T
    known = incomplete[["cost", "effect"]].notna().to_numpy().T
    targets = tuple(
        Target(at, np.array([at]), np.array([0, 1, 2, other]), np.zeros(4))
        for at, other in ((3, 4), (4, 3))
    )
    made = chained(
        np.repeat(columns[None], 40, axis=0),
        np.repeat(known[None], 40, axis=0),
        np.ones((40, 300)),
        targets,
        np.random.default_rng(1),
    )
    ours = [moments(one[3], one[4]) for one in made]
    spread = np.std(ours, axis=0) + np.std(theirs, axis=0)
    gap = np.abs(np.mean(ours, axis=0) - np.mean(theirs, axis=0))
    assert (gap < spread).all()
    # MICEData matches drawn to drawn predictions, which varies less than estimated to drawn
    ratio = np.std(ours, axis=0) / np.std(theirs, axis=0)
    assert ((ratio > 0.7) & (ratio < 3)).all()


def made_up(seed, slope, n=120):
    """n people; cost and effect depend on the baseline, and so does who is lost."""
    rng = np.random.default_rng(seed)
    high = np.arange(n) % 2 == 0
    baseline = rng.normal(0, 1, n)
    cost = 1000 + 300 * baseline + 200 * high + rng.gamma(1, 200, n) - 200
    effect = 0.6 + 0.1 * baseline + 0.05 * high + rng.normal(0, 0.1, n)
    lost = rng.random(n) < 1 / (1 + np.exp(0.8 - slope * baseline * np.where(high, 1, -1)))
    people = pd.DataFrame(
        {
            "participant": [f"{number:03d}" for number in range(n)],
            "arm": np.where(high, "high", "low"),
            "cost": np.where(lost, np.nan, cost),
            "effect": np.where(lost, np.nan, effect),
            "baseline": baseline,
        }
    )
    return people, cost[high].mean() - cost[~high].mean()


@pytest.mark.parametrize("slope", [0.0, 1.5])
def test_bias_when_the_baseline_decides_who_is_lost(slope):
    """Against the increment that the same people would have shown without any loss."""
    errors = []
    for seed in range(12):
        people, truth = made_up(seed, slope, n=1200)
        made = bootstrap(
            people,
            reference="low",
            impute=True,
            predictors=["baseline"],
            n_replicates=1,
            imputations=5,
            order="rubin",
        )
        gap = made.sel(arm="high") - made.sel(arm="low")
        errors.append([float(gap["cost_hat"]) - truth, float(gap["cost_hat_complete"]) - truth])
    bias, error = np.mean(errors, axis=0), np.std(errors, axis=0) / np.sqrt(12)
    if slope:
        # donors grow scarce where most are lost: a twentieth of the bias remains
        assert abs(bias[0]) < 0.1 * abs(bias[1])
        assert bias[1] < -200
    else:
        assert (np.abs(bias) < 3 * error).all()


@pytest.mark.slow
@pytest.mark.parametrize("order", ["impute_in_bootstrap", "bootstrap_in_imputation", "rubin"])
def test_coverage_of_the_increment(order):
    """The true increment in cost is 200; 300 studies, Monte Carlo error 1.4 points."""
    inside = []
    for seed in range(300):
        people, _ = made_up(seed, 1.0)
        made = bootstrap(
            people,
            reference="low",
            impute=True,
            predictors=["baseline"],
            adjust={"cost": ["baseline"], "effect": ["baseline"]},
            n_replicates=200,
            order=order,
            matching="residuals",
        )
        gap = made.sel(arm="high") - made.sel(arm="low")
        inside.append(abs(float(gap["cost_hat"]) - 200) < 1.98 * float(gap["cost"].std(ddof=1)))
    assert 0.88 < np.mean(inside) < 0.985
