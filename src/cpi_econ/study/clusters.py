"""Clusters of the participants: none blank, one arm each, and the same at every visit."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from cpi_econ.errors import Finding, Where
from cpi_econ.study.columns import labelled, missing_codes, tokens
from cpi_econ.study.config import Study
from cpi_econ.study.files import RawTable
from cpi_econ.study.waves import Waves
from cpi_econ.study.wording import number_of


def clusters(study: Study, raw: RawTable, column: str) -> pd.Series:
    """Cluster of each row of a file: its label where the file has labels, else its value.

    Parameters
    ----------
    study : Study
    raw : RawTable
    column : str
    """
    base = study.data.participants.cluster or column
    named = labelled(raw, column)
    text = tokens(raw.frame[column])
    lost = text.isin(missing_codes(study.data.missing_codes, column, base))
    return (text if named is None else tokens(named)).mask(lost)


def blank_clusters(raw: RawTable, column: str, frame: pd.DataFrame) -> list[Finding]:
    """``E015`` for participants without a cluster.

    Parameters
    ----------
    raw : RawTable
        The participants file.
    column : str
        Its column of clusters.
    frame : DataFrame
        ``participant`` and ``cluster`` by row of the file.
    """
    lost = frame.loc[frame["cluster"].isna(), "participant"]
    if lost.empty:
        return []
    people = number_of(len(lost), "participant has", "participants have")
    place = Where(raw.name, int(lost.index[0]), column)
    message = f"{people} no cluster; fill it in or leave the rows out."
    return [Finding("E015", message, place, tuple(lost.dropna()))]


def check_clusters(study: Study, participants: pd.DataFrame) -> list[Finding]:
    """``E116`` for each cluster that holds more than one arm, where whole clusters are drawn.

    Parameters
    ----------
    study : Study
    participants : DataFrame
        ``arm`` and, where the study names clusters, ``cluster``.
    """
    spec = study.data.participants
    drawn = study.uncertainty.resample in (None, "clusters", "two_stage")
    if "cluster" not in participants or not drawn:
        return []
    counts = participants.groupby("cluster")["arm"].value_counts().unstack(fill_value=0)
    mixed = counts[(counts > 0).sum(axis=1) > 1]
    return [
        Finding(
            "E116",
            f"{spec.cluster} {cluster} has participants of "
            f"{' and '.join(f'{arm} ({n})' for arm, n in row[row > 0].items())}. "
            "Exposure should not vary within a cluster whose members are drawn together; correct "
            "the file, or choose resample: individuals.",
            Where(spec.file, None, spec.cluster),
        )
        for cluster, row in mixed.iterrows()
    ]


def moves(study: Study, files: Iterable[Waves], participants: pd.DataFrame) -> list[Finding]:
    """``W118`` for participants whose cluster at a visit is not that of the participants file.

    Parameters
    ----------
    study : Study
    files : iterable of Waves
        Files of visits; those without the column of clusters say nothing.
    participants : DataFrame
        ``participant`` and ``cluster``.
    """
    column = study.data.participants.cluster
    if column is None or "cluster" not in participants:
        return []
    own = participants.set_index("participant")["cluster"]
    findings = []
    for file in files:
        if not file.holds(column) or file.raw.name == study.data.participants.file:
            continue
        values = [clusters(study, file.raw, name) for name in _columns(file, column)]
        then = pd.concat(values).set_axis(file.stack.index)
        now = file.stack["participant"].map(own)
        people = file.stack.loc[then.notna() & now.notna() & (then != now), "participant"]
        if len(people):
            message = (
                f"{number_of(people.nunique(), 'participant')} changed {column} between visits; "
                f"the {column} of the participants file is used."
            )
            place = Where(file.raw.name, None, column)
            findings.append(Finding("W118", message, place, tuple(people.unique())))
    return findings


def _columns(file: Waves, column: str) -> list[str]:
    names = file.columns(column)
    return names if set(names) <= set(file.raw.frame.columns) else []
