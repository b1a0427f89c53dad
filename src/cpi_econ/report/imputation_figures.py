"""Figures of imputation: imputed beside observed means, net benefit as imputed values shift."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from cpi_econ.report.decision_frames import open_frame
from cpi_econ.report.numbers import currency_sign
from cpi_econ.report.sensitivity_figures import plot_tipping
from cpi_econ.report.style import (
    ARM_COLOURS,
    DOUBLE_COLUMN,
    QUIET,
    SINGLE_COLUMN,
    legend_above,
    on_axes,
    one_line,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MARKERS = ("o", "D", "s", "^", "v", "P")
_ROW_MM, _FRAME_MM = 6.0, 26.0
_SPREAD = 1.96


def plot_imputed(
    table: pd.DataFrame, ax: Axes | None = None, *, arms: Mapping[str, str] | None = None
) -> Axes:
    """Draw how far imputed means lie from observed ones, variable by variable and arm by arm.

    Parameters
    ----------
    table : DataFrame
        ``variable``, ``arm``, ``observed_mean``, ``observed_sd``, ``imputed_mean``, ``between``,
        from `imputed_beside_observed`; rows without numbers are not drawn.
    ax : Axes, optional
        Where to draw; default a figure of its own.
    arms : mapping, optional
        Label of each arm.

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    In standard deviations of the observed values. Lines span 95% of the imputed data sets. A
    difference is no fault: it says that those lost differ in what predicts the variable.

    Examples
    --------
    >>> table = pd.DataFrame({"variable": "cost", "arm": ["low", "high"], "observed_mean": 5.0,
    ...                       "observed_sd": 2.0, "imputed_mean": [5.5, 4.0], "between": 0.4})
    >>> plot_imputed(table).get_xlabel()
    'Imputed minus observed mean (observed standard deviations)'
    """
    shown = table.dropna(subset=["imputed_mean", "observed_sd"])
    rows = list(dict.fromkeys(shown["variable"]))
    names = list(dict.fromkeys(table["arm"]))
    with on_axes(ax, DOUBLE_COLUMN, _FRAME_MM + _ROW_MM * len(rows)) as axes:
        axes.axvline(0, color=QUIET, linewidth=0.8)
        for at, name in enumerate(names):
            here = shown[shown["arm"] == name]
            shift = 0.18 * (at - (len(names) - 1) / 2)
            scale = here["observed_sd"].to_numpy(float)
            gap = (here["imputed_mean"] - here["observed_mean"]).to_numpy(float) / scale
            reach = _SPREAD * here["between"].to_numpy(float) / scale
            places = np.array([rows.index(one) for one in here["variable"]]) + shift
            colour = ARM_COLOURS[at % len(ARM_COLOURS)]
            axes.hlines(places, gap - reach, gap + reach, color=colour, linewidth=1.1)
            axes.plot(
                gap, places, _MARKERS[at % len(_MARKERS)], color=colour, markersize=4.4,
                label=one_line((arms or {}).get(str(name), str(name))),
            )  # fmt: skip
        axes.set_yticks(range(len(rows)), [_row(one) for one in rows])
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xlabel("Imputed minus observed mean (observed standard deviations)")
        open_frame(axes, grid="x")
        legend_above(axes, 3)
    return axes


def _row(variable: object) -> str:
    text = str(variable).replace("_", " ")
    return one_line(f"{text[:1].upper()}{text[1:]}", 40)


def plot_imputed_shifts(
    row: Mapping[str, float],
    ax: Axes | None = None,
    *,
    currency: str = "",
    unit: str = "",
    width: float = SINGLE_COLUMN,
) -> Axes:
    """Draw net benefit as imputed costs and effects of an arm are shifted, and where it tips.

    Parameters
    ----------
    row : mapping
        ``inmb``, ``per_cost``, ``per_effect`` its change per unit of shift, ``sd_cost`` and
        ``sd_effect`` of the observed values.
    ax : Axes, optional
        Where to draw; default a figure of its own.
    currency, unit : str
        Code of the money, and unit of the effect.
    width : float
        Width of a new figure in millimetres.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> row = {"inmb": 500.0, "per_cost": -0.3, "per_effect": 6000.0, "sd_cost": 2000.0,
    ...        "sd_effect": 0.2}
    >>> plot_imputed_shifts(row, currency="GBP", unit="QALY").get_ylabel()
    'Shift of imputed effects (QALY)'
    """
    cost, effect = (np.linspace(-1, 1, 21) * row[f"sd_{name}"] for name in ("cost", "effect"))
    net = row["inmb"] + row["per_cost"] * cost[:, None] + row["per_effect"] * effect
    names = [f"Shift of imputed {what}{f' ({of})' if of else ''}"
             for what, of in (("costs", currency_sign(currency)), ("effects", unit))]  # fmt: skip
    grid = xr.DataArray(net, dims=names, coords=dict(zip(names, (cost, effect), strict=True)))
    return plot_tipping(grid, ax, currency=currency, width=width)
