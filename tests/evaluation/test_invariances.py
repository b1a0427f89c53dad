"""What must not change a result, and what must change it in one way only."""

from __future__ import annotations

import json

import numpy as np
import pytest

import cpi_econ as ce

CLUSTERED = {"data": {"participants": {"cluster": "centre"}}}
WAYS = [{}, {**CLUSTERED, "adjust": {"model": "sur", "cost": ["age"]}}]


def evaluated(path, **options):
    return ce.evaluate(ce.read_study(path), **options)


def effect_of(result):
    return result.document["scenarios"]["base case"]["effects"]["qaly"]


def without_time(result):
    document = json.loads(result.to_json())
    for volatile in ("created", "files", "study"):
        del document["provenance"][volatile]
    return document


@pytest.mark.parametrize("changes", WAYS)
def test_shuffled_rows_change_nothing(make_study, people, changes):
    one = evaluated(make_study(changes, people, "one"))
    two = evaluated(make_study(changes, people.sample(frac=1, random_state=5), "two"))
    assert without_time(one) == without_time(two)


@pytest.mark.parametrize("changes", WAYS)
def test_swapped_reference_turns_every_sign(make_study, people, changes):
    one = evaluated(make_study(changes, people, "one"))
    two = evaluated(make_study({**changes, "reference": "treat"}, people, "two"))
    forward = effect_of(one)["comparisons"]["treat"]
    backward = effect_of(two)["comparisons"]["control"]
    for name in ("inc_cost", "inc_effect"):
        assert backward[name]["estimate"] == pytest.approx(-forward[name]["estimate"], abs=1e-9)
        assert backward[name]["se"] == pytest.approx(forward[name]["se"])
        assert backward[name]["lower"] == pytest.approx(-forward[name]["upper"])
    assert backward["quadrants"]["NE"] == pytest.approx(forward["quadrants"]["SW"])
    curves = effect_of(one)["ceac"]["probability"], effect_of(two)["ceac"]["probability"]
    np.testing.assert_allclose(curves[0]["treat"], curves[1]["treat"])


@pytest.mark.parametrize("changes", WAYS)
def test_swapped_codes_swap_the_arms(make_study, people, changes):
    other = {"arms": {"control": {"code": 1}, "treat": {"code": 0}}}
    one = evaluated(make_study(changes, people, "one"))
    two = evaluated(make_study({**changes, **other}, people, "two"))
    forward, backward = (effect_of(r)["comparisons"]["treat"] for r in (one, two))
    assert backward["inc_cost"]["estimate"] == pytest.approx(-forward["inc_cost"]["estimate"])
    assert backward["inc_effect"]["estimate"] == pytest.approx(-forward["inc_effect"]["estimate"])
    assert backward["inc_cost"]["se"] == pytest.approx(forward["inc_cost"]["se"])


@pytest.mark.parametrize("changes", WAYS)
def test_pence_for_pounds_scale_money_only(make_study, people, changes):
    pence = {**changes, "wtp": {"from": 0, "to": 5_000_000, "step": 50_000, "report": [2_000_000]}}
    pounds = {**changes, "wtp": {"from": 0, "to": 50_000, "step": 500, "report": [20_000]}}
    one = effect_of(evaluated(make_study(pounds, people, "one")))
    two = effect_of(evaluated(make_study(pence, people.assign(cost=people["cost"] * 100), "two")))
    a, b = one["comparisons"]["treat"], two["comparisons"]["treat"]
    for key in ("estimate", "se", "lower", "upper"):
        assert b["inc_cost"][key] == pytest.approx(100 * a["inc_cost"][key], rel=1e-9)
        assert b["inc_effect"][key] == pytest.approx(a["inc_effect"][key], rel=1e-9)
    assert b["inmb"][0]["estimate"] == pytest.approx(100 * a["inmb"][0]["estimate"])
    assert b["correlation"] == pytest.approx(a["correlation"])
    np.testing.assert_allclose(
        two["ceac"]["probability"]["treat"], one["ceac"]["probability"]["treat"]
    )


@pytest.mark.parametrize("changes", WAYS)
def test_more_jobs_give_the_same_bytes(make_study, people, changes):
    path = make_study({**changes, "uncertainty": {"replicates": 1700, "seed": 3}}, people)
    one, three = evaluated(path), evaluated(path, jobs=3)
    for name in ("cost", "effect"):
        assert np.array_equal(one.replicates[name], three.replicates[name])
    documents = [json.loads(result.to_json()) for result in (one, three)]
    for document in documents:
        del document["provenance"]["created"]
    assert documents[0] == documents[1]


@pytest.mark.parametrize("changes", WAYS)
def test_a_longer_run_begins_with_the_shorter_one(make_study, people, changes):
    def replicates(number):
        path = make_study({**changes, "uncertainty": {"replicates": number, "seed": 3}}, people)
        return evaluated(path).replicates

    short, long = replicates(730), replicates(2100)
    for name in ("cost", "effect"):
        assert np.array_equal(short[name], long[name][:730])


def test_permuted_cluster_names_leave_the_estimates(make_study, people):
    names = sorted(people["centre"].unique())
    renamed = dict(zip(names, [*names[2:], *names[:2]], strict=True))
    analytic = {**CLUSTERED, "adjust": {"model": "none"}, "uncertainty": {"resample": "none"}}
    one = effect_of(evaluated(make_study(analytic, people, "one")))
    moved = people.assign(centre=people["centre"].map(renamed))
    two = effect_of(evaluated(make_study(analytic, moved, "two")))
    a, b = one["comparisons"]["treat"], two["comparisons"]["treat"]
    for name in ("inc_cost", "inc_effect"):
        assert b[name] == pytest.approx(a[name])
    assert a["inmb"][0]["probability"] == pytest.approx(b["inmb"][0]["probability"])


def test_cost_and_effect_of_one_person_stay_together(make_study, people):
    tied = people.assign(qaly=people["cost"] / 10_000)
    replicates = evaluated(make_study({}, tied)).replicates
    np.testing.assert_allclose(replicates["effect"], replicates["cost"] / 10_000, rtol=1e-10)


def test_another_seed_gives_other_draws_and_the_same_estimate(make_study, people):
    one = evaluated(make_study({"uncertainty": {"seed": 1}}, people, "one"))
    two = evaluated(make_study({"uncertainty": {"seed": 2}}, people, "two"))
    assert not np.array_equal(one.replicates["cost"], two.replicates["cost"])
    assert np.array_equal(one.replicates["cost_hat"], two.replicates["cost_hat"])
