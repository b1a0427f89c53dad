"""Service use by arm: who uses what, how much, and what it costs, as dots on a common scale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np

from cpi_econ.report.numbers import currency_sign
from cpi_econ.report.style import (
    ARM_COLOURS,
    DOUBLE_COLUMN,
    FAINT,
    Thousands,
    legend_above,
    on_axes,
    one_line,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

Measure = Literal["pct_users", "mean_quantity", "mean_cost"]
_TITLES = {
    "pct_users": "People using the service (%)",
    "mean_quantity": "Mean quantity, all people",
    "mean_cost": "Mean cost",
}
_MARKERS = ("o", "D", "s", "^", "v", "P")
_ROW_MM, _FRAME_MM = 4.2, 22.0


def plot_service_use(
    table: pd.DataFrame,
    measure: Measure = "pct_users",
    *,
    labels: Mapping[str, str] | None = None,
    arms: Mapping[str, str] | None = None,
    currency: str = "",
    most: int = 25,
    ax: Axes | None = None,
) -> Axes:
    """Draw one measure of every service by arm.

    Parameters
    ----------
    table : DataFrame
        What ``service_table`` returned.
    measure : {"pct_users", "mean_quantity", "mean_cost"}
        Column drawn.
    labels, arms : mapping, optional
        Names to show for services and for arms.
    currency : str
        Unit of ``mean_cost``.
    most : int
        Services shown, those of the highest mean cost first.
    ax : Axes, optional
        Where to draw; default a figure of its own.

    Returns
    -------
    Axes
        One row a service, one marker an arm, services in order of mean cost.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"arm": ["low", "high"], "item": "gp", "pct_users": [40.0, 55.0],
    ...                       "mean_cost": [20.0, 31.0]})
    >>> plot_service_use(table).get_xlabel()
    'People using the service (%)'
    """
    by = str(table.columns[1])
    services = _ordered(table, by, most)
    with on_axes(ax, DOUBLE_COLUMN, _FRAME_MM + _ROW_MM * len(services)) as axes:
        rows = np.arange(len(services))
        names = list(dict.fromkeys(table["arm"]))
        for position, name in enumerate(names):
            values = table[table["arm"] == name].set_index(by)[measure].reindex(services)
            shift = 0.16 * (position - (len(names) - 1) / 2)
            axes.scatter(
                values.to_numpy(float), rows + shift, s=16, zorder=3, clip_on=False,
                color=ARM_COLOURS[position % len(ARM_COLOURS)],
                marker=_MARKERS[position % len(_MARKERS)],
                label=one_line(str((arms or {}).get(name, name))),
            )  # fmt: skip
        shown = [one_line(str((labels or {}).get(name, name)), most=48) for name in services]
        _dress(axes, rows, shown, f"{_TITLES[measure]}{_unit(measure, currency)}")
    return axes


def _ordered(table: pd.DataFrame, by: str, most: int) -> list[str]:
    mean = table.groupby(by, observed=True)["mean_cost"].mean()
    return [str(name) for name in mean.sort_values(ascending=False).index[:most]]


def _unit(measure: Measure, currency: str) -> str:
    return f" ({currency_sign(currency)})" if measure == "mean_cost" and currency else ""


def _dress(axes: Axes, rows: np.ndarray[tuple[int], np.dtype[np.int_]], shown: list[str],
           title: str) -> None:  # fmt: skip
    axes.set_yticks(rows, shown)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(left=0)
    axes.set_xlabel(title)
    axes.xaxis.set_major_formatter(Thousands())
    axes.grid(axis="y", color=FAINT, linewidth=0.5)
    axes.spines[["top", "right"]].set_visible(False)
    legend_above(axes, 3)
