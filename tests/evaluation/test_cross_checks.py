"""What `run` adds beside the answer: clusters as units, confounders nobody measured."""

from __future__ import annotations

import pytest

import cpi_econ as ce
from cpi_econ.evaluation.person_table import person_table
from cpi_econ.report.table_forms import report_tables

CLUSTERS = {"data": {"participants": {"cluster": "centre"}}, "adjust": {"cost": ["age"]}}
COUNTS = {"uncertainty": {"replicates": 200}}


def codes(result):
    return [found.code for found in result.findings]


@pytest.fixture
def clustered(make_study):
    study = ce.read_study(make_study({**CLUSTERS, **COUNTS}))
    return study, ce.evaluate(study, effects="all")


def test_the_report_shows_tests_and_correlations_of_clusters(clustered):
    study, result = clustered
    table = person_table(study).outcomes(study, study.primary)
    tests = ce.cluster_tests(
        table, reference="control", cluster="cluster", wtp=study.wtp.report,
        adjust={"cost": ["age"], "effect": []}, seed=3,
    )  # fmt: skip
    told = result.description["tables"]["cluster_tests"]
    p_values = [row[told["columns"].index("p_value")] for row in told["rows"]]
    assert p_values == pytest.approx(tests["p_value"].tolist())
    assert codes(result).count("N081") == len(study.wtp.report)
    shown = report_tables(result)
    assert len(shown["cluster_tests"].rows) == 4 * len(study.wtp.report)
    assert [row[0] for row in shown["icc"].rows][:2] == ["Cost", "Effect"]
    icc = ce.intraclass_correlations(table, cluster="cluster")["within_arms"]
    assert shown["icc"].rows[0][1] == f"{icc[0]:.3f}".replace("-", "−")


def test_the_main_job_leaves_cross_checks_out(make_study):
    result = ce.evaluate(ce.read_study(make_study({**CLUSTERS, **COUNTS})))
    assert "cluster_tests" not in result.description["tables"]
    assert "N081" not in codes(result)


def test_clusters_across_arms_are_a_note_not_a_test(make_study, people):
    crossed = people.assign(centre=people["centre"].str[:-1])
    plan = {**CLUSTERS, "uncertainty": {"replicates": 200, "resample": "individuals"}}
    result = ce.evaluate(ce.read_study(make_study(plan, crossed)), effects="all")
    assert "cluster_tests" not in result.description["tables"]
    note = next(found for found in result.findings if found.code == "N082")
    assert "E116" in note.message
    assert "icc" in report_tables(result)


def test_e_values_stand_where_nobody_randomised(make_study):
    plan = {"design": "non-randomised", **COUNTS}
    result = ce.evaluate(ce.read_study(make_study(plan)), effects="all")
    told = result.description["tables"]["unmeasured"]
    row = dict(zip(told["columns"], told["rows"][0], strict=True))
    block = result.document["scenarios"]["base case"]["effects"]["qaly"]["comparisons"]["treat"]
    assert row["estimate"] == pytest.approx(block["inmb"][0]["estimate"])
    assert row["e_value"] >= row["e_value_limit"] >= 1
    trial = ce.evaluate(ce.read_study(make_study(COUNTS)), effects="all")
    assert "unmeasured" not in trial.description["tables"]
