"""The summary on the terminal: what a health economist reads first."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group
from rich.constrain import Constrain
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cpi_econ.errors import Finding, Where
from cpi_econ.report import numbers
from cpi_econ.report.findings_screen import findings_list
from cpi_econ.report.frontier_screen import frontier_table
from cpi_econ.report.labels import Labels, printable
from cpi_econ.report.screen_table import screen_table
from cpi_econ.report.subgroup_screen import subgroup_screen

if TYPE_CHECKING:
    from rich.console import RenderableType

WIDTH = 100
_QUADRANTS = {
    "NE": "costs more, more effect",
    "SE": "costs less, more effect",
    "SW": "costs less, less effect",
    "NW": "costs more, less effect",
}
# What a reader opens; the others stand beside it.
_OPENED = ("report.html", "report.docx", "tables.xlsx", "results.json", "plane.svg", "ceac.svg")

Results = Mapping[str, Any]


def screen(*, stderr: bool = False) -> Console:
    """Return a console that never fails on a letter its encoding lacks.

    Parameters
    ----------
    stderr : bool
        Write to standard error, where progress and errors go.
    """
    stream = sys.stderr if stderr else sys.stdout
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
    return Console(file=stream, highlight=False, markup=False, emoji=False)


def summary(
    results: Results,
    labels: Labels,
    *,
    scenario: str = "base case",
    folder: str | None = None,
    files: Iterable[str] = (),
) -> RenderableType:
    """Return the summary of one scenario, at most 100 columns wide.

    Parameters
    ----------
    results : mapping
        Contents of ``results.json``, schema ``cpi_econ/results/1``.
    labels : Labels
        Title, labels of the arms, money.
    scenario : str
        The scenario to show.
    folder, files : str and iterable of str
        Where the results were written, and the names of the files.
    """
    effects = results["scenarios"][scenario]["effects"]
    blocks: list[RenderableType] = [_title(labels, scenario), _sample(results["sample"], labels)]
    blocks += [_effect(name, effect, labels, len(effects)) for name, effect in effects.items()]
    blocks += subgroup_screen(results, labels) if scenario == "base case" else []
    blocks.append(findings_list([_finding(one) for one in results["findings"]]))
    if folder is not None:
        blocks.append(_written(folder, files))
    spaced = [part for block in blocks for part in (block, Text())]
    return Constrain(Group(*spaced[:-1]), WIDTH)


def _title(labels: Labels, scenario: str) -> RenderableType:
    lines = [Text(printable(labels.title), style="bold")] if labels.title else []
    setting = " | ".join(part for part in (labels.setting, printable(scenario)) if part)
    return Group(*lines, Text(setting, style="dim"))


def _sample(sample: Results, labels: Labels) -> RenderableType:
    arms = sample["arms"]
    clustered = any(arm.get("clusters") is not None for arm in arms.values())
    of_clusters = [printable(f"Clusters ({labels.cluster})")] if clustered else []
    table = screen_table("Sample", "People", *of_clusters, "With cost and effect")
    for name, arm in arms.items():
        clusters = [_count(arm.get("clusters"))] if clustered else []
        table.add_row(
            Text(_role(name, labels)),
            _count(arm.get("participants")),
            *clusters,
            _count(arm.get("complete")),
        )
    return table


def _role(name: str, labels: Labels) -> str:
    return f"{labels.arm(name)}{' (reference)' if name == labels.reference else ''}"


def _count(value: int | str | None) -> str:
    return "-" if value is None else f"{value:,}" if isinstance(value, int) else printable(value)


def _effect(name: str, effect: Results, labels: Labels, n_effects: int) -> RenderableType:
    parts: list[RenderableType] = []
    if n_effects > 1:
        parts += [Text(f"Effect: {printable(name)}", style="bold underline"), Text()]
    parts += [_means(effect, labels), Text()]
    for arm, comparison in effect["comparisons"].items():
        parts += [_verdict(arm, comparison, labels, len(effect["comparisons"])), Text()]
    if len(effect["comparisons"]) > 1 and effect.get("frontier"):
        parts += [frontier_table(effect, labels), Text()]
    return Group(*parts, _thresholds(effect, labels))


def _means(effect: Results, labels: Labels) -> Table:
    table = screen_table("Mean per person (SE)", "Cost", numbers.plural(printable(effect["unit"])))
    comparisons = effect["comparisons"]
    spread = [value for c in comparisons.values() for value in _values(c["inc_effect"])]
    amounts = [value for c in comparisons.values() for value in _values(c["inc_cost"])]
    decimals = numbers.effect_decimals(spread)
    coins = numbers.cost_decimals(amounts)
    for arm, means in effect["arms"].items():
        table.add_row(
            Text(labels.arm(arm)),
            _cost(means["cost"], labels, coins),
            _natural(means["effect"], decimals),
        )
    for arm, comparison in comparisons.items():
        cost, natural = comparison["inc_cost"], comparison["inc_effect"]
        table.add_section()
        difference = f"{labels.arm(arm)} minus {labels.arm(labels.reference)}"
        table.add_row(
            Text(difference, style="bold"),
            Text(_cost(cost, labels, coins), "bold"),
            Text(_natural(natural, decimals), "bold"),
        )
        table.add_row(
            Text(f"  {labels.interval}"),
            numbers.interval(
                *(numbers.money(cost[side], labels.currency, coins) for side in ("lower", "upper"))
            ),
            numbers.interval(
                *(numbers.number(natural[side], decimals) for side in ("lower", "upper"))
            ),
        )
    return table


def _values(statistic: Results) -> list[float | None]:
    return [statistic.get(key) for key in ("estimate", "se")]


def _cost(statistic: Results, labels: Labels, decimals: int) -> str:
    amount = numbers.money(statistic["estimate"], labels.currency, decimals)
    return f"{amount} ({numbers.number(statistic['se'], decimals)})"


def _natural(statistic: Results, decimals: int) -> str:
    estimate = numbers.number(statistic["estimate"], decimals)
    return f"{estimate} ({numbers.number(statistic['se'], decimals)})"


def _verdict(arm: str, comparison: Results, labels: Labels, n_arms: int) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, style="bold")
    grid.add_column(overflow="fold")
    icer = comparison["icer"]
    statement = Text(_in_labels(icer["statement"], arm, labels), style="bold")
    limits = [numbers.money(icer.get(side), labels.currency) for side in ("lower", "upper")]
    if numbers.interval(*limits) != "-":
        statement.append(f" ({labels.interval} {numbers.interval(*limits)})", style="default")
    grid.add_row("ICER", statement)
    shares = "\n".join(
        f"{numbers.percent(comparison['quadrants'][name], 1):>6}  {words} ({name})"
        for name, words in _QUADRANTS.items()
    )
    grid.add_row("Replicates", shares)
    return Group(Text(labels.arm(arm), style="bold"), grid) if n_arms > 1 else grid


def _in_labels(statement: str, arm: str, labels: Labels) -> str:
    """Return a statement about names of arms as one about their labels, in the currency's sign."""
    code, sign = re.escape(labels.currency), numbers.currency_sign(labels.currency)
    if sign != labels.currency:
        statement = re.sub(rf"\b{code} (?=\d)", sign, statement)
    reference = rf"\b(than|against|by|dominates|and) {re.escape(labels.reference)}(?= |$)"
    ended = re.sub(reference, lambda found: f"{found[1]} {labels.arm(labels.reference)}", statement)
    rest = ended.removeprefix(f"{arm} ")
    return printable(ended if rest == ended else f"{labels.arm(arm)} {rest}")


def _thresholds(effect: Results, labels: Labels) -> RenderableType:
    several = len(effect["comparisons"]) > 1
    unit = printable(effect["unit"])
    heading = f"Incremental net benefit\n({labels.interval})"
    table = screen_table(f"Willingness to pay per {unit}", heading, "P(cost-effective)\n(MC error)")
    for arm, comparison in effect["comparisons"].items():
        for row in comparison["inmb"]:
            amounts = [
                numbers.money(row[key], labels.currency) for key in ("estimate", "lower", "upper")
            ]
            at = numbers.money(row["wtp"], labels.currency)
            table.add_row(
                Text(f"{at}, {labels.arm(arm)}" if several else at),
                f"{amounts[0]} ({numbers.interval(amounts[1], amounts[2])})",
                f"{numbers.number(row['probability'], 3)} ({numbers.number(row['mcse'], 3)})",
            )
    return table


def _finding(finding: Results) -> Finding:
    where = finding.get("where") or {}
    place = Where(where.get("file"), where.get("row"), where.get("column"))
    return Finding(finding["code"], finding["message"], place)


def _written(folder: str, files: Iterable[str]) -> RenderableType:
    text = Text.assemble(("Results in ", "bold"), printable(folder))
    names = list(map(printable, files))
    opened = [name for name in _OPENED if name in names]
    shown = ", ".join(opened or names[:1])
    rest = len(names) - max(len(opened), 1)
    if rest > 0:
        shown += f", and {rest} more file{'s' if rest > 1 else ''}"
    return Group(text, Padding(Text(shown, style="dim"), (0, 0, 0, 2))) if names else text
