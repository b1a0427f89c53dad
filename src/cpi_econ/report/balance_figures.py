"""Figures of comparability: love plot of balance, overlap of propensity scores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cpi_econ.report.style import (
    ARM_COLOURS,
    DOUBLE_COLUMN,
    FAINT,
    INK,
    QUIET,
    SINGLE_COLUMN,
    legend_above,
    on_axes,
    one_line,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_USUAL_LIMIT = 0.1
_ROW_MM, _FRAME_MM = 5.0, 26.0


def plot_balance(
    table: pd.DataFrame, ax: Axes | None = None, *, arms: Mapping[str, str] | None = None
) -> Axes:
    """Draw standardised differences before and after weighting (love plot).

    Parameters
    ----------
    table : DataFrame
        ``arm``, ``covariate``, ``difference_before``, ``difference_after`` [standard
        deviations], from ``cpi_econ.uncertainty.balance``.
    ax : Axes, optional
        Where to draw; default a figure of its own.
    arms : mapping, optional
        Label of each arm.

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Dotted lines stand at 0.1, the usual limit of a small difference; worst balance first.

    References
    ----------
    Austin (2009), doi:10.1002/sim.3697.

    Examples
    --------
    >>> table = pd.DataFrame({"arm": "high", "covariate": ["age", "sex"],
    ...                       "difference_before": [0.4, -0.2], "difference_after": [0.05, 0.0]})
    >>> plot_balance(table).get_xlabel()
    'Standardised difference (standard deviations)'
    """
    several = len(set(table["arm"])) > 1
    order = table["difference_before"].astype(float).abs().sort_values(ascending=False).index
    shown = table.loc[order]
    rows = np.arange(len(shown))
    before = shown["difference_before"].to_numpy(float)
    after = shown["difference_after"].to_numpy(float)
    with on_axes(ax, DOUBLE_COLUMN, _FRAME_MM + _ROW_MM * len(shown)) as axes:
        axes.axvline(0, color=QUIET, linewidth=0.8)
        for limit in (-_USUAL_LIMIT, _USUAL_LIMIT):
            axes.axvline(limit, color=QUIET, linewidth=0.7, linestyle=(0, (1, 2)))
        axes.hlines(rows, before, after, color=FAINT, linewidth=1.2, zorder=1)
        axes.plot(before, rows, "o", markersize=5, markerfacecolor="white",
                  color=ARM_COLOURS[1], label="before weighting")  # fmt: skip
        axes.plot(after, rows, "D", markersize=4.2, color=ARM_COLOURS[0], label="after weighting")
        names = [
            _covariate(row["covariate"], (arms or {}).get(row["arm"], row["arm"]), several)
            for row in shown.to_dict("records")
        ]
        axes.set_yticks(rows, names)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xlabel("Standardised difference (standard deviations)")
        axes.spines[["top", "right"]].set_visible(False)
        legend_above(axes, 2)
    return axes


def _covariate(name: object, arm: object, several: bool) -> str:
    text = str(name).replace("_", " ")
    return one_line(f"{text}, {arm}" if several else text, 44)


def plot_overlap(
    table: pd.DataFrame, ax: Axes | None = None, *, arms: Mapping[str, str] | None = None
) -> Axes:
    """Draw the distribution of propensity scores of each arm, one above and one below zero.

    Parameters
    ----------
    table : DataFrame
        ``arm``, ``from`` (lower end of each class of scores, all equally wide) and ``percent`` of
        the arm's people; masked classes have no percent and no bar.
    ax : Axes, optional
        Where to draw; default a figure of its own.
    arms : mapping, optional
        Label of each arm.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> table = pd.DataFrame({"arm": ["low", "low", "high", "high"], "from": [0.0, 0.5] * 2,
    ...                       "percent": [80.0, 20.0, 30.0, 70.0]})
    >>> plot_overlap(table).get_ylabel()
    'Percentage of the arm'
    """
    names = list(dict.fromkeys(table["arm"]))
    starts = sorted(set(table["from"].astype(float)))
    wide = min(np.diff(starts), default=1.0)
    with on_axes(ax, SINGLE_COLUMN) as axes:
        axes.axhline(0, color=INK, linewidth=0.7)
        for place, name in enumerate(names[:2]):
            here = table[table["arm"] == name]
            sign = 1 if place else -1
            axes.bar(
                here["from"].astype(float),
                sign * here["percent"].astype(float).fillna(0.0),
                width=0.94 * wide,
                align="edge",
                color=ARM_COLOURS[place],
                label=one_line((arms or {}).get(str(name), str(name))),
            )
        axes.set_xlim(0, 1)
        axes.set_xlabel("Propensity score")
        axes.set_ylabel("Percentage of the arm")
        axes.yaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
        axes.spines[["top", "right"]].set_visible(False)
        legend_above(axes, 2)
    return axes
