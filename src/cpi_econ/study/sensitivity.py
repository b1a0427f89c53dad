"""How the study file asks for one-way and two-way analysis: unit costs, and any of its own keys."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from cpi_econ.study.parts import Names, Part
from cpi_econ.study.quantities import Share


def _ends(value: Any) -> Any:
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise ValueError("an input has two ends: [{keys at its low end}, {keys at its high end}].")
    return tuple({} if end is None else end for end in value)


Ends = Annotated[tuple[dict[str, Any], dict[str, Any]], BeforeValidator(_ends)]


class Sensitivity(Part):
    """Deterministic analysis: inputs moved to their ends, all else as in the base case."""

    unit_costs: Share | None = None
    most: int = Field(default=10, ge=1)
    inputs: dict[str, Ends] = Field(default_factory=dict)
    two_way: Names = ()
