"""Covariates whose numbers may be codes of categories."""

from __future__ import annotations

import pandas as pd

from cpi_econ.errors import Finding, Where
from cpi_econ.study.config import Study

_FEWEST, _MOST = 3, 7


def category_notes(study: Study, participants: pd.DataFrame) -> list[Finding]:
    """``N147`` for a covariate of a few numbers in a row, which enters as a straight line.

    Parameters
    ----------
    study : Study
    participants : DataFrame
        Columns of the participants file as they were read; labelled ones hold text by now and are
        categories without a word.

    Notes
    -----
    Three to seven whole numbers without a gap from 0 or 1, such as codes of education. Two make
    the same model either way, and more are rarely codes.
    """
    asked = [*study.adjust.cost, *study.adjust.effect, *study.weights.covariates]
    where = study.data.participants.file
    return [
        Finding(
            "N147",
            f"{name} holds {', '.join(map(str, codes))} and enters as a straight line. If they are "
            f"categories, write adjust.categorical: [{name}].",
            Where(where, None, name),
        )
        for name in dict.fromkeys(asked)
        if name in participants and name not in study.adjust.categorical
        if (codes := _codes(participants[name]))
    ]


def _codes(values: pd.Series) -> list[int]:
    """Values in order where they look like codes, else none."""
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return []
    known = sorted(values.dropna().unique())
    if not _FEWEST <= len(known) <= _MOST or known[0] not in (0, 1):
        return []
    row = [int(known[0]) + step for step in range(len(known))]
    return row if row == known else []
