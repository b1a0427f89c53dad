"""Perspectives: tags on each unit cost, and the lines that a set of tags counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cpi_econ.costs.nearest import nearest
from cpi_econ.errors import Finding, UnitCostError, raise_all

TAGS = (
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
    "intervention",
    "other",
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
    """Which lines carry any tag of a perspective; all of them when it is None.

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
    if perspective is None:
        return np.ones(len(sector), dtype=bool)
    raise_all(check_perspective(perspective), UnitCostError)
    codes, cells = pd.factorize(sector, use_na_sentinel=False)
    wanted = set(perspective)
    counted = np.array([not wanted.isdisjoint(tags_of(str(cell))) for cell in cells], dtype=bool)
    return counted[codes] if len(cells) else np.zeros(0, dtype=bool)


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
        if tag not in TAGS
    ]
