"""What the figures of decisions share: axes of willingness to pay and money, colours of arms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cpi_econ.contracts import ARM
from cpi_econ.decision.net_benefit import wtp_grid, wtp_values
from cpi_econ.report.numbers import currency_sign
from cpi_econ.report.plane_geometry import arm_label
from cpi_econ.report.style import ARM_COLOURS, FAINT, QUIET, Thousands, one_line, wrapped

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray


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
    axes.set_xlim(low, high if high > low else low + 1.0)
    axes.xaxis.set_major_formatter(Thousands())
    axes.set_xlabel(wrapped(f"Willingness to pay ({sign} per {unit})".replace("( ", "("), 52))
    open_frame(axes)


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


def key(axes: Axes) -> None:
    """Add a quiet legend when there is anything to tell apart.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    """
    handles, labels = axes.get_legend_handles_labels()
    if len(labels) > 1:
        axes.legend(handles, labels, loc="best", frameon=False, fontsize=6.5, handlelength=1.8)
