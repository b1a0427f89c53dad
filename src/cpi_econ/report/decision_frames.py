"""What the figures of decisions share: axes of willingness to pay and money, colours of arms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cpi_econ.contracts import ARM
from cpi_econ.decision.net_benefit import wtp_grid, wtp_values
from cpi_econ.report.numbers import currency_sign
from cpi_econ.report.plane_geometry import arm_label
from cpi_econ.report.style import (
    ARM_COLOURS,
    FAINT,
    QUIET,
    SINGLE_COLUMN,
    Thousands,
    one_line,
    wrapped,
)

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

_LINE = 0.085
_NARROW = SINGLE_COLUMN / 25.4


class LineName(NamedTuple):
    """Name of a line, to stand at its right end.

    Parameters
    ----------
    text : str
    height : float
        Where the line ends, in the units of the vertical axis.
    colour : str
    strong : bool
        Bold.
    """

    text: str
    height: float
    colour: str
    strong: bool = False


def name_ends(axes: Axes, names: Sequence[LineName]) -> None:
    """Write the name of each line beside its end, apart from one another.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        With its limits set.
    names : sequence of LineName
    """
    low, high = axes.get_ylim()
    ends = [(one.height - low) / ((high - low) or 1.0) for one in names]
    cells = round(14 * axes.figure.bbox.width / axes.figure.dpi / _NARROW)
    for one, height in zip(names, spread(ends), strict=True):
        axes.annotate(
            wrapped(one.text, cells, lines=2), (1, height), xycoords="axes fraction",
            xytext=(4, 0), textcoords="offset points", va="center", ha="left", fontsize=7,
            color=one.colour, linespacing=1.1, annotation_clip=False,
            fontweight="bold" if one.strong else "normal",
        )  # fmt: skip


def spread(ends: Sequence[float]) -> list[float]:
    """Return heights of names [share of the axis], as near the lines' ends as their size allows.

    Examples
    --------
    >>> [round(height, 2) for height in spread([0.5, 0.51])]
    [0.5, 0.67]
    """
    gap = min(2 * _LINE, 1 / max(len(ends), 1))
    placed = [0.0] * len(ends)
    order = sorted(range(len(ends)), key=ends.__getitem__)
    below = -gap
    for at in order:
        placed[at] = below = max(ends[at], below + gap)
    above = 1 + gap
    for at in reversed(order) if below > 1 else ():
        placed[at] = above = min(placed[at], above - gap)
    return placed


def wtp_axis_values(wtp: ArrayLike | None) -> NDArray[np.float64]:
    """Return the thresholds asked for, 0 to 50,000 by 500 when None.

    Examples
    --------
    >>> len(wtp_axis_values(None))
    101
    """
    return wtp_grid(0, 50_000, step=500) if wtp is None else wtp_values(wtp)


def arm_colours(replicates: xr.Dataset) -> dict[str, str]:
    """Return the colour of every arm; the reference is quiet.

    Parameters
    ----------
    replicates : xarray.Dataset
    """
    reference = str(replicates.attrs["reference"])
    others = [str(arm) for arm in replicates[ARM].values if str(arm) != reference]
    colours = {arm: ARM_COLOURS[at % len(ARM_COLOURS)] for at, arm in enumerate(others)}
    return {**colours, reference: QUIET}


def shown_arm(replicates: xr.Dataset, arm: str, most: int = 30) -> str:
    """Return the label of an arm, short enough for a legend.

    Parameters
    ----------
    replicates : xarray.Dataset
    arm : str
    most : int
        Cells of the label.
    """
    return one_line(arm_label(replicates, arm), most)


def frame_wtp(axes: Axes, grid: NDArray[np.float64], attrs: dict[str, object]) -> None:
    """Dress the horizontal axis as willingness to pay.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    grid : array
        Thresholds shown.
    attrs : dict
        ``currency`` and ``effect_unit``, where known.
    """
    sign = currency_sign(str(attrs.get("currency", "")))
    unit = one_line(str(attrs.get("effect_unit", "")), 30) or "unit of effect"
    low, high = float(grid.min()), float(grid.max())
    room = 0.0 if high > low else max(0.5 * low, 1.0)
    axes.set_xlim(low - room, high + room)
    if room:
        axes.set_xticks([low])
    axes.xaxis.set_major_formatter(Thousands())
    axes.set_xlabel(wrapped(f"Willingness to pay ({sign} per {unit})".replace("( ", "("), 52))
    open_frame(axes)


def point_mark(grid: NDArray[np.float64]) -> str:
    """Return the marker of a line over thresholds: one threshold gives a point, not a line.

    Examples
    --------
    >>> point_mark(np.array([20_000.0])), point_mark(np.array([0.0, 20_000.0]))
    ('o', '')
    """
    return "o" if len(grid) == 1 else ""


def open_frame(axes: Axes, *, grid: str = "y") -> None:
    """Leave the left and bottom spine, and faint lines behind the data.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    grid : {"x", "y"}
        Direction of the values.
    """
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="x" if grid == "x" else "y", color=FAINT, linewidth=0.4)
    axes.set_axisbelow(True)


def money_label(words: str, currency: str) -> str:
    """Return an axis label with the sign of the money.

    Examples
    --------
    >>> money_label("EVPI per person", "GBP"), money_label("EVPI per person", "")
    ('EVPI per person (£)', 'EVPI per person')
    """
    sign = currency_sign(currency)
    return f"{words} ({sign})" if sign else words
