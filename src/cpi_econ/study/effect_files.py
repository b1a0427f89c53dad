"""Effects that are in the files already: utilities by visit, finished values by person."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cpi_econ.errors import Finding, Where
from cpi_econ.study.columns import need_columns, tokens
from cpi_econ.study.config import Effect, Study
from cpi_econ.study.files import RawTable
from cpi_econ.study.finished_values import (
    check_finished_qaly,
    once,
    over_time,
    utilities_over_time,
)
from cpi_econ.study.waves import Waves


def read_utilities(
    study: Study, files: Sequence[Waves], participants: pd.Series
) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    """Utilities of each effect given as such: ``participant, time, utility``; and findings.

    Parameters
    ----------
    study : Study
    files : sequence of Waves
        Files with visits that may hold them.
    participants : Series
        Identifiers, sorted.
    """
    result, findings = {}, []
    for name, effect in study.effects.items():
        if effect.utility is not None:
            result[name], found = utilities_over_time(study, files, effect.utility, participants)
            findings += found
    return result, findings


def read_effects(
    study: Study, raw: RawTable, files: Sequence[Waves], participants: pd.Series
) -> tuple[dict[str, pd.Series], list[Finding]]:
    """Value by participant of each effect given as one finished value, and findings.

    Parameters
    ----------
    study : Study
    raw : RawTable
        The participants file.
    files : sequence of Waves
        Files with visits; where an effect names its ``time``, they are looked at first.
    participants : Series
        Identifiers, sorted.
    """
    result, findings = {}, []
    for name, effect in study.effects.items():
        if effect.column is None:
            continue
        result[name], found = _value(study, effect, raw, files, participants)
        findings += found + check_finished_qaly(study, name, result[name])
    return result, findings


def _value(
    study: Study, effect: Effect, raw: RawTable, files: Sequence[Waves], participants: pd.Series
) -> tuple[pd.Series, list[Finding]]:
    column = str(effect.column)
    none = pd.Series(float("nan"), index=participants)
    if effect.time is not None:
        source = next((file for file in files if file.holds(column)), None)
        if source is not None:
            wide, found = over_time(study, source, column, participants)
            return wide[effect.time], found
        if column not in raw.frame.columns:
            return none, need_columns(files[0].raw if files else raw, column)
    spec = study.data.participants
    people = tokens(raw.frame[spec.id])
    if spec.time is not None and column in raw.frame.columns and people.duplicated().any():
        message = "holds several rows a participant; name the visit, for example time: month_9."
        return none, [Finding("E023", message, Where(raw.name, None, column))]
    return once(study, raw, people, column, participants)
