"""``N125``: over whom adjusted means are standardised."""

import pytest

import cpi_econ as ce

AGE = {"cost": ["age"], "effect": ["age"]}
WEIGHTS = {"method": "iptw", "covariates": ["age"]}


@pytest.mark.parametrize(
    ("changes", "people"),
    [
        ({"adjust": {"model": "ols"} | AGE}, "all 80 people"),
        ({"adjust": AGE, "weights": WEIGHTS | {"estimand": "ATT"}}, "the people not in control"),
        ({"adjust": AGE, "weights": WEIGHTS | {"estimand": "ATC"}}, "the people in control"),
        ({"adjust": AGE, "weights": WEIGHTS | {"trim": 0.2}}, "the people whom trimming leaves"),
        ({"adjust": AGE, "weights": WEIGHTS | {"method": "overlap"}}, "either arm, as the overlap"),
    ],
)
def test_adjusted_means_say_over_whom_they_are_standardised(make_study, changes, people):
    study = ce.read_study(make_study(changes | {"uncertainty": {"replicates": 100}}))
    notes = [found.message for found in ce.evaluate(study).findings if found.code == "N125"]
    assert len(notes) == 1
    assert notes[0].startswith("adjusted means are standardised over ")
    assert people in notes[0]


def test_means_that_are_not_adjusted_have_no_such_note(make_study):
    study = ce.read_study(make_study({"uncertainty": {"replicates": 100}}))
    assert "N125" not in {found.code for found in ce.evaluate(study).findings}
