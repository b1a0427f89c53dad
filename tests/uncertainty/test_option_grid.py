"""Every pair of choices on one small study: finite numbers, or a finding with its code."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from cpi_econ.errors import FindingsError
from cpi_econ.uncertainty.bootstrap import bootstrap

MODELS = ("none", "ols", "sur", "glm", "mixed")
WEIGHTS = ("none", "iptw", "overlap", "aipw")
RESAMPLES = ("individuals", "clusters", "two_stage", "bayesian", "none")
MISSING = (None, "complete_cases", "impute", "inverse_probability")
DRAWS = 8


def made_up():
    """Forty-eight people in sixteen sites, one in eight without a cost or an effect."""
    rng = np.random.default_rng(12)
    site = np.repeat(np.arange(16), 3)
    x = rng.normal(size=48)
    people = pd.DataFrame(
        {
            "participant": [f"p{number:02d}" for number in range(48)],
            "arm": np.where(site % 2 == 0, "old", "new"),
            "site": [f"s{number:02d}" for number in site],
            "cost": rng.gamma(2, 300 + 20 * site % 7),
            "effect": 0.5 + 0.1 * x + rng.normal(0, 0.1, 48),
            "x": x,
            "z": rng.normal(size=48),
        }
    )
    people.loc[rng.choice(48, 6, replace=False), ["cost", "effect"]] = np.nan
    return people


def options(model, weights, resample, missing):
    chosen = {"model": model, "weights": weights, "resample": resample, "missing": missing}
    if model != "none":
        chosen["adjust"] = {"cost": ["x"], "effect": ["x"]}
    if weights != "none":
        chosen["propensity"] = ["z"]
    if missing == "impute":
        order = "rubin" if resample == "none" else "impute_in_bootstrap"
        chosen |= {"predictors": ["z"], "imputations": 2, "order": order}
    if missing == "inverse_probability":
        chosen["predictors"] = ["z"]
    return chosen


def answer(people, chosen):
    """Findings of a refusal, or none and the replicates."""
    try:
        made = bootstrap(people, reference="old", cluster="site", n_replicates=DRAWS, **chosen)
    except FindingsError as refused:
        return refused.findings, None
    return [], made


@pytest.mark.parametrize("missing", MISSING)
@pytest.mark.parametrize("weights", WEIGHTS)
def test_each_choice_gives_numbers_or_a_code(weights, missing):
    people = made_up() if missing else made_up().dropna()
    answered = 0
    for model, resample in product(MODELS, RESAMPLES):
        found, made = answer(people, options(model, weights, resample, missing))
        if made is None:
            assert {one.code for one in found} == {"E071"}, (model, resample)
            assert all(len(one.message) > 30 for one in found)
            continue
        answered += 1
        for name, values in made.data_vars.items():
            assert np.isfinite(values).all(), (model, resample, name)
        assert float(made["cost"].std("replicate").min()) > 0, (model, resample)
    assert answered >= 16  # of 25; the others are combinations that no estimator exists for
