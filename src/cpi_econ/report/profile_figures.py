"""Figures that describe health: change, values over time, and how states spread.

Each takes a table of ``cpi_econ.effects``, draws on the axes given or on a figure of its own, and
returns the axes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cpi_econ.effects.diversity import density_curve, density_index
from cpi_econ.report.style import (
    ARM_COLOURS,
    FAINT,
    QUIET,
    SINGLE_COLUMN,
    legend_above,
    on_axes,
    one_line,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MARKERS = ("o", "s", "^", "D", "v", "P")
_CHANGE_COLOURS = {
    "no problems": FAINT,
    "no change": QUIET,
    "improve": "#0072B2",
    "worsen": "#D55E00",
    "mixed change": "#CC79A7",
}


def _words(name: object) -> str:
    return one_line(str(name).replace("_", " "), 40)


def _label(labels: Mapping[str, str] | None, arm: object) -> str:
    return one_line((labels or {}).get(str(arm), str(arm)), 30)


def plot_change(
    table: pd.DataFrame, ax: Axes | None = None, *, labels: Mapping[str, str] | None = None
) -> Axes:
    """Draw the Paretian classes of change by arm as stacked percentages.

    Parameters
    ----------
    table : DataFrame
        From :func:`cpi_econ.effects.change.change_table`.
    ax : Axes, optional
        Axes to draw on.
    labels : mapping, optional
        Label of each arm.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> table = pd.DataFrame({"arm": "low", "change": ["improve", "worsen"],
    ...                       "percent": [70.0, 30.0]})
    >>> plot_change(table).get_xlabel()
    'People with both profiles (%)'
    """
    arms = list(dict.fromkeys(table["arm"]))
    with on_axes(ax, SINGLE_COLUMN, 22 + 9 * len(arms)) as axes:
        left = np.zeros(len(arms))
        for name, colour in _CHANGE_COLOURS.items():
            share = table[table["change"] == name].set_index("arm")["percent"].reindex(arms)
            width = share.fillna(0).to_numpy()
            axes.barh(range(len(arms)), width, left=left, color=colour, label=name, height=0.7)
            left += width
        axes.set_yticks(range(len(arms)), [_label(labels, arm) for arm in arms])
        axes.invert_yaxis()
        axes.set_xlim(0, 100)
        axes.set_xlabel("People with both profiles (%)")
        axes.spines[["top", "right"]].set_visible(False)
        legend_above(axes, 3)
    return axes


def plot_profile_grid(
    grid: pd.DataFrame, ax: Axes | None = None, *, n_states: int | None = None
) -> Axes:
    """Draw the rank of each state before against after; above the line is worse.

    Parameters
    ----------
    grid : DataFrame
        From :func:`cpi_econ.effects.change.profile_grid`.
    ax : Axes, optional
        Axes to draw on.
    n_states : int, optional
        Number of possible states; the largest rank seen when absent.

    Returns
    -------
    matplotlib.axes.Axes

    References
    ----------
    Devlin, Parkin, Browne (2010), doi:10.1002/hec.1608.

    Examples
    --------
    >>> grid = pd.DataFrame({"rank_before": [3.0], "rank_after": [1.0], "change": ["improve"]})
    >>> plot_profile_grid(grid, n_states=5).get_ylabel()
    'Rank of state after (1 is best)'
    """
    seen = grid[["rank_before", "rank_after"]].max().max() if len(grid) else 1.0
    end = float(n_states or seen)
    with on_axes(ax) as axes:
        axes.plot([1, end], [1, end], color=QUIET, linewidth=0.8)
        for place, (name, colour) in enumerate(_CHANGE_COLOURS.items()):
            here = grid[grid["change"] == name]
            if here.empty:
                continue
            axes.scatter(
                here["rank_before"],
                here["rank_after"],
                s=12,
                marker=_MARKERS[place],
                color=colour,
                alpha=0.7,
                label=f"{name} ({len(here)})",
                linewidths=0,
            )
        axes.set_xlabel("Rank of state before (1 is best)")
        axes.set_ylabel("Rank of state after (1 is best)")
        axes.spines[["top", "right"]].set_visible(False)
        if len(grid):
            legend_above(axes, 2)
    return axes


def plot_density_curve(
    profiles: pd.DataFrame, ax: Axes | None = None, *, labels: Mapping[str, str] | None = None
) -> Axes:
    """Draw the health state density curve of each arm at each time, with its index.

    Parameters
    ----------
    profiles : DataFrame
        From :func:`cpi_econ.effects.profiles.profiles`.
    ax : Axes, optional
        Axes to draw on.
    labels : mapping, optional
        Label of each arm.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> seen = pd.DataFrame({"arm": "low", "time": "baseline", "state": ["11111", "11112"]})
    >>> plot_density_curve(seen).get_xlabel()
    'Cumulative share of observed states'
    """
    styles = ("-", (0, (4, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)))
    arms = list(dict.fromkeys(profiles["arm"]))
    times = list(dict.fromkeys(profiles["time"]))
    with on_axes(ax) as axes:
        axes.plot([0, 1], [0, 1], color=FAINT, linewidth=0.8)
        for (arm, time), rows in profiles.groupby(["arm", "time"], sort=False, observed=True):
            curve = density_curve(rows["state"])
            axes.plot(
                curve["states"],
                curve["observations"],
                color=ARM_COLOURS[arms.index(arm) % len(ARM_COLOURS)],
                linestyle=styles[times.index(time) % len(styles)],
                label=f"{_label(labels, arm)}, {_words(time)}: "
                f"index {density_index(rows['state']):.2f}",
            )
        axes.set_xlabel("Cumulative share of observed states")
        axes.set_ylabel("Cumulative share of people")
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        axes.spines[["top", "right"]].set_visible(False)
        legend_above(axes, 1)
    return axes


def plot_values(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    labels: Mapping[str, str] | None = None,
    unit: str = "utility",
) -> Axes:
    """Draw mean values with their intervals by arm over the times, with the norm where given.

    Parameters
    ----------
    table : DataFrame
        From :func:`cpi_econ.effects.describe.value_table`.
    ax : Axes, optional
        Axes to draw on.
    labels : mapping, optional
        Label of each arm.
    unit : str
        What is on the axis.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> table = pd.DataFrame({"arm": "low", "time": ["baseline", "month_9"], "mean": [0.6, 0.7],
    ...                       "lower": [0.5, 0.6], "upper": [0.7, 0.8]})
    >>> plot_values(table).get_ylabel()
    'Mean utility'
    """
    times = list(dict.fromkeys(table["time"]))
    arms = list(dict.fromkeys(table["arm"]))
    with on_axes(ax) as axes:
        for place, arm in enumerate(arms):
            rows = table[table["arm"] == arm]
            at = np.array([times.index(t) for t in rows["time"]]) + 0.06 * (place - len(arms) / 2)
            colour = ARM_COLOURS[place % len(ARM_COLOURS)]
            reach = np.vstack([rows["mean"] - rows["lower"], rows["upper"] - rows["mean"]])
            axes.errorbar(
                at,
                rows["mean"],
                yerr=reach,
                color=colour,
                marker=_MARKERS[place % len(_MARKERS)],
                markersize=4,
                linewidth=1.0,
                capsize=2,
                label=_label(labels, arm),
            )
            if "norm" in rows.columns:
                axes.plot(at, rows["norm"], color=colour, linewidth=0.8, linestyle=(0, (1, 2)))
        axes.set_xticks(range(len(times)), [_words(time) for time in times])
        axes.set_ylabel(
            f"Mean {_words(unit)} (dotted: population norm)"
            if "norm" in table.columns
            else f"Mean {_words(unit)}"
        )
        axes.margins(x=0.15)
        axes.spines[["top", "right"]].set_visible(False)
        legend_above(axes, 2)
    return axes
