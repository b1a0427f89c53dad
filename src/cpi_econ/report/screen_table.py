"""The table that every screen of the terminal is made of."""

from __future__ import annotations

from rich import box
from rich.table import Table
from rich.text import Text

_FIRST = 44


def screen_table(*columns: str) -> Table:
    """Return an empty table: words on the left, numbers on the right.

    Parameters
    ----------
    columns : str
        Headings.

    Examples
    --------
    >>> len(screen_table("Arm", "Cost").columns)
    2
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    table.add_column(
        Text(columns[0]), overflow="fold", min_width=_longest_word(columns[0]), max_width=_FIRST
    )
    for name in columns[1:]:
        table.add_column(
            Text(name), justify="right", overflow="fold", min_width=_longest_word(name)
        )
    return table


def _longest_word(heading: str) -> int:
    """Room that a heading needs not to be broken inside a word."""
    return max((len(word) for word in heading.split()), default=0)
