"""A study that names no thresholds to report still has its curves."""

import json

import pytest

import cpi_econ as ce


@pytest.mark.parametrize("changes", [{}, {"data": {"participants": {"cluster": "centre"}}}])
def test_nothing_is_reported_at_thresholds_that_nobody_named(make_study, changes):
    wtp = {"from": 0, "to": 20000, "step": 10000, "report": []}
    study = ce.read_study(make_study(changes | {"wtp": wtp, "uncertainty": {"replicates": 100}}))
    document = json.loads(ce.evaluate(study).to_json())
    block = document["scenarios"]["base case"]["effects"]["qaly"]
    assert block["comparisons"]["treat"]["inmb"] == []
    assert block["ceac"]["wtp"] == [0, 10000, 20000]
