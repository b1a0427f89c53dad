"""One participant's path: answers, cost lines, utilities, QALY and weight, as frames and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from cpi_econ.errors import DataError, stop


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """What one participant contributed, step by step.

    Parameters
    ----------
    participant : str
        Identifier.
    facts : Mapping of str to object
        Row of the outcomes table: arm, cluster, cost, effect, covariates.
    costs : DataFrame
        Cost lines of the participant, those that count marked.
    answers, utilities : DataFrame
        Answers as levels by time (columns: items), and utilities by time.
    weight : float or None
        Analysis weight.
    """

    participant: str
    facts: Mapping[str, object]
    costs: pd.DataFrame
    answers: pd.DataFrame
    utilities: pd.DataFrame
    weight: float | None = None


def explain_participant(
    participant: str,
    *,
    outcomes: pd.DataFrame,
    lines: pd.DataFrame | None = None,
    responses: pd.DataFrame | None = None,
    utilities: pd.DataFrame | None = None,
    weights: pd.Series | None = None,
) -> Explanation:
    """Gather everything that led to one participant's cost and effect.

    Parameters
    ----------
    participant : str
        Identifier.
    outcomes : DataFrame
        One row a participant.
    lines : DataFrame, optional
        Cost lines.
    responses : DataFrame, optional
        Long answers: ``participant``, ``time``, ``item``, ``level``.
    utilities : DataFrame, optional
        ``participant``, ``time``, ``utility``.
    weights : Series, optional
        Weight by participant.

    Returns
    -------
    Explanation

    Raises
    ------
    DataError
        ``E042`` no participant of that identifier.

    Examples
    --------
    >>> outcomes = pd.DataFrame({"participant": ["a"], "arm": ["low"], "cost": [88.0],
    ...                          "effect": [0.5]})
    >>> explain_participant("a", outcomes=outcomes).facts["cost"]
    88.0
    """
    rows = outcomes[outcomes["participant"].astype(str) == str(participant)]
    if rows.empty:
        said = "no participant has that identifier; write it as it stands in the data."
        stop(DataError, "E042", said, participants=(str(participant),))
    answered = _of(responses, participant)
    return Explanation(
        str(participant),
        {str(name): value for name, value in rows.iloc[0].drop("participant").to_dict().items()},
        _of(lines, participant),
        _wide(answered),
        _of(utilities, participant),
        None if weights is None else float(weights.loc[participant]),
    )


def _of(frame: pd.DataFrame | None, participant: str) -> pd.DataFrame:
    if frame is None:
        return pd.DataFrame()
    own = frame[frame["participant"].astype(str) == str(participant)]
    return own.drop(columns="participant").reset_index(drop=True)


def _wide(answers: pd.DataFrame) -> pd.DataFrame:
    if answers.empty:
        return answers
    keys = ["effect", "time"] if "effect" in answers else ["time"]
    wide = answers.pivot_table(index=keys, columns="item", values="level", sort=False)
    return wide.reset_index().rename_axis(columns=None)


def explanation_lines(explanation: Explanation, currency: str = "") -> list[str]:
    """Write the path of one participant as lines of text.

    Parameters
    ----------
    explanation : Explanation
        What ``explain_participant`` returned.
    currency : str
        Written after amounts.

    Returns
    -------
    list of str
        Uses above zero with their arithmetic, unknown uses, totals, utilities, effect, weight.

    Examples
    --------
    >>> outcomes = pd.DataFrame({"participant": ["a"], "arm": ["low"], "cost": [88.0],
    ...                          "effect": [0.5]})
    >>> explanation_lines(explain_participant("a", outcomes=outcomes), "GBP")[-1]
    'arm low; cost 88.00 GBP; effect 0.5'
    """
    words = [f"participant {explanation.participant}"]
    words += [f"{time}: no service-use form, cost missing" for time in _no_form(explanation.costs)]
    words += [_cost_line(row, currency) for row in _told(explanation.costs)]
    for row in explanation.answers.to_dict("records"):
        levels = ", ".join(f"{name} {value:g}" for name, value in row.items() if _number(value))
        words.append(f"answers at {row['time']}: {levels}")
    for row in explanation.utilities.to_dict("records"):
        words.append(f"utility at {row['time']}: {_amount(row['utility'], '.3f')}")
    if explanation.weight is not None:
        words.append(f"weight {explanation.weight:.4g}")
    facts = explanation.facts
    cost = _amount(facts.get("cost"), ".2f", currency)
    effect = _amount(facts.get("effect"), ".6g")
    return [*words, f"arm {facts.get('arm')}; cost {cost}; effect {effect}"]


def _number(value: object) -> bool:
    return isinstance(value, (int, float)) and value == value  # NaN is unlike itself


def _amount(value: object, form: str, unit: str = "") -> str:
    if not isinstance(value, (int, float)) or not _number(value):
        return "missing"
    return f"{value:{form}} {unit}".rstrip()


def _no_form(costs: pd.DataFrame) -> list[str]:
    if costs.empty:
        return []
    known = costs["quantity"].notna().groupby(costs["time"], sort=False).any()
    return [str(time) for time in known.index[~known]]


def _told(costs: pd.DataFrame) -> Sequence[Mapping[str, object]]:
    if costs.empty:
        return []
    unknown = costs["quantity"].isna() & ~costs["time"].isin(_no_form(costs))
    told = costs[(costs["quantity"] > 0) | unknown]
    return [{str(key): value for key, value in row.items()} for row in told.to_dict("records")]


def _cost_line(row: Mapping[str, object], currency: str) -> str:
    time, item = row["time"], row["item"]
    if not _number(row["quantity"]):
        return f"{time} {item}: number unknown, cost missing"
    parts = [f"{row['quantity']:g} {row['unit']}"]
    if _number(row["minutes"]) and row.get("units") != row["quantity"]:
        parts.append(f"{row['minutes']:g} minutes")
    parts.append(f"{row['unit_cost']:g}")
    if row.get("recall_factor") != 1:
        parts.append(f"{row['recall_factor']:g} (recall)")
    if row.get("index_factor") != 1:
        parts.append(f"{row['index_factor']:.4f} (from {row.get('price_year')})")
    outside = "" if row.get("counts", True) else "; not in the total"
    return f"{time} {item}: {' x '.join(parts)} = {_amount(row['cost'], '.2f', currency)}{outside}"
