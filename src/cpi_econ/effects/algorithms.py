"""The functional forms of published value sets: integer levels to values.

Every function takes levels of shape ``(n, n_dimensions)`` first and returns ``n`` values.
Level tables are arrays indexed by the level number itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cpi_econ.effects.instruments import Instrument
from cpi_econ.effects.terms import term_counts

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
Compute = Callable[[IntArray], FloatArray]


def _sum_of_levels(levels: IntArray, tables: Sequence[FloatArray]) -> FloatArray:
    total = np.zeros(len(levels))
    for column, table in zip(levels.T, tables, strict=True):
        total += table[column]
    return total


def additive(
    levels: IntArray,
    *,
    tables: Sequence[FloatArray],
    start: float,
    multiplier: float = 1.0,
    terms: Mapping[str, float] | None = None,
) -> FloatArray:
    """Start plus the level values plus terms, times an optional multiplier.

    Notes
    -----
    value = start + multiplier * (sum of level values + sum of coefficient * count of term).

    Examples
    --------
    >>> worse = np.array([0.0, 0.0, -0.1, -0.3])
    >>> additive(np.array([[1, 3]]), tables=[worse, worse], start=1).tolist()
    [0.7]
    """
    total = _sum_of_levels(levels, tables)
    for name, coefficient in (terms or {}).items():
        total += coefficient * term_counts(name, levels)
    return np.asarray(start + multiplier * total, dtype=np.float64)


def most_severe(
    levels: IntArray, *, compute: Compute, value: float, at: Sequence[Sequence[int]]
) -> FloatArray:
    """Values with one more decrement when any dimension is at a most severe level (SF-6D)."""
    severe = [np.isin(column, listed) for column, listed in zip(levels.T, at, strict=True)]
    values = compute(levels) + value * np.any(severe, axis=0)
    return np.asarray(values, dtype=np.float64)


def multiplicative(
    levels: IntArray,
    *,
    tables: Sequence[FloatArray],
    start: float,
    terms: Mapping[str, float] | None = None,
) -> FloatArray:
    """Product of the coefficients that apply (German VAS set of 1999).

    Examples
    --------
    >>> less = np.array([1.0, 1.0, 0.5])
    >>> multiplicative(np.array([[2, 2]]), tables=[less, less], start=1).tolist()
    [0.25]
    """
    product = np.full(len(levels), float(start))
    for column, table in zip(levels.T, tables, strict=True):
        product *= table[column]
    for name, coefficient in (terms or {}).items():
        product *= np.where(term_counts(name, levels) != 0, coefficient, 1.0)
    return product


def power_of_decrements(
    levels: IntArray,
    *,
    tables: Sequence[FloatArray],
    start: float,
    power: float,
    terms: Mapping[str, float] | None = None,
) -> FloatArray:
    """Start less a power of the sum of decrements (Indonesia Y-3L 2022, Slovenia 3L 2020)."""
    decrement = -additive(levels, tables=tables, start=0.0, terms=terms)
    return np.asarray(start - decrement**power, dtype=np.float64)


@dataclass(frozen=True)
class ItemGroup:
    """A dimension of a nested multiplicative model: its items, their weights and disvalues."""

    columns: tuple[int, ...]
    weights: tuple[float, ...]
    tables: tuple[FloatArray, ...]
    multiplier: float
    overall_weight: float

    def disvalue(self, levels: IntArray) -> FloatArray:
        """Disvalue of the dimension: multiplier * (1 - product of (1 - weight * disvalue))."""
        product = np.ones(len(levels))
        for column, weight, table in zip(self.columns, self.weights, self.tables, strict=True):
            product *= 1 - weight * table[levels[:, column]]
        return self.multiplier * (1 - product)


def nested_multiplicative(
    levels: IntArray, *, groups: Sequence[ItemGroup], multiplier: float, constant: float
) -> FloatArray:
    """Product over dimensions of items that multiply themselves (AQoL-4D).

    References
    ----------
    Hawthorne, Richardson, Osborne (1999), Quality of Life Research 8:209-224.
    """
    product = np.ones(len(levels))
    for group in groups:
        product *= 1 - group.overall_weight * group.disvalue(levels)
    return np.asarray(multiplier * product + constant, dtype=np.float64)


def total_score(levels: IntArray, *, by_total: FloatArray) -> FloatArray:
    """Value of the sum of the levels (SWEMWBS metric score of a raw total)."""
    return np.asarray(by_total[levels.sum(axis=1)], dtype=np.float64)


def looked_up(levels: IntArray, *, table: FloatArray, instrument: Instrument) -> FloatArray:
    """Values of a full table, one entry a state in the instrument's order."""
    return table[instrument.state_numbers(levels)]


def with_overrides(
    levels: IntArray, *, compute: Compute, overrides: Mapping[int, float], instrument: Instrument
) -> FloatArray:
    """Values in which some states, given by number, carry another value (Australia 3L 2011)."""
    values = compute(levels)
    numbers = instrument.state_numbers(levels)
    for number, value in overrides.items():
        values[numbers == number] = value
    return values
