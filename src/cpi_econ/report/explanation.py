"""One participant's path: answers, cost lines, utilities, QALY and weight, as frames and words."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

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
    perspectives : Mapping of str to float
        Cost from each perspective.
    effects : Mapping of str to (float, str)
        Value and unit of each effect; empty to tell ``effect`` of the outcomes table.
    remarks : Sequence of str
        Whether the participant is in the analysis, and why not.
    """

    participant: str
    facts: Mapping[str, object]
    costs: pd.DataFrame
    answers: pd.DataFrame
    utilities: pd.DataFrame
    weight: float | None = None
    perspectives: Mapping[str, float] = field(default_factory=dict)
    effects: Mapping[str, tuple[float, str]] = field(default_factory=dict)
    remarks: Sequence[str] = ()


def explain_participant(
    participant: str,
    *,
    outcomes: pd.DataFrame,
    lines: pd.DataFrame | None = None,
    responses: pd.DataFrame | None = None,
    utilities: pd.DataFrame | None = None,
    weights: pd.Series | None = None,
    perspectives: Mapping[str, pd.Series] | None = None,
    effects: Mapping[str, tuple[pd.Series, str]] | None = None,
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
        Long answers: ``participant``, ``time``, ``item``, ``level``; optional ``effect``.
    utilities : DataFrame, optional
        ``participant``, ``time``, ``utility``; optional ``effect``.
    weights : Series, optional
        Weight by participant.
    perspectives : mapping, optional
        Cost by participant from each perspective.
    effects : mapping, optional
        Value by participant, and unit, of each effect.

    Returns
    -------
    Explanation

    Raises
    ------
    DataError
        ``E042`` no participant of that identifier; the nearest ones stand with it.

    Examples
    --------
    >>> outcomes = pd.DataFrame({"participant": ["a"], "arm": ["low"], "cost": [88.0],
    ...                          "effect": [0.5]})
    >>> explain_participant("a", outcomes=outcomes).facts["cost"]
    88.0
    """
    rows = outcomes[outcomes["participant"].astype(str) == str(participant)]
    if rows.empty:
        _unknown(str(participant), outcomes["participant"].astype(str).tolist())
    answered = _of(responses, participant)
    return Explanation(
        str(participant),
        {str(name): value for name, value in rows.iloc[0].drop("participant").to_dict().items()},
        _of(lines, participant),
        _wide(answered),
        _of(utilities, participant),
        None if weights is None else float(weights.get(participant, float("nan"))),
        {name: float(cost.loc[participant]) for name, cost in (perspectives or {}).items()},
        {
            name: (float(value.get(participant, float("nan"))), unit)
            for name, (value, unit) in (effects or {}).items()
        },
    )


def _unknown(participant: str, known: list[str]) -> NoReturn:
    import difflib

    near = difflib.get_close_matches(participant, known, n=3)
    said = "no participant has that identifier; write it as it stands in the data."
    if near:
        said = "no participant has the first identifier below; the others are the nearest to it."
    stop(DataError, "E042", said, participants=(participant, *near))


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
    parts = explanation_parts(explanation, currency)
    return [
        f"participant {explanation.participant}",
        *(one for part in parts.values() for one in part),
    ]


def explanation_parts(explanation: Explanation, currency: str = "") -> dict[str, list[str]]:
    """Return the lines of `explanation_lines` under their headings; an empty part is left out.

    Parameters
    ----------
    explanation : Explanation
    currency : str
        Written after amounts.
    """
    parts = {
        "Costs": _cost_words(explanation, currency),
        "Answers and values": _value_words(explanation),
        "Analysis": _analysis_words(explanation, currency),
    }
    return {heading: words for heading, words in parts.items() if words}


def _cost_words(explanation: Explanation, currency: str) -> list[str]:
    words = [f"{time}: no service-use form, cost missing" for time in _no_form(explanation.costs)]
    words += [_cost_line(row, currency) for row in _told(explanation.costs)]
    if explanation.perspectives:
        words.append(_perspective_line(explanation.perspectives, currency))
    return words


def _value_words(explanation: Explanation) -> list[str]:
    words = []
    for row in explanation.answers.to_dict("records"):
        levels = ", ".join(f"{name} {value:g}" for name, value in row.items() if _number(value))
        words.append(f"{_whose(row)}answers at {row['time']}: {levels or 'missing'}")
    for row in explanation.utilities.to_dict("records"):
        said = _amount(row["utility"], ".3f")
        words.append(f"{_whose(row)}utility at {row['time']}: {said}")
    died = explanation.facts.get("died_years")
    if _number(died):
        words.append(f"died {died:.3g} years after the first visit; utility is 0 from then on")
    for name, (value, unit) in explanation.effects.items():
        words.append(f"{name}: {_amount(value, '.6g', unit)}")
    return words


def _analysis_words(explanation: Explanation, currency: str) -> list[str]:
    facts, words = explanation.facts, []
    if explanation.weight is not None:
        words.append(f"weight {_amount(explanation.weight, '.4g')}")
    last = f"arm {facts.get('arm')}; cost {_amount(facts.get('cost'), '.2f', currency)}"
    if not explanation.effects:
        last += f"; effect {_amount(facts.get('effect'), '.6g')}"
    return [*words, last, *explanation.remarks]


def _whose(row: Mapping[Hashable, object]) -> str:
    return f"{row['effect']}: " if "effect" in row else ""


def _perspective_line(costs: Mapping[str, float], currency: str) -> str:
    said = (f"{name} {_amount(cost, '.2f', currency)}" for name, cost in costs.items())
    return f"cost by perspective: {'; '.join(said)}"


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
    parts = [_counted(row["quantity"], str(row["unit"]))]
    if _number(row["minutes"]) and row.get("units") != row["quantity"]:
        parts.append(f"{row['minutes']:g} minutes")
    parts.append(f"{row['unit_cost']:g}")
    if row.get("recall_factor") != 1:
        parts.append(f"{row['recall_factor']:g} (recall)")
    for extra, name in (("share", "share of the session"), ("discount_factor", "discount")):
        factor = row.get(extra)
        if isinstance(factor, float) and _number(factor) and factor != 1:
            parts.append(f"{factor:.4g} ({name})")
    if row.get("index_factor") != 1:
        index = row.get("price_index")
        named = f"{index} from" if isinstance(index, str) and index else "from"
        parts.append(f"{row['index_factor']:.4f} ({named} {row.get('price_year')})")
    end = "" if row.get("counts", True) else "; not in the total"
    money = _amount(row["cost"], ".2f", currency)
    return f"{time} {item}: {' x '.join(parts)} = {money}{''.join(_notes(row))}{end}"


def _notes(row: Mapping[str, object]) -> list[str]:
    """What was imputed or capped on a line."""
    said = []
    if row.get("quantity_imputed") is True:
        said.append("; number imputed")
    if row.get("minutes_imputed") is True:
        said.append("; minutes imputed")
    if row.get("cap") and isinstance(row["cap"], str):
        said.append(f"; cap on {row['cap']}: {row['uncapped']:g} as answered")
    return said


def _counted(quantity: object, unit: str) -> str:
    one = quantity == 1 or not unit.isalpha() or unit.endswith("s")
    return f"{quantity:g} {unit if one else f'{unit}s'}"
