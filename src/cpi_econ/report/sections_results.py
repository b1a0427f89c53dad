"""Sections on the results: key results, costs and effects, scenarios."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from cpi_econ.report import numbers
from cpi_econ.report.content import Block, Paragraph, Picture, Section, Table
from cpi_econ.report.labels import printable
from cpi_econ.report.material import Material
from cpi_econ.report.sections_frontier import break_even_paragraphs
from cpi_econ.report.sensitivity_figures import plot_forest
from cpi_econ.report.sentences import icer_sentence, interval, key_sentences, sensitivity_sentence
from cpi_econ.report.style import one_line
from cpi_econ.report.typeset import effect_places, money, number, probability, sentence_case

Values = Mapping[str, Any]


def key_section(of: Material) -> Section:
    """Two sentences, and the table of thresholds."""
    blocks: list[Block] = [Paragraph(text, strong=True) for text in key_sentences(of)]
    blocks.append(_thresholds(of, of.primary))
    told = sensitivity_sentence(of)
    if told:
        blocks.append(Paragraph(told))
    if of.study["design"] != "randomised":
        said = (
            "The study is not randomised: differences between the arms may have causes other than "
            "the intervention."
        )
        blocks.append(Paragraph(said))
    return Section("key", "Key results", blocks)


def results_section(of: Material) -> Section:
    """Mean costs and effects by arm, differences, ICER and net benefit of every effect."""
    blocks: list[Block] = []
    for name in of.base:
        blocks.append(_means(of, name))
        blocks += [Paragraph(icer_sentence(of, name, arm)) for arm in of.others]
        blocks += break_even_paragraphs(of, name)
        if name != of.primary:
            blocks.append(_thresholds(of, name))
    return Section("results", "Costs, effects and cost-effectiveness", blocks)


def _means(of: Material, name: str) -> Table:
    block, currency = of.base[name], of.labels.currency
    places = max(effect_places(one) for one in block["comparisons"].values())
    coins = numbers.cost_decimals([c["inc_cost"]["se"] for c in block["comparisons"].values()])
    rows = []
    for arm, means in block["arms"].items():
        cost, gain = means["cost"], means["effect"]
        rows.append(
            [
                of.labels.arm(arm),
                f"{money(cost['estimate'], currency, coins)} ({number(cost['se'], coins)})",
                f"{number(gain['estimate'], places)} ({number(gain['se'], places)})",
            ]
        )
    for arm, one in block["comparisons"].items():
        cost, gain = one["inc_cost"], one["inc_effect"]
        label = f"{of.labels.arm(arm)} minus {of.labels.arm(of.labels.reference)}"
        rows.append(
            [
                f"{label} ({of.labels.interval})",
                f"{money(cost['estimate'], currency, coins)} "
                f"({interval(cost, lambda v: money(v, currency, coins))})",
                f"{number(gain['estimate'], places)} "
                f"({interval(gain, lambda v: number(v, places))})",
            ]
        )
    unit = sentence_case(printable(numbers.plural(block["unit"])))
    money_of = f"{currency} {of.labels.price_year}".strip()
    return Table(
        f"means_{name}",
        f"Mean cost and effect per person: {of.effect_name(name)}",
        ["Arm", f"Cost ({money_of})", unit],
        rows,
        # Once is enough where the same table stands for every outcome.
        note="Arms: mean (standard error). Differences: estimate (interval)."
        if name == of.primary
        else "",
    )


def _thresholds(of: Material, name: str) -> Table:
    block, currency = of.base[name], of.labels.currency
    rows = [
        [
            of.labels.arm(arm),
            money(row["wtp"], currency),
            money(row["estimate"], currency),
            interval(row, lambda v: money(v, currency)),
            probability(row["probability"], row["mcse"]),
        ]
        for arm, one in block["comparisons"].items()
        for row in one["inmb"]
    ]
    return Table(
        f"net_benefit_{name}",
        f"Incremental net benefit and probability cost-effective: {of.effect_name(name)}",
        [
            "Arm",
            f"Willingness to pay per {printable(block['unit'])}",
            "Incremental net benefit",
            of.labels.interval,
            "Probability cost-effective",
        ],
        rows,
        note=f"Against {of.labels.arm(of.labels.reference)}. Probabilities have the digits that "
        "their Monte Carlo error supports."
        if name == of.primary
        else "",
    )


def scenarios_section(of: Material) -> Section:
    """One row a scenario and comparison of the primary effect; empty without scenarios."""
    if len(of.results["scenarios"]) < 2:
        return Section("scenarios", "Scenarios")
    rows = [_scenario_row(of, *one) for one in _scenarios(of)]
    at = money(next(_scenarios(of))[2]["inmb"][0]["wtp"], of.labels.currency)
    unit = printable(numbers.plural(of.base[of.primary]["unit"]))
    table = Table(
        "scenarios",
        f"Scenarios: {of.effect_name(of.primary)}, {of.labels.interval} in brackets",
        [
            "Scenario",
            *(["Arm"] if len(of.others) > 1 else []),
            "Incremental cost",
            f"Incremental {unit}",
            f"Net benefit at {at}",
            "Probability cost-effective",
        ],
        rows,
        words=2 if len(of.others) > 1 else 1,
    )
    picture = Picture(
        "forest",
        f"Incremental net benefit at {at} by scenario, {of.labels.interval}; the line is the base "
        "case",
        "Forest plot of the incremental net benefit of each scenario with its interval; the "
        "numbers stand in the table before it.",
        lambda: plot_forest(_forest(of), currency=of.labels.currency, level=of.labels.level),
    )
    return Section("scenarios", "Scenarios", [table, picture])


def _forest(of: Material) -> pd.DataFrame:
    rows = [
        {
            "scenario": one_line(sentence_case(scenario), 40),
            "arm": one_line(of.labels.arm(arm), 30),
            "inmb": one["inmb"][0]["estimate"],
            "lower": one["inmb"][0]["lower"],
            "upper": one["inmb"][0]["upper"],
        }
        for scenario, arm, one in _scenarios(of)
    ]
    return pd.DataFrame(rows)


def _scenarios(of: Material) -> Iterator[tuple[str, str, Values]]:
    for scenario, block in of.results["scenarios"].items():
        answer = block["effects"].get(of.primary)
        if answer is not None:
            for arm, one in answer["comparisons"].items():
                yield scenario, arm, one


def _scenario_row(of: Material, scenario: str, arm: str, one: Values) -> list[str]:
    currency, places = of.labels.currency, effect_places(one)
    cost, gain, benefit = one["inc_cost"], one["inc_effect"], one["inmb"][0]
    return [
        sentence_case(printable(scenario)),
        *([of.labels.arm(arm)] if len(of.others) > 1 else []),
        f"{money(cost['estimate'], currency)} ({interval(cost, lambda v: money(v, currency))})",
        f"{number(gain['estimate'], places)} ({interval(gain, lambda v: number(v, places))})",
        f"{money(benefit['estimate'], currency)} "
        f"({interval(benefit, lambda v: money(v, currency))})",
        probability(benefit["probability"], benefit["mcse"]),
    ]
