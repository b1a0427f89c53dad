"""Small and odd studies made at random: finite numbers or a finding, whatever is asked."""

import numpy as np
import pandas as pd
import pytest

from cpi_econ.decision.acceptability import ceac
from cpi_econ.decision.icer import icer
from cpi_econ.decision.incremental import increments
from cpi_econ.decision.information import evpi
from cpi_econ.decision.net_benefit import inmb_intervals
from cpi_econ.errors import FindingsError
from cpi_econ.uncertainty.bootstrap import bootstrap

WTP = [0.0, 20_000.0]


def odd_cost(rng, n, arm):
    kinds = [
        lambda: rng.gamma(2, 200, n),
        lambda: rng.integers(0, 2, n) * 100.0,
        lambda: rng.normal(0, 1e9, n),
        lambda: -rng.gamma(2, 100, n),
        lambda: np.where(arm == 0, 7.0, rng.gamma(1, 5, n)),
        lambda: rng.gamma(2, 1e-9, n),
    ]
    return kinds[rng.integers(len(kinds))]()


def odd_effect(rng, n, arm):
    kinds = [
        lambda: rng.normal(0.5, 0.2, n),
        lambda: rng.integers(0, 2, n) * 0.5,
        lambda: np.where(arm == 0, 0.3, rng.normal(size=n)),
    ]
    return kinds[rng.integers(len(kinds))]()


def odd_covariate(rng, n, arm):
    kinds = [
        lambda: rng.normal(size=n),
        lambda: rng.integers(0, 2, n) * 1.0,
        lambda: arm + rng.normal(0, 0.3, n),
        lambda: rng.normal(0, 1e9, n),
    ]
    return kinds[rng.integers(len(kinds))]()


def odd_study(rng):
    sizes = rng.integers(2, 9, rng.integers(2, 4))
    arm = np.repeat(np.arange(len(sizes)), sizes)
    n = len(arm)
    nested = rng.random() < 0.8
    made = pd.DataFrame(
        {
            "participant": [f"p{number:02d}" for number in range(n)],
            "arm": np.array(list("abc"))[arm],
            "cost": odd_cost(rng, n, arm),
            "effect": odd_effect(rng, n, arm),
            "x": odd_covariate(rng, n, arm),
            "site": [
                f"{one if nested else ''}{k}" for one, k in zip(arm, np.arange(n) % 2, strict=True)
            ],
        }
    )
    lost = rng.choice([0, 0, 0.1, 0.3])
    made.loc[rng.random(n) < lost, "cost"] = np.nan
    made.loc[rng.random(n) < lost, "effect"] = np.nan
    return made


def odd_options(rng):
    def one(*choices):
        return choices[rng.integers(len(choices))]

    options = {
        "resample": one("individuals", "clusters", "two_stage", "bayesian", "none"),
        "model": one("none", "ols", "sur", "glm", "mixed"),
        "weights": one("none", "none", "iptw", "overlap", "aipw"),
        "missing": one("complete_cases", "impute", "available_cases", "inverse_probability"),
        "cluster": one(None, "site", "site"),
        "family": one("gamma", "poisson", "two_part", "gaussian"),
        "link": one("log", "log", "identity"),
    }
    if options["model"] != "none":
        options["adjust"] = {"cost": ["x"], "effect": ["x"]}
    if options["weights"] != "none":
        options["propensity"] = ["x"]
    if options["missing"] in ("impute", "inverse_probability"):
        options |= {"predictors": ["x"], "imputations": 2}
    if options["missing"] == "impute":
        options["order"] = "rubin" if options["resample"] == "none" else "impute_in_bootstrap"
    return options


def ask(rng):
    """Everything that is asked of one odd study, as arrays of numbers."""
    made = bootstrap(odd_study(rng), reference="a", n_replicates=60, **odd_options(rng))
    yield from (made[name] for name in ("cost", "effect", "cost_hat", "effect_hat"))
    found = increments(made)
    yield from (found["inc_cost"], found["inc_effect"])
    yield from inmb_intervals(made, WTP).data_vars.values()
    yield from (ceac(made, WTP), evpi(made, WTP))
    for arm in found["arm"].values:
        ratio = icer(made, str(arm))
        assert (ratio.value is None) == (ratio.reason is not None)
        yield np.array([0.0 if ratio.value is None else ratio.value])


def answers(seeds):
    """Numbers of every study that is not refused; every refusal says what is wrong."""
    for seed in seeds:
        try:
            found = list(ask(np.random.default_rng(seed)))
        except FindingsError as error:
            found = []
            said = [one.message for one in error.findings if one.code]
            yield seed, [np.array(["nan" not in text.split() for text in said] or [False])]
        yield seed, found


@pytest.mark.parametrize("start", range(0, 400, 40))
def test_numbers_are_finite_or_there_is_a_finding(start):
    for seed, found in answers(range(start, start + 40)):
        for numbers in found:
            assert np.isfinite(numbers).all(), f"seed {seed}"
            assert numbers.dtype != bool or numbers.all(), f"seed {seed}"


def test_many_odd_studies_have_an_answer():
    assert sum(len(found) > 1 for _, found in answers(range(400, 500))) > 10
