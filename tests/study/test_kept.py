"""What an analysis has read is shared by its plans, and never by plans that read otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import cpi_econ as ce
from cpi_econ.evaluation.person_table import person_table
from cpi_econ.study import data_files as reading
from cpi_econ.study.kept import Kept, settings_of
from cpi_econ.study.load import scenario_study, study_with

EXAMPLE = Path(__file__).parents[2] / "examples" / "connecting_people" / "study.yaml"
OTHER_READING: dict[str, dict[str, Any]] = {
    "missing code": {"data": {"missing_codes": {"default": [-9, 1]}}},
    "no scaling": {"data": {"service_use": {"scale": "none"}}},
    "price year": {"price_year": "2016/17"},
    "discounted": {"discount": {"costs": "10%", "effects": "10%"}, "horizon": "2 years"},
    "one item less": {"costs": {"items": {"gp_surgery": None}}},
    "arms swapped": {"arms": {"low": {"code": 1}, "high": {"code": 0}}},
}


@pytest.fixture(scope="module")
def study() -> ce.Study:
    return ce.read_study(EXAMPLE)


@pytest.fixture(scope="module")
def kept(study: ce.Study) -> Kept:
    kept = Kept()
    person_table(study, kept)
    return kept


def _same(plan: ce.Study, kept: Kept) -> None:
    shared, alone = person_table(plan, kept), person_table(plan)
    assert shared.findings() == alone.findings()
    assert shared.trial.participants.equals(alone.trial.participants)
    assert shared.trial.service_use.equals(alone.trial.service_use)
    assert shared.trial.responses.equals(alone.trial.responses)
    assert shared.costs.cost is not None
    assert shared.costs.cost.equals(alone.costs.cost)


@pytest.mark.parametrize("name", ["societal perspective", "doubly robust", "England 2018 values"])
def test_a_scenario_is_the_same_beside_others_and_alone(
    study: ce.Study, kept: Kept, name: str
) -> None:
    _same(scenario_study(study, name), kept)


@pytest.mark.parametrize("change", OTHER_READING.values(), ids=OTHER_READING)
def test_a_plan_that_reads_otherwise_takes_nothing_of_the_base_case(
    study: ce.Study, kept: Kept, change: dict[str, Any]
) -> None:
    _same(study_with(study, change), kept)


def test_a_file_is_read_once_for_all_scenarios(
    study: ce.Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr(
        reading, "read_file", lambda path, *rest: read.append(path.name) or _read_file(path, *rest)
    )
    kept = Kept()
    for name in ("imputed", "weighted", "crosswalk to 3L"):
        person_table(scenario_study(study, name), kept)
    assert sorted(read) == sorted(set(read))
    assert "csri.csv" in read


def test_settings_tell_the_order_of_entries(study: ce.Study) -> None:
    turned = study.model_copy(update={"times": dict(reversed(study.times.items()))})
    assert turned.times == study.times
    assert settings_of(turned, "times") != settings_of(study, "times")


_read_file = reading.read_file
