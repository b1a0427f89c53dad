"""Figures of decisions: efficiency frontier, acceptability with its frontier, net benefit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cpi_econ.contracts import ARM
from cpi_econ.decision.acceptability import ceac, ceaf
from cpi_econ.decision.frontier import frontier
from cpi_econ.decision.net_benefit import inmb_intervals
from cpi_econ.report.decision_frames import (
    LineName,
    arm_colours,
    frame_wtp,
    money_label,
    name_ends,
    open_frame,
    point_mark,
    shown_arm,
    wtp_axis_values,
)
from cpi_econ.report.numbers import currency_sign, plural
from cpi_econ.report.style import (
    INK,
    PAPER,
    QUIET,
    SINGLE_COLUMN,
    Thousands,
    legend_above,
    on_axes,
)

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray


def plot_frontier(
    replicates: xr.Dataset, ax: Axes | None = None, *, width: float = SINGLE_COLUMN
) -> Axes:
    """Draw mean cost against mean effect of every arm, and the efficiency frontier.

    Parameters
    ----------
    replicates : xarray.Dataset
        ``cost_hat`` and ``effect_hat`` on ``(arm)``.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; a figure of journal width is made when None.
    width : float
        Width of a new figure in millimetres.

    Returns
    -------
    matplotlib.axes.Axes
        Filled marks are on the frontier, open ones are dominated; the ICER of each step is written
        beside it.

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> two = replicates([[0, 9], [0, 5]], [[0, 1], [0, 2]], arms=["a", "b"], reference="a")
    >>> plot_frontier(two).get_ylabel()
    'Mean cost'
    """
    table = frontier(replicates)
    on = table[table["status"] == "frontier"]
    sign = currency_sign(str(replicates.attrs.get("currency", "")))
    unit = str(replicates.attrs.get("effect_unit", "")) or "effect"
    with on_axes(ax, width) as axes:
        axes.plot(on["effect"], on["cost"], color=INK, linewidth=1.0, zorder=2)
        colours = arm_colours(replicates)
        for arm, cost, effect, status in table[[ARM, "cost", "effect", "status"]].itertuples(
            index=False
        ):
            kept = status == "frontier"
            colour = colours[arm]
            axes.plot(
                effect, cost, "o", markersize=5, zorder=3, markeredgewidth=1.0,
                color=colour if kept else PAPER, markeredgecolor=colour,
            )  # fmt: skip
            axes.annotate(
                shown_arm(replicates, arm), (effect, cost), xytext=(5, -2), fontsize=6.5,
                textcoords="offset points", ha="left", va="top", color=colour if kept else QUIET,
            )  # fmt: skip
        for at in range(1, len(on)):
            pair = on.iloc[at - 1 : at + 1]
            axes.annotate(
                f"{sign}{pair['icer'].iloc[1]:,.0f}",
                (pair["effect"].mean(), pair["cost"].mean()),
                xytext=(-4, 4), textcoords="offset points", ha="right", fontsize=6.5, color=QUIET,
            )  # fmt: skip
        axes.set_xlabel(f"Mean effect ({plural(unit)})")
        axes.set_ylabel(money_label("Mean cost", str(replicates.attrs.get("currency", ""))))
        axes.xaxis.set_major_formatter(Thousands())
        axes.yaxis.set_major_formatter(Thousands())
        axes.margins(0.18, 0.12)
        open_frame(axes)
    return axes


def plot_ceaf(
    replicates: xr.Dataset,
    wtp: ArrayLike | None = None,
    ax: Axes | None = None,
    *,
    width: float = SINGLE_COLUMN,
) -> Axes:
    """Draw every arm's acceptability curve, and over them the acceptability frontier.

    Parameters
    ----------
    replicates : xarray.Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)``.
    wtp : array-like, optional
        Willingness to pay, rising; 0 to 50,000 by 500 when None.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; a figure of journal width is made when None.
    width : float
        Width of a new figure in millimetres.

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    The thick line is the probability of the arm with the highest expected net benefit, which need
    not be the most probable one; it breaks where that arm changes.

    References
    ----------
    Barton, Briggs, Fenwick (2008), doi:10.1111/j.1524-4733.2008.00358.x

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> two = replicates([[0, 9], [0, 5]], [[0, 1], [0, 2]], arms=["a", "b"], reference="a")
    >>> plot_ceaf(two, [0, 10, 20]).get_ylim() == (0, 1)
    True
    """
    grid = wtp_axis_values(wtp)
    curve, best = ceac(replicates, grid), ceaf(replicates, grid)
    colours = arm_colours(replicates)
    with on_axes(ax, width) as axes:
        for arm in map(str, curve[ARM].values):
            axes.plot(
                grid, curve.sel(arm=arm), color=colours[arm], linewidth=1.0, zorder=3,
                marker=point_mark(grid), markersize=4,
            )  # fmt: skip
            chosen = np.where(best["best"].values == arm, best["probability"].values, np.nan)
            axes.plot(grid, chosen, color=colours[arm], linewidth=3.2, alpha=0.55, zorder=2)
        axes.plot([], [], color=QUIET, linewidth=3.2, alpha=0.55, label="highest expected benefit")
        axes.set_ylim(0, 1)
        ends = curve.isel(wtp=-1)
        name_ends(axes, [
            LineName(shown_arm(replicates, arm), float(ends.sel(arm=arm)), colours[arm])
            for arm in colours
        ])  # fmt: skip
        axes.set_ylabel("Probability cost-effective")
        frame_wtp(axes, grid, replicates.attrs)
        legend_above(axes)
    return axes


def plot_inmb(
    replicates: xr.Dataset,
    wtp: ArrayLike | None = None,
    ax: Axes | None = None,
    *,
    interval: str | None = None,
    level: float = 0.95,
    width: float = SINGLE_COLUMN,
) -> Axes:
    """Draw the incremental net benefit of each arm with a band, against willingness to pay.

    Parameters
    ----------
    replicates : xarray.Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)``.
    wtp : array-like, optional
        Willingness to pay, rising; 0 to 50,000 by 500 when None.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; a figure of journal width is made when None.
    interval, level : str and float
        As in `inmb_intervals`; the level is printed.
    width : float
        Width of a new figure in millimetres.

    Returns
    -------
    matplotlib.axes.Axes
        A line and a band an arm; the line is named at its end.

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> two = replicates([[0, 9], [0, 5]], [[0, 1], [0, 2]], arms=["a", "b"], reference="a")
    >>> plot_inmb(two, [0, 10, 20]).get_ylabel()
    'Incremental net benefit'
    """
    grid = wtp_axis_values(wtp)
    table = inmb_intervals(replicates, grid, interval=interval, level=level)
    colours = arm_colours(replicates)
    with on_axes(ax, width) as axes:
        axes.axhline(0, color=QUIET, linewidth=0.7, zorder=1)
        names = []
        for at, arm in enumerate(map(str, table[ARM].values)):
            one, colour = table.sel(arm=arm), colours[arm]
            _band(axes, grid, one, colour, f"{100 * level:g}% interval", at)
            names.append(LineName(shown_arm(replicates, arm), float(one["estimate"][-1]), colour))
        axes.yaxis.set_major_formatter(Thousands())
        words = "Incremental net benefit"
        axes.set_ylabel(money_label(words, str(replicates.attrs.get("currency", ""))))
        frame_wtp(axes, grid, replicates.attrs)
        name_ends(axes, names)
        legend_above(axes)
    return axes


def _band(
    axes: Axes, grid: NDArray[np.float64], one: xr.Dataset, colour: str, name: str, at: int
) -> None:
    """Draw estimate and interval: a band over thresholds, a bar beside others at a single one."""
    if len(grid) == 1:
        place = grid * (1 + 0.04 * at)
        axes.vlines(place, one["lower"], one["upper"], color=colour, linewidth=1.2, label=name)
        axes.plot(place, one["estimate"], "o", color=colour, markersize=4.2, zorder=3)
        return
    axes.fill_between(
        grid, one["lower"], one["upper"], color=colour, alpha=0.16, linewidth=0, label=name
    )
    axes.plot(grid, one["estimate"], color=colour, linewidth=1.6, zorder=3)
