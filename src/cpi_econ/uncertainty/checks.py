"""What must hold before an estimate is made, and what the reader must be told about it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from cpi_econ.contracts import ARM, CLUSTER, COST, EFFECT, PARTICIPANT
from cpi_econ.errors import EstimationError, Finding, raise_all
from cpi_econ.uncertainty.arms import arm_names, arm_sizes


def check_choice(option: str, value: object, allowed: Iterable[str], later: Iterable[str]) -> None:
    """Raise ``EstimationError`` for an option that is unknown or not available yet.

    Parameters
    ----------
    option : str
        Name of the option.
    value : object
        What was asked for.
    allowed : iterable of str
        Values that work.
    later : iterable of str
        Values of the study file that this version does not have.

    Raises
    ------
    EstimationError
        ``E005`` not available in this version, ``E071`` unknown.

    Examples
    --------
    >>> check_choice("model", "ols", ["none", "ols"], ["mixed"])
    """
    known = tuple(allowed)
    if value in known:
        return
    if value in tuple(later):
        message = f"{option}: {value} is not available in this version; use {', '.join(known)}."
        raise EstimationError([Finding("E005", message)])
    message = f"{option} is {value!r}; allowed are {', '.join((*known, *later))}."
    raise EstimationError([Finding("E071", message)])


def is_constant(values: pd.Series[float]) -> bool:
    """Whether every value is the same.

    Examples
    --------
    >>> is_constant(pd.Series([0.0, 0.0]))
    True
    """
    first = values.iloc[0]
    # most columns vary among the first few
    return bool((values.iloc[:100] == first).all() and (values == first).all())


def check_values(table: pd.DataFrame) -> None:
    """Raise ``EstimationError`` (``E082``) where cost or effect is text or infinite."""
    findings = []
    for name in (COST, EFFECT):
        if not pd.api.types.is_numeric_dtype(table[name]):
            findings.append(Finding("E082", f'"{name}" holds text; it must hold numbers.'))
            continue
        infinite = np.isinf(table[name].to_numpy(dtype=float, na_value=np.nan))
        if infinite.any():
            lost = tuple(table.loc[infinite, PARTICIPANT].astype(str))
            findings.append(Finding("E082", f'"{name}" is infinite.', participants=lost))
    raise_all(findings, EstimationError)


def check_not_negative(table: pd.DataFrame, family: str = "gamma", link: str = "log") -> None:
    """Raise ``EstimationError`` (``E088``) where a cost is below 0, which its model cannot be."""
    if family == "gaussian" and link == "identity":
        return
    below = table.loc[table[COST] < 0, PARTICIPANT].astype(str)
    if len(below):
        kind = f"{family} model with link {link}"
        message = f"{len(below)} costs are below 0, which a {kind} cannot have; use ols or sur."
        raise EstimationError([Finding("E088", message, participants=tuple(below))])


def check_arms(table: pd.DataFrame, arms: Iterable[str], reference: str) -> None:
    """Raise ``EstimationError`` when the arms named and the arms found do not agree.

    Parameters
    ----------
    table : DataFrame
        Outcomes before anybody is dropped.
    arms : iterable of str
        Arms to be compared.
    reference : str
        Arm that the others are compared with.

    Raises
    ------
    EstimationError
        ``E070`` fewer than two arms, an arm without participants, an arm not named, or a
        reference that is no arm.
    """
    named, found = list(arms), sorted(arm_names(table))
    listing = ", ".join(found)
    findings = []
    if len(found) < 2:
        findings.append(Finding("E070", f"participants are in one arm ({listing}); compare two."))
    findings += [
        Finding("E070", f'arm "{arm}" has no participants; arms found are {listing}.')
        for arm in named
        if arm not in found
    ]
    findings += [
        Finding("E070", f'participants are in arm "{arm}", which is not among {", ".join(named)}.')
        for arm in found
        if arm not in named
    ]
    if reference not in found:
        findings.append(Finding("E070", f'reference "{reference}" is no arm; arms are {listing}.'))
    raise_all(findings, EstimationError)


def check_sample(table: pd.DataFrame, arms: Iterable[str], *, whole_clusters: bool) -> None:
    """Raise ``EstimationError`` when an arm is too small or an outcome does not vary.

    Parameters
    ----------
    table : DataFrame
        The participants analysed.
    arms : iterable of str
        Arms to be compared.
    whole_clusters : bool
        Whether clusters are resampled as a whole.

    Raises
    ------
    EstimationError
        ``E072`` fewer than two people in an arm, ``E073`` one cluster in an arm, ``E075`` an
        outcome without any variation, ``E081`` a person without a cluster, ``E116`` a cluster in
        two arms.
    """
    people = arm_sizes(table)
    findings = [
        Finding(
            "E072",
            f'arm "{arm}" has {people.get(arm, 0)} participants with complete data; an '
            "uncertainty needs at least 2. Impute what only some of its people lack, or leave the "
            "arm out.",
        )
        for arm in arms
        if people.get(arm, 0) < 2
    ]
    findings += [
        Finding(
            "E075",
            f"{name} is {table[name].iloc[0]:g} for every participant; nothing can be compared. "
            "Check the column, the unit costs and the perspective.",
        )
        for name in (COST, EFFECT)
        if len(table) and is_constant(table[name])
    ]
    if CLUSTER in table.columns:
        findings += _cluster_errors(table, whole_clusters=whole_clusters)
    raise_all(findings, EstimationError)


def _cluster_errors(table: pd.DataFrame, *, whole_clusters: bool) -> list[Finding]:
    lost = table.loc[table[CLUSTER].isna(), PARTICIPANT].astype(str)
    if len(lost):
        message = f"{len(lost)} participants have no cluster. Give one, or leave them out."
        return [Finding("E081", message, participants=tuple(lost))]
    pairs = table[[ARM, CLUSTER]].drop_duplicates()
    per_arm = pairs.groupby(ARM, sort=True).size()
    findings = [
        Finding(
            "E073",
            f'arm "{arm}" has one cluster; differences between its clusters cannot be seen, so no '
            "interval would be honest. Resample individuals and say so, or join arms.",
        )
        for arm, count in per_arm.items()
        if count == 1
    ]
    crossed = pairs.loc[pairs[CLUSTER].duplicated(), CLUSTER].unique()
    if whole_clusters and len(crossed):
        names = ", ".join(map(str, crossed[:8]))
        message = f"clusters {names} have people in more than one arm; exposure should not vary."
        findings.append(Finding("E116", message + " Correct the arms, or resample individuals."))
    return findings


def sample_findings(table: pd.DataFrame, *, resample: str) -> list[Finding]:
    """Warnings and notes about the sample that is analysed.

    Parameters
    ----------
    table : DataFrame
        The participants analysed, with column ``cluster`` where there are clusters.
    resample : str
        What is resampled.

    Returns
    -------
    list of Finding
        ``W070`` an outcome constant in one arm, ``N132`` units kept in each draw.

    Examples
    --------
    >>> people = pd.DataFrame({"arm": ["a", "a", "b", "b"], "cost": [0.0, 0.0, 1.0, 2.0],
    ...                        "effect": [0.1, 0.2, 0.3, 0.4]})
    >>> [finding.code for finding in sample_findings(people, resample="individuals")]
    ['W070', 'N132']
    """
    by_arm = table.groupby(ARM, sort=True)
    findings = [
        Finding("W070", f'{name} is {rows[name].iloc[0]:g} for everyone in arm "{arm}".')
        for arm, rows in by_arm
        for name in (COST, EFFECT)
        if is_constant(rows[name])
    ]
    has_clusters = CLUSTER in table.columns
    counts = by_arm[CLUSTER].nunique() if has_clusters else by_arm.size()
    unit = "clusters" if has_clusters and resample != "individuals" else "participants"
    kept = counts if unit == "clusters" else by_arm.size()
    listing = ", ".join(f"{arm} {count}" for arm, count in kept.items())
    if resample != "none":
        findings.append(Finding("N132", f"each draw keeps the {unit} of each arm: {listing}."))
    return findings
