"""Section on all arms together: frontier, thresholds, expected loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cpi_econ.report import numbers
from cpi_econ.report.content import Block, Paragraph, Picture, Section, Table
from cpi_econ.report.decision_figures import plot_frontier
from cpi_econ.report.labels import printable
from cpi_econ.report.material import Material
from cpi_econ.report.typeset import DASH, money, number, percent, probability
from cpi_econ.result.answer import BASE_CASE

Values = Mapping[str, Any]


def arms_section(of: Material) -> Section:
    """Every arm at the reported thresholds; with three arms or more the frontier as well."""
    blocks: list[Block] = []
    for name, block in of.base.items():
        if len(of.others) > 1 and block.get("frontier"):
            blocks += _frontier(of, name, block)
        if block.get("thresholds") and (name == of.primary or len(of.others) > 1):
            blocks.append(_thresholds(of, name, block))
    return Section("arms", "All arms together", blocks)


def _frontier(of: Material, name: str, block: Values) -> list[Block]:
    currency, title = of.labels.currency, of.effect_name(name)
    unit = printable(block["unit"])
    places = numbers.effect_decimals([row["mean_effect"] for row in block["frontier"]])
    rows = [
        [
            of.labels.arm(row["arm"]),
            money(row["mean_cost"], currency),
            number(row["mean_effect"], places),
            "on the frontier" if row["status"] == "frontier" else row["status"],
            DASH if row["icer"] is None else money(row["icer"], currency),
            percent(100 * row["share"]),
        ]
        for row in block["frontier"]
    ]
    table = Table(
        f"frontier_{name}",
        f"Incremental analysis from the cheapest arm up: {title}",
        [
            "Arm",
            "Mean cost",
            f"Mean {printable(numbers.plural(unit))}",
            "Standing",
            f"ICER, per {unit}",
            "Replicates on the frontier",
        ],
        rows,
        note="The ratio compares with the arm before on the frontier. Dominated: another arm costs "
        "no more and does no less; extendedly dominated: a mixture of two others does.",
    )
    replicates = of.datasets[BASE_CASE, name]
    picture = Picture(
        f"frontier_{name}",
        f"Efficiency frontier: {title}",
        "Mean cost against mean effect of every arm, with the line of the arms that are not "
        "dominated; the numbers stand in the table before it.",
        lambda: plot_frontier(replicates),
    )
    return [table, picture]


def _thresholds(of: Material, name: str, block: Values) -> Table:
    currency = of.labels.currency
    unit = printable(numbers.plural(block["unit"]))
    places = numbers.effect_decimals([row["net_health_benefit"] for row in block["thresholds"]])
    rows = [
        [
            money(row["wtp"], currency),
            of.labels.arm(row["arm"]) + (" (best)" if row["best"] else ""),
            money(row["net_monetary_benefit"], currency),
            number(row["net_health_benefit"], places),
            probability(row["probability"]),
            money(row["expected_loss"], currency),
        ]
        for row in block["thresholds"]
    ]
    return Table(
        f"thresholds_{name}",
        f"Every arm by threshold: {of.effect_name(name)}",
        [
            "Willingness to pay",
            "Arm",
            "Net monetary benefit",
            f"Net health benefit ({unit})",
            "Probability of the highest net benefit",
            "Expected loss per person",
        ],
        rows,
        words=2,
        note="Best: the highest net benefit by the estimates. Expected loss: what choosing the arm "
        "is expected to cost against knowing; the lowest is the value of perfect information.",
    )


def break_even_paragraphs(of: Material, name: str) -> list[Paragraph]:
    """Willingness to pay at which each arm breaks even, where there is one.

    Parameters
    ----------
    of : Material
    name : str
        Effect.
    """
    block, currency = of.base[name], of.labels.currency
    against, unit = of.labels.arm(of.labels.reference), printable(block["unit"])
    told = []
    for arm, one in block["comparisons"].items():
        even = one.get("break_even")
        if even is None or even["value"] is None:
            continue
        open_ = " and ".join(_between(low, high, currency) for low, high in even["undecided"])
        left = f" The {of.labels.interval} of the net benefit holds zero {open_}." if open_ else ""
        told.append(
            Paragraph(
                f"{of.labels.arm(arm)} has more net benefit than {against} {even['better']} "
                f"{money(even['value'], currency)} per {unit}.{left}"
            )
        )
    return told


def _between(low: float, high: float | None, currency: str) -> str:
    """Willingness to pay from one value to another, or without end."""
    if high is None:
        return f"from {money(low, currency)} up" if low else "at every willingness to pay"
    return f"from {money(low, currency)} to {money(high, currency)}"
