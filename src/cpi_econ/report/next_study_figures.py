"""Figures of the next study: what it is worth, and its power, over its size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cpi_econ.contracts import WTP
from cpi_econ.report.decision_frames import LineName, frame_wtp, money_label, name_ends, open_frame
from cpi_econ.report.numbers import currency_sign
from cpi_econ.report.style import ARM_COLOURS, QUIET, SINGLE_COLUMN, Thousands, on_axes

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes


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

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import xarray as xr
    >>> made = xr.DataArray([[-50.0], [80.0]], dims=("study", "wtp"), coords={
    ...     "wtp": [20_000.0], "study": ["small", "large"],
    ...     "participants": ("study", [100, 200]), "clusters": ("study", [10, 20])})
    >>> plot_enbs(made).get_xlabel()
    'People recruited'
    """
    with on_axes(ax, width) as axes:
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

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import xarray as xr
    >>> made = xr.DataArray([[0.4], [0.7]], dims=("study", "wtp"), coords={
    ...     "wtp": [20_000.0], "study": ["small", "large"],
    ...     "participants": ("study", [100, 200]), "clusters": ("study", [10, 20])})
    >>> plot_power(made).get_xlabel()
    'People recruited'
    """
    with on_axes(ax, width) as axes:
        axes.axhline(wanted, color=QUIET, linewidth=0.7, linestyle=(0, (1, 2)), zorder=1)
        axes.set_ylim(0, 1)
        axes.set_ylabel("Power")
        if size == WTP:
            names = []
            for at in range(power.sizes["study"]):
                one, colour = power.isel(study=at), ARM_COLOURS[at % len(ARM_COLOURS)]
                axes.plot(one[WTP], one, linewidth=1.5, color=colour)
                names.append(LineName(str(one["study"].item()), float(one[-1]), colour))
            frame_wtp(axes, power[WTP].to_numpy(), {"currency": currency})
            name_ends(axes, names)
        else:
            _lines(axes, power, size, currency)
    return axes


def _lines(axes: Axes, values: xr.DataArray, size: str, currency: str) -> None:
    """Draw a line for each threshold over the sizes of the studies."""
    sign, names = currency_sign(currency), []
    for at, threshold in enumerate(values[WTP].to_numpy()):
        one, colour = values.isel({WTP: at}), ARM_COLOURS[at % len(ARM_COLOURS)]
        axes.plot(values[size], one, linewidth=1.5, zorder=3, color=colour)
        names.append(LineName(f"at {sign}{threshold:,.0f}", float(one[-1]), colour))
    words = {"participants": "People recruited", "clusters": "Clusters recruited"}
    axes.set_xlabel(words.get(size, size))
    axes.xaxis.set_major_formatter(Thousands())
    open_frame(axes)
    name_ends(axes, names)
