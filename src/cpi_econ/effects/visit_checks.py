"""Findings about visits: deaths without dates, visits out of their window, changes of cluster."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from cpi_econ.contracts import CLUSTER, PARTICIPANT, TIME
from cpi_econ.errors import Finding

_WINDOW_YEARS = 1 / 12


def _names(participants: pd.Index | pd.Series) -> tuple[str, ...]:
    return tuple(sorted(str(name) for name in set(participants)))


def death_findings(utilities: pd.DataFrame, dead: pd.Series, died: pd.Series) -> list[Finding]:
    """``E121`` people recorded as dead with missing utilities and no date of death.

    Parameters
    ----------
    utilities : DataFrame
        ``participant``, ``time``, ``utility``.
    dead : Series of bool
        Whether the person is recorded as dead, indexed by participant.
    died : Series
        Years from the first visit to death, NaN without a date.

    Examples
    --------
    >>> seen = pd.DataFrame({"participant": ["a"], "time": ["month_9"], "utility": [np.nan]})
    >>> death_findings(seen, pd.Series({"a": True}), pd.Series({"a": np.nan}))[0].code
    'E121'
    """
    undated = dead[dead.fillna(False).astype(bool)].index
    undated = undated[died.reindex(undated).isna()]
    missing = utilities.loc[utilities["utility"].isna(), PARTICIPANT]
    people = _names(undated.intersection(pd.Index(missing)))
    if not people:
        return []
    message = (
        f"{len(people)} people died but have missing utility and no death date. Their QALY must "
        "run to zero: give the date of death."
    )
    return [Finding("E121", message, participants=people)]


def answers_after_death_findings(
    utilities: pd.DataFrame,
    times: Mapping[str, float],
    died: pd.Series,
    visit_times: pd.DataFrame | None = None,
) -> list[Finding]:
    """``W122`` answers given at a visit after the person's death.

    Examples
    --------
    >>> seen = pd.DataFrame({"participant": ["a"], "time": ["month_9"], "utility": [0.8]})
    >>> times = {"baseline": 0, "month_9": 0.75}
    >>> answers_after_death_findings(seen, times, pd.Series({"a": 0.5}))[0].code
    'W122'
    """
    rows = utilities[utilities["utility"].notna()]
    at = rows[TIME].map(dict(times)).astype(np.float64)
    if visit_times is not None:
        actual = visit_times.set_index([PARTICIPANT, TIME])["years"]
        keys = pd.MultiIndex.from_frame(rows[[PARTICIPANT, TIME]])
        at = pd.Series(actual.reindex(keys).to_numpy(), index=rows.index).fillna(at)
    late = at > rows[PARTICIPANT].map(died)
    if not late.any():
        return []
    people = _names(rows.loc[late, PARTICIPANT])
    message = (
        f"{len(people)} people have answers dated after their death. Utility is 0 from the date "
        "of death; check the dates."
    )
    return [Finding("W122", message, participants=people)]


def visit_window_findings(
    visit_times: pd.DataFrame, times: Mapping[str, float], window: float = _WINDOW_YEARS
) -> list[Finding]:
    """``W122`` visits further from their nominal time than a window.

    Parameters
    ----------
    visit_times : DataFrame
        ``participant``, ``time``, ``years``.
    times : mapping
        Nominal times [years].
    window : float
        Largest distance on either side [years].

    Examples
    --------
    >>> seen = pd.DataFrame({"participant": ["a"], "time": ["month_9"], "years": [1.2]})
    >>> visit_window_findings(seen, {"month_9": 0.75})[0].code
    'W122'
    """
    findings = []
    for name, nominal in times.items():
        rows = visit_times[(visit_times[TIME] == name) & visit_times["years"].notna()]
        outside = (rows["years"] - nominal).abs() > window + 1e-9
        if not outside.any():
            continue
        low, high = 12 * rows["years"].min(), 12 * rows["years"].max()
        message = (
            f"{name} visits range from {low:.1f} to {high:.1f} months; {int(outside.sum())} are "
            f"outside {12 * (nominal - window):.1f}-{12 * (nominal + window):.1f}."
        )
        people = _names(rows.loc[outside, PARTICIPANT])
        findings.append(Finding("W122", message, participants=people))
    return findings


def cluster_change_findings(visits: pd.DataFrame, called: str = "cluster") -> list[Finding]:
    """``W118`` people whose cluster differs between visits; that of the first visit is used.

    Parameters
    ----------
    visits : DataFrame
        ``participant``, ``time``, ``cluster``; blanks are left out.
    called : str
        What a cluster is called in the study, for example ``agency``.

    Examples
    --------
    >>> seen = pd.DataFrame({"participant": ["a", "a"], "time": ["baseline", "month_9"],
    ...                      "cluster": ["7", "8"]})
    >>> cluster_change_findings(seen, "agency")[0].message
    '1 people changed agency between visits; the agency of the first visit is used.'
    """
    known = visits.dropna(subset=[CLUSTER])
    counts = known.groupby(PARTICIPANT)[CLUSTER].nunique()
    people = _names(counts.index[counts > 1])
    if not people:
        return []
    message = (
        f"{len(people)} people changed {called} between visits; the {called} of the first visit "
        "is used."
    )
    return [Finding("W118", message, participants=people)]
