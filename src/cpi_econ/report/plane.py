"""The cost-effectiveness plane: replicates of the differences, and where the arm falls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Polygon
from matplotlib.ticker import MaxNLocator

from cpi_econ.contracts import check_replicates
from cpi_econ.decision.incremental import quadrants as quadrant_shares
from cpi_econ.report.numbers import currency_sign, plural
from cpi_econ.report.plane_geometry import Cloud, arm_label, clouds_of, ellipse, limits, line_exit
from cpi_econ.report.style import (
    FAINT,
    INK,
    PAPER,
    QUIET,
    SINGLE_COLUMN,
    Thousands,
    on_axes,
    one_line,
    wrapped,
)

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

_CORNERS = {
    "NE": (0.985, 0.985, "right", "top", "costs more,\nmore effect"),
    "NW": (0.015, 0.985, "left", "top", "costs more,\nless effect"),
    "SE": (0.985, 0.015, "right", "bottom", "costs less,\nmore effect"),
    "SW": (0.015, 0.015, "left", "bottom", "costs less,\nless effect"),
}
_BACKING = {
    "boxstyle": "round,pad=0.15",
    "facecolor": PAPER,
    "edgecolor": "none",
    "alpha": 0.75,
}


def plot_plane(
    replicates: xr.Dataset,
    arm: str | None = None,
    ax: Axes | None = None,
    *,
    wtp: float | None = 20_000,
    level: float = 0.95,
    width: float = SINGLE_COLUMN,
) -> Axes:
    """Draw the cost-effectiveness plane and return its axes.

    Parameters
    ----------
    replicates : xarray.Dataset
        ``cost`` [currency] and ``effect`` [effect unit] on ``(replicate, arm)``, with
        ``cost_hat`` and ``effect_hat`` on ``(arm,)``. A coordinate ``arm_label`` on ``arm``
        gives the names to print.
    arm : str, optional
        The arm to draw; all arms but the reference when None.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; a figure of journal width is made when None.
    wtp : float, optional
        Willingness to pay [currency / effect unit] of the threshold line; None for no line.
    level : float
        Share of the replicates that the ellipse would hold if they were normal.
    width : float
        Width of a new figure in millimetres: 85 or 170 are a journal's one and two columns.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    EstimationError
        ``E080`` something else than replicates, ``E086`` an arm that is none.

    Notes
    -----
    Differences are the arm minus the reference. The ellipse has radius
    ``sqrt(-2 log(1 - level))`` in the metric of the replicates' covariance, about their mean.
    Shares of the quadrants are printed when one arm is drawn.

    References
    ----------
    Black (1990), doi:10.1177/0272989X9001000308; Nixon, Wonderling, Grieve (2010),
    doi:10.1002/hec.1477.

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> two = replicates([[0, 9], [0, 5]], [[0, 1], [0, 2]], arms=["a", "b"], reference="a")
    >>> plot_plane(two, wtp=10).get_ylabel()
    'Incremental cost'
    """
    check_replicates(replicates)
    clouds = clouds_of(replicates, arm)
    with on_axes(ax, width) as axes:
        effect, cost = limits(clouds, wtp)
        axes.set_xlim(*effect)
        axes.set_ylim(*cost)
        _zero_lines(axes)
        for cloud in clouds:
            _draw_cloud(axes, cloud, level)
            _draw_estimate(axes, cloud)
        if wtp is not None:
            _threshold(axes, wtp, replicates)
        if len(clouds) > 1:
            _name_arms(axes, clouds)
        else:
            _name_ellipse(axes, clouds[0], level)
            _name_estimate(axes, clouds[0])
            _quadrants(axes, quadrant_shares(replicates).sel(arm=clouds[0].arm))
        _axis_labels(axes, replicates, clouds)
    return axes


def _zero_lines(axes: Axes) -> None:
    axes.axhline(0, color=QUIET, linewidth=0.7, zorder=1)
    axes.axvline(0, color=QUIET, linewidth=0.7, zorder=1)
    for side in axes.spines.values():
        side.set_color(FAINT)


def _draw_cloud(axes: Axes, cloud: Cloud, level: float) -> None:
    opacity = float(np.clip(700 / cloud.cost.size, 0.14, 0.6))
    # Thousands of points as one picture: a vector file would weigh megabytes.
    axes.plot(
        cloud.effect,
        cloud.cost,
        "o",
        markersize=1.9,
        markeredgewidth=0,
        alpha=opacity,
        color=cloud.colour,
        zorder=2,
        rasterized=True,
        gid="cloud",
    )
    outline = ellipse(cloud, level)
    axes.add_patch(
        Polygon(outline, closed=True, fill=False, edgecolor=cloud.colour, lw=1.1, zorder=3)
    )


def _name_ellipse(axes: Axes, cloud: Cloud, level: float) -> None:
    outline = ellipse(cloud, level)
    axes.annotate(
        f"{100 * level:g}% ellipse",
        outline[int(np.argmin(outline[:, 1]))],
        zorder=6,
        xytext=(0, -2),
        textcoords="offset points",
        ha="center",
        va="top",
        fontsize=6.5,
        color=cloud.colour,
        bbox=_BACKING,
    )


def _name_arms(axes: Axes, clouds: list[Cloud]) -> None:
    for row, cloud in enumerate(clouds):
        axes.annotate(
            one_line(cloud.label, 32),
            (0.015, 0.985),
            xycoords="axes fraction",
            xytext=(0, -10 * row),
            textcoords="offset points",
            ha="left",
            va="top",
            fontsize=7,
            fontweight="bold",
            color=cloud.colour,
            zorder=6,
        )


def _draw_estimate(axes: Axes, cloud: Cloud) -> None:
    axes.plot(
        cloud.effect_hat,
        cloud.cost_hat,
        "D",
        markersize=4.5,
        color=cloud.colour,
        markeredgecolor=PAPER,
        markeredgewidth=0.9,
        zorder=7,
        gid="estimate",
    )


def _name_estimate(axes: Axes, cloud: Cloud) -> None:
    axes.annotate(
        "estimate",
        (cloud.effect_hat, cloud.cost_hat),
        xytext=(5, 4),
        zorder=7,
        textcoords="offset points",
        fontsize=6.5,
        fontweight="bold",
        color=INK,
        bbox=_BACKING,
    )


def _threshold(axes: Axes, wtp: float, replicates: xr.Dataset) -> None:
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    start, end = line_exit(left, low, wtp), line_exit(right, high, wtp)
    axes.plot(
        [start[0], end[0]],
        [start[1], end[1]],
        color=INK,
        linewidth=0.9,
        linestyle=(0, (4, 2)),
        zorder=4,
    )
    sign = currency_sign(str(replicates.attrs.get("currency", "")))
    unit = one_line(str(replicates.attrs.get("effect_unit", "")), 18) or "unit"
    by_the_top = end[1] >= high * (1 - 1e-9)
    text = f"{sign}{wtp:,.0f} per {unit}" if by_the_top else f"{sign}{wtp:,.0f}\nper {unit}"
    axes.annotate(
        text,
        end,
        xytext=(0, 2) if by_the_top else (3, 0),
        zorder=6,
        textcoords="offset points",
        ha="center" if by_the_top else "left",
        va="bottom" if by_the_top else "center",
        fontsize=6.5,
        color=INK,
        annotation_clip=False,
    )


def _quadrants(axes: Axes, shares: xr.DataArray) -> None:
    for name, (x, y, ha, va, words) in _CORNERS.items():
        share = float(shares.sel(quadrant=name))
        above = va == "top"
        axes.annotate(
            f"{name}  {100 * share:.1f}%",
            (x, y),
            xycoords="axes fraction",
            ha=ha,
            va=va,
            fontsize=8,
            fontweight="bold",
            color=INK,
            zorder=6,
        )
        axes.annotate(
            words,
            (x, y),
            xycoords="axes fraction",
            ha=ha,
            va=va,
            fontsize=6,
            xytext=(0, -11 if above else 11),
            textcoords="offset points",
            color=QUIET,
            zorder=6,
            linespacing=1.1,
        )


def _axis_labels(axes: Axes, replicates: xr.Dataset, clouds: list[Cloud]) -> None:
    sign = currency_sign(str(replicates.attrs.get("currency", "")))
    unit = plural(one_line(str(replicates.attrs.get("effect_unit", "")), 30))
    reference = one_line(arm_label(replicates, str(replicates.attrs["reference"])), 40)
    named = one_line(clouds[0].label, 40) if len(clouds) == 1 else "each arm"
    direction = wrapped(f"{named} minus {reference}", 52)
    # Effects have long tick labels; more than these would touch in one column of a journal.
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
    axes.xaxis.set_major_formatter(Thousands())
    axes.yaxis.set_major_formatter(Thousands())
    axes.set_ylabel(f"Incremental cost ({sign})" if sign else "Incremental cost")
    title = f"Incremental effect ({unit})" if unit else "Incremental effect"
    axes.set_xlabel(f"{title}\n{direction}")
