"""Section on clusters: how many, how alike their people are, tests with clusters as units."""

from __future__ import annotations

import pandas as pd

from cpi_econ.report.content import Block, Paragraph, Section, Table
from cpi_econ.report.material import Material
from cpi_econ.report.table_shapes import arms_across, whole
from cpi_econ.report.typeset import DASH, money, number

_TESTS = {
    "cluster means": "t of one mean a cluster",
    "CR2": "regression of persons, CR2 and Satterthwaite's t",
    "permutation": "permutation of the arm over clusters",
    "wild cluster bootstrap": "wild cluster bootstrap (Webb)",
}


def clusters_section(of: Material) -> Section:
    """Clusters by arm, intraclass correlations, tests; empty without clusters."""
    table = of.table("clusters")
    title = "Clusters"
    if table is None:
        return Section("clusters", title)
    blocks: list[Block] = [Paragraph(_said(of, table)), _sizes(of, table)]
    correlations, tests = of.table("icc"), of.table("cluster_tests")
    if correlations is not None:
        blocks.append(_correlations(of, correlations))
    if tests is not None:
        blocks.append(_tests(of, tests))
    return Section("clusters", title, blocks)


def _said(of: Material, table: pd.DataFrame) -> str:
    n = int(sum(table["clusters"]))
    plan = of.study["uncertainty"]
    said = {
        "clusters": "Whole clusters are resampled within arms",
        "two_stage": "Clusters are resampled within arms in two stages",
        "individuals": "Individuals are resampled and clusters are ignored",
        "none": f"Standard errors allow for clusters ({plan.get('errors', 'CR1')})",
    }.get(plan["resample"], "Clusters are resampled within arms")
    return f"People are grouped in {n} clusters ({of.labels.cluster}). {said}."


def _sizes(of: Material, table: pd.DataFrame) -> Table:
    return arms_across(
        of,
        table.assign(what="Clusters"),
        name="clusters",
        caption=f"Clusters ({of.labels.cluster}) by arm: how many, and people in each",
        keys=[("what", "Units")],
        cells=[
            ("number", lambda row: whole(row["clusters"])),
            ("smallest", lambda row: whole(row["smallest"])),
            ("median", lambda row: f"{row['median']:g}"),
            ("largest", lambda row: whole(row["largest"])),
        ],
    )


def _correlations(of: Material, table: pd.DataFrame) -> Table:
    rows = []
    for row in table.to_dict("records"):
        at = f" at {money(row['wtp'], of.labels.currency)}" if row["wtp"] is not None else ""
        limits = f"{number(row['lower'], 3)} to {number(row['upper'], 3)}"
        rows.append(
            [
                f"{str(row['outcome']).capitalize()}{at}",
                number(row["within_arms"], 3),
                limits if row["lower"] is not None else DASH,
                number(row["overall"], 3),
                whole(row["clusters"]),
                whole(row["people"]),
            ]
        )
    return Table(
        "icc",
        "Intraclass correlations: share of the variance that lies between clusters",
        ["Outcome", "Within arms", of.labels.interval, "Overall", "Clusters", "People"],
        rows,
        note="By analysis of variance among people with the outcome, unadjusted, so that a "
        "negative value says none was found. Within arms is what widens the error of a comparison; "
        "overall also holds the difference between arms.",
    )


def _tests(of: Material, table: pd.DataFrame) -> Table:
    rows = [
        [
            of.labels.arm(str(row["arm"])),
            money(row["wtp"], of.labels.currency),
            _TESTS.get(str(row["test"]), str(row["test"])),
            money(row["estimate"], of.labels.currency),
            money(row["se"], of.labels.currency),
            number(row["df"], 1),
            number(row["p_value"], 3),
        ]
        for row in table.to_dict("records")
    ]
    weighted = of.study["weights"]["method"] != "none"
    return Table(
        "cluster_tests",
        "Incremental net benefit tested with clusters as units, a cross-check of the interval",
        [
            "Arm",
            "Willingness to pay",
            "Test",
            "Estimate",
            "Standard error",
            "Degrees of freedom",
            "p",
        ],
        rows,
        words=3,
        note=f"Against {of.labels.arm(of.labels.reference)}, by people with cost, effect and "
        f"covariates known (complete cases), adjusted for the covariates of cost and effect"
        f"{' but not weighted' if weighted else ''}.",
    )
