"""Service-use files to a long table of quantities; blanks become zero only where a rule says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from cpi_econ.errors import Finding, Where
from cpi_econ.study.columns import answers, findings_by_value, missing_codes, numbers, token
from cpi_econ.study.config import Study
from cpi_econ.study.cost_plan import Item
from cpi_econ.study.files import RawTable
from cpi_econ.study.waves import Waves
from cpi_econ.study.wording import number_of

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
        NaN, and so is everything of a form that is not there.
    list of Finding
        ``E014``, ``E016``, ``E018`` negative, ``E103`` undeclared code, ``W104``, ``W108``.
    """
    parts, findings = [], []
    for name, item in study.costs.items.items():
        source = next((file for file in files if file.holds(item.quantity)), None)
        if source is None:
            findings.append(_no_column(files, name, item.quantity))
            continue
        part, found = _read_item(study, source, name, item)
        parts.append(_on_grid(part, participants, list(study.times)))
        findings += found
    findings += _count_and_code(study, files)
    columns = ["participant", "time", "item", "service", "quantity", "unit", "minutes", "used"]
    if not parts:
        return pd.DataFrame(columns=columns), findings
    return pd.concat(parts, ignore_index=True)[columns], findings


def _no_column(files: Sequence[Waves], item: str, column: str) -> Finding:
    import difflib

    names = [str(name) for file in files for name in file.raw.frame.columns]
    near = difflib.get_close_matches(column, names, n=1)
    hint = f'; did you mean "{near[0]}"?' if near else "."
    place = Where(files[0].raw.name if files else None, 1, column)
    return Finding("E014", f'has no column "{column}" (item {item}){hint}', place)


def _read_item(
    study: Study, source: Waves, name: str, item: Item
) -> tuple[pd.DataFrame, list[Finding]]:
    codes = study.data.missing_codes
    raw = source.raw

    def count(column: str) -> tuple[pd.Series, list[Finding]]:
        declared = missing_codes(codes, column, item.quantity)
        values, found = numbers(raw, column, declared)
        explicit = column in codes or item.quantity in codes
        odd = _odd_counts(raw, column, values, explicit)
        # Already told about; the costs need not say it again.
        return values.mask(values < 0), found + odd

    frame = source.stack.copy()
    frame["quantity"], findings = source.values(item.quantity, count)
    frame["minutes"], found = _minutes(study, source, name, item)
    findings += found
    frame["used"] = pd.array([pd.NA] * len(frame), dtype="boolean")
    if item.used is not None:
        question = item.used
        if not source.holds(question):
            findings.append(_no_column([source], name, question))
        else:
            frame["used"], found = source.values(
                question,
                lambda column: answers(raw, column, missing_codes(codes, column, question)),
            )
            frame["used"] = frame["used"].astype("boolean")
            findings += found + _apply_screening(source, item, frame)
    frame["item"], frame["service"] = name, item.service or name
    frame["unit"] = item.unit
    return frame, findings


def _minutes(
    study: Study, source: Waves, name: str, item: Item
) -> tuple[np.ndarray[Any, Any] | float, list[Finding]]:
    if item.minutes is None or isinstance(item.minutes, float):
        return (np.nan if item.minutes is None else item.minutes), []
    column = item.minutes
    if not source.holds(column):
        try:
            return float(column), []
        except ValueError:
            return np.nan, [_no_column([source], name, column)]

    def duration(one: str) -> tuple[pd.Series, list[Finding]]:
        declared = missing_codes(study.data.missing_codes, one, column)
        values, found = numbers(source.raw, one, declared)
        explicit = one in study.data.missing_codes or column in study.data.missing_codes
        odd = _odd_counts(source.raw, one, values, explicit)
        return values.mask(values < 0), found + odd

    return source.values(column, duration)


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


def _apply_screening(source: Waves, item: Item, frame: pd.DataFrame) -> list[Finding]:
    """Blanks to zero where the screening question says no; the rest stays missing (W108)."""
    blank = frame["quantity"].isna()
    no = frame["used"].eq(False).fillna(False).astype(bool)
    zero = blank & no
    frame.loc[zero, "quantity"] = 0.0
    findings = []
    place = Where(source.raw.name, None, item.quantity)
    if blank.any():
        message = (
            f"{number_of(int(blank.sum()), 'blank')} in {item.quantity}: {int(zero.sum())} become "
            f"0 because {item.used} = no; {int((blank & ~zero).sum())} stay missing."
        )
        findings.append(Finding("W108", message, place))
    against = frame[no & (frame["quantity"] > 0)]
    if len(against):
        message = (
            f"{item.used} = no and a quantity above 0 stand together in "
            f"{number_of(len(against), 'row')}; the quantity is kept."
        )
        findings.append(Finding("W017", message, place, tuple(against["participant"].unique())))
    return findings


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


def _on_grid(part: pd.DataFrame, participants: pd.Series, times: list[str]) -> pd.DataFrame:
    grid = pd.MultiIndex.from_product([participants, times], names=["participant", "time"])
    known = part.dropna(subset=["participant", "time"]).drop_duplicates(["participant", "time"])
    full = known.set_index(["participant", "time"]).reindex(grid)
    for column in ("item", "service", "unit"):
        full[column] = part[column].iloc[0]
    return full.reset_index()
