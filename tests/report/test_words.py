"""Sentences, digits, methods text and the CHEERS checklist."""

from __future__ import annotations

import re

import pytest

import cpi_econ as ce
from cpi_econ.report.cheers import ITEMS, answer, cheers_section
from cpi_econ.report.content import Listing, tables_of
from cpi_econ.report.material import material
from cpi_econ.report.methods_text import methods_section
from cpi_econ.report.references import REFERENCES
from cpi_econ.report.sections import sections
from cpi_econ.report.sentences import (
    decision_sentence,
    icer_sentence,
    key_sentences,
    sensitivity_sentence,
)
from cpi_econ.report.typeset import probability, typeset
from cpi_econ.study.report_words import TextSlot


@pytest.fixture(scope="module")
def of(example_result):
    return material(example_result)


def test_the_answer_is_two_sentences_with_the_numbers_of_the_results(of):
    first, second = key_sentences(of)
    one = of.base["qaly"]["comparisons"]["high"]
    assert f"£{abs(one['inc_cost']['estimate']):,.0f} less" in first
    assert f"{abs(one['inc_effect']['estimate']):.3f} " in first
    assert f"£{one['inmb'][0]['estimate']:,.0f}" in second
    assert first.endswith(".")
    assert second.endswith(".")


@pytest.mark.parametrize(
    ("value", "mcse", "shown"),
    [
        (0.6093, 0.011, "0.61"),
        (0.6093, 0.0005, "0.609"),
        (0.6093, 0.06, "0.6"),
        (0.998, 0.01, "above 0.99"),
        (0.0004, 0.001, "below 0.001"),
        (1.0, 0.0, "1.00"),
        (None, None, "–"),
    ],
)
def test_probabilities_have_the_digits_that_the_draws_support(value, mcse, shown):
    assert probability(value, mcse) == shown


def test_hyphens_of_words_stay_and_minus_signs_are_minus_signs():
    assert typeset("EQ-5D-5L: -£5 to -0.2, eq5d-3l") == "EQ-5D-5L: −£5 to −0.2, eq5d-3l"


def test_a_dominant_arm_gets_a_word_and_no_ratio(of):
    told = icer_sentence(of, "qaly", "high")
    assert "dominates" in told
    assert "per QALY" not in told


def test_each_arm_of_three_has_its_clause(small_study):
    study = ce.read_study(small_study(arms=("low", "mid", "high"), effects=1))
    made = material(ce.evaluate(study))
    first, second = key_sentences(made)
    assert first.count("per person than low") == 2
    assert second.count("cost-effective with probability") == 2


def test_of_three_arms_the_probabilities_are_those_of_the_curve(small_study):
    study = ce.read_study(small_study(arms=("low", "mid", "high")))
    result = ce.evaluate(study)
    made = material(result)
    block = made.base["qaly"]
    place = block["ceac"]["wtp"].index(20_000)
    curve = {arm: chances[place] for arm, chances in block["ceac"]["probability"].items()}
    assert sum(curve.values()) == pytest.approx(1)
    (table,) = [one for one in tables_of(sections(made)) if one.name == "net_benefit_qaly"]
    shown = {row[0]: float(re.sub("above |below ", "", row[4])) for row in table.rows}
    assert shown == pytest.approx({arm: curve[arm] for arm in ("mid", "high")}, abs=0.006)
    told = [one["message"] for one in result.document["findings"] if one["code"] == "N144"]
    said = {one.split()[0].removeprefix("P("): float(one.split("= ")[1].split()[0]) for one in told}
    assert said == pytest.approx({arm: curve[arm] for arm in ("mid", "high")}, abs=0.006)


def test_sensitivity_says_where_the_sign_changes(of):
    told = sensitivity_sentence(of)
    assert f"Across {len(of.results['scenarios'])} analyses" in told
    assert re.search(r"same sign|changes sign in", told)


def test_sensitivity_is_silent_without_scenarios(small_study):
    assert sensitivity_sentence(material(ce.evaluate(ce.read_study(small_study())))) == ""


def test_the_sentence_at_a_threshold_names_it(of):
    row = {"wtp": 0, "estimate": -5.0, "lower": -9, "upper": 2, "probability": 0.2, "mcse": 0.01}
    told = decision_sentence(of, {"high": row}, "QALY")
    assert told.startswith("At £0 per QALY, Higher fidelity")
    assert "−£5" in told


def test_cheers_has_the_28_items_each_with_a_slot_of_the_study_file():
    assert [item.number for item in ITEMS] == list(range(1, 29))
    assert {item.slot for item in ITEMS} == set(TextSlot.__args__)


def test_every_cheers_item_is_answered_or_says_what_is_wanted(of):
    (table,) = tables_of([cheers_section(of, sections(of))])
    assert len(table.rows) == 28
    status = {row[1]: row[2] for row in table.rows}
    assert status["Source of funding"] == "Needs the author's words"
    assert status["Comparators"] == "Answered from the study"
    assert status["Rationale and description of model"] == "Not applicable"
    assert all(row[3] for row in table.rows)
    wanted = [row[3] for row in table.rows if row[2] == "Needs the author's words"]
    assert all("report: text:" in words for words in wanted)


def test_the_authors_words_and_reasons_fill_their_items(small_study):
    more = (
        "report:\n  text: {funding: Funded by nobody., setting: Two towns}\n"
        "  not_applicable: {distribution: one group only}\n"
    )
    made = material(ce.evaluate(ce.read_study(small_study(more=more))))
    found = {item.slot: answer(made, item, {}) for item in ITEMS}
    assert found["funding"] == ("answered", "Funded by nobody.")
    assert found["setting"][0] == "answered"
    assert found["distribution"] == ("not applicable", "Because: one group only")


def test_methods_cite_what_they_use_and_number_it_from_one(of):
    section = methods_section(of)
    text = " ".join(words for block in section.blocks[:1] for _, words in block.items)
    numbers = {int(one) for one in re.findall(r"\[(\d+)\]", text)}
    references = section.blocks[-1]
    assert isinstance(references, Listing)
    assert numbers == set(range(1, len(references.items) + 1))
    assert not re.search(r"\[[a-z]+\d*\]", text)
    assert "seemingly unrelated" in text


def test_every_reference_has_a_doi_and_is_cited_somewhere():
    from importlib.resources import files

    folder = files("cpi_econ.report")
    names = ("methods_text.py", "missing_text.py", "decision_text.py")
    source = "".join((folder / name).read_text(encoding="utf-8") for name in names)
    for key, text in REFERENCES.items():
        # Survey Methodology gave its articles no DOI in 2002.
        assert "doi:10." in text or "Survey Methodology 2002" in text
        assert f"[{key}]" in source


def test_typed_overrides_are_shown_by_their_path(of):
    (table,) = [one for one in tables_of(sections(of)) if one.name == "overrides"]
    assert ["uncertainty.replicates", "200"] in table.rows
    assert all("." in row[0] for row in table.rows)
