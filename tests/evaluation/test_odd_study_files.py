"""Small studies with odd outcomes, from the study file: a whole document or findings."""

import json
import math
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

import cpi_econ as ce


def odd_people(rng: np.random.Generator) -> pd.DataFrame:
    arm = np.repeat([0, 1], rng.integers(3, 12, 2))
    n = len(arm)
    costs = [rng.gamma(2, 200, n), rng.normal(0, 1e9, n), np.where(arm, 7.0, rng.gamma(1, 5, n))]
    made = pd.DataFrame(
        {
            "id": [f"P{number:02d}" for number in range(n)],
            "arm": arm,
            "block": [f"{one}{k}" for one, k in zip(arm, np.arange(n) % 2, strict=True)],
            "age": rng.normal(50, 10, n).round(),
            "cost": costs[rng.integers(3)],
            "qaly": rng.choice([0.0, 0.5, 0.75], n) if rng.random() < 0.4 else rng.random(n),
        }
    )
    lost = rng.choice([0.0, 0.2])
    made.loc[rng.random(n) < lost, "cost"] = np.nan
    made.loc[rng.random(n) < lost, "qaly"] = np.nan
    return made


@pytest.fixture
def people(people):
    """Eighty people, their centres under a name of no cluster."""
    return people.rename(columns={"centre": "block"})


def odd_plan(rng: np.random.Generator) -> dict:
    def one(*choices):
        return choices[rng.integers(len(choices))]

    age = {"cost": ["age"], "effect": ["age"]}
    weights = {"method": one("iptw", "overlap", "aipw"), "covariates": ["age"]}
    order = one("impute_in_bootstrap", "bootstrap_in_imputation", "rubin")
    imputed = {"method": "impute", "order": order, "imputations": 2}
    plan = {
        "uncertainty": {"replicates": 100, "interval": one("t", "percentile", "normal")},
        "adjust": {"model": one("none", "ols", "sur")} | one({}, age),
        "missing": one(imputed, {"method": "complete_cases"}, {"method": "available_cases"}),
        "population": {"size": "100 per year", "years": 2},
    }
    if rng.random() < 0.4:
        plan["weights"] = weights
    if rng.random() < 0.5:
        plan["data"] = {"participants": {"cluster": "block"}}
    if plan["missing"].get("order") == "rubin":
        plan["uncertainty"]["resample"] = "none"
    return plan


def numbers(part: object) -> Iterator[float]:
    if isinstance(part, dict):
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from numbers(one)
    elif isinstance(part, float):
        yield part


@pytest.mark.parametrize("seed", range(24))
def test_a_whole_document_of_finite_numbers_or_findings(make_study, seed):
    rng = np.random.default_rng(seed)
    path = make_study(odd_plan(rng), odd_people(rng))
    try:
        document = json.loads(ce.evaluate(ce.read_study(path)).to_json())
    except ce.CpiEconError as error:
        document = {"findings": [{"message": one.message} for one in error.findings]}
        assert document["findings"]
    assert all(math.isfinite(value) for value in numbers(document))
    said = [one["message"] for one in document["findings"]]
    assert not [text for text in said if "nan" in text.split()]


def test_an_arm_with_one_cost_for_all_is_left_out_of_the_tipping_points(make_study, people):
    people.loc[people["arm"] == 1, "cost"] = 100.0
    people.loc[::7, ["cost", "qaly"]] = np.nan
    plan = {"missing": {"method": "impute", "imputations": 2}, "uncertainty": {"replicates": 100}}
    result = ce.evaluate(ce.read_study(make_study(plan, people)), effects="all")
    assert "tipping" not in result.description or result.description["tipping"].empty


def test_a_mixed_model_without_covariates_is_still_a_mixed_model(make_study, people):
    people.loc[people["block"].isin(["c0a", "c0b"]), "cost"] *= 2
    keep = people["block"].ne("c1b") | (people.groupby("block").cumcount() < 2)
    plan = {
        "data": {"participants": {"cluster": "block"}},
        "adjust": {"model": "mixed"},
        "uncertainty": {"resample": "none"},
    }
    result = ce.evaluate(ce.read_study(make_study(plan, people[keep])))
    table = people[keep].rename(columns={"id": "participant", "qaly": "effect"})
    table["arm"] = table["arm"].map({0: "control", 1: "treat"})
    made = ce.bootstrap(table, reference="control", cluster="block", model="mixed", resample="none")
    found = json.loads(result.to_json())["scenarios"]["base case"]["effects"]["qaly"]
    for arm in ("control", "treat"):
        cost = float(made["cost_hat"].sel(arm=arm))
        assert found["arms"][arm]["cost"]["estimate"] == pytest.approx(cost, rel=1e-9)
    plain = table.groupby("arm")["cost"].mean()
    assert abs(float(made["cost_hat"].sel(arm="treat")) - plain["treat"]) > 1e-3


def test_clusters_too_small_for_a_correlation_say_so(make_study, people):
    few = people.groupby("block").head(1)
    plan = {"data": {"participants": {"cluster": "block"}}, "uncertainty": {"replicates": 100}}
    result = ce.evaluate(ce.read_study(make_study(plan, few)))
    (warning,) = [one.message for one in result.findings if one.code == "W135"]
    assert "ICC of net benefit cannot be told" in warning
