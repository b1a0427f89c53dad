"""Columns that look like clusters, in a study that names none."""

from __future__ import annotations

import re

import pandas as pd

from cpi_econ.errors import Finding, Where
from cpi_econ.study.config import Study

_WORDS = "agency|centre|center|clinic|cluster|hospital|practice|school|site|team|ward"
_NAME = re.compile(rf"({_WORDS})([ _.]?(code|id|name|no|nr|number))?", re.IGNORECASE)


def looks_like_cluster(column: str) -> bool:
    """Whether a column is called as agencies, sites or the like are.

    Parameters
    ----------
    column : str

    Examples
    --------
    >>> looks_like_cluster("Team ID"), looks_like_cluster("age")
    (True, False)
    """
    return _NAME.fullmatch(column) is not None


def unnamed_clusters(study: Study, participants: pd.DataFrame) -> list[Finding]:
    """``E133`` for a column of agencies, sites or the like that the analysis would ignore.

    ``W133`` where the study file chose in so many words what is resampled.

    Parameters
    ----------
    study : Study
    participants : DataFrame
        ``arm`` and the other columns of the participants file.

    Notes
    -----
    Only where the arm does not vary within its values, which hold two people or more on average:
    then people of one value are alike in whatever the arms differ in. People who were allocated
    within sites are not meant, nor a column that the study uses as a covariate.
    """
    spec, plan = study.data.participants, study.uncertainty
    if spec.cluster is not None or plan.no_clusters is not None:
        return []
    code = "E133" if plan.resample is None else "W133"
    used = {*study.adjust.cost, *study.adjust.effect, *study.weights.covariates, *study.subgroups}
    return [
        Finding(
            code,
            f'column "{column}" exists and no cluster is named: the {spec.arm} of all people of '
            f"one {column} is the same, so people alone would make the intervals too narrow. Write "
            f"data.participants.cluster: {column}, or say why not in uncertainty.no_clusters.",
            Where(spec.file, None, column),
        )
        for column in map(str, participants.columns)
        if column not in used and looks_like_cluster(column) and _nested(participants, column)
    ]


def _nested(participants: pd.DataFrame, column: str) -> bool:
    known = participants[[column, "arm"]].dropna()
    values = known[column].nunique()
    constant = not known.drop_duplicates()[column].duplicated().any()
    return constant and 2 <= values <= len(known) / 2
