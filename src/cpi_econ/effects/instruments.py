"""The instruments that can be valued: their dimensions, levels and direction."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from cpi_econ.errors import ValueSetError, stop

IntArray = npt.NDArray[np.int64]

EQ5D_DIMENSIONS = (
    "mobility",
    "self_care",
    "usual_activities",
    "pain_discomfort",
    "anxiety_depression",
)


@dataclass(frozen=True)
class Instrument:
    """A questionnaire with ordered levels in each dimension.

    Parameters
    ----------
    name : str
        Name as in the study file, for example ``EQ-5D-5L``.
    dimensions : tuple of str
        Names in the order in which a state is written.
    first : int
        Lowest level number of every dimension.
    last : tuple of int
        Highest level number of each dimension.
    best : {"first", "last"}
        Which end of the levels is best.

    Examples
    --------
    >>> instrument("EQ-5D-5L").n_states
    3125
    >>> instrument("ICECAP-A").best
    'last'
    """

    name: str
    dimensions: tuple[str, ...]
    first: int
    last: tuple[int, ...]
    best: Literal["first", "last"]

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """Number of levels of each dimension."""
        return tuple(last - self.first + 1 for last in self.last)

    @cached_property
    def n_states(self) -> int:
        """Number of states that can be answered."""
        return int(np.prod(self.sizes))

    @cached_property
    def weights(self) -> IntArray:
        """Weight of each dimension in the number of a state, last dimension fastest."""
        return np.concatenate([np.cumprod(self.sizes[:0:-1])[::-1], [1]]).astype(np.int64)

    def level_range(self, dimension: str) -> tuple[int, int]:
        """Lowest and highest level of one dimension."""
        return self.first, self.last[self.dimensions.index(dimension)]

    def state_numbers(self, levels: IntArray) -> IntArray:
        """Number of each state, from 0, of integer levels of shape (n, n_dimensions)."""
        numbers = levels @ self.weights
        return np.asarray(numbers - self.first * int(self.weights.sum()), dtype=np.int64)

    def levels_of(self, numbers: IntArray) -> IntArray:
        """Levels, shape (n, n_dimensions), of state numbers."""
        levels = numbers[:, None] // self.weights % np.array(self.sizes) + self.first
        return np.asarray(levels, dtype=np.int64)

    def states(self) -> list[str]:
        """Every state as text, in order: ``11111``, ``11112`` and so on."""
        levels = self.levels_of(np.arange(self.n_states))
        digits = (levels + ord("0")).astype(np.uint32)
        return [str(s) for s in np.ascontiguousarray(digits).view(f"<U{digits.shape[1]}")[:, 0]]


def _even(
    name: str, dimensions: tuple[str, ...], first: int, last: int, best: Literal["first", "last"]
) -> Instrument:
    return Instrument(name, dimensions, first, (last,) * len(dimensions), best)


_ICECAP_A = ("stability", "attachment", "autonomy", "achievement", "enjoyment")
_ICECAP_O = ("attachment", "security", "role", "enjoyment", "control")
_SF6D = (
    "physical_functioning",
    "role_limitation",
    "social_functioning",
    "pain",
    "mental_health",
    "vitality",
)
_ASCOT = (
    "control_over_daily_life",
    "personal_cleanliness_and_comfort",
    "food_and_drink",
    "accommodation_cleanliness_and_comfort",
    "personal_safety",
    "social_participation_and_involvement",
    "occupation",
    "dignity",
)
_MHQOL = (
    "self_image",
    "independence",
    "mood",
    "relationships",
    "daily_activities",
    "physical_health",
    "future",
)
_CHU9D = (
    "worried",
    "sad",
    "pain",
    "tired",
    "annoyed",
    "schoolwork",
    "sleep",
    "daily_routine",
    "activities",
)
_AQOL4D = (
    "self_care",
    "household_tasks",
    "mobility",
    "relationship_quality",
    "relationship_quantity",
    "relationship_role",
    "vision",
    "hearing",
    "communication",
    "sleep",
    "affect",
    "pain",
)
_SWEMWBS = tuple(f"item_{number}" for number in range(1, 8))

INSTRUMENTS: dict[str, Instrument] = {
    found.name: found
    for found in (
        _even("EQ-5D-3L", EQ5D_DIMENSIONS, 1, 3, "first"),
        _even("EQ-5D-5L", EQ5D_DIMENSIONS, 1, 5, "first"),
        _even("EQ-5D-Y-3L", EQ5D_DIMENSIONS, 1, 3, "first"),
        _even("ICECAP-A", _ICECAP_A, 1, 4, "last"),
        _even("ICECAP-O", _ICECAP_O, 1, 4, "last"),
        _even("ASCOT SCT4", _ASCOT, 1, 4, "first"),
        _even("MHQoL", _MHQOL, 0, 3, "last"),
        Instrument("SF-6D (SF-12)", _SF6D, 1, (3, 4, 5, 5, 5, 5), "first"),
        Instrument("SF-6D (SF-36)", _SF6D, 1, (6, 4, 5, 6, 5, 5), "first"),
        _even("CHU9D", _CHU9D, 1, 5, "first"),
        _even("AQoL-4D", _AQOL4D, 1, 4, "first"),
        _even("SWEMWBS", _SWEMWBS, 1, 5, "last"),
    )
}


def instrument(name: str) -> Instrument:
    """Instrument of that name.

    Raises
    ------
    ValueSetError
        ``E050`` no instrument of that name.

    Examples
    --------
    >>> instrument("EQ-5D-3L").dimensions[0]
    'mobility'
    """
    if name not in INSTRUMENTS:
        known = ", ".join(INSTRUMENTS)
        stop(ValueSetError, "E050", f'"{name}" is no instrument known here; there are {known}.')
    return INSTRUMENTS[name]
