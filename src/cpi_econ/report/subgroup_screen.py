"""Subgroups on the terminal: one table a variable and effect."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.text import Text

from cpi_econ.report import numbers
from cpi_econ.report.labels import Labels, printable
from cpi_econ.report.screen_table import screen_table
from cpi_econ.report.subgroup_words import (
    decision_sentence,
    difference_sentences,
    people_of,
    shown_name,
)
from cpi_econ.result.subgroup_tables import subgroup_blocks

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

Results = Mapping[str, Any]


def subgroup_screen(results: Results, labels: Labels) -> list[RenderableType]:
    """Return a block for each variable and effect; none without subgroups.

    Parameters
    ----------
    results : mapping
        Contents of ``results.json``.
    labels : Labels
    """
    money = partial(numbers.money, currency=labels.currency)
    return [
        Group(
            _table(variable, effect, block, labels),
            *(Text(line) for line in difference_sentences(block, labels, money)),
            Text(decision_sentence(block, labels, money)),
        )
        for variable, effect, block in subgroup_blocks(results)
    ]


def _table(variable: str, effect: str, block: Results, labels: Labels) -> Table:
    groups = block["subgroups"]
    comparisons = [one["comparisons"] for one in groups.values()]
    several = len(comparisons[0]) > 1
    first = next(iter(comparisons[0].values()))["inmb"][0]["wtp"]
    table = screen_table(
        f"{shown_name(variable)}, {printable(effect)}",
        "People by arm",
        "Cost",
        numbers.plural(printable(block["unit"])),
        f"Net benefit at {numbers.money(first, labels.currency)} ({labels.interval})",
        "P(cost-effective)",
    )
    for name, one in groups.items():
        for arm, comparison in one["comparisons"].items():
            row = comparison["inmb"][0]
            cost, gain = (comparison[key]["estimate"] for key in ("inc_cost", "inc_effect"))
            ends = [numbers.money(row[key], labels.currency) for key in ("lower", "upper")]
            table.add_row(
                Text(shown_name(name) + (f", {labels.arm(arm)}" if several else "")),
                people_of(one),
                numbers.money(cost, labels.currency),
                numbers.number(gain, numbers.effect_decimals([gain])),
                f"{numbers.money(row['estimate'], labels.currency)} ({numbers.interval(*ends)})",
                numbers.number(row["probability"], 2),
            )
    return table
