"""Balance, overlap and E-values as the report of a study shows them."""

from __future__ import annotations

import numpy as np
import pytest

import cpi_econ as ce
from cpi_econ.evaluation.person_table import person_table
from cpi_econ.report.material import material
from cpi_econ.report.sections_balance import balance_section
from cpi_econ.report.table_forms import report_tables

ADJUSTED = {
    "design": "non-randomised",
    "adjust": {"cost": ["age"], "effect": ["age"]},
    "uncertainty": {"replicates": 100},
}
WEIGHTED = {**ADJUSTED, "weights": {"method": "iptw", "covariates": ["age"]}}


def result_of(make_study, plan, people=None):
    study = ce.read_study(make_study(plan, people))
    return study, ce.evaluate(study, effects="all")


def rows(result, name):
    block = result.description["tables"][name]
    return [dict(zip(block["columns"], row, strict=True)) for row in block["rows"]]


def test_adjusted_arms_have_their_balance_before(make_study, people):
    _, result = result_of(make_study, ADJUSTED)
    groups = people.groupby("arm")["age"]
    mean, variance = groups.mean(), groups.var()
    told = rows(result, "balance")[0]
    expected = (mean[1] - mean[0]) / np.sqrt((variance[1] + variance[0]) / 2)
    assert told["difference_before"] == pytest.approx(expected)
    assert "difference_after" not in told
    shown = report_tables(result)["balance"]
    assert shown.columns[1:] == ["treat: difference", "treat: variance ratio"]


def test_a_trial_shows_no_balance_it_was_not_asked_for(make_study):
    _, result = result_of(make_study, ADJUSTED | {"design": "randomised"})
    assert not {"balance", "outside", "unmeasured"} & set(result.description["tables"])


def test_limits_on_weights_reach_the_tables(make_study):
    limited = {**WEIGHTED, "weights": {**WEIGHTED["weights"], "truncate": "80%"}}
    study, result = result_of(make_study, limited)
    table = person_table(study).outcomes(study, study.primary)
    made = ce.weight_summary(
        table, reference="control", weights="iptw", propensity=["age"],
        limits=ce.WeightLimits(truncate=0.8),
    )  # fmt: skip
    sizes = [row["effective_size"] for row in rows(result, "weights")]
    assert sizes == pytest.approx(made["effective_size"].tolist())
    assert "80th percentile" in str(ce_methods(result))


def ce_methods(result):
    from cpi_econ.report.methods_text import methods_section

    return methods_section(material(result)).blocks


@pytest.mark.parametrize("plan", [ADJUSTED, WEIGHTED], ids=["adjusted", "weighted"])
def test_overlap_and_e_values_are_said_and_cited(make_study, plan):
    study, result = result_of(make_study, plan)
    table = person_table(study).outcomes(study, study.primary)
    counts = ce.outside_overlap(
        ce.propensity_scores(table, reference="control", propensity=["age"])
    )
    said = next(
        block.text for block in balance_section(material(result)).blocks if hasattr(block, "text")
    )
    shown = counts["outside"].map(lambda n: "<5" if 0 < n < 5 else str(n))
    assert f"control {shown[0]} of 40; treat {shown[1]} of 40" in said
    assert len(report_tables(result)["unmeasured"].rows) == len(study.wtp.report)
    assert "E-value" in str(ce_methods(result))
    assert "[vanderweele]" not in str(ce_methods(result))


def test_one_person_in_an_arm_has_no_spread_and_no_warning(people):
    from cpi_econ.uncertainty.balance import balance

    table = people.rename(columns={"id": "participant", "qaly": "effect"})
    lone = table[(table["arm"] == 0) | (table.index == 1)].assign(arm=lambda d: d["arm"].map(str))
    made = balance(lone, reference="0", weights="none", propensity=["age"])
    assert np.isnan(made["ratio_before"]).all()
