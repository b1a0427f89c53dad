"""Degree of an exposure, and bands of it as arms, from a study file."""

from __future__ import annotations

import json

import jsonschema
import numpy as np
import pytest

import cpi_econ as ce
from cpi_econ.errors import FindingsError
from cpi_econ.evaluation.person_table import person_table
from cpi_econ.report.results_schema import results_schema
from cpi_econ.report.table_forms import report_tables

DRAWS = {"uncertainty": {"replicates": 100, "interval": "t"}}
EXPOSURE = {"column": "score", "at": [40, 50, 60], "covariates": ["age"]}
BANDS = {
    "arms": {"control": {"code": None, "below": 50}, "treat": {"code": None, "from": 50}},
    "data": {"participants": {"arm": "score"}},
}


@pytest.fixture
def scored(people):
    noise = np.random.default_rng(5).normal(0, 10, len(people))
    return people.assign(score=(50 + 0.2 * (people["age"] - 45) + noise).round())


def codes(study):
    return [found.code for found in ce.check(study)]


def test_levels_stand_where_arms_stood(make_study, scored):
    study = ce.read_study(make_study({"exposure": EXPOSURE, **DRAWS}, scored))
    result = ce.evaluate(study, effects="all")
    block = result.document["exposure"]
    table = person_table(study).outcomes(study, study.primary)
    made = ce.dose_response(
        table, exposure="score", doses=[40, 50, 60], reference=40, propensity=["age"],
        n_replicates=100, seed=3,
    )  # fmt: skip
    costs = [one["cost"]["estimate"] for one in block["effects"]["qaly"]["arms"].values()]
    assert costs == pytest.approx(made["cost_hat"].values.tolist())
    assert list(block["levels"].values()) == [40, 50, 60]
    assert block["participants"] == {"qaly": len(scored)}
    jsonschema.Draft202012Validator(results_schema()).validate(json.loads(result.to_json()))
    shown = report_tables(result)["exposure_qaly"]
    assert [row[0] for row in shown.rows] == ["40", "50", "60"]
    assert "exposure" not in ce.evaluate(study).document


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"column": "scoer"}, "E007"),
        ({"covariates": ["agee"]}, "E007"),
        ({"at": [40, 400]}, "E071"),
    ],
)
def test_an_exposure_that_cannot_be_analysed_is_refused(make_study, scored, changes, code):
    path = make_study({"exposure": EXPOSURE | changes, **DRAWS}, scored)
    with pytest.raises(FindingsError) as refused:
        ce.evaluate(ce.read_study(path), effects="all")
    assert code in {found.code for found in refused.value.findings}


def test_bands_are_the_arms_that_codes_would_make(make_study, scored):
    coded = scored.assign(arm=(scored["score"] >= 50).astype(int))
    one = ce.evaluate(ce.read_study(make_study({**BANDS, **DRAWS}, scored, name="bands")))
    two = ce.evaluate(ce.read_study(make_study(DRAWS, coded, name="codes")))
    np.testing.assert_array_equal(one.replicates["cost"], two.replicates["cost"])


def test_bands_keep_their_people_while_arms_are_masked(make_study, scored):
    blind = {**BANDS, **DRAWS, "report": {"blind": True}}
    masked = ce.evaluate(ce.read_study(make_study(blind, scored, name="masked"))).summary()
    plain = ce.evaluate(ce.read_study(make_study({**BANDS, **DRAWS}, scored))).summary()
    gaps = [abs(table["inc_cost_estimate"][0]) for table in (masked, plain)]
    assert gaps[0] == pytest.approx(gaps[1])


@pytest.mark.parametrize(
    ("treat", "words"),
    [
        ({"from": 45}, "overlaps"),
        ({"from": 50, "below": 50}, "under below"),
        ({"from": 50, "code": 1}, "not both"),
        ({"from": None, "code": 1}, "other arms are bands"),
    ],
)
def test_bands_that_contradict_each_other_are_refused(make_study, scored, treat, words):
    arms = {"control": BANDS["arms"]["control"], "treat": {"code": None, **treat}}
    path = make_study({**BANDS, "arms": arms, **DRAWS}, scored)
    with pytest.raises(FindingsError, match=words):
        ce.read_study(path)


def test_a_score_in_no_band_and_no_score_are_errors(make_study, scored):
    arms = {"control": BANDS["arms"]["control"], "treat": {"code": None, "from": 55}}
    spoiled = scored.assign(score=scored["score"].where(scored.index > 0))
    study = ce.read_study(make_study({**BANDS, "arms": arms, **DRAWS}, spoiled))
    assert {"E015", "E019"} <= set(codes(study))
    far = {"control": {"code": None, "below": 1}, "treat": {"code": None, "from": 1}}
    empty = ce.read_study(make_study({**BANDS, "arms": far, **DRAWS}, scored, name="far"))
    assert "E019" in codes(empty)
