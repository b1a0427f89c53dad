"""Sections on money: service use and costs, perspectives, unit costs."""

from __future__ import annotations

import pandas as pd

from cpi_econ.report.content import Block, Paragraph, Picture, Section, Table
from cpi_econ.report.labels import printable
from cpi_econ.report.material import Material
from cpi_econ.report.service_use_figures import plot_service_use
from cpi_econ.report.table_shapes import Row, arms_across, whole
from cpi_econ.report.typeset import money, number, percent, sentence_case


def costs_section(of: Material) -> Section:
    """Use and cost of each service, and totals by sector; cost totals for finished values."""
    services = of.table("services")
    blocks: list[Block] = []
    if services is not None:
        blocks = [_services(of, services), _figure(of, services), _perspectives(of)]
    elif of.study["finished_costs"]:
        said = (
            "Costs came as one finished value per person; the study file holds no counts of "
            "services, so there is no table by service."
        )
        blocks = [Paragraph(said)]
    return Section("costs", "Service use and costs", blocks)


def _services(of: Material, services: pd.DataFrame) -> Table:
    currency = of.labels.currency
    return arms_across(
        of,
        services,
        name="services",
        caption=f"Use and cost of each service over the study period ({currency} "
        f"{of.labels.price_year})".strip(),
        keys=[("label", "Service"), ("sector", "Sector")],
        cells=[
            ("n", lambda row: whole(row["n"])),
            ("users", _users),
            ("mean use", lambda row: number(row["mean_quantity"], 2)),
            ("mean cost (SD)", lambda row: _cost(row, currency)),
        ],
        note="Means are over everyone whose use of that service is known, users or not. Use as "
        "counted in the forms; cost over the study period. Rows with fewer than five users are "
        "masked; * marks a row masked so that no total gives another one away.",
    )


def _users(row: Row) -> str:
    share = percent(row["percent_users"])
    return whole(row["users"]) if share == "–" else f"{whole(row['users'])} ({share})"


def _cost(row: Row, currency: str) -> str:
    mean = money(row["mean_cost"], currency)
    return mean if mean == "–" else f"{mean} ({number(row['sd_cost'], 0)})"


def _figure(of: Material, services: pd.DataFrame) -> Picture:
    names = dict(zip(services["service"], services["label"], strict=True))
    drawn = services.rename(columns={"service": "item", "percent_users": "pct_users"})
    columns = ["arm", "item", "pct_users", "mean_quantity", "mean_cost"]
    return Picture(
        "service_use",
        "Mean cost of each service by arm, dearest first",
        "Dot chart of the mean cost of each service by arm; the numbers stand in the table "
        "before it. Masked services have no dot.",
        lambda: plot_service_use(
            _floats(drawn[columns]),
            "mean_cost",
            labels=names,
            arms=of.labels.arms,
            currency=of.labels.currency,
        ),
    )


def _floats(table: pd.DataFrame) -> pd.DataFrame:
    numeric = ["pct_users", "mean_quantity", "mean_cost"]
    return table.assign(**{name: table[name].astype(float) for name in numeric})


def _perspectives(of: Material) -> Block:
    table = of.table("perspectives")
    if table is None:
        return Paragraph("")
    return arms_across(
        of,
        table,
        name="perspectives",
        caption="Total cost per person by sector and perspective",
        keys=[("perspective", "Sector or perspective")],
        cells=[
            ("n", lambda row: whole(row["n"])),
            ("mean (SD)", lambda row: _cost(row, of.labels.currency)),
        ],
        note="A service may carry several tags, so sectors do not add up to the whole. People "
        "with every counted item known; unadjusted.",
    )


def unit_costs_section(of: Material) -> Section:
    """Every unit cost that was used, with its source."""
    prices = of.table("unit_costs")
    if prices is None:
        return Section("unit-costs", "Unit costs")
    rows = [
        [
            sentence_case(printable(row["label"])),
            printable(row["unit"] or ""),
            money(row["unit_cost"], of.labels.currency, 2),
            printable(row["price_year"] or ""),
            "1" if row["index_factor"] == 1 else number(row["index_factor"], 4),
            printable(row["source"] or ""),
        ]
        for row in prices.to_dict("records")
    ]
    table = Table(
        "unit_costs",
        "Unit costs, their price year, the factor to the study's price year, and their source",
        ["Service", "Unit", "Unit cost", "Price year", "Index factor", "Source"],
        rows,
        words=2,
    )
    return Section("unit-costs", "Unit costs", [table])
