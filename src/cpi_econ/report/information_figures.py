"""Figures of what more knowledge is worth: EVPI, expected loss, EVPPI."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cpi_econ.contracts import ARM, WTP
from cpi_econ.decision.acceptability import expected_loss
from cpi_econ.decision.information import evpi
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
from cpi_econ.report.numbers import currency_sign
from cpi_econ.report.style import (
    ARM_COLOURS,
    INK,
    SINGLE_COLUMN,
    Thousands,
    on_axes,
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

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> two = replicates([[0, 9], [0, 5]], [[0, 1], [0, 2]], arms=["a", "b"], reference="a")
    >>> plot_evpi(two, [0, 10, 20]).get_ylabel()
    'EVPI per person'
    """
    grid = wtp_axis_values(wtp)
    value = evpi(replicates, grid).to_numpy() * (1.0 if people is None else people)
    words = "EVPI per person" if people is None else "EVPI of the population"
    with on_axes(ax, width) as axes:
        axes.fill_between(grid, 0, value, color=ARM_COLOURS[0], alpha=0.12, linewidth=0)
        axes.plot(
            grid, value, color=ARM_COLOURS[0], linewidth=1.6, zorder=3, marker=point_mark(grid)
        )
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

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> two = replicates([[0, 9], [0, 5]], [[0, 1], [0, 2]], arms=["a", "b"], reference="a")
    >>> plot_expected_loss(two, [0, 10, 20]).get_ylabel()
    'Expected loss per person'
    """
    grid = wtp_axis_values(wtp)
    loss, colours = expected_loss(replicates, grid), arm_colours(replicates)
    with on_axes(ax, width) as axes:
        names = []
        for arm in map(str, loss[ARM].values):
            one = loss.sel(arm=arm)
            axes.plot(
                grid, one, color=colours[arm], linewidth=1.4, marker=point_mark(grid), markersize=4
            )
            names.append(LineName(shown_arm(replicates, arm), float(one[-1]), colours[arm]))
        least = loss.min(ARM)
        axes.plot(grid, least, color=INK, linewidth=3.0, alpha=0.35, zorder=1)
        names.append(LineName("EVPI (the least)", float(least[-1]), INK))
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter(Thousands())
        words = "Expected loss per person"
        axes.set_ylabel(money_label(words, str(replicates.attrs.get("currency", ""))))
        frame_wtp(axes, grid, replicates.attrs)
        name_ends(axes, names)
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

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import xarray as xr
    >>> found = xr.Dataset(
    ...     {name: (("wtp", "parameter"), [[5.0, 2.0]]) for name in ("evppi", "se")},
    ...     coords={"wtp": [20_000.0], "parameter": ["cost", "effect"]},
    ... )
    >>> plot_evppi(found, currency="GBP").get_xlabel()
    'EVPPI per person at £20,000 (£)'
    """
    at = found.isel({WTP: 0}) if wtp is None else found.sel({WTP: wtp})
    order = np.argsort(-at["evppi"].to_numpy(), kind="stable")[:most]
    names = [one_line(str(name), 36) for name in at["parameter"].values[order]]
    with on_axes(ax, width, _FRAME_MM + _ROW_MM * len(names)) as axes:
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
