"""Findings about utilities over time: deaths, visit dates, baseline differences, discounting."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from cpi_econ.contracts import PARTICIPANT, TIME
from cpi_econ.errors import Finding

_WINDOW_YEARS = 1 / 12


def _names(participants: pd.Index | pd.Series) -> tuple[str, ...]:
    return tuple(sorted(str(name) for name in set(participants)))


def bounded_findings(qaly: pd.Series, horizon: float) -> list[Finding]:
    """``E119`` when a QALY exceeds the horizon: times were not years.

    Examples
    --------
    >>> bounded_findings(pd.Series([6.75]), 0.75)[0].code
    'E119'
    """
    most = float(qaly.max()) if qaly.notna().any() else 0.0
    if most <= horizon + 1e-9:
        return []
    message = (
        f"max QALY {most:.2f} exceeds the horizon {horizon:g} years; times look like months. "
        "Write months or years after each time."
    )
    return [Finding("E119", message)]


def missing_visit_findings(
    utilities: pd.DataFrame, value: pd.Series, unit: str = "QALY"
) -> list[Finding]:
    """``N120`` how many lack a visit, and at which times; their value stays missing.

    Examples
    --------
    >>> seen = pd.DataFrame({"participant": ["a"], "time": ["month_9"], "utility": [np.nan]})
    >>> missing_visit_findings(seen, pd.Series([np.nan], index=["a"]))[0].message[:28]
    '1 people lack a utility at a'
    """
    lost = int(value.isna().sum())
    if not lost:
        return []
    absent = utilities[utilities["utility"].isna()].groupby(TIME, sort=False).size()
    listed = ", ".join(f"{count} at {time}" for time, count in absent.items())
    message = (
        f"{lost} people lack a utility at a visit that is needed ({listed}); {unit} is missing "
        "for them, not computed from what remains."
    )
    return [Finding("N120", message)]


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


def baseline_findings(
    baseline: pd.Series,
    arm: pd.Series,
    reference: str,
    times: Mapping[str, float],
    adjusted: bool,
    smallest: float = 0.01,
) -> list[Finding]:
    """``W123`` a baseline difference in utility, and what it alone adds to the QALY difference.

    Parameters
    ----------
    baseline : Series
        Utility at the first time, indexed by participant.
    arm : Series
        Arm by participant.
    reference : str
        The arm differences are taken from.
    times : mapping
        Visits and times [years]; half of the first interval carries the baseline value.
    adjusted : bool
        Whether baseline utility is among the covariates of the effect.
    smallest : float
        Differences below this are not worth a word.

    References
    ----------
    Manca, Hawkins, Sculpher (2005), doi:10.1002/hec.944.

    Examples
    --------
    >>> u = pd.Series([0.7, 0.64], index=["a", "b"])
    >>> arms = pd.Series(["high", "low"], index=["a", "b"])
    >>> times = {"baseline": 0, "month_9": 0.75}
    >>> baseline_findings(u, arms, "low", times, adjusted=False)[0].message[:34]
    'baseline utility differs by 0.060 '
    """
    means = baseline.groupby(arm.reindex(baseline.index)).mean()
    first, second = list(times.values())[:2]
    half = (second - first) / 2
    findings = []
    for name in means.index.drop(reference, errors="ignore"):
        gap = float(means[name] - means[reference])
        if abs(gap) < smallest or adjusted:
            continue
        message = (
            f"baseline utility differs by {gap:.3f} ({name} minus {reference}); this alone adds "
            f"{gap * half:.3f} QALYs to the raw difference. Adjust the effect for "
            "baseline_utility."
        )
        findings.append(Finding("W123", message))
    return findings


def discount_findings(rate: float | None, horizon: float) -> list[Finding]:
    """``N124`` when a discount rate is given and nothing lies beyond the first year.

    Examples
    --------
    >>> discount_findings(0.035, 0.75)[0].message
    'the horizon is 9 months: no discounting is applied within the first year.'
    """
    if not rate or horizon > 1:
        return []
    message = (
        f"the horizon is {12 * horizon:g} months: no discounting is applied within the first year."
    )
    return [Finding("N124", message)]
