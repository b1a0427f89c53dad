"""Incremental analysis of three arms or more on the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.text import Text

from cpi_econ.report import numbers
from cpi_econ.report.labels import Labels, printable
from cpi_econ.report.screen_table import screen_table

if TYPE_CHECKING:
    from rich.table import Table


def frontier_table(effect: Mapping[str, Any], labels: Labels) -> Table:
    """Return arms from cheapest to dearest, dominated ones named, with ICERs along the frontier.

    Parameters
    ----------
    effect : mapping
        Block of one effect in ``results.json``.
    labels : Labels
    """
    unit = printable(effect["unit"])
    table = screen_table("Cheapest arm first", "Standing", f"ICER per {unit}", "On the frontier")
    for row in effect["frontier"]:
        standing = "frontier" if row["status"] == "frontier" else row["status"]
        table.add_row(
            Text(labels.arm(row["arm"])),
            standing,
            numbers.money(row["icer"], labels.currency),
            numbers.percent(row["share"]),
        )
    return table
