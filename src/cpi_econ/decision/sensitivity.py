"""Deterministic sensitivity analysis on net benefit: tornado, tipping point, two-way grid."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import ArrayLike

from cpi_econ.errors import EstimationError, stop

Outcome = tuple[float, float]


def tornado(
    base: Outcome, cases: Mapping[str, tuple[Outcome, Outcome]], wtp: float
) -> pd.DataFrame:
    """Incremental net benefit at the two ends of each input, widest first.

    Parameters
    ----------
    base : tuple of float
        Differences in cost and effect of the base case.
    cases : mapping of str to a pair of tuples
        Differences in cost and effect with the input at its low and at its high end.
    wtp : float
        Willingness to pay [currency / unit of effect].

    Returns
    -------
    DataFrame
        Columns ``input, base, low, high, width, changes``: net benefits [currency] of the base and
        at the two ends, their distance, and whether the decision at an end is another than that of
        the base. Never an ICER: its ends do not bound what lies between.

    Examples
    --------
    >>> cases = {"gp": ((90.0, 0.01), (110.0, 0.01)), "bed": ((50.0, 0.01), (290.0, 0.01))}
    >>> found = tornado((100.0, 0.01), cases, 20_000)
    >>> found[["input", "low", "high", "changes"]].to_numpy().tolist()
    [['bed', 150.0, -90.0, True], ['gp', 110.0, 90.0, False]]
    """
    middle = _benefit(base, wtp)
    rows = []
    for name, (low, high) in cases.items():
        ends = [_benefit(low, wtp), _benefit(high, wtp)]
        changes = any((end > 0) != (middle > 0) for end in ends)
        rows.append((name, middle, *ends, max(*ends, middle) - min(*ends, middle), changes))
    columns = ["input", "base", "low", "high", "width", "changes"]
    made = pd.DataFrame(rows, columns=columns)
    return made.sort_values("width", ascending=False, kind="stable").reset_index(drop=True)


def _benefit(outcome: Outcome, wtp: float) -> float:
    return wtp * outcome[1] - outcome[0]


@dataclass(frozen=True, slots=True)
class TippingPoint:
    """Value of an input at which the decision changes.

    Parameters
    ----------
    value : float or None
        None where it does not change within the range.
    statement : str
        The answer in words.
    """

    value: float | None
    statement: str


def tipping_point(
    net_benefit: Callable[[float], float],
    low: float,
    high: float,
    *,
    name: str = "the input",
    steps: int = 16,
) -> TippingPoint:
    """Value of an input at which the incremental net benefit changes sign.

    Parameters
    ----------
    net_benefit : callable
        Incremental net benefit [currency] at a value of the input.
    low, high : float
        Range of the input; the point nearest to ``low`` is found.
    name : str
        Of the input, for the statement.
    steps : int
        Places of the range that are tried before the search between two of them.

    Returns
    -------
    TippingPoint

    Raises
    ------
    EstimationError
        ``E099`` a range without width.

    Examples
    --------
    >>> tipping_point(lambda delta: 100 + 2000 * delta, -0.1, 0.1, name="delta").statement
    'the decision changes where delta is -0.05'
    """
    if not low < high:
        stop(EstimationError, "E099", f"the range {low:g} to {high:g} has no width.")
    places = np.linspace(low, high, steps + 1)
    before = net_benefit(float(places[0]))
    for start, end in pairwise(places):
        after = net_benefit(float(end))
        if (before > 0) != (after > 0):
            value = _root(net_benefit, (float(start), before), (float(end), after))
            return TippingPoint(value, f"the decision changes where {name} is {value:.6g}")
        before = after
    message = f"the decision does not change while {name} goes from {low:g} to {high:g}"
    return TippingPoint(None, message)


def _root(
    net_benefit: Callable[[float], float], left: tuple[float, float], right: tuple[float, float]
) -> float:
    """Zero between two places of opposite sign, by the Illinois form of the false position."""
    (x0, y0), (x1, y1) = left, right
    small = 1e-9 * max(abs(y0), abs(y1))
    for _ in range(100):
        here = x1 - y1 * (x1 - x0) / (y1 - y0)
        found = net_benefit(here)
        if abs(found) <= small:
            return here
        if (found > 0) != (y1 > 0):
            x0, y0 = x1, y1
        else:
            y0 /= 2.0
        x1, y1 = here, found
    return x1


def two_way(
    net_benefit: Callable[[float, float], float],
    first: ArrayLike,
    second: ArrayLike,
    *,
    names: Sequence[str] = ("first", "second"),
) -> xr.DataArray:
    """Incremental net benefit over a grid of two inputs [currency].

    Parameters
    ----------
    net_benefit : callable
        Incremental net benefit at a value of each input.
    first, second : array-like
        Values of the two inputs.
    names : sequence of str
        Names of the two inputs, which become the dimensions.

    Returns
    -------
    DataArray
        On the two inputs; the decision changes where it crosses 0.

    Examples
    --------
    >>> two_way(lambda x, y: x - y, [1, 2], [1, 3]).values.tolist()
    [[0.0, -2.0], [1.0, -1.0]]
    """
    rows, columns = np.atleast_1d(first).astype(float), np.atleast_1d(second).astype(float)
    values = [[float(net_benefit(x, y)) for y in columns.tolist()] for x in rows.tolist()]
    return xr.DataArray(np.array(values), {names[0]: rows, names[1]: columns}, tuple(names))
