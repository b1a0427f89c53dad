"""What cannot be estimated is refused with a code, a remedy and no traceback."""

import numpy as np
import pandas as pd
import pytest

from cpi_econ.errors import DataError, EstimationError, FindingsError
from cpi_econ.uncertainty.bootstrap import bootstrap

AGE = {"cost": ["age"], "effect": ["age"]}


def codes(table, **options):
    with pytest.raises(FindingsError) as caught:
        bootstrap(table, **{"reference": "low", "n_replicates": 20, **options})
    for finding in caught.value.findings:
        assert finding.message
        assert not any(name in finding.message for name in table.get("participant", []))
    return [finding.code for finding in caught.value.findings]


@pytest.mark.parametrize("column", ["participant", "arm", "cost", "effect"])
def test_column_that_is_not_there(people, column):
    assert codes(people.drop(columns=column)) == ["E014"]


@pytest.mark.parametrize("column", ["participant", "arm", "cost", "effect", "age"])
def test_column_that_stands_twice(people, column):
    twice = pd.concat([people, people[[column]]], axis=1)
    with pytest.raises(DataError, match=f'E014 .* has two columns "{column}". Keep one.'):
        bootstrap(twice, reference="low", adjust=AGE)


def test_cluster_that_stands_twice(people):
    twice = pd.concat([people, people[["agency"]]], axis=1)
    assert codes(twice, cluster="agency") == ["E014"]


def test_another_column_that_stands_twice_is_nothing(people):
    twice = pd.concat([people, people[["setting"]]], axis=1)
    there = bootstrap(twice, reference="low", n_replicates=20)
    assert there.equals(bootstrap(people, reference="low", n_replicates=20))


@pytest.mark.parametrize(
    ("change", "options"),
    [
        ({"cost": -1.0}, {"model": "glm", "adjust": AGE}),
        ({"effect": np.inf}, {}),
        ({"age": None}, {"adjust": AGE}),
        ({"agency": None}, {"cluster": "agency"}),
    ],
)
@pytest.mark.parametrize("dtype", ["str", "object", "int64"])
def test_the_people_named_are_those_of_the_rows(people, change, options, dtype):
    """In whatever order the rows stand and however identifiers are held."""
    numbers = np.random.default_rng(1).permutation(1_000)[: len(people)]
    shuffled = people.assign(participant=pd.Series(numbers).astype(dtype))
    (column, value), lost = *change.items(), [5, 40, 41]
    shuffled[column] = shuffled[column].where(~shuffled.index.isin(lost), value)
    with pytest.raises(FindingsError) as caught:
        bootstrap(shuffled, reference="low", **options)
    assert set(caught.value.findings[0].participants) == set(numbers[lost].astype(str))


def test_identifier_twice_and_no_arm(people):
    assert codes(pd.concat([people, people.iloc[:1]])) == ["E115"]
    assert codes(people.assign(arm=people["arm"].where(people["age"] > 30))) == ["E015"]


def told_twice(people, identifiers):
    with pytest.raises(DataError, match="E115") as caught:
        bootstrap(people.assign(participant=identifiers), reference="low")
    return caught.value.findings[0].participants


def test_identifiers_that_only_look_the_same_are_told_apart(people):
    numbers = 2**53 + np.arange(len(people))
    made = bootstrap(people.assign(participant=numbers), reference="low", n_replicates=20)
    assert made.attrs["n_participants"] == len(people)
    numbers[[3, 40]] = numbers[20]
    assert told_twice(people, numbers) == (str(numbers[20]),) * 2
    assert told_twice(people, people["participant"].where(people.index % 60 > 0)) == ("nan",)


def test_missing_values_ask_for_a_method(people):
    holes = people.assign(cost=people["cost"].where(people["age"] > 30))
    with pytest.raises(EstimationError, match=r"E126 \d+ of 64 .* \(high \d+ of 24, low \d+ of 40"):
        bootstrap(holes, reference="low")
    made = bootstrap(holes, reference="low", missing="complete_cases", n_replicates=20)
    assert made.attrs["n_participants"] == holes["cost"].notna().sum()


def test_missing_covariate_names_the_people(people):
    holes = people.assign(age=people["age"].where(people["age"] > 22))
    with pytest.raises(EstimationError) as caught:
        bootstrap(holes, reference="low", adjust=AGE)
    assert caught.value.findings[0].code == "E074"
    lost = holes.loc[holes["age"].isna(), "participant"]
    assert caught.value.findings[0].participants == tuple(lost)


def test_a_covariate_that_nobody_has_is_named_and_not_to_be_imputed(people):
    complete = {"reference": "low", "adjust": AGE, "missing": "complete_cases"}
    with pytest.raises(EstimationError, match=r'"age" is known for nobody, so .* leave the cov'):
        bootstrap(people.assign(age=np.nan), **complete)
    holes = people.assign(age=people["age"].where(people["arm"] == "low"))
    with pytest.raises(EstimationError, match='"age" is known for nobody in arm "high"'):
        bootstrap(holes, **complete)


def test_everybody_missing_in_an_arm(people):
    holes = people.assign(cost=people["cost"].where(people["arm"] == "low"))
    assert codes(holes, missing="complete_cases") == ["E072"]
    nobody = people.assign(cost=np.nan)
    assert codes(nobody, missing="complete_cases") == ["E072", "E072"]


def test_one_person_in_an_arm(people):
    few = people[(people["arm"] == "low") | (people["participant"] == "p003")]
    assert codes(few) == ["E072"]
    assert codes(few, resample="none") == ["E072"]


@pytest.mark.parametrize("resample", ["clusters", "two_stage", "bayesian", "none"])
def test_one_cluster_in_an_arm(people, resample):
    few = people[(people["arm"] == "low") | (people["agency"] == "agency 0")]
    assert codes(few, cluster="agency", resample=resample) == ["E073"]


@pytest.mark.parametrize("resample", ["individuals", "none"])
@pytest.mark.parametrize("value", [0.0, 7.0])
def test_outcome_that_does_not_vary(people, resample, value):
    assert codes(people.assign(cost=value), resample=resample) == ["E075"]
    assert codes(people.assign(cost=value, effect=value), resample=resample) == ["E075", "E075"]


@pytest.mark.parametrize("options", [{}, {"adjust": AGE}, {"resample": "none", "adjust": AGE}])
def test_outcome_constant_in_one_arm_still_gives_an_answer(people, options):
    free = people.assign(cost=people["cost"].where(people["arm"] == "high", 0.0))
    made = bootstrap(free, reference="low", n_replicates=20, **options)
    assert np.isfinite(made["cost"].values).all()


def test_arms_that_do_not_agree(people):
    assert codes(people, reference="medium") == ["E070", "E070"]
    assert codes(people, arms=["low"]) == ["E070"]
    assert codes(people[people["arm"] == "low"]) == ["E070"]


def test_costs_that_a_log_link_cannot_be(people):
    assert codes(people.assign(cost=people["cost"] - 500), model="glm", adjust=AGE) == ["E088"]
    free = people.assign(cost=people["cost"].where(people["arm"] == "high", 0.0))
    assert codes(free, model="glm", adjust=AGE) == ["E089"]


def test_text_and_infinite_outcomes(people):
    assert codes(people.assign(cost="many", effect=np.inf)) == ["E082", "E082"]


def test_a_covariate_that_is_no_column_is_told_all_columns(people):
    listing = r"columns are participant, arm, agency, cost, effect, age, .*, setting\."
    with pytest.raises(EstimationError, match=f'E076 covariate "agee" .*{listing}'):
        bootstrap(people, reference="low", adjust={"cost": ["agee"]})


@pytest.mark.parametrize("rows", [slice(None), slice(None, None, -1)])
def test_an_index_that_says_nothing_changes_nothing(people, rows):
    """As of tables put below each other."""
    table = people.iloc[rows]
    again = table.set_axis([0, 1] * 32)
    options = {"reference": "low", "adjust": AGE, "n_replicates": 20}
    assert bootstrap(again, **options).equals(bootstrap(people, **options))


def test_covariates_that_cannot_be_used(people):
    assert codes(people, adjust={"cost": ["agee"]}) == ["E076"]
    assert codes(people, adjust={"price": ["age"]}) == ["E076"]
    assert codes(people, adjust={"cost": "age"}) == ["E076"]
    assert codes(people.assign(age=4), adjust=AGE) == ["E077"]
    months = people.assign(months=12 * people["age"])
    assert codes(months, adjust={"cost": ["age", "months"]}) == ["E078"]
    banded = people.assign(band=(people["arm"] == "high").astype(int))
    assert codes(banded, adjust={"effect": ["band"]}) == ["E078"]


def test_more_coefficients_than_people_can_carry(people):
    few = pd.concat([rows.head(3) for _, rows in people.groupby("arm")])
    names = ["age", "baseline_utility", "third", "fourth"]
    rng = np.random.default_rng(1)
    few = few.assign(third=rng.normal(size=6), fourth=rng.normal(size=6))
    assert codes(few, adjust={"cost": names}) == ["E079"]


def test_clusters_that_cannot_be_used(people):
    assert codes(people, cluster="agencies") == ["E081"]
    lost = people.assign(agency=people["agency"].where(people["age"] > 30))
    assert codes(lost, cluster="agency") == ["E081"]
    crossed = people.assign(agency=np.tile(["a", "b", "c", "d"], 16))
    assert codes(crossed, cluster="agency") == ["E116"]


def test_crossed_clusters_serve_an_analytic_error(people):
    crossed = people.assign(agency=np.tile(["a", "b", "c", "d"], 16))
    made = bootstrap(crossed, reference="low", cluster="agency", resample="none", n_replicates=20)
    assert made.attrs["df"] == 2


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"resample": "mixed up"}, "E071"),
        ({"resample": "two_stage"}, "E081"),
        ({"resample": "clusters"}, "E081"),
        ({"model": "tobit"}, "E071"),
        ({"family": "weibull"}, "E071"),
        ({"model": "glm", "resample": "two_stage", "cluster": "agency"}, "E071"),
        ({"model": "mixed"}, "E071"),
        ({"model": "mixed", "cluster": "agency", "resample": "two_stage"}, "E071"),
        ({"model": "mixed", "cluster": "agency", "missing": "inverse_probability"}, "E071"),
        ({"model": "none", "adjust": AGE}, "E071"),
        ({"missing": "ignore"}, "E071"),
        ({"n_replicates": 0}, "E071"),
        ({"jobs": 0}, "E071"),
    ],
)
def test_options_that_are_unknown_or_not_there_yet(people, options, code):
    assert codes(people, **options) == [code]


def test_empty_table(people):
    with pytest.raises((EstimationError, DataError)):
        bootstrap(people.iloc[:0], reference="low")
