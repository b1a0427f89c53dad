"""One-way and two-way analysis of a result as tidy tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cpi_econ.contracts import ARM, EFFECT, WTP
from cpi_econ.result.table_block import from_block

Results = Mapping[str, Any]


def tornado_tables(results: Results) -> dict[str, pd.DataFrame]:
    """Tables ``tornado`` and ``two_way``; those without rows are left out.

    Parameters
    ----------
    results : mapping
        Contents of ``results.json``.

    Returns
    -------
    dict of str to DataFrame
        ``tornado``: ``effect, arm, wtp, input, base, low, high, width, changes, tipping_factor``.
        ``two_way``: ``effect, arm, wtp, first, second, first_factor, second_factor, inmb``.
    """
    block = results.get("sensitivity")
    if not block:
        return {}
    frames: dict[str, list[pd.DataFrame]] = {"tornado": [], "two_way": []}
    for arm, one in block["arms"].items():
        at = {EFFECT: block["effect"], ARM: arm, WTP: block["wtp"]}
        frames["tornado"].append(_keyed(from_block(one["inputs"]), at))
        if one["two_way"]:
            frames["two_way"].append(_keyed(_grid(one["two_way"]), at))
    joined = {name: pd.concat(parts, ignore_index=True) for name, parts in frames.items() if parts}
    return {name: table for name, table in joined.items() if not table.empty}


def _keyed(table: pd.DataFrame, keys: Mapping[str, Any]) -> pd.DataFrame:
    return table.assign(**keys)[[*keys, *table.columns]]


def _grid(block: Results) -> pd.DataFrame:
    first, second = block["items"]
    rows = [
        (first, second, one, other, block["inmb"][row][column])
        for row, one in enumerate(block["factors"])
        for column, other in enumerate(block["factors"])
    ]
    columns = ["first", "second", "first_factor", "second_factor", "inmb"]
    return pd.DataFrame(rows, columns=columns)
