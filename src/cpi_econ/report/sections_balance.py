"""Section on comparability: balance, weights, overlap, confounders that nobody measured."""

from __future__ import annotations

import pandas as pd

from cpi_econ.report.balance_figures import plot_balance, plot_overlap
from cpi_econ.report.content import Block, Paragraph, Picture, Section, Table
from cpi_econ.report.material import Material
from cpi_econ.report.table_shapes import arms_across, whole
from cpi_econ.report.typeset import money, number, percent


def balance_section(of: Material) -> Section:
    """Balance, weights, overlap and E-values; empty where nothing is weighted or adjusted for."""
    table, weights, outside = (of.table(name) for name in ("balance", "weights", "outside"))
    unmeasured = of.table("unmeasured")
    blocks: list[Block] = []
    if table is not None:
        blocks += _weighted(of, table) if "difference_after" in table else [_plain(of, table)]
    if weights is not None:
        blocks.append(_weights(of, weights))
    if outside is not None:
        blocks.append(Paragraph(_said(of, outside)))
    blocks += _overlap(of)
    if unmeasured is not None:
        blocks.append(_unmeasured(of, unmeasured))
    return Section("balance", "Balance and overlap of the arms", blocks)


def _weighted(of: Material, table: pd.DataFrame) -> list[Block]:
    return [
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
            note=_LIMIT,
        ),
        Picture(
            "balance",
            "Standardised differences before and after weighting",
            "Love plot: one row a covariate with its standardised difference before and after "
            "weighting; the numbers stand in the table before it.",
            lambda: plot_balance(table, arms=of.labels.arms),
        ),
    ]


_LIMIT = "In standard deviations; below 0.1 is usually called small."


def _plain(of: Material, table: pd.DataFrame) -> Table:
    return arms_across(
        of,
        table,
        name="balance",
        caption="Standardised differences from the reference, before adjustment",
        keys=[("covariate", "Covariate")],
        cells=[
            ("difference", lambda row: number(row["difference_before"], 2)),
            ("variance ratio", lambda row: number(row["ratio_before"], 2)),
        ],
        note=f"{_LIMIT} Covariates of the outcome models; nobody is weighted.",
    )


def _weights(of: Material, weights: pd.DataFrame) -> Table:
    return arms_across(
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
    )


def _said(of: Material, outside: pd.DataFrame) -> str:
    counts = "; ".join(
        f"{of.labels.arm(str(row['arm']))} {whole(row['outside'])} of {whole(row['participants'])}"
        for row in outside.to_dict("records")
    )
    return (
        f"People whose propensity for an arm is not reached in every arm: {counts}. For them the "
        "comparison rests on the form of the model alone."
    )


def _overlap(of: Material) -> list[Block]:
    overlap = of.table("overlap")
    if overlap is None:
        return []
    return [
        Picture(
            "overlap",
            "Overlap of propensity scores; classes with fewer than five people are left blank",
            "Bars of the propensity scores of the two arms, one above and one below zero.",
            lambda: plot_overlap(overlap, arms=of.labels.arms),
        )
    ]


def _unmeasured(of: Material, table: pd.DataFrame) -> Table:
    currency = of.labels.currency
    rows = [
        [
            of.labels.arm(str(row["arm"])),
            money(row["wtp"], currency),
            money(row["estimate"], currency),
            number(row["standardised"], 2),
            number(row["e_value"], 2),
            number(row["e_value_limit"], 2),
        ]
        for row in table.to_dict("records")
    ]
    return Table(
        "unmeasured",
        "How strong an unmeasured confounder of net benefit would have to be (E-values)",
        [
            "Arm",
            "Willingness to pay",
            "Incremental net benefit",
            "In standard deviations",
            "E-value of the estimate",
            "E-value of the interval",
        ],
        rows,
        note="A confounder would have to be related to the arm and to net benefit by risk ratios "
        "of this size each, beyond the covariates used, to explain the difference away; 1 means "
        "that nothing is needed. It takes net benefit as near normal.",
    )
