"""Geometry of the cost-effectiveness plane: clouds of differences, limits, ellipse."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cpi_econ.contracts import ARM, COST, EFFECT
from cpi_econ.errors import EstimationError, stop
from cpi_econ.report.style import ARM_COLOURS

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

Span = tuple[float, float]
# Room that a quadrant's share takes in its corner, as parts of the axes.
_CORNER_WIDTH, _CORNER_HEIGHT = 0.30, 0.17


@dataclass(frozen=True, slots=True)
class Cloud:
    """Differences of one arm: every replicate, and the estimate on the data as observed."""

    arm: str
    label: str
    effect: NDArray[np.float64]
    cost: NDArray[np.float64]
    effect_hat: float
    cost_hat: float
    colour: str


def arm_label(replicates: xr.Dataset, arm: str) -> str:
    """Return the name to print for ``arm``: its label where there is one.

    Parameters
    ----------
    replicates : xarray.Dataset
        With or without a coordinate ``arm_label`` on ``arm``.
    arm : str
        Name of the arm.
    """
    if "arm_label" in replicates.coords:
        return str(replicates["arm_label"].sel(arm=arm).item())
    return str(arm)


def clouds_of(replicates: xr.Dataset, arm: str | None = None) -> list[Cloud]:
    """Return the cloud of ``arm``, or of every arm but the reference when None.

    Parameters
    ----------
    replicates : xarray.Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)``, ``cost_hat`` and ``effect_hat``.
    arm : str, optional
        Name of one arm.

    Raises
    ------
    EstimationError
        ``E086`` an arm that is none, or the reference.
    """
    reference = str(replicates.attrs["reference"])
    others = [str(name) for name in replicates[ARM].to_numpy() if str(name) != reference]
    if arm is not None and arm not in others:
        stop(
            EstimationError,
            "E086",
            f'"{arm}" is not compared with the reference "{reference}"; '
            f"arms that are: {', '.join(others)}.",
        )
    drawn = replicates[[COST, EFFECT, "cost_hat", "effect_hat"]].reset_coords(drop=True)
    inc = drawn - drawn.sel({ARM: reference}, drop=True)
    return [
        Cloud(
            arm=name,
            label=arm_label(replicates, name),
            effect=inc[EFFECT].sel(arm=name).to_numpy(),
            cost=inc[COST].sel(arm=name).to_numpy(),
            effect_hat=float(inc["effect_hat"].sel(arm=name)),
            cost_hat=float(inc["cost_hat"].sel(arm=name)),
            colour=ARM_COLOURS[others.index(name) % len(ARM_COLOURS)],
        )
        for name in others
        if arm is None or name == arm
    ]


def limits(clouds: list[Cloud], wtp: float | None) -> tuple[Span, Span]:
    """Return the span of effects and of costs to show: zero, every point, room for words.

    Parameters
    ----------
    clouds : list of Cloud
        What will be drawn.
    wtp : float, optional
        Willingness to pay of the threshold line, which must not leave through a corner: a
        quadrant's share stands there.
    """
    effect = _span(np.concatenate([np.append(c.effect, c.effect_hat) for c in clouds]), 0.10)
    cost = _span(np.concatenate([np.append(c.cost, c.cost_hat) for c in clouds]), 0.20)
    for _ in range(40):
        low, high = (wtp is not None and _by_corner(effect, cost, side, wtp) for side in (0, 1))
        cost = (cost[0] * (1.04 if low else 1), cost[1] * (1.04 if high else 1))
    return effect, cost


def ellipse(cloud: Cloud, level: float) -> NDArray[np.float64]:
    """Return the outline, shape (181, 2): effect, cost, that holds ``level`` of a normal cloud.

    Parameters
    ----------
    cloud : Cloud
        The differences.
    level : float
        Share of the points inside, above 0 and below 1.

    Notes
    -----
    Mean plus ``sqrt(-2 log(1 - level))`` times a root of the covariance, round the circle: the
    chi-squared quantile with two degrees of freedom in closed form.
    """
    points = np.vstack([cloud.effect, cloud.cost])
    scale = points.std(axis=1, keepdims=True)
    scale[scale == 0] = 1.0
    # Scaled first: an effect of 0.01 beside a cost of 1,000 would lose digits in the root.
    spread = np.cov(points / scale) if cloud.cost.size > 1 else np.zeros((2, 2))
    values, vectors = np.linalg.eigh(spread)
    root = vectors * np.sqrt(np.clip(values, 0, None))
    angle = np.linspace(0, 2 * math.pi, 181)
    circle = math.sqrt(-2 * math.log(1 - level)) * np.vstack([np.cos(angle), np.sin(angle)])
    outline: NDArray[np.float64] = (points.mean(axis=1, keepdims=True) + scale * (root @ circle)).T
    return outline


def line_exit(effect: float, cost: float, wtp: float) -> tuple[float, float]:
    """Return where the line of slope ``wtp`` from zero leaves the quadrant's box.

    Examples
    --------
    >>> line_exit(0.1, 1000, wtp=20_000)
    (0.05, 1000.0)
    """
    share = min(1.0, cost / (wtp * effect)) if wtp * effect else 1.0
    return share * effect, share * wtp * effect


def _span(values: NDArray[np.float64], padding: float) -> Span:
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    size = (high - low) or 1.0
    # A quadrant without replicates still gets room for its share.
    return min(low - padding * size, -0.3 * size), max(high + padding * size, 0.3 * size)


def _by_corner(effect: Span, cost: Span, side: int, wtp: float) -> bool:
    x, y = line_exit(effect[side], cost[side], wtp)
    near_x = abs(effect[side] - x) / (effect[1] - effect[0]) < _CORNER_WIDTH
    near_y = abs(cost[side] - y) / (cost[1] - cost[0]) < _CORNER_HEIGHT
    return near_x and near_y
