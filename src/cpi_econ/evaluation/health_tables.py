"""Answers and values of each effect by arm and time as the report's tables."""

from __future__ import annotations

import pandas as pd

from cpi_econ.contracts import ARM, EFFECT, PARTICIPANT, TIME
from cpi_econ.effects.change import overall_change
from cpi_econ.effects.describe import level_table, value_table
from cpi_econ.effects.instruments import instrument
from cpi_econ.effects.profiles import profiles
from cpi_econ.evaluation.person_table import PersonTable
from cpi_econ.result.disclosure import mask_column
from cpi_econ.result.document import SmallNumbers, count
from cpi_econ.study.config import Study
from cpi_econ.uncertainty.outcomes import person_values

# A lowest or highest value is one person's answer; missing values have a table of their own.
_NOT_SHOWN = ["lowest", "highest", "missing"]


def health_tables(study: Study, people: PersonTable) -> dict[str, pd.DataFrame]:
    """Tables ``levels``, ``change``, ``values`` and ``effects``, each with a column effect.

    Parameters
    ----------
    study : Study
    people : PersonTable
    """
    found: dict[str, list[pd.DataFrame]] = {"levels": [], "change": [], "values": []}
    for name in study.effects:
        for kind, table in _of_effect(study, people, name).items():
            table.insert(0, EFFECT, name)
            found[kind].append(table)
    stacked = {
        kind: pd.concat([one for one in tables if not one.empty], ignore_index=True)
        for kind, tables in found.items()
        if any(not one.empty for one in tables)
    }
    return {**stacked, "effects": _outcomes(study, people)}


def _of_effect(study: Study, people: PersonTable, name: str) -> dict[str, pd.DataFrame]:
    small = study.report.small_numbers
    effect, trial = people.effects[name], people.trial
    valued = effect.utilities
    answers = trial.responses
    answers = answers[answers["effect"] == name] if not answers.empty else answers
    if answers.empty or study.effects[name].instrument is None:
        if valued is None:
            return {}
        return {"values": _values(value_table(valued, trial.participants), small)}
    asked = instrument(str(study.effects[name].instrument))
    seen = profiles(answers, trial.participants, asked)
    levels, change = level_table(seen, asked), overall_change(seen, asked)
    shown = {"levels": mask_column(levels, "n", ["dimension", ARM, TIME], ["percent"], small=small)}
    if change is not None:
        change = change.drop(columns="percent_with_problems")
        shown["change"] = mask_column(change, "n", [ARM], ["percent"], small=small)
    if valued is not None:
        shown["values"] = _values(value_table(valued, trial.participants), small)
    return shown


def _values(table: pd.DataFrame, small: SmallNumbers) -> pd.DataFrame:
    return _few(table.drop(columns=_NOT_SHOWN), small)


def _few(table: pd.DataFrame, small: SmallNumbers) -> pd.DataFrame:
    """Blank what is said of fewer than five people."""
    people = table["n"].map(lambda n: count(int(n), small)).astype(object)
    hidden = people.map(lambda cell: isinstance(cell, str)).astype(bool)
    said = [str(name) for name in table if name not in (EFFECT, ARM, TIME, "n")]
    blank = {name: table[name].astype(object).mask(hidden) for name in said}
    return table.assign(n=people, **blank)


def _outcomes(study: Study, people: PersonTable) -> pd.DataFrame:
    """Cost and each effect as observed: mean and standard deviation of those known."""
    participants = people.trial.participants
    arm = participants[ARM]
    quantities = {"cost": people.costs.cost}
    quantities |= {name: effect.value for name, effect in people.effects.items()}
    rows = []
    for name, values in quantities.items():
        if values is None:
            continue
        known = person_values(participants[PARTICIPANT], values)
        for one in study.arms:
            here = known[arm.eq(one)].dropna()
            rows.append((name, one, len(here), here.mean(), here.std()))
    table = pd.DataFrame(rows, columns=[EFFECT, ARM, "n", "mean", "sd"])
    return _few(table, study.report.small_numbers)
