"""Long tables of the description turned into tables that papers print: arms side by side."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from cpi_econ.report.content import Table
from cpi_econ.report.material import Material
from cpi_econ.report.style import one_line
from cpi_econ.report.typeset import DASH, sentence_case

Row = Mapping[Any, Any]
_WORDS = f"{string.ascii_letters} <>"
_DECIMALS = re.compile(r"^−?([^\d(−]*)[\d,]+(?:\.(\d+))?$")


def whole(value: Any) -> str:
    """Count for reading: masked ones as they are.

    Examples
    --------
    >>> whole(1200), whole("<5"), whole(None)
    ('1,200', '<5', '–')
    """
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return DASH
    return value if isinstance(value, str) else f"{value:,.0f}"


def decimals_aligned(block: Table) -> list[list[str]]:
    r"""Rows of a table with decimal points under one another where numbers stand from the right.

    Shorter decimals are filled with spaces as wide as a digit and as a point; a column of several
    currencies or units stays as it is.

    Examples
    --------
    >>> table = Table("t", "", ["Arm", "P"], [["a", "0.93"], ["b", "0.976"]])
    >>> [row[1] for row in decimals_aligned(table)]
    ['0.93\u2007', '0.976']
    """
    rows = [list(row) for row in block.rows]
    for at in range(len(block.columns)):
        places = [_DECIMALS.search(row[at]) for row in rows]
        most = max((len(found[2]) for found in places if found and found[2]), default=0)
        mixed = len({found[1].strip(_WORDS) for found in places if found}) > 1
        if not most or mixed or block.holds_words(at):
            continue
        for row, found in zip(rows, places, strict=True):
            if found:
                short = most - len(found[2] or "")
                row[at] += ("" if found[2] else "\u2008") + "\u2007" * short
    return rows


def arms_across(
    of: Material,
    frame: pd.DataFrame,
    *,
    name: str,
    caption: str,
    keys: Sequence[tuple[str, str]],
    cells: Sequence[tuple[str, Callable[[Row], str]]],
    note: str = "",
) -> Table:
    """Table with one row a key and the arms side by side.

    Parameters
    ----------
    of : Material
    frame : DataFrame
        Long, with a column ``arm``.
    name, caption, note : str
    keys : sequence of (column, heading)
        What makes a row, in their order of appearance.
    cells : sequence of (heading, function of a row)
        What stands under each arm; the heading may be empty.
    """
    columns = [key for key, _ in keys]
    arms = [arm for arm in of.arms if arm in set(frame["arm"])]
    rows = []
    for at, by_arm in _groups(frame, columns).items():
        row = [sentence_case(of.time_name(one or DASH)) for one in at]
        for arm in arms:
            row += [make(by_arm[arm]) if arm in by_arm else DASH for _, make in cells]
        rows.append(row)
    short = [heading for heading, _ in cells]
    groups = [(one_line(of.labels.arm(arm), 60), short) for arm in arms]
    headings = [f"{arm}{': ' if one else ''}{one}" for arm, part in groups for one in part]
    columns_ = [heading for _, heading in keys] + headings
    grouped = groups if len(cells) > 1 else ()
    return Table(name, caption, columns_, rows, len(keys), note, grouped)


def _groups(frame: pd.DataFrame, columns: Sequence[str]) -> dict[tuple[Any, ...], dict[str, Row]]:
    """Rows by key and arm, keys in their order of appearance."""
    found: dict[tuple[Any, ...], dict[str, Row]] = {}
    for row in frame.to_dict("records"):
        at = tuple(row[column] for column in columns)
        found.setdefault(at, {}).setdefault(str(row["arm"]), row)
    return found
