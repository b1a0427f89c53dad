"""The outcomes table: one row a participant with arm, cost, effect and covariates."""

from __future__ import annotations

import pandas as pd

from cpi_econ.contracts import ARM, COST, EFFECT, PARTICIPANT, check_outcomes
from cpi_econ.errors import DataError, Finding, raise_all


def outcomes(participants: pd.DataFrame, *, cost: pd.Series, effect: pd.Series) -> pd.DataFrame:
    """One row a participant: arm, cost, effect and every column of the participants table.

    Parameters
    ----------
    participants : DataFrame
        Columns ``participant`` and ``arm``, and any others.
    cost : Series
        Cost [currency] indexed by participant, as ``total_costs`` gives it.
    effect : Series
        Effect indexed by participant, as ``qalys`` gives it.

    Returns
    -------
    DataFrame
        Sorted by participant; NaN where a cost or an effect is missing. ``baseline_cost`` and
        ``baseline_utility`` are added where ``total_costs`` and ``qalys`` know them.

    Raises
    ------
    DataError
        ``E115`` an identifier twice, ``E014`` a column missing, ``E015`` a participant without an
        arm, ``E016`` a cost or an effect of somebody who is no participant.

    Examples
    --------
    >>> people = pd.DataFrame({"participant": ["b", "a"], "arm": ["low", "high"]})
    >>> cost = pd.Series({"a": 10.0, "b": 20.0})
    >>> qaly = pd.Series({"a": 0.5})
    >>> outcomes(people, cost=cost, effect=qaly)
      participant   arm  cost  effect
    0           a  high  10.0     0.5
    1           b   low  20.0     NaN
    """
    participants = _with_baselines(participants, cost, effect)
    values = {
        name: value if _alike(participants, value) else _values(value, name)
        for name, value in ((COST, cost), (EFFECT, effect))
    }
    findings = [
        found
        for name, value in values.items()
        if not _alike(participants, value)
        for found in _strangers(participants, value, name)
    ]
    raise_all(findings, DataError)
    first = [name for name in (PARTICIPANT, ARM) if name in participants.columns]
    others = [name for name in participants.columns if name not in (*first, COST, EFFECT)]
    table = participants[first].copy()
    if PARTICIPANT in table.columns:
        for name, value in values.items():
            table[name] = person_values(table[PARTICIPANT], value).astype(float)
    return check_outcomes(pd.concat([table, participants[others]], axis=1))


def _with_baselines(
    participants: pd.DataFrame, cost: pd.Series[float], effect: pd.Series[float]
) -> pd.DataFrame:
    """Participants with the baselines that cost and effect carry; columns of their own stay."""
    carried = {"baseline_cost": cost, "baseline_utility": effect}
    new = {
        name: participants[PARTICIPANT].map(series.attrs[name])
        for name, series in carried.items()
        if name in series.attrs and PARTICIPANT in participants and name not in participants
    }
    return participants.assign(**new)


def person_values(people: pd.Series[str], values: pd.Series) -> pd.Series:
    """Value of each person; without a look-up where values already stand in the people's order.

    Parameters
    ----------
    people : Series
        Identifiers.
    values : Series
        Indexed by identifier.

    Examples
    --------
    >>> person_values(pd.Series(["b", "a"]), pd.Series({"a": 1.0, "b": 2.0})).tolist()
    [2.0, 1.0]
    """
    if len(people) == len(values) and values.index.equals(pd.Index(people)):
        return pd.Series(values.to_numpy(), index=people.index)
    return people.map(values)


def _alike(participants: pd.DataFrame, values: pd.Series) -> bool:
    """Whether there is one value for each row of the participants, in their order."""
    if PARTICIPANT not in participants.columns or len(values) != len(participants):
        return False
    return bool(values.index.equals(pd.Index(participants[PARTICIPANT])))


def _values(values: pd.Series[float], name: str) -> pd.Series[float]:
    twice = values.index[values.index.duplicated()].astype(str)
    if len(twice):
        message = f"identifiers stand twice among the values of {name}; one value a participant."
        raise DataError([Finding("E115", message, participants=tuple(twice))])
    return values


def _strangers(participants: pd.DataFrame, values: pd.Series[float], name: str) -> list[Finding]:
    if PARTICIPANT not in participants.columns:
        return []
    # a look-up, since isin is slow for a million words
    known = pd.Index(participants[PARTICIPANT].unique())
    lost = values.index[known.get_indexer(values.index) < 0].astype(str)
    if not len(lost):
        return []
    message = f"{len(lost)} identifiers have a value of {name} and are no participants."
    return [Finding("E016", message, participants=tuple(lost))]
