"""Dates of deaths and visits, in years from each participant's first visit."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from cpi_econ.errors import Finding, Where
from cpi_econ.study.columns import findings_by_value, missing_codes, need_columns, tokens
from cpi_econ.study.config import Study
from cpi_econ.study.files import RawTable
from cpi_econ.study.waves import Waves
from cpi_econ.study.wording import number_of

_DAYS_A_YEAR = 365.25
_TIME_OF_DAY = r"^(\d{4}-\d{2}-\d{2})[T ][\d:.]+Z?$"
DEAD = frozenset({"died", "dead", "death", "deceased"})
"""Names of columns, and answers, that say that somebody died."""
_YES = frozenset({"1", "yes", "y", "true"})


def dates(raw: RawTable, column: str, missing: frozenset[str]) -> tuple[pd.Series, list[Finding]]:
    """Dates of a column, and ``E024`` for each value that is none.

    Parameters
    ----------
    raw : RawTable
    column : str
        Dates such as 2014-09-01; a time of day is left aside.
    missing : frozenset of str
        Codes that mean missing.
    """
    series = raw.frame[column]
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        return series, []
    text = tokens(series)
    day = text.mask(text.isin(missing)).str.replace(_TIME_OF_DAY, r"\1", regex=True)
    found = pd.to_datetime(day, format="%Y-%m-%d", errors="coerce")
    wrong = day[day.notna() & found.isna()]
    return found, findings_by_value(
        raw,
        column,
        wrong,
        "E024",
        lambda value: f'"{value}" is not a date that can be read one way only; write 2014-09-01.',
    )


def death_years(study: Study, raw: RawTable) -> tuple[pd.Series, list[Finding]]:
    """Years from the first visit to death by row of the file, missing for the living.

    Parameters
    ----------
    study : Study
        Names the columns of both dates.
    raw : RawTable
        The participants file.
    """
    spec, codes = study.data.participants, study.data.missing_codes
    died, start = str(spec.died), spec.start
    deaths, findings = dates(raw, died, missing_codes(codes, died))
    if start is None:
        if deaths.notna().any():
            message = (
                "dates of death need the date of the first visit: give data.participants.start, "
                "the column that holds it."
            )
            findings.append(Finding("E024", message, Where(raw.name, 1, died)))
        return pd.Series(float("nan"), index=raw.frame.index), findings
    starts, found = dates(raw, start, missing_codes(codes, start))
    years = (deaths - starts).dt.days / _DAYS_A_YEAR
    before = years[years < 0]
    if len(before):
        message = f"{number_of(len(before), 'death lies', 'deaths lie')} before the first visit."
        found.append(Finding("E024", message, Where(raw.name, int(before.index[0]), died)))
    unknown = deaths[deaths.notna() & starts.isna()]
    if len(unknown):
        people = number_of(len(unknown), "participant has", "participants have")
        message = f"{people} a date of death and no date of the first visit."
        found.append(Finding("E024", message, Where(raw.name, int(unknown.index[0]), start)))
    return years, findings + found


def recorded_dead(participants: pd.DataFrame) -> pd.Series:
    """Whether any column of the participants file says that the person died.

    A value such as ``died`` or ``deceased`` says so in any column, and 1 or yes does in a column
    that is called ``died``, ``dead``, ``death`` or ``deceased``.

    Parameters
    ----------
    participants : DataFrame
        As `read_participants` gives it.

    Examples
    --------
    >>> table = pd.DataFrame({"participant": ["a", "b"], "status": ["Died", "seen"]})
    >>> recorded_dead(table).tolist()
    [True, False]
    """
    dead = pd.Series(False, index=participants.index)
    for name in participants.columns:
        column = participants[name]
        if name == "died_years" or pd.api.types.is_datetime64_any_dtype(column.dtype):
            continue
        says = _YES | DEAD if str(name).lower() in DEAD else DEAD
        if says is DEAD and pd.api.types.is_numeric_dtype(column.dtype):
            continue
        dead |= tokens(column).str.lower().isin(says)
    return dead.set_axis(pd.Index(participants["participant"], name="participant"))


def visit_times(
    study: Study, files: Iterable[tuple[str | None, Waves]], start: pd.Series | None
) -> tuple[pd.DataFrame | None, list[Finding]]:
    """Actual times of the visits: ``participant, time, years``; None where no file has dates.

    Parameters
    ----------
    study : Study
    files : iterable of (str or None, Waves)
        Column of dates of each questionnaire file, and its visits.
    start : Series or None
        Date of the first visit by participant; without it the earliest dated visit named first
        among the times of the study counts as the first.
    """
    parts, findings = [], []
    for column, source in files:
        if column is None:
            continue
        if not source.holds(column):
            findings += need_columns(source.raw, *source.columns(column))
            continue
        part, found = _dated(study, source, column)
        parts.append(part)
        findings += found
    if not parts:
        return None, findings
    table = pd.concat(parts).dropna().drop_duplicates(["participant", "time"])
    if start is None:
        first = table[table["time"] == next(iter(study.times))]
        start = first.set_index("participant")["date"]
    from_first = (table["date"] - table["participant"].map(start)).dt.days
    table = table.assign(years=from_first / _DAYS_A_YEAR)[["participant", "time", "years"]]
    return table.sort_values(["participant", "time"]).reset_index(drop=True), findings


def _dated(study: Study, source: Waves, column: str) -> tuple[pd.DataFrame, list[Finding]]:
    codes = study.data.missing_codes
    values, findings = source.values(
        column, lambda one: dates(source.raw, one, missing_codes(codes, one, column))
    )
    table = source.stack[["participant", "time"]].assign(date=pd.to_datetime(values))
    return table, findings
