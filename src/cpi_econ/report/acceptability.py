"""The cost-effectiveness acceptability curve: probability against willingness to pay."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from cpi_econ.contracts import ARM, WTP, check_replicates
from cpi_econ.decision.acceptability import ceac
from cpi_econ.report.decision_frames import (
    LineName,
    arm_colours,
    frame_wtp,
    name_ends,
    point_mark,
    wtp_axis_values,
)
from cpi_econ.report.numbers import currency_sign
from cpi_econ.report.plane_geometry import arm_label
from cpi_econ.report.style import INK, PAPER, QUIET, SINGLE_COLUMN, on_axes

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray


def plot_ceac(
    replicates: xr.Dataset,
    wtp: ArrayLike | None = None,
    ax: Axes | None = None,
    *,
    report: Sequence[float] = (20_000, 30_000),
    width: float = SINGLE_COLUMN,
) -> Axes:
    """Draw the cost-effectiveness acceptability curve of each arm and return its axes.

    Parameters
    ----------
    replicates : xarray.Dataset
        ``cost`` [currency] and ``effect`` [effect unit] on ``(replicate, arm)``. A coordinate
        ``arm_label`` on ``arm`` gives the names to print.
    wtp : array-like, shape (n_wtp,), optional
        Willingness to pay [currency / effect unit], rising; 0 to 50,000 by 500 when None.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; a figure of journal width is made when None.
    report : sequence of float
        Thresholds to mark with the probability there.
    width : float
        Width of a new figure in millimetres.

    Returns
    -------
    matplotlib.axes.Axes
        A line an arm, named at its end; one threshold gives points.

    Notes
    -----
    With two arms the reference's curve is the other's mirror image and is drawn quietly.

    References
    ----------
    Fenwick, Claxton, Sculpher (2001), doi:10.1002/hec.635.

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> two = replicates([[0, 9], [0, 5]], [[0, 1], [0, 2]], arms=["a", "b"], reference="a")
    >>> plot_ceac(two, [0, 10, 20], report=[10]).get_ylabel()
    'Probability cost-effective'
    """
    check_replicates(replicates)
    grid = wtp_axis_values(wtp)
    marks = [value for value in sorted(set(report)) if grid.min() <= value <= grid.max()]
    curve = ceac(replicates, grid)
    with on_axes(ax, width) as axes:
        axes.set_ylim(0, 1)
        axes.set_yticks(np.linspace(0, 1, 6))
        axes.set_ylabel("Probability cost-effective")
        frame_wtp(axes, grid, replicates.attrs)
        _curves(axes, curve, replicates)
        if marks:
            _thresholds(axes, ceac(replicates, np.asarray(marks)), replicates)
    return axes


def _curves(axes: Axes, curve: xr.DataArray, replicates: xr.Dataset) -> None:
    colours, reference = arm_colours(replicates), str(replicates.attrs["reference"])
    names = []
    for arm in map(str, curve[ARM].values):
        quiet, heights = arm == reference, curve.sel(arm=arm).to_numpy()
        axes.plot(
            curve[WTP].to_numpy(), heights, color=colours[arm], clip_on=False,
            linewidth=1.0 if quiet else 1.8, linestyle=(0, (3, 2)) if quiet else "-",
            marker=point_mark(heights), markersize=4.2,
            zorder=3 if quiet else 4, solid_capstyle="round",
        )  # fmt: skip
        label = arm_label(replicates, arm)
        names.append(LineName(label, float(heights[-1]), colours[arm], strong=not quiet))
    name_ends(axes, names)


def _thresholds(axes: Axes, curve: xr.DataArray, replicates: xr.Dataset) -> None:
    sign = currency_sign(str(replicates.attrs.get("currency", "")))
    reference = str(replicates.attrs["reference"])
    colours = arm_colours(replicates)
    arms = [str(arm) for arm in curve[ARM].values if str(arm) != reference]
    marks = curve[WTP].to_numpy()
    for value, side in zip(marks, _sides(marks, axes.get_xlim()), strict=True):
        axes.axvline(value, color=QUIET, linewidth=0.7, linestyle=(0, (1, 2)), zorder=1)
        axes.annotate(
            f"{sign}{value:,.0f}",
            (value, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 3),
            textcoords="offset points",
            ha=side,
            va="bottom",
            fontsize=6.5,
            color=QUIET,
        )
        for arm in arms:
            probability = float(curve.sel(wtp=value, arm=arm))
            axes.plot(
                value,
                probability,
                "o",
                markersize=4.2,
                color=colours[arm],
                markeredgecolor=PAPER,
                markeredgewidth=0.8,
                zorder=5,
            )
            if len(arms) == 1:
                _number(axes, value, probability)


def _sides(
    marks: NDArray[np.float64], limits: tuple[float, float]
) -> list[Literal["left", "center", "right"]]:
    """Return on which side each mark is written, so that neighbours do not touch."""
    near = 0.22 * (limits[1] - limits[0])
    gaps = np.diff(marks, prepend=-np.inf, append=np.inf)
    crowded = [(before < near, after < near) for before, after in pairwise(gaps)]
    return [
        "left" if before and not after else "right" if after and not before else "center"
        for before, after in crowded
    ]


def _number(axes: Axes, wtp: float, probability: float) -> None:
    low = probability > 0.85
    axes.annotate(
        f"{probability:.2f}",
        (wtp, probability),
        xytext=(4, -5 if low else 4),
        textcoords="offset points",
        ha="left",
        va="top" if low else "bottom",
        fontsize=7,
        fontweight="bold",
        color=INK,
        zorder=6,
    )
