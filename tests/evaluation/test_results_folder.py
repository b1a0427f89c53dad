"""The results folder: complete, valid, free of participants, and all or nothing."""

from __future__ import annotations

import json
import re
import shutil
from importlib.resources import files

import jsonschema
import pandas as pd
import pytest
import xarray as xr

import cpi_econ as ce
from cpi_econ.errors import DataError

NAMES = {
    "results.json",
    "arms.csv",
    "ceac.csv",
    "ceac.png",
    "ceac.svg",
    "costs_by_service.csv",
    "description.json",
    "findings.csv",
    "frontier.csv",
    "increments.csv",
    "inmb.csv",
    "plane.csv",
    "plane.png",
    "plane.svg",
    "replicates.nc",
    "subgroups.csv",
    "subgroups_ceac.csv",
    "thresholds.csv",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, example):
    target = tmp_path_factory.mktemp("results")
    result = ce.evaluate(ce.read_study(example, ["uncertainty.replicates=300"]))
    ce.write_results(result, target)
    return target


def test_every_file_of_the_contract_is_there_and_nothing_else(folder):
    assert {path.name for path in folder.iterdir()} == NAMES


def test_document_follows_its_published_schema(folder):
    schema = json.loads((files("cpi_econ.report") / "results.schema.json").read_text("utf-8"))
    document = json.loads((folder / "results.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document)
    assert document["schema"] == "cpi_econ/results/1"


def test_no_participant_is_named_anywhere(folder, example):
    people = pd.read_csv(example.parent / "participants.csv")["client_id"].astype(str)
    pattern = re.compile(r"\b(" + "|".join(people) + r")\b")
    for path in folder.iterdir():
        if path.suffix in {".json", ".csv", ".svg"}:
            assert not pattern.search(path.read_text("utf-8")), path.name
        else:
            content = path.read_bytes()
            assert not any(one.encode() in content for one in people), path.name


def test_tables_agree_with_the_document(folder):
    document = json.loads((folder / "results.json").read_text("utf-8"))
    block = document["scenarios"]["base case"]["effects"]["qaly"]
    curve = pd.read_csv(folder / "ceac.csv")
    assert list(curve.columns) == ["scenario", "effect", "wtp", "arm", "probability"]
    high = curve[curve["arm"] == "high"]
    assert high["probability"].tolist() == block["ceac"]["probability"]["high"]
    plane = pd.read_csv(folder / "plane.csv")
    assert list(plane.columns) == [
        "scenario", "effect", "replicate", "arm", "inc_cost", "inc_effect",
    ]  # fmt: skip
    assert len(plane) == 300
    saving = (plane["inc_cost"] < 0).mean()
    assert curve.query("wtp == 0 and arm == 'high'")["probability"].item() == pytest.approx(saving)


def test_services_below_five_users_are_masked(folder):
    services = pd.read_csv(folder / "costs_by_service.csv", dtype=str)
    masked = services[services["users"] == "<5"]
    assert len(masked) > 0
    assert masked[["mean_quantity", "mean_cost"]].isna().all(axis=None)
    counts = pd.to_numeric(services["users"], errors="coerce").dropna()
    assert not ((counts > 0) & (counts < 5)).any()


def test_services_sum_to_the_mean_cost_where_everything_is_shown(example):
    study = ce.read_study(
        example, {"report": {"small_numbers": "show"}, "uncertainty": {"replicates": 100}}
    )
    trial = ce.read_trial(study)
    services = ce.evaluate(study).services
    gp = services.query("service == 'gp_surgery' and arm == 'high'").iloc[0]
    use = trial.service_use.query("item == 'gp_surgery' and time == 'month_9'")
    arm = trial.participants.set_index("participant")["arm"]
    known = use[use["participant"].map(arm).eq("high")]["quantity"].dropna()
    assert gp["n"] == len(known)
    assert gp["users"] == int((known > 0).sum())
    assert gp["mean_cost"] == pytest.approx(known.mean() * 3 * 44)


def test_replicates_open_anywhere(folder):
    with xr.open_dataset(folder / "replicates.nc") as stored:
        assert stored["cost"].dims == ("replicate", "arm")
        assert stored.attrs["reference"] == "low"


def test_saved_result_comes_back(folder, example):
    result = ce.evaluate(ce.read_study(example, ["uncertainty.replicates=300"]))
    loaded = ce.load(folder)
    xr.testing.assert_allclose(loaded.replicates["cost"], result.replicates["cost"])
    pd.testing.assert_frame_equal(loaded.summary(), result.summary())


def test_same_seed_gives_the_same_bytes_but_for_the_time(tmp_path, example):
    texts = []
    for name in ("one", "two"):
        result = ce.evaluate(ce.read_study(example, ["uncertainty.replicates=200"]))
        result.save(tmp_path / name)
        text = (tmp_path / name / "results.json").read_text("utf-8")
        texts.append(re.sub(r'"created": "[^"]+"', "", text))
    assert texts[0] == texts[1]


def test_all_scenarios_and_effects_fit_in_one_folder(tmp_path, example):
    study = ce.read_study(example, ["uncertainty.replicates=100"])
    result = ce.evaluate(study, effects="all", scenarios=True)
    assert list(result.document["scenarios"]) == ["base case", *study.scenarios]
    assert result.effects == list(study.effects)
    ce.write_results(result, tmp_path)
    assert ce.load(tmp_path).datasets.keys() == result.datasets.keys()


def test_a_failure_leaves_the_old_folder_as_it_was(tmp_path, folder, example, monkeypatch):
    target = tmp_path / "results"
    shutil.copytree(folder, target)
    before = {path.name: path.read_bytes() for path in target.iterdir()}
    result = ce.evaluate(ce.read_study(example, ["uncertainty.replicates=100"]))

    def fail(*_args, **_kwargs):
        raise RuntimeError("disk full")

    monkeypatch.setattr("cpi_econ.report.results_folder.plot_ceac", fail)
    with pytest.raises(RuntimeError, match="disk full"):
        ce.write_results(result, target)
    assert {path.name: path.read_bytes() for path in target.iterdir()} == before


def test_a_results_folder_that_is_a_file_is_told_in_words(tmp_path, example):
    blocked = tmp_path / "results"
    blocked.write_text("not a folder")
    result = ce.evaluate(ce.read_study(example, ["uncertainty.replicates=100"]))
    with pytest.raises(DataError, match="E027"):
        result.save(blocked)


def test_loading_something_else_is_told_in_words(tmp_path):
    with pytest.raises(DataError, match="E010"):
        ce.load(tmp_path)
    (tmp_path / "results.json").write_text("{}")
    with pytest.raises(DataError, match="E013"):
        ce.load(tmp_path)
