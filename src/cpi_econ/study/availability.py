"""Options of the contract that this version does not carry out: each says so by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cpi_econ.study.config import Study

NOT_YET: dict[tuple[str, str], dict[str, str]] = {
    ("adjust", "model"): {"mixed": "none, ols, sur or glm"},
    ("uncertainty", "interval"): {"bca": "t, percentile or normal"},
}


def availability(study: Study) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """Code, message and key of each option that the study asks for and this version lacks.

    An option that would change the numbers is an error (``E005``); one that would only add
    to them is a warning (``W006``). None is ignored.
    """
    for (part, key), options in NOT_YET.items():
        chosen = getattr(getattr(study, part), key, None)
        if chosen in options:
            message = (
                f"{part}.{key}: {chosen} is not available in this version; use {options[chosen]}."
            )
            yield "E005", message, (part, key)
    if study.subgroups:
        message = "subgroups are not analysed in this version; the results below are for everyone."
        yield "W006", message, ("subgroups",)
