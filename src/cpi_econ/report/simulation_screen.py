"""What ``simulate`` prints: the made-up studies, and how the study's analysis did on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Group
from rich.constrain import Constrain
from rich.table import Table
from rich.text import Text

from cpi_econ.report import numbers
from cpi_econ.report.labels import Labels, printable
from cpi_econ.report.terminal import WIDTH

if TYPE_CHECKING:
    from rich.console import RenderableType

Answer = Mapping[str, Any]
_NEAR = 0.02
_FEW = 100  # the error of a coverage of 95% is then above 2 points
_COLUMNS = ("Bias", "SE, empirical", "SE, reported", "Coverage")


def simulation_screen(answer: Answer, labels: Labels) -> RenderableType:
    """Return shape, performance and verdict, in at most 100 columns.

    Parameters
    ----------
    answer : mapping
        ``Simulation.as_dict()``.
    labels : Labels
        Words of the study.
    """
    blocks: list[RenderableType] = [Text(printable(labels.title), style="bold"), Text()]
    blocks += [*_shape(answer, labels), Text(), _table(answer, labels), Text(), *_verdict(answer)]
    return Constrain(Group(*blocks), WIDTH)


def _shape(answer: Answer, labels: Labels) -> list[Text]:
    shape, settings = answer["shape"], answer["settings"]
    ends = shape["cost"], shape["effect"]
    cost = f"{'gamma' if ends[0]['gamma'] else 'normal'}, skewness {_skewness(ends[0])}"
    icc = " and ".join(numbers.number(end["icc"], 3) for end in ends)
    explained = " and ".join(numbers.percent(end["explained"]) for end in ends)
    lines = [
        f"Made-up studies like this one: {_arms(shape, labels)}.",
        f"Cost is {cost}. ICC of cost and effect {icc}; their covariates explain {explained}.",
        "No arm differs from another, so an interval that leaves out 0 is a false alarm.",
        "Analysis: "
        + ", ".join(
            f"{name} {settings[name]}" for name in ("resample", "interval", "model", "weights")
        )
        + f", missing {settings['missing'] or 'none'}; {settings['replicates']:,} replicates, "
        f"seed {settings['seed']}.",
    ]
    return [Text(line) for line in lines]


def _skewness(end: Answer) -> str:
    return "0.0" if not end["gamma"] else numbers.number(2 * end["sd"] / end["mean"], 1)


def _arms(shape: Answer, labels: Labels) -> str:
    parts = []
    for arm, sizes in shape["sizes"].items():
        clusters = f" in {len(sizes)} clusters" if max(sizes) > 1 else ""
        lost = numbers.percent((shape["lost"] or {}).get(arm, 0.0))
        parts.append(f"{labels.arm(arm)} {sum(sizes):,} people{clusters}, {lost} lost")
    return "; ".join(parts)


def _table(answer: Answer, labels: Labels) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    table.add_column(Text("Net benefit (Monte Carlo error)"), overflow="fold", max_width=36)
    for name in _COLUMNS:
        table.add_column(Text(name), justify="right")
    for row in answer["performance"]:
        table.add_row(
            Text(f"{labels.arm(row['arm'])} at {numbers.money(row['wtp'], labels.currency)}"),
            *(_with_error(row, name, labels) for name in ("bias", "empirical_se", "model_se")),
            Text(
                f"{numbers.percent(row['coverage'], 1)} "
                f"({numbers.number(100 * row['coverage_mcse'], 1)})",
                "bold",
            ),
        )
    return table


def _with_error(row: Answer, name: str, labels: Labels) -> str:
    amounts = (numbers.money(row[one], labels.currency) for one in (name, f"{name}_mcse"))
    return "{} ({})".format(*amounts)


def _verdict(answer: Answer) -> list[Text]:
    level = answer["settings"]["level"]
    rows = answer["performance"]
    studies, failed = min(row["studies"] for row in rows), max(row["failed"] for row in rows)
    worst = min(rows, key=lambda row: row["coverage"])
    share, wanted = numbers.percent(worst["coverage"], 1), numbers.percent(level)
    if studies < _FEW:
        told = f"{studies:,} made-up studies are too few to judge {wanted} intervals; make 500."
    elif abs(worst["coverage"] - level) <= _NEAR:
        told = f"{wanted} intervals keep their level here: at least {share} held the truth."
    elif worst["coverage"] < level:
        told = (
            f"{wanted} intervals are too narrow here: {share} held the truth in the worst row. "
            "Leave uncertainty.interval out, or try resample: two_stage with interval: t."
        )
    else:
        told = f"{wanted} intervals are wider than they need be here: {share} held the truth."
    more = f"; in {failed} the analysis could not be made" if failed else ""
    return [Text(told), Text(f"{studies:,} made-up studies{more}.", style="dim")]
