"""Tables as plain JSON values, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cpi_econ.result.document import number

Block = dict[str, Any]


def to_block(table: pd.DataFrame) -> Block:
    """Columns and rows of a table; numbers with 12 digits, missing ones as null.

    Examples
    --------
    >>> to_block(pd.DataFrame({"arm": ["low", None], "cost": [0.1 + 0.2, float("nan")]}))
    {'columns': ['arm', 'cost'], 'rows': [['low', 0.3], [None, None]]}
    """
    rows = [[_plain(cell) for cell in row] for row in table.itertuples(index=False, name=None)]
    return {"columns": [str(name) for name in table.columns], "rows": rows}


def from_block(block: Mapping[str, Any]) -> pd.DataFrame:
    """Table of a block.

    Examples
    --------
    >>> from_block({"columns": ["n"], "rows": [[1], ["<5"]]})["n"].tolist()
    [1, '<5']
    """
    return pd.DataFrame(block["rows"], columns=block["columns"], dtype=object)


def _plain(cell: Any) -> Any:
    if isinstance(cell, (str, bool)):
        return cell
    if isinstance(cell, (list, tuple)):
        return ", ".join(map(str, cell))
    if cell is None or cell is pd.NaT or pd.isna(cell):
        return None
    return number(cell)
