"""Section on subgroups: a table, a forest and curves for each variable and effect."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd

from cpi_econ.report import numbers
from cpi_econ.report.content import Block, Paragraph, Picture, Section, Table
from cpi_econ.report.labels import printable
from cpi_econ.report.material import Material
from cpi_econ.report.sensitivity_figures import plot_forest
from cpi_econ.report.sentences import interval
from cpi_econ.report.style import one_line
from cpi_econ.report.subgroup_figures import plot_subgroup_ceac
from cpi_econ.report.subgroup_words import (
    decision_sentence,
    difference_sentences,
    people_of,
    shown_name,
)
from cpi_econ.report.typeset import effect_places, money, number, probability
from cpi_econ.result.subgroup_tables import subgroup_blocks

Values = Mapping[str, Any]


def subgroups_section(of: Material) -> Section:
    """Every variable and effect, figures of the primary one; empty without subgroups."""
    blocks: list[Block] = []
    for variable, effect, block in subgroup_blocks(of.results):
        blocks += _variable(of, variable, effect, block)
    if blocks:
        said = (
            "One model of everyone with a mean for every arm in every subgroup (the interaction of "
            "arm and subgroup). Subgroups are a question for a larger study unless they were "
            "planned; the interval of the difference, not two intervals side by side, says whether "
            "they differ."
        )
        blocks.insert(0, Paragraph(said))
    return Section("subgroups", "Subgroups", blocks)


def _variable(of: Material, variable: str, effect: str, block: Values) -> list[Block]:
    written = partial(money, currency=of.labels.currency)
    told = [
        *difference_sentences(block, of.labels, written),
        decision_sentence(block, of.labels, written),
    ]
    title = f"{shown_name(variable)}: {of.effect_name(effect)}"
    name = f"subgroups_{variable}_{effect}"
    words: list[Block] = [_table(of, name, title, block)]
    words += [Paragraph(text) for text in told if text]
    if effect != of.primary:
        return words
    curves = [_curves(of, f"{variable}_{effect}", title, block, arm) for arm in _arms(block)]
    return [*words, _forest(of, effect, name, title, block), *curves]


def _arms(block: Values) -> list[str]:
    return list(next(iter(block["subgroups"].values()))["comparisons"])


def _table(of: Material, name: str, title: str, block: Values) -> Table:
    currency, several = of.labels.currency, len(_arms(block)) > 1
    rows, first = [], None
    for group, one in block["subgroups"].items():
        for arm, comparison in one["comparisons"].items():
            places, row = effect_places(comparison), comparison["inmb"][0]
            cost, gain, first = comparison["inc_cost"], comparison["inc_effect"], row["wtp"]
            shown = [
                f"{money(cost['estimate'], currency)} "
                f"({interval(cost, lambda v: money(v, currency))})",
                f"{number(gain['estimate'], places)} "
                f"({interval(gain, lambda v, p=places: number(v, p))})",
                f"{money(row['estimate'], currency)} "
                f"({interval(row, lambda v: money(v, currency))})",
                probability(row["probability"], row["mcse"]),
            ]
            label = [of.labels.arm(arm)] if several else []
            rows.append([shown_name(group), *label, people_of(one), *shown])
    unit = printable(numbers.plural(block["unit"]))
    arms = " / ".join(of.labels.arm(arm) for arm in of.arms)
    return Table(
        name,
        f"Subgroups by {title}, {of.labels.interval} in brackets",
        [
            "Subgroup",
            *(["Arm"] if several else []),
            "People",
            "Incremental cost",
            f"Incremental {unit}",
            f"Net benefit at {money(first, currency)}",
            "Probability cost-effective",
        ],
        rows,
        words=2 if several else 1,
        note=f"Against {of.labels.arm(of.labels.reference)}. People: {arms}.",
    )


def _forest(of: Material, effect: str, name: str, title: str, block: Values) -> Picture:
    rows = [
        {
            "subgroup": one_line(shown_name(group), 40),
            "arm": one_line(of.labels.arm(arm), 30),
            "inmb": comparison["inmb"][0]["estimate"],
            "lower": comparison["inmb"][0]["lower"],
            "upper": comparison["inmb"][0]["upper"],
        }
        for group, one in {"everyone": of.base[effect], **block["subgroups"]}.items()
        for arm, comparison in one["comparisons"].items()
    ]
    table = pd.DataFrame(rows)
    return Picture(
        f"forest_{name}",
        f"Incremental net benefit by {title}, {of.labels.interval}; the line is everyone",
        "Forest plot of the incremental net benefit of each subgroup with its interval; the "
        "numbers stand in the table before it.",
        lambda: plot_forest(
            table, names="subgroup", currency=of.labels.currency, level=of.labels.level
        ),
    )


def _curves(of: Material, name: str, title: str, block: Values, arm: str) -> Picture:
    groups = block["subgroups"]
    curves = {shown_name(group): one["ceac"]["probability"][arm] for group, one in groups.items()}
    wtp = next(iter(groups.values()))["ceac"]["wtp"]
    label = of.labels.arm(arm)
    return Picture(
        f"ceac_subgroups_{name}_{arm}",
        f"Acceptability curve of {label} by {title}",
        f"Probability that {label} is cost-effective against willingness to pay, one line a "
        "subgroup; the values at the first reported threshold stand in the table.",
        lambda: plot_subgroup_ceac(
            curves, wtp, currency=of.labels.currency, effect_unit=printable(block["unit"])
        ),
    )
