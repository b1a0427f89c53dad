"""W135 and W136: numbers of the measured table, chosen for the study at hand."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cpi_econ.errors import StudyFileError
from cpi_econ.evaluation.estimation import study_replicates
from cpi_econ.evaluation.evaluate import evaluate
from cpi_econ.evaluation.few_clusters import few_cluster_findings, net_benefit_icc
from cpi_econ.evaluation.measured_coverage import measured, nearest
from cpi_econ.evaluation.person_table import person_table
from cpi_econ.study.load import read_study

DOCS = Path(__file__).resolve().parents[2] / "docs" / "methods" / "coverage.csv"


def clustered(people, control, treat):
    """Centres so that each arm has as many as asked for."""
    number = people.groupby("arm").cumcount()
    count = people["arm"].map({0: control, 1: treat})
    return people.assign(centre=people["arm"].astype(str) + "-" + (number % count).astype(str))


@pytest.fixture
def told(make_study, people):
    """Findings, by code, of a study with some centres in each arm."""

    def find(control, treat, changes=None, lost=()):
        frame = clustered(people, control, treat)
        frame.loc[frame["centre"].isin(lost), "cost"] = np.nan
        plan = {"data": {"participants": {"cluster": "centre"}}, "design": "non-randomised"}
        study = read_study(make_study(plan | (changes or {}), frame))
        table = person_table(study).outcomes(study, study.primary)
        made = study_replicates(study, table, "QALY")
        return {one.code: one.message for one in few_cluster_findings(study, table, made)}

    return find


def percent(method, interval, **where):
    rows = measured()
    for name, value in {"method": method, "interval": interval, **where}.items():
        rows = rows[rows[name] == value]
    return f"{rows['coverage'].iloc[0]:.1%}"


def test_numbers_told_are_those_of_the_table(told):
    plan = {"uncertainty": {"resample": "clusters", "interval": "t"}}
    message = told(12, 4, plan)["W135"]
    cell = {"high_clusters": 4, "low_clusters": 12, "lost": 0.0}
    assert "control 12, treat 4" in message
    shown = [percent("clusters", "t", icc=icc, **cell) for icc in (0.0, 0.05, 0.15)]
    assert any(f"clusters with interval t in {one} at ICC" in message for one in shown)
    assert f"{min(shown)} to {max(shown)}" in message


def test_own_interval_is_told_and_the_one_nearest_to_its_level_named(told):
    plan = {"uncertainty": {"resample": "clusters", "interval": "percentile", "replicates": 600}}
    own, other = told(4, 12, plan)["W135"].split("; ")
    assert "clusters with interval percentile in 8" in own
    rows = measured().query("high_clusters == 4 and low_clusters == 12 and lost == 0")
    rows = rows[rows["interval"] != "test"]
    away = (rows["coverage"] - 0.95).abs().groupby([rows["method"], rows["interval"]]).max()
    method, kind = away.idxmin()
    assert kind == "cr2" or (method, kind) == ("analytic CR2", "t")
    words = {"cr2": "interval cr2 in ", "t": "resample none, errors CR2 and least squares with "}
    assert other.startswith(words[kind])


def test_no_method_is_named_that_the_study_cannot_ask_for(told):
    plan = {"weights": {"method": "iptw", "covariates": ["age"]}}
    message = told(4, 12, plan)["W135"]
    assert "cr2" not in message
    assert "CR2" not in message
    assert "two_stage, iptw with interval t in 9" in message
    assert "Intervals shown are t, since weights are estimated" in message
    assert "no method measured comes nearer" in message


def test_the_default_with_clusters_is_cr2_and_the_finding_says_why(told):
    message = told(4, 12)["W135"]
    assert "Intervals shown are cr2, the default with clusters and least squares" in message
    # two arms of 40 people, so of one variance, in 4 and 12 clusters
    free = re.search(r"Satterthwaite's (.*) degrees of freedom for net benefit at 20,000", message)
    expected = 4 / (1 / 3 + 1 / 11)
    assert float(free[1]) == pytest.approx(expected, abs=0.1)
    share = percent("two_stage", "cr2", high_clusters=4, icc=0.15, lost=0.0)
    assert f"interval cr2 in {share} at ICC 0.15" in message


def test_few_clusters_whose_method_was_not_measured_send_the_reader_to_simulate(told):
    plan = {"weights": {"method": "overlap", "covariates": ["age"]}}
    message = told(4, 12, plan)["W135"]
    assert "No analysis like this one was among the made-up studies" in message


def test_imputed_values_leave_the_error_to_the_draws(told):
    message = told(4, 12, {"missing": {"method": "impute"}}, lost=["0-0"])["W135"]
    assert "Intervals shown are t, since the error of imputed values is in the draws" in message
    assert "two_stage, impute_in_bootstrap with interval t in 9" in message


def test_the_best_method_is_told_to_be_the_best(told):
    rows = measured().query("high_clusters == 4 and low_clusters == 12 and lost == 0")
    away = (rows["coverage"] - 0.95).abs().groupby([rows["method"], rows["interval"]]).max()
    wanted = [("two_stage", "cr2"), ("analytic CR2", "t")]
    best = min(wanted, key=away.get)
    plan = {} if best[1] == "cr2" else {"resample": "none", "errors": "CR2", "interval": "t"}
    assert "no method measured comes nearer" in told(4, 12, {"uncertainty": plan})["W135"]


def test_labels_of_arms_change_nothing_but_the_words(told):
    one, two = told(12, 4)["W135"], told(4, 12)["W135"]
    assert one.split(" made-up ")[1][:60] == two.split(" made-up ")[1][:60]


def test_enough_clusters_are_no_warning_and_randomised_clusters_are_no_confounding(told):
    assert set(told(10, 10)) == {"N083", "W136"}
    found = told(10, 12, {"design": "randomised"})
    assert list(found) == ["N083"]
    assert "Intervals shown are cr2" in found["N083"]


def test_no_cluster_no_finding(make_study, people):
    study = read_study(make_study({}, people))
    table = person_table(study).outcomes(study, study.primary)
    made = study_replicates(study, table, "QALY")
    assert made.attrs["interval"] == "t"
    assert few_cluster_findings(study, table, made) == []


def test_confounding_is_told_with_the_number_of_clusters_at_hand(told):
    message = told(12, 4)["W136"]
    assert "With 16 of them" in message
    assert "arm does not vary within centre" in message


def test_clusters_left_without_anybody_known_do_not_count(told):
    plan = {"missing": {"method": "complete_cases"}}
    message = told(12, 4, plan, lost=["1-0", "1-1"])["W135"]
    assert "control 12, treat 2" in message
    assert f"{nearest(2, 12, 0.25)['lost'].iloc[0]:.0%} lost" in message


@pytest.mark.parametrize(
    ("clusters", "expected"),
    [((4, 12), (4, 12)), ((2, 6), (4, 12)), ((9, 9), (8, 8)), ((7, 10), (6, 10)), ((5, 11), None)],
)
def test_nearest_design(clusters, expected):
    rows = nearest(*clusters, 0.0)
    found = {tuple(pair) for pair in rows[["high_clusters", "low_clusters"]].to_numpy().tolist()}
    assert len(found) == 1
    assert expected is None or found == {expected}


def test_icc_of_net_benefit_is_that_of_cost_where_the_effect_is_one_value():
    rng = np.random.default_rng(3)
    cluster = np.repeat(np.arange(40), 10)
    cost = rng.normal(size=40)[cluster] + rng.normal(size=400)
    people = pd.DataFrame({"arm": "a", "cluster": cluster, "cost": cost, "effect": 0.5})
    groups = people.groupby("cluster")["cost"]
    between, within = 10 * groups.mean().var(), groups.var().mean()
    expected = (between - within) / (between + 9 * within)
    assert net_benefit_icc(people, 20_000) == pytest.approx(expected)


@pytest.mark.skipif(not DOCS.is_file(), reason="the docs are not part of an installed package")
def test_table_of_the_package_is_that_of_the_methods_page():
    docs = pd.read_csv(DOCS)[measured().columns]
    pd.testing.assert_frame_equal(docs, measured(), rtol=1e-3, check_dtype=False)
    assert (measured()["coverage_mcse"] < 0.02).all()


def shares(method, kind, lost=0.0):
    rows = measured()
    chosen = (rows["method"] == method) & (rows["interval"] == kind) & (rows["lost"] == lost)
    return rows.loc[chosen, "coverage"]


def test_what_the_methods_page_says_of_each_method_is_what_was_measured():
    assert len(measured().query("lost == 0").groupby(["high_clusters", "icc"])) == 9
    for lost in (0.0, 0.25):
        assert shares("analytic CR2", "t", lost).between(0.93, 0.97).all()
        assert len(shares("analytic CR2", "t", lost)) == 9
        assert shares("two_stage", "t", lost).between(0.93, 0.99).all()
    imputed = shares("two_stage, impute_in_bootstrap", "t", 0.25)
    assert len(imputed) == 9
    assert imputed.between(0.93, 0.98).all()
    assert shares("two_stage", "cr2").between(0.93, 0.97).all()
    assert shares("two_stage", "cr2", 0.25).between(0.93, 0.97).all()
    for method in ("two_stage, iptw", "two_stage, aipw"):
        for lost in (0.0, 0.25):
            assert shares(method, "t", lost).between(0.93, 0.99).all()
            assert len(shares(method, "t", lost)) == 9
    later = shares("two_stage, bootstrap_in_imputation", "t", 0.25)
    assert len(later) == 9
    assert later.between(0.93, 0.975).all()
    assert (shares("bayesian", "t") < 0.93).all()
    assert shares("clusters", "studentised").between(0.925, 0.97).all()
    assert shares("clusters", "studentised", 0.25).between(0.925, 0.97).all()
    assert (shares("clusters", "bca") < 0.93).all()
    assert (shares("clusters, glm gamma", "t") > 0.89).all()
    assert (shares("clusters", "percentile") < 0.93).all()
    assert (shares("clusters", "t") < shares("two_stage", "t").to_numpy()).all()
    naive = measured().query("method == 'individuals' and interval == 't' and lost == 0")
    assert (naive.loc[naive["icc"] == 0.15, "coverage"] < 0.85).all()


def test_the_interval_shown_is_named_in_the_results(make_study, people):
    frame = clustered(people, 12, 4)
    plan = {"data": {"participants": {"cluster": "centre"}}, "uncertainty": {"replicates": 100}}
    found = {}
    for name in (None, "t", "cr2", "studentised"):
        extra = {"interval": name} if name else {}
        if name == "studentised":
            extra["resample"] = "clusters"
        changes = {**plan, "uncertainty": plan["uncertainty"] | extra}
        document = evaluate(read_study(make_study(changes, frame))).document
        effect = document["scenarios"]["base case"]["effects"]["qaly"]
        found[name] = (effect["comparisons"]["treat"], effect["arms"]["treat"]["cost"]["se"])
    assert {str(name): one["interval"] for name, (one, _) in found.items()} == {
        "None": "cr2", "t": "t", "cr2": "cr2", "studentised": "studentised"
    }  # fmt: skip
    assert found[None] == found["cr2"]
    assert found["t"][0]["inc_cost"]["se"] != found["cr2"][0]["inc_cost"]["se"]
    # without covariates the arms are independent, so their errors add up
    one, se = found["cr2"]
    means = frame[frame["arm"] == 1].groupby("centre")["cost"].mean()
    assert se == pytest.approx(means.std(ddof=1) / 2)
    assert se < one["inc_cost"]["se"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"data": {"participants": {"cluster": None}}}, "needs data.participants.cluster"),
        ({"uncertainty": {"resample": "individuals"}}, "individuals are resampled"),
        ({"weights": {"method": "iptw", "covariates": ["age"]}}, "least squares without weights"),
        ({"missing": {"method": "available_cases"}}, "missing.method: available_cases"),
    ],
)
def test_cr2_is_refused_where_it_is_not_defined(make_study, people, changes, words):
    frame = clustered(people, 12, 4)
    plan = {"data": {"participants": {"cluster": "centre"}}, "uncertainty": {"interval": "cr2"}}
    for key, value in changes.items():
        plan[key] = plan.get(key, {}) | value
    with pytest.raises(StudyFileError, match=f"E007.*{words}"):
        read_study(make_study(plan, frame))
