"""Figure of the answers at each level: stacked bars by dimension, arm and time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cpi_econ.report.labels import dimension_name
from cpi_econ.report.style import (
    DOUBLE_COLUMN,
    FAINT,
    INK,
    PAPER,
    legend_above,
    on_axes,
    one_line,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOURS = ("#E3EEF7", "#B3D1E8", "#74ADD1", "#3A7EB8", "#1B4F8A", "#0B2C57")
_ROW_MM, _FRAME_MM = 4.2, 18.0
_WRITTEN = 8.0
MASKED = "masked"


def plot_levels(
    table: pd.DataFrame, ax: Axes | None = None, *, labels: Mapping[str, str] | None = None
) -> Axes:
    """Draw the share at each level, one bar an arm and time under each dimension, best first.

    Parameters
    ----------
    table : DataFrame
        ``dimension``, ``arm``, ``time``, ``level``, ``percent``: the table ``levels`` of
        `describe_health`. A masked level has no percent.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; a figure of two columns is made when None.
    labels : mapping, optional
        Label of each arm.

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Darker is worse, whatever the direction of the instrument's numbers. What the masked levels of
    a bar hold together is shared equally between them and hatched, so that the levels after them
    stay in their place.

    Examples
    --------
    >>> table = pd.DataFrame({"dimension": "mobility", "arm": "low", "time": "baseline",
    ...                       "level": [1, 2, 3], "percent": [60.0, 30.0, 10.0]})
    >>> plot_levels(table).get_xlabel()
    'Percentage of those who answered'
    """
    dimensions = list(table.groupby("dimension", sort=False, observed=True))
    bars = table[["dimension", "arm", "time"]].drop_duplicates()
    with on_axes(ax, DOUBLE_COLUMN, _FRAME_MM + _ROW_MM * (len(bars) + len(dimensions))) as axes:
        places: list[float] = []
        names: list[str] = []
        for dimension, block in dimensions:
            places.append(len(places) - 0.1)
            names.append(one_line(dimension_name(str(dimension)), 40))
            for (arm, time), rows in block.groupby(["arm", "time"], sort=False, observed=True):
                _bar(axes, len(places), rows)
                places.append(len(places))
                names.append(_bar_name((labels or {}).get(str(arm), str(arm)), time))
        _dress(axes, places, names)
        _name_levels(axes, [f"level {level}" for level in dict.fromkeys(table["level"])])
    return axes


def _bar_name(arm: str, time: object) -> str:
    return f"{one_line(arm, 30)}, {one_line(str(time).replace('_', ' '), 20)}"


def _bar(axes: Axes, place: int, rows: pd.DataFrame) -> None:
    known = rows["percent"].to_numpy(dtype=np.float64)
    hidden = np.isnan(known)
    asked = rows["answered"].ne(0).all() if "answered" in rows else not hidden.all()
    gap = max(100.0 - np.nansum(known), 0.0) / max(hidden.sum(), 1) if asked else 0.0
    left = 0.0
    for rank, (level, share) in enumerate(zip(rows["level"], known, strict=True)):
        if np.isnan(share):
            axes.barh(
                place, gap, left=left, height=0.78, facecolor=PAPER, edgecolor=FAINT,
                hatch="//////", linewidth=0.0, label=MASKED,
            )  # fmt: skip
        else:
            axes.barh(
                place, share, left=left, height=0.78, color=_COLOURS[rank], label=f"level {level}"
            )
            _written(axes, place, left + share / 2, share, rank)
        left += gap if np.isnan(share) else share


def _written(axes: Axes, place: int, middle: float, share: float, rank: int) -> None:
    if share >= _WRITTEN:
        axes.annotate(
            f"{share:.0f}", (middle, place), ha="center", va="center_baseline", fontsize=6,
            color=PAPER if rank > 2 else INK,
        )  # fmt: skip


def _dress(axes: Axes, places: list[float], names: list[str]) -> None:
    axes.set_yticks(places, names)
    for place, tick in zip(places, axes.get_yticklabels(), strict=True):
        tick.set_fontweight("normal" if float(place).is_integer() else "bold")
    axes.set_ylim(len(places) - 0.5, -0.7)
    axes.set_xlim(0, 100)
    axes.set_xlabel("Percentage of those who answered")
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)


def _name_levels(axes: Axes, best_first: list[str]) -> None:
    """One entry a level that is seen; the number of the best one may be the highest."""
    shown = set(axes.get_legend_handles_labels()[1])
    order = [name for name in [*best_first, MASKED] if name in shown]
    legend = legend_above(axes, max(len(order), 1), order)
    if order[:1] == best_first[:1] and order:
        legend.get_texts()[0].set_text(f"{order[0]} (best)")
