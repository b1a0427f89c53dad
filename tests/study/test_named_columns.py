"""Of a large file only the columns that the study file names are read; nothing else changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from cpi_econ.evaluation.person_table import person_table
from cpi_econ.paths import data_root
from cpi_econ.study import files
from cpi_econ.study.data_files import DataFiles
from cpi_econ.study.kept import Kept
from cpi_econ.study.load import read_study, scenario_study, study_with

EXAMPLE = data_root() / "examples" / "connecting_people" / "study.yaml"
WRITE: dict[str, Callable[[pd.DataFrame, Path], Any]] = {
    ".csv": lambda table, path: table.to_csv(path, index=False),
    ".parquet": lambda table, path: table.to_parquet(path, index=False),
    ".dta": lambda table, path: pyreadstat.write_dta(table, str(path)),
    ".sav": lambda table, path: pyreadstat.write_sav(table, str(path)),
}


@pytest.fixture
def large(monkeypatch):
    """Every file counts as large."""
    monkeypatch.setattr(files, "LARGE", 0)


def with_more(small: Any, **columns: Any) -> Any:
    table = small.tables["participants.csv"]
    small.tables["participants.csv"] = table.assign(**columns)
    return small


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("ending", WRITE)
def test_columns_that_nobody_names_are_left_unread(small, ending):
    with_more(small, height=[1.7] * 8, postcode=["AB1"] * 8)
    small.folder.mkdir(exist_ok=True)
    table = small.tables.pop("participants.csv")
    WRITE[ending](table, small.folder / f"people{ending}")
    small.tree["data"]["participants"]["file"] = f"people{ending}"
    small.tree["adjust"] = {"model": "ols", "cost": ["age"]}
    trial = small.trial()
    assert {"participant", "arm", "cluster", "age"} <= set(trial.participants)
    assert {"height", "postcode"}.isdisjoint(trial.participants)
    assert trial.unread == ("height", "postcode")
    (note,) = [one for one in trial.findings if one.code == "N148"]
    assert "height" in note.message
    assert note.where.file == f"people{ending}"


def test_a_small_file_is_read_whole(small):
    trial = with_more(small, height=[1.7] * 8).trial()
    assert "height" in trial.participants
    assert trial.unread == ()
    assert not [one for one in trial.findings if one.code == "N148"]


def test_the_example_and_its_scenarios_need_no_column_beyond_those_named(monkeypatch):
    study = read_study(EXAMPLE)
    plans = [study, *(scenario_study(study, name) for name in study.scenarios)]
    whole = [tables_of(plan) for plan in plans]
    monkeypatch.setattr(files, "LARGE", 0)
    kept = Kept()
    for plan, expected in zip(plans, whole, strict=True):
        for made, other in zip(tables_of(plan, kept), expected, strict=True):
            pd.testing.assert_frame_equal(made, other[list(made)])


def tables_of(plan, kept=None):
    """Outcomes of every effect, cost lines and answers."""
    found = person_table(plan, kept)
    outcomes = [found.outcomes(plan, name) for name in plan.effects]
    return [*outcomes, found.trial.service_use, found.trial.responses]


@pytest.mark.usefixtures("large")
def test_columns_of_a_wide_file_are_named_by_their_base(small):
    use = small.tables["csri.csv"].assign(other=1)
    wide = use.pivot(index="client_id", columns="wave")
    ends = {"baseline": "_bl", "month_9": "_9m"}
    wide.columns = pd.Index([f"{name}{ends[wave]}" for name, wave in wide.columns])
    expected = small.trial().service_use
    small.tables["csri.csv"] = wide.reset_index()
    del small.tree["data"]["service_use"]["time"]
    small.tree["data"]["service_use"]["suffixes"] = {"_bl": "baseline", "_9m": "month_9"}
    trial = small.trial()
    pd.testing.assert_frame_equal(trial.service_use, expected)
    (note,) = [one for one in trial.findings if one.code == "N148" and "csri" in one.where.file]
    assert "other_bl" in note.message
    assert "other_9m" in note.message


@pytest.mark.usefixtures("large")
def test_a_column_that_may_tell_of_deaths_is_always_read(small):
    trial = with_more(small, Deceased=[0, 1, 0, 0, 0, 0, 0, 0]).trial()
    assert trial.dead.tolist() == [False, True, *[False] * 6]


@pytest.mark.usefixtures("large")
def test_a_column_that_may_hold_clusters_is_always_read(small):
    del small.tree["data"]["participants"]["cluster"], small.tree["uncertainty"]["resample"]
    assert [one.code for one in small.errors()] == ["E133"]


@pytest.mark.usefixtures("large")
def test_a_mapping_finds_age_and_sex(small):
    with_more(small, sex=["female", "male"] * 4)
    small.tree["effects"]["qaly"] |= {"value_set": "eq5d3l_gb_tto_1997", "mapping": "dsu_2023"}
    assert not small.errors()
    assert {"age", "sex"} <= set(small.trial().participants)


@pytest.mark.usefixtures("large")
def test_a_blank_row_is_blank_in_all_columns(small):
    text = with_more(small, height=[1.7] * 8).tables["participants.csv"].to_csv(index=False)
    small.tables["participants.csv"] = f"{text},,,,\n"
    assert len(small.trial().participants) == 8
    small.tables["participants.csv"] = f"{text},,,,1.8\n"
    assert ("E115", 10) in [(one.code, one.where.row) for one in small.errors()]


@pytest.mark.usefixtures("large")
def test_faults_of_unread_columns_are_found(small):
    text = with_more(small, height=[1.7] * 8).tables["participants.csv"].to_csv(index=False)
    small.tables["participants.csv"] = text.replace("1.7", "1,7", 1)
    assert [(one.code, one.where.row) for one in small.errors()] == [("E013", 2)]
    small.tables["participants.csv"] = text.replace("height", "height,height", 1).replace(
        "1.7", "1.7,1.7"
    )
    assert [(one.code, one.where.column) for one in small.errors()] == [("E014", "height")]


@pytest.mark.usefixtures("large")
def test_the_nearest_name_may_be_that_of_an_unread_column(small):
    with_more(small, height=[1.7] * 8)
    small.tree["adjust"] = {"model": "ols", "cost": ["heigth"]}
    (found,) = small.errors()
    assert 'did you mean "height"?' in found.message
    small.tree["adjust"] = {"model": "ols", "cost": ["age"]}
    small.tree["data"]["participants"]["cluster"] = "agenci"
    assert 'did you mean "agency"?' in small.errors()[0].message


@pytest.mark.usefixtures("large")
def test_a_plan_that_names_more_columns_reads_the_file_again(small):
    study, kept = with_more(small, height=[1.7] * 8).study(), Kept()
    other = study_with(study, {"adjust": {"model": "ols", "cost": ["height"]}})
    first = DataFiles(study, kept, [])(study.data.participants)
    second = DataFiles(other, kept, [])(other.data.participants)
    assert "height" in first.unread
    assert "height" in second.frame
