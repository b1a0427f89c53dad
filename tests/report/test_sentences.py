"""Sentences of any result: no bare None, nan or −0; singular and plural; digits that count."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpi_econ.report.labels import Labels
from cpi_econ.report.material import Material
from cpi_econ.report.sentences import (
    icer_sentence,
    key_sentences,
    quadrant_words,
    sample_sentence,
    sensitivity_sentence,
)

BAD = re.compile(
    r"\bNone\b|\bnan\b|\binf\b|−£?0(?:\.0+)?(?![\d.,])|-\d|  | \.|,,|\( |\bunit of effects\b"
)
amounts = st.floats(-1e7, 1e7, allow_nan=False) | st.sampled_from([0.0, -0.004, 0.004, -0.4])
gains = st.floats(-50, 50, allow_nan=False) | st.sampled_from([0.0, -1e-5, 1e-9, 0.0004])
errors = st.floats(1e-6, 1e6)
labels = st.sampled_from(["low", "Higher fidelity", "A & B"])
units = st.sampled_from(["QALY", "RG-UK point", "year of full capability", "day free of illness"])


@st.composite
def statistics(draw, values):
    estimate, se = draw(values), draw(errors)
    if draw(st.booleans()):
        return {"estimate": estimate, "se": se, "lower": None, "upper": None}
    limits = {"lower": estimate - 2 * se, "upper": estimate + 2 * se}
    return {"estimate": estimate, "se": se, **limits}


@st.composite
def blocks(draw):
    shares = draw(st.lists(st.integers(0, 50), min_size=4, max_size=4).filter(any))
    total = sum(shares)
    quadrants = {k: n / total for k, n in zip(("NE", "SE", "SW", "NW"), shares, strict=True)}
    cost, gain = draw(statistics(amounts)), draw(statistics(gains))
    p = draw(st.floats(0, 1))
    chance = {"probability": p, "mcse": math.sqrt(p * (1 - p) / draw(st.integers(10, 10**6)))}
    same = cost["estimate"] * gain["estimate"] > 0
    icer = {
        "estimate": cost["estimate"] / gain["estimate"] if same else None,
        "lower": None,
        "upper": None,
        "statement": "no ratio is given",
    }
    rows = [{"wtp": wtp, **draw(statistics(amounts)), **chance} for wtp in (0.0, 20_000.0)]
    one = {"inc_cost": cost, "inc_effect": gain, "icer": icer, "quadrants": quadrants, "inmb": rows}
    return {"unit": draw(units), "comparisons": {"high": one}}


def of(block, arms=("low", "Higher fidelity"), scenarios=(), sample=None):
    listed = {"base case": {"effects": {"qaly": block}}}
    listed |= {f"scenario {at}": {"effects": {"qaly": one}} for at, one in enumerate(scenarios)}
    results = {"scenarios": listed, "sample": sample}
    words = Labels(arms=dict(zip(("low", "high"), arms, strict=True)), reference="low")
    study = {"arms": {"low": None, "high": None}}
    return Material(results, study, {}, {}, words)


@given(blocks(), labels, st.lists(blocks(), max_size=2))
def test_no_sentence_of_any_result_is_amiss(block, label, others):
    made = of(block, ("reference", label), others)
    said = [*key_sentences(made), icer_sentence(made, "qaly", "high"), sensitivity_sentence(made)]
    for sentence in filter(None, said):
        assert not BAD.search(sentence), sentence
        assert sentence[0].isupper() or sentence.startswith(label)
        assert sentence.endswith(".")
        assert sentence.count("(") == sentence.count(")")


@given(blocks())
def test_the_direction_of_the_words_is_that_of_the_number(block):
    cost = block["comparisons"]["high"]["inc_cost"]["estimate"]
    first, _ = key_sentences(of(block))
    words = re.search(r"cost (?:as much|(£[\d,.]+) (more|less)) per person", first)
    assert words is not None, first
    if words[1] is None:
        assert abs(cost) <= 0.5
    else:
        assert (words[2] == "more") == (cost > 0)
        assert float(words[1].strip("£").replace(",", "")) == pytest.approx(abs(cost), abs=0.5)


@given(st.lists(st.floats(0.0, 1.0), min_size=4, max_size=4).filter(lambda one: sum(one) > 0.1))
def test_shares_of_the_quadrants_are_told_most_first(numbers):
    shares = {k: n / sum(numbers) for k, n in zip(("NE", "SE", "SW", "NW"), numbers, strict=True)}
    told = quadrant_words(shares)
    seen = [int(one) for one in re.findall(r"(?<!under )(?<!over )(\d+)%", told)]
    assert seen == sorted(seen, reverse=True)
    assert told.count(" with ") == sum(share > 0 for share in shares.values())
    assert "0% cost" not in re.sub(r"[1-9]0% cost|100% cost", "", told)


@pytest.mark.parametrize(("clusters", "words"), [(1, "1 cluster,"), (4, "4 clusters,")])
def test_one_and_several(clusters, words):
    arms = {"low": {"participants": 9, "clusters": clusters, "complete": 8}}
    told = sample_sentence(of(None, sample={"participants": 9, "arms": arms}))
    assert words in told
