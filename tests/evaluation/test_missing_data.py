"""A study's plan for missing data, from the study file to findings and results."""

import numpy as np
import pytest

from cpi_econ import evaluate, read_study
from cpi_econ.cli.app import run as run_command
from cpi_econ.errors import EstimationError, StudyFileError
from cpi_econ.study.blinding import blinded


@pytest.fixture
def holes(people):
    """A fifth of costs and a quarter of QALYs missing."""
    rng = np.random.default_rng(4)
    people.loc[rng.random(80) < 0.2, "cost"] = np.nan
    people.loc[rng.random(80) < 0.25, "qaly"] = np.nan
    return people


def run(make_study, holes, missing, **changes):
    plan = {"missing": missing, "uncertainty": {"replicates": 100}, **changes}
    result = evaluate(read_study(make_study(plan, holes)))
    return result, {found.code: found.message for found in result.findings}


def hats(result):
    (made,) = (
        result.replicates.values() if isinstance(result.replicates, dict) else (result.replicates,)
    )
    return made


def test_imputation_is_told_beside_complete_cases(make_study, holes):
    clustered = {"data": {"participants": {"cluster": "centre"}}}
    result, found = run(make_study, holes, {"method": "impute", "predictors": ["age"]}, **clustered)
    assert "imputes the data as observed, resamples, re-estimates" in found["N129"]
    assert "from cost, effect, age" in found["N129"]
    both = holes[["cost", "qaly"]].notna().all(axis=1)
    assert f"complete cases ({both.sum()} of 80 participants)" in found["N126"]
    kept = holes[both]
    gap = kept.loc[kept["arm"] == 1, "cost"].mean() - kept.loc[kept["arm"] == 0, "cost"].mean()
    assert f"cost {gap:,.0f} GBP" in found["N126"]
    assert "W127" not in found
    assert hats(result).attrs["n_participants"] == 80


def test_too_few_imputations_are_told(make_study, holes):
    _, found = run(make_study, holes, {"method": "impute", "imputations": 3})
    assert "there are 3 imputations" in found["W127"]


@pytest.mark.parametrize("order", ["bootstrap_in_imputation", "rubin"])
def test_the_other_orders(make_study, holes, order):
    result, found = run(make_study, holes, {"method": "impute", "order": order})
    assert "imputed data sets" in found["N129"]
    assert np.isfinite(hats(result)["cost_hat"]).all()


def test_shifts_reach_the_estimate(make_study, holes):
    plain, _ = run(make_study, holes, {"method": "impute"})
    delta = {"effect": {"treat": -0.2}, "cost": {"treat": "2x"}}
    moved, _ = run(make_study, holes, {"method": "impute", "delta": delta})
    lost = holes.loc[holes["arm"] == 1, "qaly"].isna().mean()
    gap = hats(moved).sel(arm="treat") - hats(plain).sel(arm="treat")
    assert float(gap["effect_hat"]) == pytest.approx(-0.2 * lost)
    assert float(gap["cost_hat"]) > 0


def test_available_cases_say_whose_values_are_used(make_study, holes):
    result, found = run(make_study, holes, {"method": "available_cases"})
    n_cost, n_qaly = holes["cost"].notna().sum(), holes["qaly"].notna().sum()
    assert f"cost from {n_cost} participants, effect from {n_qaly} of 80" in found["W126"]
    treated = holes.loc[holes["arm"] == 1, "cost"].mean()
    assert float(hats(result)["cost_hat"].sel(arm="treat")) == pytest.approx(treated)


def test_nothing_missing_says_nothing(make_study, people):
    _, found = run(make_study, people, {"method": "impute"})
    assert not {"N126", "N129", "W126", "W127", "W128"} & set(found)


def test_inverse_probability_lets_the_complete_stand_for_the_rest(make_study, holes):
    path = make_study({"missing": {"method": "complete_cases"}}, holes)
    overlays = ["missing.method=inverse_probability", "missing.predictors=[age]"]
    result = evaluate(read_study(path, [*overlays, "uncertainty.replicates=100"]))
    found = {one.code: one.message for one in result.findings}
    both = holes[["cost", "qaly"]].notna().all(axis=1)
    assert f"{both.sum()} of 80 participants are complete and stand for" in found["W126"]
    assert "given arm, age (arm by arm)" in found["W126"]
    assert "; weighted, cost" in found["N126"]
    kept = holes[both].assign(weight=1.0)
    design = np.column_stack([np.ones(80), holes["arm"], holes["age"], holes.eval("arm * age")])
    chance = logistic(design, both.to_numpy(float))
    kept["weight"] = 1 / chance[both.to_numpy()]
    treated = kept[kept["arm"] == 1]
    expected = np.average(treated["cost"], weights=treated["weight"])
    assert float(hats(result)["cost_hat"].sel(arm="treat")) == pytest.approx(expected)


def logistic(design, seen):
    """Fitted probabilities by Newton steps, one person at a time."""
    beta = np.zeros(design.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-design @ beta))
        information = (design * (chance * (1 - chance))[:, None]).T @ design
        beta = beta + np.linalg.solve(information, design.T @ (seen - chance))
    return 1 / (1 + np.exp(-design @ beta))


@pytest.mark.parametrize("key", ["matching=residuals", "assumption=copy_reference"])
def test_settings_of_the_imputation_reach_the_replicates(make_study, holes, key):
    name, value = key.split("=")
    path = make_study({"missing": {"method": "impute"}}, holes)
    small = "uncertainty.replicates=100"
    made = evaluate(read_study(path, [small, f"missing.{key}"]))
    plain = evaluate(read_study(path, [small]))
    assert hats(made).attrs[name] == value
    assert float(hats(made)["cost_hat"].sel(arm="treat")) != float(
        hats(plain)["cost_hat"].sel(arm="treat")
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"missing": {"method": "impute", "assumption": "last_mean"}}, "neither utilities nor"),
        ({"missing": {"method": "impute", "delta": {"qaly": {"treat": 1}}}}, 'delta has "qaly"'),
        ({"missing": {"method": "impute", "delta": {"cost": {"new": 1}}}}, 'delta has arm "new"'),
        (
            {
                "missing": {"method": "available_cases"},
                "adjust": {"model": "sur", "cost": ["age"], "effect": ["age"]},
            },
            "adjust.model: sur cannot join",
        ),
        (
            {
                "missing": {"method": "inverse_probability"},
                "uncertainty": {"resample": "two_stage"},
                "data": {"participants": {"cluster": "centre"}},
            },
            "use resample: clusters, or method: impute",
        ),
    ],
)
def test_contradictions_of_the_plan_stop_with_a_remedy(make_study, holes, changes, words):
    with pytest.raises(StudyFileError) as stopped:
        evaluate(read_study(make_study(changes, holes)))
    assert [found.code for found in stopped.value.findings] == ["E007"]
    assert words in str(stopped.value)


def test_an_identifier_predicts_nothing_and_is_not_told(make_study, holes):
    changes = {"missing": {"method": "impute", "predictors": ["id"]}}
    with pytest.raises(StudyFileError, match='"id" tells people apart') as stopped:
        read_study(make_study(changes, holes))
    assert "P0" not in str(stopped.value)


@pytest.mark.parametrize(("kept", "words"), [(0, "nobody in arm"), (1, "only one person in arm")])
@pytest.mark.parametrize("method", ["impute", "inverse_probability", "available_cases"])
def test_an_arm_without_a_cost_is_refused(make_study, holes, method, kept, words):
    treated = holes.index[holes["arm"].eq(1) & holes["cost"].notna()]
    holes.loc[treated[kept:], "cost"] = np.nan
    with pytest.raises(EstimationError, match=words) as stopped:
        run(make_study, holes, {"method": method})
    assert {one.code for one in stopped.value.findings} == {"E127"}


@pytest.mark.parametrize(("method", "code"), [("impute", "E127"), ("inverse_probability", "E074")])
def test_a_predictor_that_nobody_has_is_refused(make_study, holes, method, code):
    holes["empty"] = np.nan
    with pytest.raises(EstimationError, match="empty") as stopped:
        run(make_study, holes, {"method": method, "predictors": ["empty"]})
    assert {one.code for one in stopped.value.findings} == {code}


@pytest.mark.parametrize("method", ["impute", "inverse_probability"])
def test_collinear_predictors_are_refused_by_name(make_study, holes, method):
    holes["twice"] = 2 * holes["age"]
    with pytest.raises(EstimationError, match="twice") as stopped:
        run(make_study, holes, {"method": method, "predictors": ["age", "twice"]})
    assert {one.code for one in stopped.value.findings} == {"E078"}


def test_few_people_to_impute_from_are_told(make_study, holes):
    treated = holes.index[holes["arm"].eq(1) & holes["cost"].notna()]
    holes.loc[treated[6:], "cost"] = np.nan
    _, found = run(make_study, holes, {"method": "impute"})
    assert 'in arm "treat" 6 people have cost' in found["W075"]


@pytest.mark.parametrize("assumption", ["jump_to_reference", "copy_reference"])
def test_masked_arms_keep_the_reference_that_an_assumption_names(make_study, holes, assumption):
    for title in ("one plan", "another"):
        changes = {
            "title": title,
            "report": {"blind": True},
            "missing": {"method": "impute", "assumption": assumption},
        }
        study = read_study(make_study(changes, holes, name=title.replace(" ", "_")))
        for reference in ("control", "treat"):
            named = study.model_copy(update={"reference": reference})
            masked = blinded(named)
            assert masked.arms[masked.reference].code == named.arms[reference].code


@pytest.mark.parametrize(
    ("sets", "code", "words"),
    [
        (["missing.method=inverse_probability", "missing.predictors=[age]"], 0, "given arm, age"),
        (["missing.method=impute", "missing.matching=residuals"], 0, "imputed, cost"),
        (["missing.method=impute", "missing.assumption=jump_to_reference"], 0, "imputed, cost"),
        (["missing.method=impute", "missing.matching=nearest"], 2, "'donors' or 'residuals'"),
        (["missing.method=impute", "missing.level=visit"], 2, 'did you mean "visits"?'),
    ],
)
def test_the_command_line_takes_them_too(make_study, holes, capsys, sets, code, words):
    path = make_study({"missing": {"method": "complete_cases"}}, holes)
    given = [word for one in (*sets, "uncertainty.replicates=100") for word in ("--set", one)]
    assert run_command(["ceac", str(path), *given]) == code
    told = capsys.readouterr()
    assert words in " ".join((told.out + told.err).split())
