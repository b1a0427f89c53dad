"""Section on one-way and two-way analysis: tornado, tipping factors, contour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import xarray as xr

from cpi_econ.report.content import Block, Paragraph, Picture, Section, Table
from cpi_econ.report.labels import printable
from cpi_econ.report.material import Material
from cpi_econ.report.sensitivity_figures import plot_tipping, plot_tornado
from cpi_econ.report.typeset import DASH, money, number
from cpi_econ.result.table_block import from_block

Values = Mapping[str, Any]


def sensitivity_section(of: Material) -> Section:
    """Every arm compared; empty where the study file does not ask."""
    block = of.results.get("sensitivity")
    title = "One-way and two-way analysis"
    if not block:
        return Section("sensitivity", title)
    at = money(block["wtp"], of.labels.currency)
    said = (
        f"Each input at its ends, all else as in the base case: net benefit at {at} and never the "
        "ratio, which jumps where its bottom passes zero. Estimates without intervals."
    )
    blocks: list[Block] = [Paragraph(said)]
    for arm, one in block["arms"].items():
        table = from_block(one["inputs"])
        if not table.empty:
            blocks += _tornado(of, arm, at, table)
        if one["two_way"]:
            blocks.append(_contour(of, arm, at, one["two_way"]))
    return Section("sensitivity", title, blocks if len(blocks) > 1 else [])


def _tornado(of: Material, arm: str, at: str, table: pd.DataFrame) -> list[Block]:
    currency, label = of.labels.currency, of.labels.arm(arm)
    shown = table.assign(input=[_name(of, name) for name in table["input"]])
    rows = [
        [
            row["input"],
            money(row["low"], currency),
            money(row["high"], currency),
            "yes" if row["changes"] else "no",
            DASH if pd.isna(row["tipping_factor"]) else f"× {number(row['tipping_factor'], 2)}",
        ]
        for row in shown.to_dict("records")
    ]
    base = money(float(table["base"].iloc[0]), currency)
    made = Table(
        f"tornado_{arm}",
        f"Net benefit of {label} at {at} with each input at its ends (base case {base})",
        ["Input", "Low end", "High end", "Decision changes", "Changes where unit cost is"],
        rows,
        note="Last column: factor on the unit cost, from 0 to 10, at which the decision changes; "
        f"{DASH} where none does.",
    )
    numeric = ["base", "low", "high"]
    drawn = shown.assign(**{name: shown[name].astype(float) for name in numeric})
    picture = Picture(
        f"tornado_{arm}",
        f"Net benefit of {label} at {at}: each input from its low to its high end",
        "Tornado diagram of the incremental net benefit; the numbers stand in the table before it.",
        lambda: plot_tornado(drawn, currency=currency),
    )
    return [made, picture]


def _name(of: Material, name: str) -> str:
    """Input for reading."""
    return printable(of.time_name(name))


def _contour(of: Material, arm: str, at: str, block: Values) -> Picture:
    names = [f"factor on unit cost of {_name(of, item)}" for item in block["items"]]
    coords = dict(zip(names, [block["factors"]] * 2, strict=True))
    grid = xr.DataArray(block["inmb"], coords, names)
    crosses = float(grid.min()) < 0 < float(grid.max())
    said = "the line is where the decision changes" if crosses else "the decision does not change"
    return Picture(
        f"two_way_{arm}",
        f"Net benefit of {of.labels.arm(arm)} at {at} over factors on two unit costs; {said}",
        "Contours of the incremental net benefit over two factors; the numbers stand in the file "
        "two_way.csv.",
        lambda: plot_tipping(grid, currency=of.labels.currency),
    )
