"""Figure of degree: cost, effect or net benefit by level of an exposure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from cpi_econ.report.style import ARM_COLOURS, QUIET, SINGLE_COLUMN, on_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_dose_response(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    exposure: str = "Exposure",
    difference: str = "Incremental net benefit",
    width: float = SINGLE_COLUMN,
) -> Axes:
    """Draw a difference from the reference level against the level, with its intervals.

    Parameters
    ----------
    table : DataFrame
        ``level, estimate, lower, upper``, one row a level; the reference has 0 in all three.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; a figure of journal width is made when None.
    exposure, difference : str
        What stands along the axes.
    width : float
        Width of a new figure in millimetres.

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Levels are joined by straight lines for the eye only; each has its own interval.

    Examples
    --------
    >>> table = pd.DataFrame({"level": [40, 60], "estimate": [0.0, 5], "lower": [0.0, -1],
    ...                       "upper": [0.0, 11]})
    >>> plot_dose_response(table, exposure="Fidelity").get_xlabel()
    'Fidelity'
    """
    shown = table.astype(float).sort_values("level")
    middle = shown["estimate"]
    with on_axes(ax, width) as axes:
        axes.axhline(0, color=QUIET, linewidth=0.8, linestyle=(0, (3, 2)), zorder=1)
        axes.errorbar(
            shown["level"],
            middle,
            yerr=[middle - shown["lower"], shown["upper"] - middle],
            fmt="o-",
            color=ARM_COLOURS[1],
            markersize=4.2,
            linewidth=1.2,
            elinewidth=0.9,
            capsize=2.5,
            zorder=2,
        )
        axes.set_xlabel(exposure)
        axes.set_ylabel(difference)
        axes.spines[["top", "right"]].set_visible(False)
    return axes
