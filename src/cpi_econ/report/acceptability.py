"""The cost-effectiveness acceptability curve: probability against willingness to pay."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from cpi_econ.contracts import ARM, WTP, check_replicates
from cpi_econ.decision.acceptability import ceac
from cpi_econ.decision.net_benefit import wtp_grid
from cpi_econ.report.numbers import currency_sign
from cpi_econ.report.plane_geometry import arm_label
from cpi_econ.report.style import (
    ARM_COLOURS,
    FAINT,
    INK,
    PAPER,
    QUIET,
    SINGLE_COLUMN,
    Thousands,
    house_style,
    new_axes,
    one_line,
    wrapped,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

_LINE = 0.085
_NARROW = SINGLE_COLUMN / 25.4


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

    Notes
    -----
    With two arms the reference's curve is the other's mirror image and is drawn quietly.

    References
    ----------
    Fenwick, Claxton, Sculpher (2001), doi:10.1002/hec.635.
    """
    check_replicates(replicates)
    grid = wtp_grid(0, 50_000, step=500) if wtp is None else np.asarray(wtp, dtype=np.float64)
    marks = [value for value in sorted(set(report)) if grid.min() <= value <= grid.max()]
    curve = ceac(replicates, grid)
    with house_style():
        axes = new_axes(width) if ax is None else ax
        _frame(axes, grid, replicates)
        _curves(axes, curve, replicates)
        if marks:
            _thresholds(axes, ceac(replicates, np.asarray(marks)), replicates)
    return axes


def _frame(axes: Axes, grid: NDArray[np.float64], replicates: xr.Dataset) -> None:
    sign = currency_sign(str(replicates.attrs.get("currency", "")))
    unit = one_line(str(replicates.attrs.get("effect_unit", "")), 30) or "unit of effect"
    axes.set_xlim(float(grid.min()), float(grid.max()) or 1.0)
    axes.set_ylim(0, 1)
    axes.set_yticks(np.linspace(0, 1, 6))
    axes.xaxis.set_major_formatter(Thousands())
    axes.set_xlabel(wrapped(f"Willingness to pay ({sign} per {unit})".replace("( ", "("), 52))
    axes.set_ylabel("Probability cost-effective")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color=FAINT, linewidth=0.4)
    axes.set_axisbelow(True)


def _colours(replicates: xr.Dataset) -> dict[str, str]:
    reference = str(replicates.attrs["reference"])
    others = [str(arm) for arm in replicates[ARM].values if str(arm) != reference]
    colours = {arm: ARM_COLOURS[at % len(ARM_COLOURS)] for at, arm in enumerate(others)}
    return {**colours, reference: QUIET}


def _curves(axes: Axes, curve: xr.DataArray, replicates: xr.Dataset) -> None:
    colours = _colours(replicates)
    grid = curve[WTP].to_numpy()
    ends = {str(arm): float(curve.sel(arm=arm)[-1]) for arm in curve[ARM].values}
    cells = round(14 * axes.figure.bbox.width / axes.figure.dpi / _NARROW)
    for arm, height in _spread(ends).items():
        quiet = arm == str(replicates.attrs["reference"])
        axes.plot(
            grid,
            curve.sel(arm=arm).to_numpy(),
            color=colours[arm],
            clip_on=False,
            linewidth=1.0 if quiet else 1.8,
            linestyle=(0, (3, 2)) if quiet else "-",
            zorder=3 if quiet else 4,
            solid_capstyle="round",
        )
        axes.annotate(
            wrapped(arm_label(replicates, arm), cells, lines=2),
            (1, height),
            xycoords="axes fraction",
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            ha="left",
            fontsize=7,
            color=colours[arm],
            linespacing=1.1,
            fontweight="normal" if quiet else "bold",
            annotation_clip=False,
        )


def _spread(ends: dict[str, float]) -> dict[str, float]:
    """Return heights of the labels: as near the curves' ends as their size allows."""
    gap = min(2 * _LINE, 1 / max(len(ends), 1))
    placed: dict[str, float] = {}
    below = -gap
    for arm, end in sorted(ends.items(), key=lambda item: item[1]):
        below = max(end, below + gap)
        placed[arm] = below
    over = max(below - 1, 0.0)
    above = 1 + gap
    for arm in sorted(placed, key=placed.__getitem__, reverse=True) if over else ():
        above = min(placed[arm], above - gap)
        placed[arm] = above
    return {arm: placed[arm] for arm in ends}


def _thresholds(axes: Axes, curve: xr.DataArray, replicates: xr.Dataset) -> None:
    sign = currency_sign(str(replicates.attrs.get("currency", "")))
    reference = str(replicates.attrs["reference"])
    colours = _colours(replicates)
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
