"""Findings about QALYs: bounds, missing visits, baseline differences, discounting."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cpi_econ.contracts import TIME
from cpi_econ.errors import Finding


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
    >>> seen = pd.DataFrame({"participant": ["a"], "time": ["month_9"], "utility": [None]})
    >>> missing_visit_findings(seen, pd.Series([float("nan")], index=["a"]))[0].message[:28]
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
        Whether baseline utility is among the covariates of the effect, or taken out of it.
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
    findings: list[Finding] = []
    if reference not in means.index:
        return findings
    for name in means.index.drop(reference):
        gap = float(means[name] - means[reference])
        if not abs(gap) >= smallest or adjusted:
            continue
        message = (
            f"baseline utility differs by {gap:.3f} ({name} minus {reference}); this alone adds "
            f"{gap * half:.3f} QALYs to the raw difference. Adjust the effect for "
            "baseline_utility."
        )
        findings.append(Finding("W123", message))
    return findings
