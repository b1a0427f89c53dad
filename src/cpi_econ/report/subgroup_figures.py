"""Figure of subgroups: the acceptability curve of one arm in each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from cpi_econ.report.decision_frames import LineName, frame_wtp, name_ends, point_mark
from cpi_econ.report.style import ARM_COLOURS, SINGLE_COLUMN, on_axes, one_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike


def plot_subgroup_ceac(
    curves: Mapping[str, Sequence[float]],
    wtp: ArrayLike,
    ax: Axes | None = None,
    *,
    currency: str = "",
    effect_unit: str = "",
    width: float = SINGLE_COLUMN,
) -> Axes:
    """Draw the probability that an arm is cost-effective, a line for each subgroup.

    Parameters
    ----------
    curves : mapping of str to sequence of float
        Probabilities by subgroup, one for each threshold.
    wtp : array-like
        Willingness to pay, rising.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; a figure of journal width is made when None.
    currency, effect_unit : str
        Code of the money, and unit of the effect.
    width : float
        Width of a new figure in millimetres.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> axes = plot_subgroup_ceac({"young": [0.2, 0.6], "old": [0.4, 0.5]}, [0, 100])
    >>> len(axes.lines)
    2
    """
    grid = np.asarray(wtp, dtype=np.float64)
    with on_axes(ax, width) as axes:
        names = []
        for at, (name, curve) in enumerate(curves.items()):
            colour = ARM_COLOURS[at % len(ARM_COLOURS)]
            axes.plot(
                grid, curve, color=colour, linewidth=1.6, marker=point_mark(grid), markersize=4
            )
            names.append(LineName(one_line(name, 30), float(curve[-1]), colour))
        axes.set_ylim(0, 1)
        name_ends(axes, names)
        axes.set_ylabel("Probability cost-effective")
        frame_wtp(axes, grid, {"currency": currency, "effect_unit": effect_unit})
    return axes
