"""Blinded reports: arms are letters until the plan's hash is confirmed."""

from __future__ import annotations

import pytest

import cpi_econ as ce
from cpi_econ.cli.app import run
from cpi_econ.report.write import write_report
from cpi_econ.study.blinding import blinded, plan_hash

LABELS = {"low": "Usual support", "high": "Connecting People"}
BLIND = "report: {blind: true}"


def evaluated(path):
    return ce.evaluate(ce.read_study(path))


def test_the_hash_is_of_settings_not_of_words(small_study):
    plain, titled = small_study(), small_study(labels={"title": "Another title"})
    assert plan_hash(ce.read_study(plain)) == plan_hash(ce.read_study(small_study(more=BLIND)))
    labelled = ce.read_study(titled)
    assert plan_hash(labelled) == plan_hash(ce.read_study(plain))
    assert plan_hash(ce.read_study(plain, ["uncertainty.seed=6"])) != plan_hash(labelled)


def test_a_blinded_report_names_no_arm(small_study, tmp_path):
    result = evaluated(small_study(labels=LABELS, more=BLIND))
    text = write_report(result, tmp_path / "r.html").read_text(encoding="utf-8")
    assert not any(label in text + result.to_json() for label in LABELS.values())
    assert '"high"' not in result.to_json()
    assert "Arm A" in text
    assert "Arm B" in text
    assert "Blinded report" in text


def test_the_numbers_are_those_of_the_open_report_up_to_direction(small_study):
    masked = evaluated(small_study(labels=LABELS, more=BLIND)).summary()
    plain = evaluated(small_study(labels=LABELS)).summary()
    for name in ("inc_cost_estimate", "inc_effect_estimate"):
        assert abs(masked[name][0]) == pytest.approx(abs(plain[name][0]))


def test_the_confirmed_hash_opens_the_arms(small_study, tmp_path):
    known = plan_hash(ce.read_study(small_study(labels=LABELS)))
    more = f"report: {{blind: true, plan_hash: {known}}}"
    result = evaluated(small_study(labels=LABELS, more=more))
    text = write_report(result, tmp_path / "r.html").read_text(encoding="utf-8")
    assert "Connecting People" in text
    assert "the hashes agree" in text


def test_another_hash_keeps_them_masked_and_says_that_the_plan_differs(small_study, tmp_path):
    more = "report: {blind: true, plan_hash: 0123abcd, departures: [Shorter horizon]}"
    result = evaluated(small_study(labels=LABELS, more=more))
    text = write_report(result, tmp_path / "r.html").read_text(encoding="utf-8")
    assert "differ from the registered plan" in text
    assert "Shorter horizon" in text
    assert "Connecting People" not in text


def test_masking_twice_is_masking_once(small_study):
    once = blinded(ce.read_study(small_study(more=BLIND)))
    assert blinded(once) is once
    assert once.reference == "A"


def test_the_terminal_prints_the_hash_to_confirm(small_study, capsys):
    path = small_study(labels=LABELS, more=BLIND)
    known = plan_hash(ce.read_study(path))
    assert run(["ceac", str(path)]) == 0
    out = capsys.readouterr().out
    assert f"hash of the settings: {known}" in out
    assert "masked as A and B until the hash is confirmed" in out
    assert not any(label in out for label in LABELS.values())
    assert run(["ceac", str(path), "--set", f"report.plan_hash={known}"]) == 0
    out = capsys.readouterr().out
    assert "the hashes agree" in out
    assert LABELS["high"] in out
