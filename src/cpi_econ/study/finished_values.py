"""Data that enter late: finished costs, utilities already valued, effects in natural units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from cpi_econ.errors import Finding, Where
from cpi_econ.study.columns import missing_codes, need_columns, numbers
from cpi_econ.study.config import Study
from cpi_econ.study.files import RawTable
from cpi_econ.study.places import at_rows, first_rows, stand_twice
from cpi_econ.study.waves import Convert, Waves
from cpi_econ.study.wording import number_of


@dataclass(frozen=True)
class FinishedCosts:
    """Finished costs of the study period, and of the first time where the data hold it.

    Parameters
    ----------
    cost : Series
        One value a participant; NaN when any period is missing.
    baseline : Series or None
        Cost at the first time.
    periods : DataFrame or None
        Cost of each period that is summed, one column a time.
    """

    cost: pd.Series
    baseline: pd.Series | None = None
    periods: pd.DataFrame | None = None


def over_time(
    study: Study, source: Waves, column: str, participants: pd.Series
) -> tuple[pd.DataFrame, list[Finding]]:
    """Values of a column, one row a participant and one column a time, and findings."""
    values, findings = source.values(column, _reader(study, source.raw, column))
    known = source.stack.assign(value=values).dropna(subset=["participant", "time"])
    known = known.drop_duplicates(["participant", "time"])
    wide = known.pivot(index="participant", columns="time", values="value")
    return wide.reindex(index=participants, columns=list(study.times)), findings


def _reader(study: Study, raw: RawTable, base: str) -> Convert:
    return lambda one: numbers(raw, one, missing_codes(study.data.missing_codes, one, base))


def once(
    study: Study, raw: RawTable, people: pd.Series, column: str, participants: pd.Series
) -> tuple[pd.Series, list[Finding]]:
    """Values of a column that stands once a participant, and findings."""
    findings = need_columns(raw, column)
    if findings:
        return pd.Series(float("nan"), index=participants), findings
    values, findings = _reader(study, raw, column)(column)
    rows = first_rows(people, participants)
    return at_rows(values, rows, pd.Index(participants)), findings


def finished_costs(
    study: Study, source: Waves | None, raw: RawTable, people: pd.Series, participants: pd.Series
) -> tuple[FinishedCosts | None, list[Finding]]:
    """Finished costs of ``costs.column``, summed over the periods named, and findings.

    Parameters
    ----------
    study : Study
    source : Waves or None
        Visits of the file that holds the column, when costs come by period.
    raw : RawTable
        The same file; ``people`` holds the identifier of each of its rows.
    participants : Series
        Identifiers, sorted.
    """
    column = study.costs.column or ""
    periods = list(study.costs.sum_over)
    if not periods:
        if people.isna().sum() > 1 or stand_twice(people):
            message = (
                "holds several rows a participant; name the periods that make up the cost: "
                "sum_over: [month_6, month_12]."
            )
            return None, [Finding("E023", message, Where(raw.name, None, column))]
        cost, findings = once(study, raw, people, column, participants)
        return FinishedCosts(cost), findings + _negative(raw, column, cost)
    if source is None or not source.holds(column):
        columns = [column] if source is None else source.columns(column)
        return None, need_columns(raw, *columns)
    wide, findings = over_time(study, source, column, participants)
    cost = wide[periods].sum(axis=1, skipna=False)
    first = next(iter(study.times))
    baseline = None if first in periods or wide[first].isna().all() else wide[first]
    return FinishedCosts(cost, baseline, wide[periods]), findings + _negative(raw, column, cost)


def _negative(raw: RawTable, column: str, cost: pd.Series) -> list[Finding]:
    below = cost[cost < 0]
    if below.empty:
        return []
    count = number_of(len(below), "participant has", "participants have")
    message = f"{count} a cost below zero; check that it is a cost."
    people = tuple(map(str, below.index))
    return [Finding("W018", message, Where(raw.name, None, column), people)]


def utilities_over_time(
    study: Study, files: Sequence[Waves], column: str, participants: pd.Series
) -> tuple[pd.DataFrame, list[Finding]]:
    """Utilities already valued: ``participant, time, utility``, and findings.

    Raises nothing; ``E014`` when no file has the column, ``E026`` for a value that is no utility.
    """
    source = next((file for file in files if file.holds(column)), None)
    if source is None:
        place = files[0].raw if files else None
        columns = files[0].columns(column) if files else [column]
        found = need_columns(place, *columns) if place else []
        return pd.DataFrame(columns=["participant", "time", "utility"]), found
    wide, findings = over_time(study, source, column, participants)
    long = wide.rename_axis("participant").reset_index()
    long = long.melt(id_vars="participant", var_name="time", value_name="utility")
    odd = long[(long["utility"] > 1) | (long["utility"] < -1)]
    if len(odd):
        message = (
            f"{len(odd)} values lie outside -1 to 1, the largest {odd['utility'].max():g}; a "
            "utility is 1 at most. Values on a scale to 100 must be divided first."
        )
        people = tuple(odd["participant"].unique())
        findings.append(Finding("E026", message, Where(source.raw.name, None, column), people))
    return long, findings


def check_finished_qaly(study: Study, name: str, values: pd.Series) -> list[Finding]:
    """``E119`` when a finished QALY is larger than the horizon allows."""
    effect = study.effects[name]
    is_qaly = (effect.unit or ("QALY" if name == "qaly" else "")).upper() == "QALY"
    if not is_qaly or study.horizon is None or not values.max() > study.horizon + 1e-9:
        return []
    message = (
        f"max QALY {values.max():g} exceeds the horizon of {study.horizon:g} years; times look "
        "like months, or the horizon is wrong."
    )
    place = Where(study.data.participants.file, None, effect.column)
    return [Finding("E119", message, place)]
