"""Section on comparability: balance before and after weighting, weights, overlap."""

from __future__ import annotations

from cpi_econ.report.balance_figures import plot_balance, plot_overlap
from cpi_econ.report.content import Block, Picture, Section
from cpi_econ.report.material import Material
from cpi_econ.report.table_shapes import arms_across, whole
from cpi_econ.report.typeset import number, percent


def balance_section(of: Material) -> Section:
    """Balance, weights and overlap; empty without weights."""
    title = "Balance and overlap of the arms"
    table, weights, overlap = (of.table(name) for name in ("balance", "weights", "overlap"))
    if table is None or weights is None:
        return Section("balance", title)
    blocks: list[Block] = [
        arms_across(
            of,
            table,
            name="balance",
            caption="Standardised differences from the reference before and after weighting",
            keys=[("covariate", "Covariate")],
            cells=[
                ("before", lambda row: number(row["difference_before"], 2)),
                ("after", lambda row: number(row["difference_after"], 2)),
                ("variance ratio after", lambda row: number(row["ratio_after"], 2)),
            ],
            note="In standard deviations; below 0.1 is usually called small.",
        ),
        Picture(
            "balance",
            "Standardised differences before and after weighting",
            "Love plot: one row a covariate with its standardised difference before and after "
            "weighting; the numbers stand in the table before it.",
            lambda: plot_balance(table, arms=of.labels.arms),
        ),
        arms_across(
            of,
            weights.assign(what="Weights"),
            name="weights",
            caption="What weighting costs in information",
            keys=[("what", "")],
            cells=[
                ("people", lambda row: whole(row["participants"])),
                ("effective sample size", lambda row: number(row["effective_size"], 1)),
                ("largest share of one person", lambda row: percent(100 * row["largest_share"])),
            ],
        ),
    ]
    if overlap is not None:
        blocks.append(
            Picture(
                "overlap",
                "Overlap of propensity scores; classes with fewer than five people are left blank",
                "Bars of the propensity scores of the two arms, one above and one below zero.",
                lambda: plot_overlap(overlap, arms=of.labels.arms),
            )
        )
    return Section("balance", title, blocks)
