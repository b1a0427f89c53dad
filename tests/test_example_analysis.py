"""The bundled study through the whole package, against plain pandas and linearmodels."""

import json
import runpy
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from linearmodels.system import SUR

import cpi_econ as ce
from cpi_econ.paths import data_root

EXAMPLE = data_root() / "examples" / "connecting_people"
FEW: dict[str, Any] = {
    "uncertainty": {"replicates": 200},
    "scenarios": {
        name: {"uncertainty": {"replicates": 200}} for name in ("imputed", "imputed and weighted")
    },
}
# Decrements of the 2026 United Kingdom value set (Rowen et al.), typed here a second time.
DECREMENTS = {
    "mo": (0, 0.032, 0.058, 0.179, 0.279),
    "sc": (0, 0.038, 0.060, 0.162, 0.206),
    "ua": (0, 0.049, 0.086, 0.184, 0.212),
    "pd": (0, 0.056, 0.066, 0.371, 0.479),
    "ad": (0, 0.041, 0.126, 0.313, 0.391),
}


@pytest.fixture(scope="module")
def study() -> Any:
    return ce.read_study(EXAMPLE / "study.yaml", FEW)


@pytest.fixture(scope="module")
def document(study: Any) -> dict[str, Any]:
    result = ce.evaluate(study, effects="all", scenarios=True)
    loaded: dict[str, Any] = json.loads(result.to_json())
    return loaded


@pytest.fixture(scope="module")
def people(study: Any) -> pd.DataFrame:
    """Participants with cost lines summed by hand and QALYs from decrements typed above."""
    frame = pd.read_csv(EXAMPLE / "participants.csv").set_index("client_id")
    answers = pd.read_csv(EXAMPLE / "questionnaires.csv").set_index(["client_id", "wave"])
    lost = sum(
        answers[column].map(dict(enumerate(values, start=1)))
        for column, values in DECREMENTS.items()
    )
    utility = (1 - lost).unstack("wave").reindex(frame.index)
    agencies = pd.read_csv(EXAMPLE / "agency_costs.csv").set_index("agency")
    delivery = frame["agency"].map(agencies["total_cost"] / agencies["clients"])
    cost = _period_costs(study).reindex(frame.index)
    return frame.assign(
        cost=3 * cost["month_9"] + delivery,
        baseline_cost=cost["baseline"],
        qaly=0.75 * (utility["baseline"] + utility["month_9"]) / 2,
        baseline_utility=utility["baseline"],
        constant=1.0,
    )


def _period_costs(study: Any) -> pd.DataFrame:
    prices = ce.read_unit_costs(*study.costs.unit_costs, folder=EXAMPLE)
    lines = ce.cost_service_use(
        ce.read_trial(study).service_use, prices, price_year="2014/15", price_index="nhscii"
    )
    tags = lines["sector"].str.split("|").map(lambda found: bool({"NHS", "PSS"} & set(found)))
    grouped = lines[tags].groupby(["participant", "time"])["cost"]
    return grouped.agg(lambda cost: cost.sum(skipna=False)).unstack("time")


def _comparison(document: dict[str, Any], scenario: str, effect: str = "qaly") -> dict[str, Any]:
    found: dict[str, Any] = document["scenarios"][scenario]["effects"][effect]["comparisons"]
    return found["high"]


def test_increments_are_those_of_linearmodels(
    document: dict[str, Any], people: pd.DataFrame
) -> None:
    names = ["cost", "qaly", "fidelity", "age", "baseline_cost", "baseline_utility", "constant"]
    known = people[names].dropna()
    fitted = SUR(
        {
            "cost": {
                "dependent": known["cost"],
                "exog": known[["constant", "fidelity", "age", "baseline_cost"]],
            },
            "qaly": {
                "dependent": known["qaly"],
                "exog": known[["constant", "fidelity", "age", "baseline_utility"]],
            },
        }
    ).fit(cov_type="unadjusted")
    found = _comparison(document, "base case")
    assert found["inc_cost"]["estimate"] == pytest.approx(fitted.params["cost_fidelity"], rel=1e-8)
    assert found["inc_effect"]["estimate"] == pytest.approx(
        fitted.params["qaly_fidelity"], rel=1e-8
    )


def test_unadjusted_scenario_is_the_plain_difference_of_means(
    document: dict[str, Any], people: pd.DataFrame
) -> None:
    means = people[["cost", "qaly", "fidelity"]].dropna().groupby("fidelity").mean()
    found = _comparison(document, "unadjusted")
    assert found["inc_cost"]["estimate"] == pytest.approx(means["cost"][1] - means["cost"][0])
    assert found["inc_effect"]["estimate"] == pytest.approx(means["qaly"][1] - means["qaly"][0])


def test_scenarios_move_what_they_should_and_nothing_else(document: dict[str, Any]) -> None:
    base = _comparison(document, "base case")
    people_drawn = _comparison(document, "individuals resampled")
    assert people_drawn["inc_cost"]["estimate"] == base["inc_cost"]["estimate"]
    assert people_drawn["inc_cost"]["se"] != base["inc_cost"]["se"]
    for other_values in ("England 2018 values", "crosswalk to 3L"):
        found = _comparison(document, other_values)
        assert found["inc_effect"]["estimate"] != base["inc_effect"]["estimate"]
    society = document["scenarios"]["societal perspective"]["effects"]["qaly"]["arms"]
    nhs = document["scenarios"]["base case"]["effects"]["qaly"]["arms"]
    assert all(society[arm]["cost"]["estimate"] > nhs[arm]["cost"]["estimate"] for arm in nhs)


def test_every_effect_is_there_with_its_direction(document: dict[str, Any]) -> None:
    effects = document["scenarios"]["base case"]["effects"]
    assert list(effects) == ["qaly", "capability", "social_capital", "inclusion", "wellbeing"]
    for effect in ("social_capital", "inclusion"):
        assert _comparison(document, "base case", effect)["inc_effect"]["estimate"] > 0


def test_quickstart_prints_a_statement_and_a_curve(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(Path(__file__).parents[1] / "examples" / "quickstart.py"))
    said = capsys.readouterr().out
    assert said.startswith("high ")
    assert "50000.0" in said


def test_check_finds_no_error_and_no_wrong_level(study: Any) -> None:
    findings = ce.check(study)
    assert [found for found in findings if found.severity == "error"] == []
    levels = {"E101", "W102", "E103", "W104", "E105", "W106"}
    assert [found for found in findings if found.code in levels] == []
