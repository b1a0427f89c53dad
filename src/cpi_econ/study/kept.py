"""What one analysis has read already, kept for those of its plans that read the same."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from cpi_econ.study.config import Study

_Made = TypeVar("_Made")


class Kept:
    """Values by what they were made from; one analysis makes one and hands it down.

    Scenarios and one-way inputs are plans that mostly read the same files in the same way. It is
    not kept from one analysis to the next, because files change in between.

    Examples
    --------
    >>> kept = Kept()
    >>> kept.made("two", lambda: 2), kept.made("two", lambda: 3)
    (2, 2)
    """

    def __init__(self) -> None:
        self._made: dict[Hashable, Any] = {}

    def made(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """Value kept under ``key``, made at the first call; nobody may change it.

        Parameters
        ----------
        key : hashable
            Everything that the value depends on.
        make : callable
            Makes the value; what it raises is not kept.
        """
        if key not in self._made:
            self._made[key] = make()
        return cast("_Made", self._made[key])

    def let_go(self) -> None:
        """Forget everything, where no other plan follows: tables of a million people are large.

        Examples
        --------
        >>> kept = Kept()
        >>> kept.made("two", lambda: 2)
        2
        >>> kept.let_go()
        >>> kept.made("two", lambda: 3)
        3
        """
        import pyarrow as pa

        self._made.clear()
        # Arrow keeps what was freed for a while
        pa.default_memory_pool().release_unused()


def settings_of(study: Study, *parts: str) -> tuple[str, ...]:
    """Parts of a study file as text, the order of their entries included.

    Parameters
    ----------
    study : Study
    parts : str
        Names of top-level parts.
    """
    return tuple(repr(getattr(study, part)) for part in parts)
