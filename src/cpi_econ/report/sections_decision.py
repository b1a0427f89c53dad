"""Sections on the decision: the explorer, the value of information."""

from __future__ import annotations

from cpi_econ.report.acceptability import plot_ceac
from cpi_econ.report.content import Block, Explorer, Paragraph, Picture, Section, Table
from cpi_econ.report.decision_figures import plot_ceaf, plot_inmb
from cpi_econ.report.information_figures import plot_evpi
from cpi_econ.report.labels import printable
from cpi_econ.report.material import Material
from cpi_econ.report.plane import plot_plane
from cpi_econ.report.sections_research import research_blocks
from cpi_econ.report.typeset import money, rounded_money, sentence_case
from cpi_econ.result.answer import BASE_CASE


def decision_section(of: Material) -> Section:
    """Plane and acceptability curve, driven by one threshold on the page."""
    pictures = [one for name in of.base for one in decision_pictures(of, name)]
    return Section(
        "decision",
        "Cost-effectiveness plane and acceptability curve",
        [Explorer(list(of.base), pictures)],
    )


def decision_pictures(of: Material, name: str) -> list[Picture]:
    """Plane and curve of one effect, for paper."""
    block, title = of.base[name], of.effect_name(name)
    replicates = of.datasets[BASE_CASE, name]
    reported = [row["wtp"] for row in block["comparisons"][of.others[0]]["inmb"]]
    at = money(reported[0], of.labels.currency)
    against = of.labels.arm(of.labels.reference)
    plane = Picture(
        f"plane_{name}",
        f"Cost-effectiveness plane, {title}: replicates of the difference from {against}; dashed "
        f"line at {at} per {printable(block['unit'])}",
        f"Scatter of {replicates.sizes['replicate']:,} replicates of incremental {title} and cost "
        f"against {against}; shares of the quadrants stand in the text.",
        lambda: plot_plane(replicates, wtp=reported[0], level=of.labels.level),
    )
    curve = Picture(
        f"ceac_{name}",
        f"Cost-effectiveness acceptability curve, {title}",
        f"Probability that each arm is cost-effective in {title} against willingness to pay; "
        "the values at the reported thresholds stand in the tables.",
        lambda: plot_ceac(replicates, block["ceac"]["wtp"], report=reported),
        beside=True,
    )
    benefit = Picture(
        f"inmb_{name}",
        f"Incremental net benefit against willingness to pay, {title}, with {of.labels.interval}",
        f"Incremental net benefit against {against} with its interval, by willingness to pay; the "
        "values at the reported thresholds stand in the tables.",
        lambda: plot_inmb(
            replicates,
            block["ceac"]["wtp"],
            interval=of.study["uncertainty"]["interval"],
            level=of.labels.level,
        ),
    )
    frontier = Picture(
        f"ceaf_{name}",
        f"Cost-effectiveness acceptability frontier, {title}",
        "Probability that the arm with the highest expected net benefit is cost-effective, by "
        "willingness to pay.",
        lambda: plot_ceaf(replicates, block["ceac"]["wtp"]),
        beside=True,
    )
    # What holds at one threshold stands in the tables.
    lines = [curve, benefit, *([frontier] if len(of.others) > 1 else [])]
    return [plane, *(lines if len(block["ceac"]["wtp"]) > 1 else [])]


def information_section(of: Material) -> Section:
    """Expected value of perfect information at the reported thresholds, every effect."""
    rows = []
    currency = of.labels.currency
    people = any(block["evpi"]["population"] for block in of.base.values())
    for name, block in of.base.items():
        grid = block["evpi"]["wtp"]
        reported = [row["wtp"] for row in block["comparisons"][of.others[0]]["inmb"]]
        for wtp in reported:
            nearest = min(range(len(grid)), key=lambda at: abs(grid[at] - wtp))
            if grid[nearest] != wtp:
                continue
            each = block["evpi"]["per_person"][nearest]
            row = [sentence_case(of.effect_name(name)), money(wtp, currency)]
            row.append(rounded_money(each, currency))
            if people:
                every = (block["evpi"]["population"] or [None] * len(grid))[nearest]
                row.append(rounded_money(every, currency))
            rows.append(row)
    title = "Value of further research"
    if not rows:
        return Section("information", title)
    head = ["Outcome", "Willingness to pay", "EVPI per person"]
    table = Table(
        "evpi",
        "Expected value of perfect information (EVPI)",
        [*head, "EVPI for the population"] if people else head,
        rows,
    )
    said = (
        "The most that removing all sampling uncertainty could be worth. It says nothing about "
        "bias: confounding and missing data are not part of it."
    )
    first = of.base[of.primary]
    picture = Picture(
        "evpi",
        f"Expected value of perfect information per person, {of.effect_name(of.primary)}",
        "Expected value of perfect information by willingness to pay; the values at the reported "
        "thresholds stand in the table before it.",
        lambda: plot_evpi(of.datasets[BASE_CASE, of.primary], first["ceac"]["wtp"]),
    )
    drawn = [picture] if len(first["ceac"]["wtp"]) > 1 else []
    blocks: list[Block] = [Paragraph(said), table, *drawn, *research_blocks(of)]
    return Section("information", title, blocks)
