"""Errors of weighted estimates against influence functions, propensities by statsmodels."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from cpi_econ.decision.incremental import increments
from cpi_econ.uncertainty.bootstrap import bootstrap

N = 600


@pytest.fixture(scope="module")
def confounded():
    rng = np.random.default_rng(31)
    x = rng.normal(size=N)
    treated = rng.random(N) < 1 / (1 + np.exp(-0.6 * x))
    return pd.DataFrame(
        {
            "participant": [f"p{number:03d}" for number in range(N)],
            "arm": np.where(treated, "new", "old"),
            "x": x,
            "cost": 1000 + 200 * treated + 300 * x + rng.gamma(2, 150, N),
            "effect": 0.6 + 0.03 * treated + 0.05 * x + rng.normal(0, 0.1, N),
        }
    )


def scores(people):
    design = sm.add_constant(people["x"].to_numpy())
    treated = (people["arm"] == "new").to_numpy().astype(float)
    return design, treated, sm.Logit(treated, design).fit(disp=0).predict()


def hajek(people, name):
    """Weighted difference and its error, the propensity being estimated."""
    design, treated, p = scores(people)
    y = people[name].to_numpy()
    means = [np.average(y, weights=w) for w in (treated / p, (1 - treated) / (1 - p))]
    value = treated * (y - means[0]) / p - (1 - treated) * (y - means[1]) / (1 - p)
    score = (treated - p)[:, None] * design
    left = value - score @ np.linalg.lstsq(score, value, rcond=None)[0]
    return means[0] - means[1], np.sqrt(left.var() / len(y))


def augmented(people, name):
    design, treated, p = scores(people)
    y = people[name].to_numpy()
    fit = sm.OLS(y, np.column_stack([design, treated])).fit().params
    old, new = design @ fit[:2], design @ fit[:2] + fit[2]
    value = new - old + treated * (y - new) / p - (1 - treated) * (y - old) / (1 - p)
    return None, np.sqrt(value.var() / len(y))


@pytest.mark.parametrize(
    ("by_hand", "options"),
    [
        (hajek, {"weights": "iptw"}),
        (augmented, {"weights": "aipw", "adjust": {"cost": ["x"], "effect": ["x"]}}),
    ],
)
@pytest.mark.parametrize("resample", ["individuals", "none"])
def test_errors_are_those_of_the_influence_function(confounded, by_hand, options, resample):
    made = bootstrap(
        confounded,
        reference="old",
        resample=resample,
        propensity=["x"],
        n_replicates=1500,
        model="ols" if "adjust" in options else None,
        **options,
    )
    found = increments(made, interval="normal").sel(arm="new")
    for name in ("cost", "effect"):
        estimate, error = by_hand(confounded, name)
        one = found[f"inc_{name}"]
        assert float(one.sel(statistic="se")) == pytest.approx(error, rel=0.07)
        if estimate is not None:
            assert float(one.sel(statistic="estimate")) == pytest.approx(estimate, rel=1e-9)
