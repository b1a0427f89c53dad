"""Willingness to pay at which an arm breaks even with the reference, and what data leave open."""

from __future__ import annotations

import math
from dataclasses import dataclass

import xarray as xr

from cpi_econ.decision.icer import arm_position
from cpi_econ.decision.moments import chosen_interval, differences
from cpi_econ.kernels.intervals import critical_value

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Threshold at which net benefit changes sign.

    Parameters
    ----------
    value : float or None
        Willingness to pay at which the estimated net benefit is 0, None where there is none.
    better : {"above", "below", "always", "never"}
        Where the arm has more net benefit than the reference, by the estimates.
    undecided : tuple of (float, float)
        Ranges of willingness to pay, from 0 up, at which the interval of the net benefit holds 0;
        the end may be infinite, and there may be two ranges or none.
    statement : str
        The answer in words.
    """

    value: float | None
    better: str
    undecided: tuple[Range, ...]
    statement: str


def break_even(
    replicates: xr.Dataset,
    arm: str | None = None,
    *,
    interval: str | None = None,
    level: float = 0.95,
) -> BreakEven:
    r"""Willingness to pay at which an arm's net benefit equals that of the reference.

    Parameters
    ----------
    replicates : Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)``.
    arm : str, optional
        Arm to be compared; needed with more than two arms.
    interval : {"t", "cr2", "percentile", "normal"}, optional
        Critical value: t with the replicates' degrees of freedom, or with those of the sandwich for
        net benefit where it is 0, else normal.
    level : float
        Confidence level.

    Returns
    -------
    BreakEven

    Raises
    ------
    EstimationError
        ``E086`` an arm that is none, or no arm named where there are several.

    Notes
    -----
    The thresholds k that the data leave open solve :math:`(k\Delta E - \Delta C)^2 \le t^2 s^2(k)`.
    Unlike an interval of the ICER they mean the same in every quadrant.

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[0, 90], [0, 110]], [[0, 1], [0, 3]], arms=["low", "high"],
    ...                   reference="low", currency="GBP")
    >>> break_even(made).statement
    'high has more net benefit than low above 50'
    """
    kind = chosen_interval(replicates, interval, level)
    inc = differences(replicates, kind)
    at = arm_position(inc, arm)
    cost, effect = float(inc.cost_hat[at]), float(inc.effect_hat[at])
    value, better = _crossing(cost, effect)
    square = critical_value(level, inc.ratio_df(at)) ** 2
    undecided = _undecided(
        effect**2 - square * float(inc.var_effect[at]),
        cost * effect - square * float(inc.cov[at]),
        cost**2 - square * float(inc.var_cost[at]),
    )
    name, reference = inc.arms[at], str(replicates.attrs["reference"])
    return BreakEven(value, better, undecided, _statement(name, reference, value, better))


def _crossing(cost: float, effect: float) -> tuple[float | None, str]:
    if effect > 0 and cost > 0:
        return cost / effect, "above"
    if effect < 0 and cost < 0:
        return cost / effect, "below"
    return None, "always" if effect > 0 or (effect == 0 and cost < 0) else "never"


def _undecided(a: float, b: float, c: float) -> tuple[Range, ...]:
    """Where a k^2 - 2 b k + c is not above 0, for k from 0 up."""
    if a == 0.0:
        ranges = _of_line(b, c)
    else:
        root = b**2 - a * c
        if root <= 0.0:
            ranges = [] if a > 0 else [(-math.inf, math.inf)]
        else:
            low, high = sorted(((b - math.sqrt(root)) / a, (b + math.sqrt(root)) / a))
            ranges = [(low, high)] if a > 0 else [(-math.inf, low), (high, math.inf)]
    return tuple((max(low, 0.0), high) for low, high in ranges if high > 0.0)


def _of_line(b: float, c: float) -> list[Range]:
    if b == 0.0:
        return [(-math.inf, math.inf)] if c <= 0.0 else []
    edge = c / (2.0 * b)
    return [(edge, math.inf)] if b > 0 else [(-math.inf, edge)]


def _statement(arm: str, reference: str, value: float | None, better: str) -> str:
    if value is not None:
        return f"{arm} has more net benefit than {reference} {better} {value:,.6g}"
    word = "at every" if better == "always" else "at no"
    return f"{arm} has more net benefit than {reference} {word} willingness to pay"
