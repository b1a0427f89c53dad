"""The outcomes table: one row a participant with arm, cost, effect and covariates."""

from __future__ import annotations

import pandas as pd

from cpi_econ.contracts import ARM, COST, EFFECT, PARTICIPANT, check_outcomes
from cpi_econ.errors import DataError, Finding, raise_all


def outcomes(
    participants: pd.DataFrame, *, cost: pd.DataFrame, effect: pd.DataFrame
) -> pd.DataFrame:
    """One row a participant: arm, cost, effect and every column of the participants table.

    Parameters
    ----------
    participants : DataFrame
        Columns ``participant`` and ``arm``, and any others.
    cost : DataFrame
        Column ``participant`` and one more: the cost [currency], as ``total_costs`` gives it.
    effect : DataFrame
        Column ``participant`` and one more: the effect, as ``qalys`` gives it.

    Returns
    -------
    DataFrame
        Sorted by participant; NaN where a cost or an effect is missing.

    Raises
    ------
    DataError
        ``E115`` an identifier twice, ``E014`` a column missing, ``E015`` a participant without an
        arm, ``E016`` a cost or an effect of somebody who is no participant.

    Examples
    --------
    >>> people = pd.DataFrame({"participant": ["b", "a"], "arm": ["low", "high"]})
    >>> cost = pd.DataFrame({"participant": ["a", "b"], "cost": [10.0, 20.0]})
    >>> qaly = pd.DataFrame({"participant": ["a"], "qaly": [0.5]})
    >>> outcomes(people, cost=cost, effect=qaly)
      participant   arm  cost  effect
    0           a  high  10.0     0.5
    1           b   low  20.0     NaN
    """
    values = {COST: _values(cost, COST), EFFECT: _values(effect, EFFECT)}
    raise_all(
        [
            found
            for name, value in values.items()
            for found in _strangers(participants, value, name)
        ],
        DataError,
    )
    first = [name for name in (PARTICIPANT, ARM) if name in participants.columns]
    others = [name for name in participants.columns if name not in (*first, COST, EFFECT)]
    table = participants[first].copy()
    if PARTICIPANT in table.columns:
        for name, value in values.items():
            table[name] = table[PARTICIPANT].map(value).astype(float)
    return check_outcomes(pd.concat([table, participants[others]], axis=1))


def _values(table: pd.DataFrame, name: str) -> pd.Series[float]:
    """Values by participant; the column called ``name`` or the first other than participant."""
    columns = [column for column in table.columns if column != PARTICIPANT]
    if PARTICIPANT not in table.columns or not columns:
        message = f"the table of {name} needs the column participant and one of values; it has "
        raise DataError([Finding("E014", message + ", ".join(map(str, table.columns)) + ".")])
    twice = table.loc[table[PARTICIPANT].duplicated(), PARTICIPANT].astype(str)
    if len(twice):
        message = f"identifiers stand twice in the table of {name}; one row a participant."
        raise DataError([Finding("E115", message, participants=tuple(twice))])
    return table.set_index(PARTICIPANT)[name if name in columns else columns[0]]


def _strangers(participants: pd.DataFrame, values: pd.Series[float], name: str) -> list[Finding]:
    if PARTICIPANT not in participants.columns:
        return []
    lost = values.index[~values.index.isin(participants[PARTICIPANT])].astype(str)
    if not len(lost):
        return []
    message = f"{len(lost)} identifiers have a value of {name} and are no participants."
    return [Finding("E016", message, participants=tuple(lost))]
