"""Perspectives: tags on each unit cost, and the lines that a set of tags counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cpi_econ.costs.nearest import nearest
from cpi_econ.errors import Finding, UnitCostError, raise_all

TRANSFER = "transfer"
TAGS = (  # what a price may carry; a transfer is listed and counted by nobody
    "NHS",
    "PSS",
    "societal",
    "patient",
    "family",
    "employer",
    "criminal justice",
    "education",
    "housing",
    "local authority",
    "voluntary",
    "government",
    "payer",
    "intervention",
    "other",
    TRANSFER,
)


def tags_of(sector: str) -> list[str]:
    """Tags of a sector cell.

    Examples
    --------
    >>> tags_of("NHS|PSS | societal")
    ['NHS', 'PSS', 'societal']
    """
    return [tag.strip() for tag in sector.split("|") if tag.strip()]


def carries(sector: pd.Series, perspective: Sequence[str] | None) -> NDArray[np.bool_]:
    """Which lines carry any tag of a perspective; all but transfers when it is None.

    Parameters
    ----------
    sector : Series of str, shape (n_lines,)
        Tags joined by ``|``.
    perspective : sequence of str, optional
        Tags that count.

    Raises
    ------
    UnitCostError
        ``E040`` a tag of the perspective that is not in the list of tags.

    Examples
    --------
    >>> carries(pd.Series(["NHS|societal", "societal"]), ["NHS", "PSS"]).tolist()
    [True, False]
    """
    raise_all(check_perspective(perspective or ()), UnitCostError)
    codes, cells = pd.factorize(sector, use_na_sentinel=False)
    counted = np.array([_counts(tags_of(str(cell)), perspective) for cell in cells], dtype=bool)
    return counted[codes] if len(cells) else np.zeros(0, dtype=bool)


def _counts(tags: list[str], perspective: Sequence[str] | None) -> bool:
    wanted = perspective is None or not set(perspective).isdisjoint(tags)
    return wanted and TRANSFER not in tags


def check_perspective(perspective: Sequence[str]) -> list[Finding]:
    """``E040`` for each tag of a perspective that no unit cost can carry.

    Examples
    --------
    >>> [finding.code for finding in check_perspective(["NHS", "nhs"])]
    ['E040']
    """
    return [
        Finding(
            "E040",
            f'perspective "{tag}" is not known; tags are {", ".join(TAGS)}.{nearest(tag, TAGS)}',
        )
        for tag in perspective
        if tag not in TAGS or tag == TRANSFER
    ]
