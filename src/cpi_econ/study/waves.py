"""Long and wide files as one stack of visits: participant and time for every value."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cpi_econ.errors import Finding, Where
from cpi_econ.study.columns import findings_by_value, need_columns, token, tokens
from cpi_econ.study.files import RawTable
from cpi_econ.study.wording import number_of

Convert = Callable[[str], tuple[pd.Series, list[Finding]]]


@dataclass(frozen=True)
class Waves:
    """The visits held by one file.

    Parameters
    ----------
    raw : RawTable
        The file.
    id : str
        Its column of identifiers.
    stack : DataFrame
        ``participant``, ``time`` and ``row`` of the file, one row a visit; a wide file is
        stacked suffix by suffix.
    suffixes : mapping or None
        Time of each suffix of a wide file; None for a long file.
    """

    raw: RawTable
    id: str
    stack: pd.DataFrame
    suffixes: Mapping[str, str] | None

    def columns(self, base: str) -> list[str]:
        """Columns of the file that hold ``base``, in the order of the stack; may be absent."""
        return [base] if self.suffixes is None else [base + suffix for suffix in self.suffixes]

    def holds(self, base: str) -> bool:
        """Whether the file has the column ``base`` at one time at least."""
        return any(column in self.raw.frame.columns for column in self.columns(base))

    def values(self, base: str, convert: Convert) -> tuple[np.ndarray[Any, Any], list[Finding]]:
        """Values of ``base`` along the stack; missing where a wide file lacks the column."""
        parts: list[pd.Series] = []
        findings: list[Finding] = []
        for column in self.columns(base):
            if column in self.raw.frame.columns:
                series, found = convert(column)
                parts.append(series)
                findings += found
            else:
                findings.append(self._lacking(base, column))
                parts.append(pd.Series(np.nan, index=self.raw.frame.index, dtype=float))
        filled = [part for part in parts if part.notna().any()] or parts[:1]
        kind = filled[0].dtype
        joined = pd.concat([part.astype(kind) for part in parts])
        return joined.to_numpy(), findings

    def _lacking(self, base: str, column: str) -> Finding:
        time = (self.suffixes or {}).get(column.removeprefix(base), "that time")
        message = f'has no column "{column}"; {base} is taken as missing at {time}.'
        return Finding("W020", message, Where(self.raw.name, 1, column))

    def column_names(self, base: str) -> list[str]:
        """Name of the file's column that holds ``base``, along the stack."""
        return [column for column in self.columns(base) for _ in range(len(self.raw.frame))]


def waves(
    raw: RawTable,
    *,
    id: str,
    time: str | None,
    time_codes: Mapping[Any, str] | None,
    suffixes: Mapping[str, str] | None,
    times: Iterable[str],
) -> tuple[Waves | None, list[Finding]]:
    """Visits of a file, or findings that say why it has none.

    Parameters
    ----------
    raw : RawTable
    id, time : str
        Columns of the participant and of the visit; ``time`` is None for a wide file.
    time_codes, suffixes : mapping or None
        Name of the time for each code of a long file, or each suffix of a wide one.
    times : iterable of str
        Names of the times of the study.
    """
    findings = need_columns(raw, id, time)
    if time is None and suffixes is None:
        message = (
            "visits cannot be told apart: give time: (the column that names the visit) for a long "
            "file, or suffixes: (for example {_bl: baseline, _9m: month_9}) for a wide one."
        )
        findings.append(Finding("E022", message, Where(raw.name)))
    if findings:
        return None, findings
    people = tokens(raw.frame[id])
    if time is not None:
        names, findings = _times(raw, time, time_codes or {}, tuple(times))
        stack = pd.DataFrame({"participant": people, "time": names, "row": raw.frame.index})
        return Waves(raw, id, stack.reset_index(drop=True), None), findings
    parts = [
        pd.DataFrame({"participant": people, "time": name, "row": raw.frame.index})
        for name in (suffixes or {}).values()
    ]
    return Waves(raw, id, pd.concat(parts, ignore_index=True), suffixes), []


def _times(
    raw: RawTable, column: str, codes: Mapping[Any, str], times: tuple[str, ...]
) -> tuple[pd.Series, list[Finding]]:
    labels = {token(key): label for key, label in raw.labels.get(column, {}).items()}
    known = {name: name for name in times}
    known |= {key: label for key, label in labels.items() if label in times}
    known |= {token(key): name for key, name in codes.items()}
    text = tokens(raw.frame[column]).fillna("")
    wrong = text[~text.isin(list(known))]
    return text.map(known), findings_by_value(
        raw, column, wrong, "E022", lambda value: _no_time(value, times)
    )


def _no_time(value: str, times: tuple[str, ...]) -> str:
    listed = ", ".join(times)
    if not value:
        return f"the time of the visit is blank; times are {listed}."
    near = difflib.get_close_matches(value, times, n=1) or times[:1] or ("...",)
    return (
        f'"{value}" names no time; times are {listed}. If it stands for one of them, give '
        f"time_codes: {{{value}: {near[0]}}}."
    )


def check_visits(visits: Waves, participants: pd.Series) -> list[Finding]:
    """``E115`` for identifiers that stand twice at a time, or that no participant has.

    Parameters
    ----------
    visits : Waves
    participants : Series
        Identifiers of the participants file.
    """
    raw, stack = visits.raw, visits.stack
    findings = []
    blank = stack.loc[stack["participant"].isna(), "row"].unique()
    if len(blank):
        message = f"{number_of(len(blank), 'row has', 'rows have')} no identifier."
        findings.append(Finding("E115", message, Where(raw.name, int(blank[0]), visits.id)))
    named = stack.dropna(subset=["participant"])
    twice = named[named.duplicated(["participant", "time"])]
    for time, rows in twice.groupby("time", observed=True):
        message = f"more than one row at {time}; one row a participant and time."
        findings.append(_about(visits, rows, message))
    # a look-up, since isin is slow for a million words
    known = pd.Index(participants.dropna().unique())
    unknown = named[known.get_indexer(named["participant"]) < 0]
    if len(unknown):
        hint = _zeros_hint(unknown["participant"], participants)
        findings.append(_about(visits, unknown, f"no row in the participants file{hint}"))
    return findings


def _about(visits: Waves, rows: pd.DataFrame, message: str) -> Finding:
    people = tuple(rows["participant"].unique())
    words = number_of(len(people), "participant has", "participants have")
    place = Where(visits.raw.name, int(rows["row"].iloc[0]), visits.id)
    return Finding("E115", f"{words} {message}", place, people)


def _zeros_hint(unknown: pd.Series, participants: pd.Series) -> str:
    bare = set(participants.dropna().str.lstrip("0"))
    if not unknown.str.lstrip("0").isin(bare).all():
        return "."
    return "; the identifiers differ only by zeros in front, which a spreadsheet may have removed."
