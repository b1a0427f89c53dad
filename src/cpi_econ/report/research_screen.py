"""What ``voi`` and ``design`` print: the value of knowing more, and the next study."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.constrain import Constrain
from rich.text import Text

from cpi_econ.report import numbers
from cpi_econ.report.labels import Labels, printable
from cpi_econ.report.research_words import advice, decision_words
from cpi_econ.report.screen_table import screen_table
from cpi_econ.report.terminal import WIDTH

if TYPE_CHECKING:
    from rich.console import RenderableType

Answer = Mapping[str, Any]
_SHOWN = 10


def information_screen(answer: Answer, labels: Labels) -> RenderableType:
    """Return EVPI, expected losses and EVPPI as tables of at most 100 columns.

    Parameters
    ----------
    answer : mapping
        From ``evaluation.information.information``.
    labels : Labels
        Words of the study.
    """
    blocks = [_title(labels, "value of information"), _perfect(answer, labels)]
    if answer["evppi"]:
        blocks.append(_partial(answer, labels))
    return _stacked([*blocks, _findings(answer["findings"])])


def design_screen(answer: Answer, labels: Labels) -> RenderableType:
    """Return the next study on one screen: what there is to learn, and at what size it pays.

    Parameters
    ----------
    answer : mapping
        From ``evaluation.research_plan.research_plan``.
    labels : Labels
        Words of the study.
    """
    blocks = [_title(labels, "the next study"), _pilot(answer, labels)]
    for row in answer["thresholds"]:
        blocks.append(_sizes(row, labels))
        blocks.append(Text(advice(row, answer, labels, partial(_money, labels=labels))))
    return _stacked([*blocks, _findings(answer["findings"])])


def _stacked(blocks: Iterable[RenderableType]) -> RenderableType:
    spaced = [part for block in blocks for part in (block, Text())]
    return Constrain(Group(*spaced[:-1]), WIDTH)


def _title(labels: Labels, what: str) -> RenderableType:
    lines = [Text(printable(labels.title), style="bold")] if labels.title else []
    setting = " | ".join(part for part in (labels.setting, what) if part)
    return Group(*lines, Text(setting, style="dim"))


def _money(value: float | None, labels: Labels) -> str:
    small = value is not None and 0 < abs(value) < 10
    return numbers.money(value, labels.currency, 2 if small else 0)


def _perfect(answer: Answer, labels: Labels) -> RenderableType:
    unit = printable(answer["effect_unit"]) or "unit of effect"
    arms = list(answer["expected_loss"])
    population = answer["evpi"]["population"]
    whole = [] if population is None else ["EVPI, population"]
    table = screen_table(
        f"Willingness to pay per {unit}",
        "Best arm",
        *(f"Expected loss, {labels.arm(arm)}" for arm in arms),
        "EVPI per person",
        *whole,
    )
    for at, wtp in enumerate(answer["wtp"]):
        table.add_row(
            Text(_money(wtp, labels)),
            labels.arm(answer["best"][at]),
            *(_money(answer["expected_loss"][arm][at], labels) for arm in arms),
            Text(_money(answer["evpi"]["per_person"][at], labels), "bold"),
            *([] if population is None else [Text(_money(population[at], labels), "bold")]),
        )
    return table


def _partial(answer: Answer, labels: Labels) -> RenderableType:
    wtp = [_money(value, labels) for value in answer["wtp"]]
    table = screen_table("Worth of learning (EVPPI per person, SE)", *(f"at {one}" for one in wtp))
    for row in answer["evppi"][:_SHOWN]:
        cells = [
            f"{_money(value, labels)} ({_money(se, labels)})"
            for value, se in zip(row["value"], row["se"], strict=True)
        ]
        table.add_row(Text(printable(row["name"])), *cells)
    table.add_section()
    named = [_money(value, labels) for value in answer["evpi_named"]]
    table.add_row(Text("everything above (EVPI)", style="bold"), *named)
    return table


def _pilot(answer: Answer, labels: Labels) -> RenderableType:
    pilot = answer["pilot"]
    varied = pilot["variation"]
    clusters = (
        ""
        if pilot["clusters"] is None
        else (f" in {sum(pilot['clusters'].values())} clusters ({printable(labels.cluster)})")
    )
    spread = (
        f"SD of cost {_money(varied['cost_sd'], labels)}, of effect "
        f"{numbers.number(varied['effect_sd'], 4)}, correlation "
        f"{numbers.number(varied['correlation'], 2)}"
    )
    shares = (
        f", ICC {numbers.number(varied['icc_cost'], 3)} and "
        f"{numbers.number(varied['icc_effect'], 3)}"
        if clusters
        else ""
    )
    return Group(
        Text(
            f"This study: {sum(pilot['participants'].values()):,} people{clusters}, "
            f"{numbers.percent(pilot['dropout'])} without complete data; {spread}{shares}."
        ),
        Text(f"Decision: {decision_words(answer, partial(_money, labels=labels))}"),
    )


def _sizes(row: Answer, labels: Labels) -> RenderableType:
    clustered = row["studies"][0]["clusters"] is not None
    columns = [f"Clusters ({printable(labels.cluster)})"] if clustered else []
    arms = list(row["studies"][0]["powers"])
    several = [f"Power, {labels.arm(arm)}" for arm in arms] if len(arms) > 1 else ["Power"]
    names = ["Study cost", "EVSI per person", "ENBS", *several, "P(other decision)"]
    table = screen_table(*columns, "People", *names)
    for at, study in enumerate(row["studies"]):
        cells = [f"{study['clusters']}"] if clustered else []
        cells += [
            f"{study['participants']:,}",
            _money(study["cost"], labels),
            _money(study["evsi"], labels),
            _money(study["enbs"], labels),
            *(numbers.number(study["powers"][arm], 2) for arm in arms),
            numbers.number(study["change"], 3),
        ]
        chosen = at == row["best"]["number"] and row["best"]["worthwhile"]
        table.add_row(*(Text(cell, "bold" if chosen else "") for cell in cells))
    return Group(_heading(row, labels), table)


def _heading(row: Answer, labels: Labels) -> Text:
    evpi, gains = row["evpi"], row["net_benefits"]
    each = (
        _money(row["net_benefit"], labels)
        if len(gains) == 1
        else ", ".join(f"{_money(gain, labels)} ({labels.arm(arm)})" for arm, gain in gains.items())
    )
    return Text(
        f"At {_money(row['wtp'], labels)}: net benefit {each} a "
        f"person; EVPI {_money(evpi['per_person'], labels)} a person, "
        f"{_money(evpi['population'], labels)} for the population",
        style="bold",
    )


def _findings(lines: Iterable[str]) -> RenderableType:
    return Group(*(Text(printable(line), style="dim") for line in lines))
