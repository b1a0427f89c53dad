"""What a study stops at: the bundled example, spoiled one way at a time."""

from __future__ import annotations

import shutil

import numpy as np
import pandas as pd
import pytest

import cpi_econ as ce
from cpi_econ.errors import FindingsError

BRIEF = ["uncertainty.replicates=100", "scenarios={}"]
WEIGHTED = ["weights.method=iptw", "weights.covariates=[age]"]


def one_person(people):
    lone = people.loc[people["fidelity"] == 1, "client_id"].iloc[3]
    return people[(people["fidelity"] == 0) | (people["client_id"] == lone)]


SPOILED = {
    "one cluster in an arm": lambda d: d[(d["fidelity"] == 0) | (d["agency"] == "A02")],
    "one person in an arm": one_person,
    "covariate wholly missing": lambda d: d.assign(age=float("nan")),
    "cluster in both arms": lambda d: d.assign(agency=d["agency"].where(d.index != 0, "A02")),
    "nobody in an arm": lambda d: d[d["fidelity"] == 0],
}


def spoiled(example, folder, **changes):
    """Copy of the example with files changed, each by a function of its frame."""
    copy = folder / "study"
    shutil.copytree(example.parent, copy, ignore=shutil.ignore_patterns("results"))
    for name, change in changes.items():
        change(pd.read_csv(copy / f"{name}.csv")).to_csv(copy / f"{name}.csv", index=False)
    return copy / "study.yaml"


def stops(path, settings=()):
    with pytest.raises(FindingsError) as stopped:
        ce.evaluate(ce.read_study(path, [*BRIEF, *settings]))
    return [found for found in stopped.value.findings if found.severity == "error"]


def refused(example, folder, spoil, settings=()):
    return stops(spoiled(example, folder, participants=spoil), settings)


def answered(path, settings=()):
    """Codes of the findings of a study whose estimates and draws are all finite."""
    result = ce.evaluate(ce.read_study(path, [*BRIEF, *settings]))
    for effect in result.datasets:
        made = result.datasets[effect]
        for name in ("cost", "effect", "cost_hat", "effect_hat"):
            assert np.isfinite(made[name]).all(), (effect, name)
    return {one.code for one in result.findings}


@pytest.mark.parametrize("name", SPOILED)
def test_spoiled_people_are_refused_with_words(example, tmp_path, name):
    found = refused(example, tmp_path, SPOILED[name])
    assert all(len(one.message) > 20 for one in found)
    assert found


def test_arms_that_a_covariate_separates_cannot_be_weighted(example, tmp_path):
    def apart(people):
        return people.assign(age=people["age"] + 100 * people["fidelity"])

    assert "E089" in {one.code for one in refused(example, tmp_path, apart, WEIGHTED)}


def test_a_covariate_that_repeats_another_is_refused(example, tmp_path):
    def twice(people):
        return people.assign(age2=2 * people["age"] + 1)

    found = refused(example, tmp_path, twice, ["adjust.cost=[age,age2]"])
    assert "E078" in {one.code for one in found}


@pytest.mark.parametrize("per_client", [0, 100])
def test_costs_without_variation_are_refused(example, tmp_path, per_client):
    def unused(forms):
        asked = forms.columns[3:]
        return forms.assign(**forms[asked].where(forms[asked].isna(), 0))

    def priced(agencies):
        return agencies.assign(total_cost=per_client * agencies["clients"])

    path = spoiled(example, tmp_path, csri=unused, agency_costs=priced)
    (found,) = stops(path)
    assert found.code == "E075"
    assert f"cost is {per_client} for every participant" in found.message


ASKED = {
    "E072": ["missing.method=complete_cases"],
    "E127": ["missing.method=impute", "missing.predictors=[age]"],
}
WEIGHED = [
    "missing.method=inverse_probability",
    "missing.predictors=[age]",
    "uncertainty.resample=clusters",
]


@pytest.mark.parametrize(("code", "settings"), [*ASKED.items(), ("E127", WEIGHED)])
def test_an_arm_that_nobody_followed_up_is_refused(example, tmp_path, code, settings):
    people = pd.read_csv(example.parent / "participants.csv")
    gone = set(people.loc[people["fidelity"] == 1, "client_id"])

    def lost(forms):
        return forms[(forms["wave"] == "baseline") | ~forms["client_id"].isin(gone)]

    path = spoiled(example, tmp_path, csri=lost, questionnaires=lost)
    found = stops(path, settings)
    assert {one.code for one in found} == {code}
    assert all('"high"' in one.message for one in found)


def test_a_predictor_that_nobody_has_cannot_impute(example, tmp_path):
    def empty(people):
        return people.assign(unasked=np.nan)

    settings = ["missing.method=impute", "missing.predictors=[unasked]"]
    found = refused(example, tmp_path, empty, settings)
    assert {one.code for one in found} == {"E127"}
    assert all("has unasked" in one.message for one in found)


def test_separated_arms_have_no_doubly_robust_answer(example, tmp_path):
    def apart(people):
        return people.assign(age=people["age"] + 100 * people["fidelity"])

    settings = ["weights.method=aipw", "weights.covariates=[age]"]
    assert {one.code for one in refused(example, tmp_path, apart, settings)} == {"E089"}


def test_weights_that_explode_are_finite_and_told(example, tmp_path):
    def nearly_apart(people):
        noise = np.random.default_rng(1).normal(size=len(people))
        near = 3 * people["fidelity"] + noise
        for arm, other in ((0, 3), (1, 0)):  # four of each arm are as those of the other
            followed = (people["fidelity"] == arm) & (people["followup_status"] == "followed_up")
            near[followed.to_numpy().nonzero()[0][:4]] = other
        return people.assign(near=near.round(2))

    settings = ["weights.method=iptw", "weights.covariates=[near]"]
    path = spoiled(example, tmp_path, participants=nearly_apart)
    assert answered(path, settings) >= {"W074", "W130"}


def test_everybody_a_cluster_of_one(example, tmp_path):
    people = pd.read_csv(example.parent / "participants.csv")
    alone = [f"B{number:03d}" for number in range(len(people))]

    def renamed(rows):
        return rows.assign(agency=alone)

    def priced(agencies):
        row = agencies.iloc[[0] * len(alone)]
        return row.assign(agency=alone, clients=1, total_cost=200)

    path = spoiled(example, tmp_path, participants=renamed, agency_costs=priced)
    assert "W136" not in answered(path)
    unpriced = spoiled(example, tmp_path / "unpriced", participants=renamed)
    assert {one.code for one in stops(unpriced)} == {"E047"}
