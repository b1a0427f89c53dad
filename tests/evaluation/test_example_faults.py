"""What a study stops at: the bundled example, spoiled one way at a time."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

import cpi_econ as ce
from cpi_econ.errors import FindingsError

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


def refused(example, folder, spoil, settings=()):
    copy = folder / "study"
    shutil.copytree(example.parent, copy, ignore=shutil.ignore_patterns("results"))
    people = spoil(pd.read_csv(copy / "participants.csv"))
    people.to_csv(copy / "participants.csv", index=False)
    with pytest.raises(FindingsError) as stopped:
        ce.evaluate(ce.read_study(copy / "study.yaml", ["uncertainty.replicates=100", *settings]))
    return [found for found in stopped.value.findings if found.severity == "error"]


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
