"""Questionnaire files to a long table of levels, each with its place in the file."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cpi_econ.errors import Finding, Where
from cpi_econ.study.columns import (
    findings_by_value,
    missing_codes,
    need_columns,
    numbers,
    tokens,
)
from cpi_econ.study.config import Effect, Study
from cpi_econ.study.grid import Grid
from cpi_econ.study.waves import Waves

EQ5D_DIMENSIONS = (
    "mobility",
    "self_care",
    "usual_activities",
    "pain_discomfort",
    "anxiety_depression",
)
_COLUMNS = ["participant", "time", "effect", "instrument", "item", "level", "file", "row", "column"]


def read_responses(
    study: Study, files: Sequence[Waves], participants: pd.Series
) -> tuple[pd.DataFrame, list[Finding]]:
    """Levels of every dimension at every time, complete grid, and findings.

    Parameters
    ----------
    study : Study
    files : sequence of Waves
        The questionnaire files.
    participants : Series
        Identifiers, sorted.

    Returns
    -------
    DataFrame
        ``participant, time, effect, instrument, item, level`` and the ``file``, ``row`` and
        ``column`` that the level was read from; a missing answer is NaN.
    list of Finding
        ``E014`` column missing, ``E016`` no number, ``E020`` no whole number.
    """
    parts, findings = [], []
    grid = Grid(participants, list(study.times))
    for name, effect in study.effects.items():
        if effect.instrument is None:
            continue
        part, found = _read_effect(study, files, name, effect)
        findings += found
        parts += [_on_grid(grid, one, source) for one, source in part]
    if not parts:
        return pd.DataFrame(columns=_COLUMNS), findings
    return pd.concat(parts, ignore_index=True)[_COLUMNS], findings


def _read_effect(
    study: Study, files: Sequence[Waves], name: str, effect: Effect
) -> tuple[list[tuple[pd.DataFrame, Waves]], list[Finding]]:
    columns = effect.columns or {}
    parts, findings = [], []
    for item, column in columns.items():
        source = next((file for file in files if file.holds(column)), None)
        if source is None:
            findings += [
                found
                for file in files[:1]
                for found in need_columns(file.raw, *file.columns(column)[:1])
            ]
            continue
        read = _states if item == "state" else _levels
        levels, found = read(study, source, effect, column)
        findings += found
        for dimension, values in levels.items():
            part = source.stack.assign(item=dimension if item == "state" else item, level=values)
            part = part.assign(
                effect=name,
                instrument=effect.instrument,
                file=source.raw.name,
                column=source.column_names(column),
            )
            parts.append((part, source))
    return parts, findings


def _levels(
    study: Study, source: Waves, effect: Effect, column: str
) -> tuple[dict[str, pd.Series], list[Finding]]:
    raw, codes = source.raw, study.data.missing_codes

    def level(one: str) -> tuple[pd.Series, list[Finding]]:
        values, found = numbers(raw, one, missing_codes(codes, one, column), effect.codes)
        broken = values[values.notna() & (values % 1 != 0)]
        found += findings_by_value(
            raw,
            one,
            broken,
            "E020",
            lambda value: f"{value:g} is no level; levels are whole numbers.",
        )
        return values.drop(broken.index).reindex(values.index), found

    values, findings = source.values(column, level)
    return {"level": pd.Series(values)}, findings


def _states(
    study: Study, source: Waves, effect: Effect, column: str
) -> tuple[dict[str, pd.Series], list[Finding]]:
    """Levels of five-digit states such as 21131."""
    raw, codes = source.raw, study.data.missing_codes
    size = len(EQ5D_DIMENSIONS)

    def state(one: str) -> tuple[pd.Series, list[Finding]]:
        text = tokens(raw.frame[one])
        text = text.mask(text.isin(missing_codes(codes, one, column)))
        good = text.str.fullmatch(rf"\d{{{size}}}").fillna(False).astype(bool)
        found = findings_by_value(
            raw,
            one,
            text[text.notna() & ~good],
            "E020",
            lambda value: f'"{value}" is no state; write {size} digits such as 21131.',
        )
        return pd.to_numeric(text.where(good), errors="coerce").astype(float), found

    values, findings = source.values(column, state)
    numbers_ = pd.Series(values, dtype=float)
    known = effect.codes or {}
    mapping = {float(key): float(value) for key, value in known.items() if str(key).isdigit()}
    levels = {
        dimension: (numbers_ // 10 ** (size - 1 - place) % 10).map(lambda v: mapping.get(v, v))
        for place, dimension in enumerate(EQ5D_DIMENSIONS)
    }
    return levels, findings


def _on_grid(grid: Grid, part: pd.DataFrame, source: Waves) -> pd.DataFrame:
    names = ("item", "effect", "instrument", "file")
    constant = {column: part[column].iloc[0] for column in names}
    return grid.spread(part.drop(columns=list(constant)), source).assign(**constant)


def level_findings(
    responses: pd.DataFrame, code: str, message: str, wrong: pd.Series
) -> list[Finding]:
    """A finding for each column of the files in which ``wrong`` marks an answer.

    Parameters
    ----------
    responses : DataFrame
        As `read_responses` gives it.
    code, message : str
    wrong : Series of bool
        Rows of ``responses`` that the finding is about.
    """
    found = []
    rows = responses[wrong]
    for (file, column), group in rows.groupby(["file", "column"], sort=False):
        many = f" ({len(group)} rows.)" if len(group) > 1 else ""
        place = Where(str(file), int(group["row"].min()), str(column))
        found.append(Finding(code, message + many, place, tuple(group["participant"].unique())))
    return found
