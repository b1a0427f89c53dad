"""Columns that a study file names: of a large data file, the only ones that are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from cpi_econ.errors import Finding, Where
from cpi_econ.study.config import Study
from cpi_econ.study.dates import DEAD
from cpi_econ.study.files import RawTable
from cpi_econ.study.unnamed_clusters import looks_like_cluster
from cpi_econ.study.wording import number_of, shortened

_SHOWN = 5
_ALWAYS = DEAD | {"age", "sex"}


def suffixes(study: Study) -> set[str]:
    """Every suffix of wide files that the study names.

    Parameters
    ----------
    study : Study
    """
    data = study.data
    named = [data.suffixes, study.costs.suffixes, data.participants.suffixes]
    named += [file.suffixes for file in (*data.service_use, *data.responses)]
    return {suffix for one in named for suffix in one or ()}


def is_named(study: Study) -> Callable[[str], bool]:
    """Function that tells whether a column stands anywhere in the study file, scenarios included.

    Parameters
    ----------
    study : Study

    Notes
    -----
    A column of a wide file is named by its base. Columns that are looked at in every study count
    as named: those that may say that somebody died, ``age`` and ``sex``, which some mappings of
    answers need, and those that may be clusters.
    """
    words = {word.strip() for word in _words(study.raw)}
    ends = suffixes(study)

    def named(column: str) -> bool:
        bases = {column, *(column.removesuffix(end) for end in ends)}
        asked = not words.isdisjoint(bases) or column.lower() in _ALWAYS
        return asked or looks_like_cluster(column)

    return named


def _words(content: Any) -> Iterator[str]:
    """Every key and every value of plain content, as text."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield str(key)
            yield from _words(value)
    elif isinstance(content, (list, tuple)):
        for value in content:
            yield from _words(value)
    elif content is not None:
        yield str(content)


def unread_note(raw: RawTable) -> list[Finding]:
    """``N148`` where columns were left unread.

    Parameters
    ----------
    raw : RawTable
    """
    if not raw.unread:
        return []
    shown = ", ".join(map(shortened, raw.unread[:_SHOWN]))
    rest = f" and {len(raw.unread) - _SHOWN} more" if len(raw.unread) > _SHOWN else ""
    columns = number_of(len(raw.unread), "column", "columns")
    were = "was" if len(raw.unread) == 1 else "were"
    message = (
        f"is large, and {columns} that the study file does not name {were} not read: {shown}{rest}."
    )
    return [Finding("N148", message, Where(raw.name))]
