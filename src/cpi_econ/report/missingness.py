"""Figure of what is known: one row a quantity and time, one marker an arm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from cpi_econ.report.style import (
    ARM_COLOURS,
    DOUBLE_COLUMN,
    FAINT,
    legend_above,
    on_axes,
    one_line,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_MARKERS = ("o", "D", "s", "^", "v", "P")


def plot_missingness(
    table: pd.DataFrame, ax: Axes | None = None, *, arms: Mapping[str, str] | None = None
) -> Axes:
    """Draw the percentage known of each quantity at each time by arm.

    Parameters
    ----------
    table : DataFrame
        ``quantity``, ``time`` (may be empty), ``arm``, ``percent``; masked rows have no percent
        and no marker.
    ax : Axes, optional
        Where to draw; default a figure of its own.
    arms : mapping, optional
        Label of each arm.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> known = pd.DataFrame({"quantity": "cost", "time": "", "arm": ["low", "high"],
    ...                       "percent": [70.0, 65.0]})
    >>> plot_missingness(known).get_xlabel()
    'Participants with the value known (%)'
    """
    rows = list(dict.fromkeys(zip(table["quantity"], table["time"], strict=True)))
    with on_axes(ax, DOUBLE_COLUMN, 24 + 4.6 * len(rows)) as axes:
        names = list(dict.fromkeys(table["arm"]))
        for position, name in enumerate(names):
            here = table[table["arm"] == name].set_index(["quantity", "time"])["percent"]
            shift = 0.16 * (position - (len(names) - 1) / 2)
            axes.scatter(
                [_value(here.get(row)) for row in rows],
                np.arange(len(rows)) + shift,
                s=18,
                zorder=3,
                clip_on=False,
                color=ARM_COLOURS[position % len(ARM_COLOURS)],
                marker=_MARKERS[position % len(_MARKERS)],
                label=one_line((arms or {}).get(str(name), str(name))),
            )
        axes.set_yticks(range(len(rows)), [_row(*row) for row in rows])
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xlim(0, 100)
        axes.set_xlabel("Participants with the value known (%)")
        axes.grid(axis="y", color=FAINT, linewidth=0.5)
        axes.spines[["top", "right"]].set_visible(False)
        legend_above(axes, 3)
    return axes


def _value(percent: object) -> float:
    return float("nan") if percent is None else float(str(percent))


def _row(quantity: object, time: object) -> str:
    when = str(time or "").replace("_", " ")
    return one_line(f"{quantity}{', ' if when else ''}{when}", 44)
