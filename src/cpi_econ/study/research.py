"""How the study file says what a next study would be: its cost, its sizes, its losses."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from cpi_econ.study.parts import Part, as_tuple
from cpi_econ.study.quantities import Share


class ResearchPlan(Part):
    """The next study: what it costs and how large it may be."""

    fixed_cost: float | None = Field(default=None, ge=0)
    cost_per_cluster: float | None = Field(default=None, ge=0)
    cost_per_person: float | None = Field(default=None, ge=0)
    years: float | None = Field(default=None, ge=0)
    per_cluster: float | None = Field(default=None, ge=1)
    dropout: Share | None = None
    ratio: float | None = Field(default=None, gt=0)
    sizes: Annotated[tuple[int, ...], BeforeValidator(as_tuple)] = ()


def sizes_between(first: int, last: int, step: int | None = None) -> list[int]:
    """Sizes from first to last, in about six steps where no step is given.

    Examples
    --------
    >>> sizes_between(16, 40), sizes_between(16, 24, 4)
    ([16, 20, 24, 28, 32, 36, 40], [16, 20, 24])
    """
    return list(range(first, last + 1, step or max((last - first) // 6, 1)))


def sizes_of(given: tuple[int, ...]) -> list[int]:
    """Sizes of ``sizes:``: two are the ends of a range, others are meant as they stand.

    Examples
    --------
    >>> sizes_of((16, 40))[-2:], sizes_of((16, 24, 32)), sizes_of((20,))
    ([36, 40], [16, 24, 32], [20])
    """
    return sizes_between(*given) if len(given) == 2 else list(given)
