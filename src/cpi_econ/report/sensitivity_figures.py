"""Figures of sensitivity: tornado, forest of scenarios or subgroups, tipping contour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from cpi_econ.report.decision_frames import money_label, open_frame
from cpi_econ.report.style import (
    ARM_COLOURS,
    DOUBLE_COLUMN,
    INK,
    QUIET,
    SINGLE_COLUMN,
    Thousands,
    legend_above,
    on_axes,
    one_line,
)

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from matplotlib.axes import Axes

_ROW_MM, _FRAME_MM = 5.0, 22.0
_LOW, _HIGH = ARM_COLOURS[4], ARM_COLOURS[1]


def plot_tornado(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    currency: str = "",
    most: int = 15,
    width: float = DOUBLE_COLUMN,
) -> Axes:
    """Draw the incremental net benefit at both ends of every input, the widest on top.

    Parameters
    ----------
    table : DataFrame
        ``input, base, low, high``, from `tornado`.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; a figure of journal width is made when None.
    currency : str
        Code of the money.
    most : int
        Inputs shown.
    width : float
        Width of a new figure in millimetres.

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Net benefit, never the ICER: a ratio jumps where its bottom passes 0.

    Examples
    --------
    >>> from cpi_econ.decision.sensitivity import tornado
    >>> cases = {"gp": ((90.0, 0.01), (110.0, 0.01))}
    >>> plot_tornado(tornado((100.0, 0.01), cases, 20_000), currency="GBP").get_xlabel()
    'Incremental net benefit (£)'
    """
    shown = table.head(most)
    rows = np.arange(len(shown))
    with on_axes(ax, width, _FRAME_MM + _ROW_MM * len(shown)) as axes:
        base = float(shown["base"].iloc[0]) if len(shown) else 0.0
        for end, colour in (("low", _LOW), ("high", _HIGH)):
            axes.barh(
                rows, shown[end] - base, left=base, height=0.62, color=colour, alpha=0.85,
                label=f"{end} end", zorder=2,
            )  # fmt: skip
        axes.axvline(base, color=INK, linewidth=0.8, zorder=3)
        axes.axvline(0, color=QUIET, linewidth=0.8, linestyle=(0, (3, 2)), zorder=1)
        _rows(axes, [str(name) for name in shown["input"]])
        axes.set_xlabel(money_label("Incremental net benefit", currency))
        legend_above(axes)
    return axes


def plot_forest(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    names: str = "scenario",
    currency: str = "",
    level: float = 0.95,
    width: float = DOUBLE_COLUMN,
) -> Axes:
    """Draw the incremental net benefit of each row with its interval, first row as anchor.

    Parameters
    ----------
    table : DataFrame
        ``inmb``, ``lower``, ``upper`` and the column ``names``, from `scenario_table` or
        `subgroup_table`.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; a figure of journal width is made when None.
    names : str
        Column of the names.
    currency : str
        Code of the money.
    level : float
        Level of the intervals, printed.
    width : float
        Width of a new figure in millimetres.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"scenario": ["base case"], "inmb": 5.0, "lower": 1.0, "upper": 9.0})
    >>> plot_forest(table).get_xlabel()
    'Incremental net benefit, 95% interval'
    """
    rows = np.arange(len(table))
    several = "arm" in table and len(set(table["arm"])) > 1
    shown = [
        f"{name}, {arm}" if several else str(name)
        for name, arm in zip(table[names], table.get("arm", table[names]), strict=True)
    ]
    with on_axes(ax, width, _FRAME_MM + _ROW_MM * len(table)) as axes:
        if len(table):
            axes.axvline(table["inmb"].iloc[0], color=ARM_COLOURS[0], linewidth=0.6, alpha=0.5)
        axes.axvline(0, color=QUIET, linewidth=0.8, linestyle=(0, (3, 2)), zorder=1)
        axes.hlines(rows, table["lower"], table["upper"], color=INK, linewidth=1.1, zorder=2)
        axes.plot(table["inmb"], rows, "s", markersize=4.2, color=ARM_COLOURS[0], zorder=3)
        _rows(axes, shown)
        words = f"Incremental net benefit, {100 * level:g}% interval"
        axes.set_xlabel(money_label(words, currency))
    return axes


def plot_tipping(
    grid: xr.DataArray,
    ax: Axes | None = None,
    *,
    currency: str = "",
    width: float = SINGLE_COLUMN,
) -> Axes:
    """Draw the incremental net benefit over two inputs, and the line where the decision changes.

    Parameters
    ----------
    grid : xarray.DataArray
        On two inputs, from `two_way` or `shift_grid`; at least two values of each.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; a figure of journal width is made when None.
    currency : str
        Code of the money.
    width : float
        Width of a new figure in millimetres.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from cpi_econ.decision.sensitivity import two_way
    >>> plot_tipping(two_way(lambda x, y: x - y, [0, 1], [0, 1])).get_xlabel()
    'first'
    """
    first, second = (str(name) for name in grid.dims)
    values = grid.to_numpy()
    reach = float(np.abs(values).max()) or 1.0
    with on_axes(ax, width) as axes:
        shades = axes.contourf(
            grid[first], grid[second], values.T, levels=np.linspace(-reach, reach, 21),
            cmap="PuOr", alpha=0.75, antialiased=False,
        )  # fmt: skip
        if values.min() < 0 < values.max():
            axes.contour(
                grid[first], grid[second], values.T, levels=[0.0], colors=INK, linewidths=1.4
            )
            axes.plot([], [], color=INK, linewidth=1.4, label="the decision changes")
            legend_above(axes)
        bar = axes.figure.colorbar(
            shades, ax=axes, format=Thousands(), ticks=MaxNLocator(nbins=7, steps=[1, 2, 5, 10])
        )
        bar.set_label(money_label("Incremental net benefit", currency))
        axes.set_xlabel(one_line(first, 40))
        axes.set_ylabel(one_line(second, 40))
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(Thousands())
    return axes


def _rows(axes: Axes, names: list[str]) -> None:
    axes.set_yticks(np.arange(len(names)), [one_line(name, 48) for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.xaxis.set_major_formatter(Thousands())
    axes.margins(x=0.06)
    open_frame(axes, grid="x")
