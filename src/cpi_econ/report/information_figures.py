"""Figures of what more knowledge is worth: EVPI, EVPPI, ENBS over sizes, power."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cpi_econ.contracts import ARM, WTP
from cpi_econ.decision.acceptability import expected_loss
from cpi_econ.decision.information import evpi
from cpi_econ.report.decision_frames import (
    arm_colours,
    frame_wtp,
    key,
    money_label,
    open_frame,
    shown_arm,
    wtp_axis_values,
)
from cpi_econ.report.numbers import currency_sign
from cpi_econ.report.style import (
    ARM_COLOURS,
    INK,
    QUIET,
    SINGLE_COLUMN,
    Thousands,
    house_style,
    new_axes,
    one_line,
)

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike

_ROW_MM, _FRAME_MM = 5.0, 20.0


def plot_evpi(
    replicates: xr.Dataset,
    wtp: ArrayLike | None = None,
    ax: Axes | None = None,
    *,
    people: float | None = None,
    width: float = SINGLE_COLUMN,
) -> Axes:
    """Draw the expected value of perfect information against willingness to pay.

    Parameters
    ----------
    replicates : xarray.Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)``.
    wtp : array-like, optional
        Willingness to pay, rising; 0 to 50,000 by 500 when None.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; a figure of journal width is made when None.
    people : float, optional
        Discounted number of people; values are per person when None.
    width : float
        Width of a new figure in millimetres.
    """
    grid = wtp_axis_values(wtp)
    value = evpi(replicates, grid).to_numpy() * (1.0 if people is None else people)
    words = "EVPI per person" if people is None else "EVPI of the population"
    with house_style():
        axes = new_axes(width) if ax is None else ax
        axes.fill_between(grid, 0, value, color=ARM_COLOURS[0], alpha=0.12, linewidth=0)
        axes.plot(grid, value, color=ARM_COLOURS[0], linewidth=1.6, zorder=3)
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter(Thousands())
        axes.set_ylabel(money_label(words, str(replicates.attrs.get("currency", ""))))
        frame_wtp(axes, grid, replicates.attrs)
    return axes


def plot_expected_loss(
    replicates: xr.Dataset,
    wtp: ArrayLike | None = None,
    ax: Axes | None = None,
    *,
    width: float = SINGLE_COLUMN,
) -> Axes:
    """Draw the expected loss of choosing each arm; the lowest of them is the EVPI.

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
    """
    grid = wtp_axis_values(wtp)
    loss, colours = expected_loss(replicates, grid), arm_colours(replicates)
    with house_style():
        axes = new_axes(width) if ax is None else ax
        for arm in map(str, loss[ARM].values):
            axes.plot(
                grid, loss.sel(arm=arm), color=colours[arm], linewidth=1.4,
                label=shown_arm(replicates, arm),
            )  # fmt: skip
        axes.plot(grid, loss.min(ARM), color=INK, linewidth=3.0, alpha=0.35, zorder=1, label="EVPI")
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter(Thousands())
        words = "Expected loss per person"
        axes.set_ylabel(money_label(words, str(replicates.attrs.get("currency", ""))))
        frame_wtp(axes, grid, replicates.attrs)
        key(axes)
    return axes


def plot_evppi(
    found: xr.Dataset,
    ax: Axes | None = None,
    *,
    wtp: float | None = None,
    currency: str = "",
    most: int = 15,
    width: float = SINGLE_COLUMN,
) -> Axes:
    """Draw the expected value of learning each parameter as bars with standard errors.

    Parameters
    ----------
    found : xarray.Dataset
        ``evppi`` and ``se`` on ``(wtp, parameter)``, from `evppi`.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; a figure of journal width is made when None.
    wtp : float, optional
        Threshold shown, one of those of ``found``; the first when None.
    currency : str
        Code of the money.
    most : int
        Parameters shown, the most valuable first.
    width : float
        Width of a new figure in millimetres.
    """
    at = found.isel({WTP: 0}) if wtp is None else found.sel({WTP: wtp})
    order = np.argsort(-at["evppi"].to_numpy(), kind="stable")[:most]
    names = [one_line(str(name), 36) for name in at["parameter"].values[order]]
    with house_style():
        axes = new_axes(width, _FRAME_MM + _ROW_MM * len(names)) if ax is None else ax
        axes.barh(
            np.arange(len(names)), at["evppi"].to_numpy()[order], height=0.62,
            xerr=at["se"].to_numpy()[order], color=ARM_COLOURS[0], alpha=0.85,
            error_kw={"ecolor": INK, "elinewidth": 0.8},
        )  # fmt: skip
        axes.set_yticks(np.arange(len(names)), names)
        axes.set_ylim(len(names) - 0.4, -0.6)
        axes.set_xlim(left=0)
        axes.xaxis.set_major_formatter(Thousands())
        threshold = f" at {currency_sign(currency)}{float(at[WTP]):,.0f}"
        axes.set_xlabel(money_label(f"EVPPI per person{threshold}", currency))
        open_frame(axes, grid="x")
    return axes


def plot_enbs(
    enbs: xr.DataArray,
    ax: Axes | None = None,
    *,
    size: str = "participants",
    currency: str = "",
    width: float = SINGLE_COLUMN,
) -> Axes:
    """Draw the expected net benefit of sampling over the sizes of the next study.

    Parameters
    ----------
    enbs : xarray.DataArray
        On ``(study, wtp)`` with coordinates ``participants`` and ``clusters``, from `enbs`.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; a figure of journal width is made when None.
    size : {"participants", "clusters"}
        What the horizontal axis counts.
    currency : str
        Code of the money.
    width : float
        Width of a new figure in millimetres.
    """
    with house_style():
        axes = new_axes(width) if ax is None else ax
        axes.axhline(0, color=QUIET, linewidth=0.7, zorder=1)
        _lines(axes, enbs, size, currency)
        for at in range(enbs.sizes[WTP]):
            one = enbs.isel({WTP: at})
            best = int(one.to_numpy().argmax())
            axes.plot(
                float(one[size][best]), float(one[best]), "o", markersize=4.5, zorder=4,
                color=ARM_COLOURS[at % len(ARM_COLOURS)],
            )  # fmt: skip
        axes.yaxis.set_major_formatter(Thousands())
        axes.set_ylabel(money_label("Expected net benefit of sampling", currency))
    return axes


def plot_power(
    power: xr.DataArray,
    ax: Axes | None = None,
    *,
    size: str = "participants",
    wanted: float = 0.8,
    currency: str = "",
    width: float = SINGLE_COLUMN,
) -> Axes:
    """Draw the power of the next study over its size, a line for each threshold.

    Parameters
    ----------
    power : xarray.DataArray
        On ``(study, wtp)`` with coordinates ``participants`` and ``clusters``, from `power`.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; a figure of journal width is made when None.
    size : {"participants", "clusters", "wtp"}
        What the horizontal axis counts; with ``wtp`` there is a line for each study.
    wanted : float
        Power marked by a line.
    currency : str
        Code of the money.
    width : float
        Width of a new figure in millimetres.
    """
    with house_style():
        axes = new_axes(width) if ax is None else ax
        axes.axhline(wanted, color=QUIET, linewidth=0.7, linestyle=(0, (1, 2)), zorder=1)
        if size == WTP:
            for at in range(power.sizes["study"]):
                one = power.isel(study=at)
                axes.plot(
                    one[WTP], one, linewidth=1.5, color=ARM_COLOURS[at % len(ARM_COLOURS)],
                    label=str(one["study"].item()),
                )  # fmt: skip
            frame_wtp(axes, power[WTP].to_numpy(), {"currency": currency})
            key(axes)
        else:
            _lines(axes, power, size, currency)
        axes.set_ylim(0, 1)
        axes.set_ylabel("Power")
    return axes


def _lines(axes: Axes, values: xr.DataArray, size: str, currency: str) -> None:
    """Draw a line for each threshold over the sizes of the studies."""
    sign = currency_sign(currency)
    for at, threshold in enumerate(values[WTP].to_numpy()):
        axes.plot(
            values[size], values.isel({WTP: at}), linewidth=1.5, zorder=3,
            color=ARM_COLOURS[at % len(ARM_COLOURS)], label=f"at {sign}{threshold:,.0f}",
        )  # fmt: skip
    words = {"participants": "People recruited", "clusters": "Clusters recruited"}
    axes.set_xlabel(words.get(size, size))
    axes.xaxis.set_major_formatter(Thousands())
    open_frame(axes)
    key(axes)
