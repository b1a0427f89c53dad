"""Options of the contract that this version does not carry out: each says so by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cpi_econ.study.config import Study


def availability(study: Study) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """Code, message and key of each option that the study asks for and this version lacks.

    An option that would only add to the results is a warning (``W006``); none is ignored.
    """
    if study.subgroups:
        message = "subgroups are not analysed in this version; the results below are for everyone."
        yield "W006", message, ("subgroups",)
