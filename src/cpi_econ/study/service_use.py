"""Service-use files to a long table of quantities; blanks become zero only where a rule says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from cpi_econ.errors import Finding, Where
from cpi_econ.study.columns import (
    answers,
    findings_by_value,
    missing_codes,
    numbers,
    token,
    tokens,
)
from cpi_econ.study.config import Study
from cpi_econ.study.cost_plan import Item
from cpi_econ.study.files import RawTable
from cpi_econ.study.grid import Grid
from cpi_econ.study.screening import Screened, screen_out, screening_findings
from cpi_econ.study.waves import Waves

_COLUMNS = ["participant", "time", "item", "service", "quantity", "unit", "minutes", "used"]
_CODE_LIKE = frozenset({77, 88, 97, 98, 99, 777, 888, 997, 998, 999, 7777, 8888, 9998, 9999})
_NEGATIVE_CODES = frozenset({-1, -7, -8, -9, -77, -88, -98, -99, -888, -999, -9999})


def read_service_use(
    study: Study, files: Sequence[Waves], participants: pd.Series
) -> tuple[pd.DataFrame, list[Finding]]:
    """Quantities of every item at every time, complete grid, and findings.

    Parameters
    ----------
    study : Study
    files : sequence of Waves
        The service-use files.
    participants : Series
        Identifiers, sorted.

    Returns
    -------
    DataFrame
        ``participant, time, item, service, quantity, unit, minutes, used``; an unknown quantity is
        NaN, and so is everything of a form that is not there. ``group_size`` and ``staff`` where
        an item has them; ``form``, the position of the file, where there are several.
    list of Finding
        ``E014``, ``E016``, ``E018`` negative, ``E103`` undeclared code, ``W104``, ``W108``.
    """
    parts, findings, screened = [], [], []
    grid = Grid(participants, list(study.times))
    for name, item in study.costs.items.items():
        form = next((i for i, file in enumerate(files) if file.holds(item.quantity)), None)
        if form is None:
            findings.append(_no_column(files, name, item.quantity))
            continue
        part, found, one = _read_item(study, files[form], name, item)
        parts.append(_on_grid(grid, part, files[form]).assign(form=form))
        findings += found
        screened += [one] if one is not None else []
    findings += screening_findings(screened) + _count_and_code(study, files)
    if not parts:
        return pd.DataFrame(columns=_COLUMNS), findings
    return pd.concat(parts, ignore_index=True)[[*_COLUMNS, *_asked(study)]], findings


def _asked(study: Study) -> list[str]:
    """Further columns that the study's items or files call for."""
    items = study.costs.items.values()
    asked = [name for name in ("group_size", "staff") if any(getattr(i, name) for i in items)]
    return asked + (["form"] if len(study.data.service_use) > 1 else [])


def _no_column(files: Sequence[Waves], item: str, column: str) -> Finding:
    import difflib

    names = [name for file in files for name in file.raw.columns]
    near = difflib.get_close_matches(column, names, n=1)
    hint = f'; did you mean "{near[0]}"?' if near else "."
    place = Where(files[0].raw.name if files else None, 1, column)
    return Finding("E014", f'has no column "{column}" (item {item}){hint}', place)


def _read_item(
    study: Study, source: Waves, name: str, item: Item
) -> tuple[pd.DataFrame, list[Finding], Screened | None]:
    frame = source.stack.copy()
    unknown = frozenset(map(token, item.unknown_codes))
    frame["quantity"], findings = _column(study, source, item.quantity, unknown)
    for column in ("minutes", "group_size", "staff"):
        frame[column], found = _amount(study, source, name, getattr(item, column))
        findings += found
    frame["used"] = pd.Series(pd.NA, index=frame.index, dtype="boolean")
    screened = None
    if item.used is not None:
        frame["used"], found = _yes_or_no(study, source, name, item.used)
        findings += found
        if not found or source.holds(item.used):
            screened = screen_out(frame, item.used, item.quantity, source.raw.name)
    if unknown:
        said = _holds_code(source, item.quantity, unknown) & frame["quantity"].isna()
        frame["used"] = frame["used"].mask(said, True)
    frame["item"], frame["service"] = name, item.service or name
    frame["unit"] = item.unit
    return frame, findings, screened


def _yes_or_no(
    study: Study, source: Waves, name: str, question: str
) -> tuple[pd.Series, list[Finding]]:
    codes = study.data.missing_codes
    if not source.holds(question):
        none = pd.Series(pd.NA, index=source.stack.index, dtype="boolean")
        return none, [_no_column([source], name, question)]
    values, found = source.values(
        question,
        lambda column: answers(source.raw, column, missing_codes(codes, column, question)),
    )
    return pd.Series(values, index=source.stack.index).astype("boolean"), found


def _holds_code(source: Waves, base: str, codes: frozenset[str]) -> pd.Series:
    """Rows whose answer is one of ``codes``: used, an unknown number of times."""
    values, _ = source.values(
        base, lambda column: (tokens(source.raw.frame[column]).isin(codes).astype(float), [])
    )
    return pd.Series(values == 1, index=source.stack.index)


def _amount(
    study: Study, source: Waves, name: str, said: str | float | None
) -> tuple[np.ndarray[Any, Any] | float, list[Finding]]:
    """Amounts of an item beside its quantity: a column, or one number for all."""
    if said is None or isinstance(said, float):
        return (np.nan if said is None else said), []
    if source.holds(said):
        return _column(study, source, said)
    try:
        return float(said), []
    except ValueError:
        return np.nan, [_no_column([source], name, said)]


def _column(
    study: Study, source: Waves, base: str, unknown: frozenset[str] = frozenset()
) -> tuple[np.ndarray[Any, Any], list[Finding]]:
    """Numbers of ``base`` along the visits, none below zero, odd ones told about."""
    codes = study.data.missing_codes

    def count(column: str) -> tuple[pd.Series, list[Finding]]:
        declared = missing_codes(codes, column, base) | unknown
        values, found = numbers(source.raw, column, declared)
        odd = _odd_counts(source.raw, column, values, column in codes or base in codes)
        # Already told about; the costs need not say it again.
        return values.mask(values < 0), found + odd

    return source.values(base, count)


def _odd_counts(raw: RawTable, column: str, values: pd.Series, explicit: bool) -> list[Finding]:
    """Negative values, and values that look like an undeclared code for missing.

    A code-like value is one of the usual codes that stands apart from all smaller values.
    """
    negative = values[values < 0]
    codes = negative[negative.isin(_NEGATIVE_CODES)]
    findings = findings_by_value(
        raw, column, codes, "E103", lambda value: _undeclared(column, value)
    )
    findings += findings_by_value(
        raw,
        column,
        negative.drop(codes.index),
        "E018",
        lambda value: f"{value:g} is negative; a quantity starts at zero.",
    )
    if explicit:
        return findings
    above = values[values.isin(_CODE_LIKE)]
    rest = values[values.notna() & ~values.isin(_CODE_LIKE)]
    largest = float(rest.max()) if len(rest) else 0.0
    odd = above[above > 2 * max(largest, 30.0)]
    return findings + findings_by_value(
        raw, column, odd, "E103", lambda value: _undeclared(column, value)
    )


def _undeclared(column: str, value: float) -> str:
    return (
        f"{value:g} looks like a code for missing and none is declared for it. Write "
        f"missing_codes: {{{column}: [{value:g}]}}, or {{{column}: []}} if it is a count."
    )


def _count_and_code(study: Study, files: Sequence[Waves]) -> list[Finding]:
    """``W104``: a declared code that other columns of the file hold as a count."""
    findings = []
    for file in files:
        bases = sorted({item.quantity for item in study.costs.items.values()})
        columns = [c for base in bases for c in file.columns(base) if c in file.raw.frame.columns]
        declared = {c: _counts_declared(study, file, c) for c in columns}
        if not any(declared.values()):
            continue
        values = {c: numbers(file.raw, c, frozenset())[0] for c in columns}
        for column, code in [(c, code) for c in columns for code in sorted(declared[c])]:
            hits = int(values[column].eq(code).sum())
            others = [c for c in columns if code not in declared[c] and values[c].eq(code).any()]
            if hits and others:
                findings.append(_code_finding(file, column, code, hits, len(others)))
    return findings


def _counts_declared(study: Study, file: Waves, column: str) -> set[float]:
    suffixes = file.suffixes or {}
    bases = [column.removesuffix(suffix) for suffix in suffixes if column.endswith(suffix)]
    codes = missing_codes(study.data.missing_codes, column, *bases)
    return {float(code) for code in map(token, codes) if code.isdigit()}


def _code_finding(file: Waves, column: str, code: float, hits: int, others: int) -> Finding:
    message = (
        f"{code:g} is declared missing for {column} but {others} other "
        f"{'column uses' if others == 1 else 'columns use'} it as a count; {hits} "
        f"{'answer' if hits == 1 else 'answers'} became missing."
    )
    return Finding("W104", message, Where(file.raw.name, None, column))


def _on_grid(grid: Grid, part: pd.DataFrame, source: Waves) -> pd.DataFrame:
    constant = {column: part[column].iloc[0] for column in ("item", "service", "unit")}
    return grid.spread(part.drop(columns=list(constant)), source).assign(**constant)
