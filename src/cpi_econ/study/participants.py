"""The participants file to one row a participant: arm, cluster, death and covariates."""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import replace

import pandas as pd

from cpi_econ.errors import Finding, Where
from cpi_econ.identifiers import order_of
from cpi_econ.study.arm_bands import arms_by_band, banded
from cpi_econ.study.clusters import blank_clusters, clusters
from cpi_econ.study.columns import (
    findings_by_value,
    labelled,
    missing_codes,
    need_columns,
    numbers,
    recoded,
    token,
    tokens,
)
from cpi_econ.study.config import Study
from cpi_econ.study.dates import death_years
from cpi_econ.study.decimals import mostly_commas
from cpi_econ.study.files import RawTable
from cpi_econ.study.places import stand_twice
from cpi_econ.study.waves import waves
from cpi_econ.study.wording import number_of


def read_participants(study: Study, raw: RawTable) -> tuple[pd.DataFrame, list[Finding]]:
    """Participants sorted by identifier, and findings.

    Parameters
    ----------
    study : Study
    raw : RawTable
        The participants file.

    Returns
    -------
    DataFrame
        ``participant``, ``arm``, ``cluster`` and ``died_years`` where the study names them, and
        every column of the file under its own name; labelled columns hold their labels.
    list of Finding
        ``E014`` column missing, ``E015`` no arm, ``E019`` unknown arm, ``E115`` identifiers.
    """
    spec = study.data.participants
    findings = need_columns(raw, spec.id, spec.arm, spec.cluster, spec.died, spec.start)
    if findings:
        return pd.DataFrame({"participant": pd.Series(dtype="str")}), findings
    raw, findings = _at_first_time(study, raw)
    frame = pd.DataFrame({"participant": tokens(raw.frame[spec.id])})
    findings += _identifier_findings(raw, spec.id, frame["participant"])
    sorted_in = arms_by_band if banded(study) else _arms
    frame["arm"], found = sorted_in(study, raw, frame["participant"])
    findings += found
    if spec.cluster is not None:
        frame["cluster"] = clusters(study, raw, spec.cluster)
        findings += blank_clusters(raw, spec.cluster, frame)
    if spec.died is not None:
        frame["died_years"], found = death_years(study, raw)
        findings += found
    findings += _hidden_columns(study, raw, frame)
    others = [name for name in raw.frame.columns if name not in frame.columns]
    read = {name: _covariate(study, raw, name) for name in others}
    columns = pd.DataFrame({name: series for name, (series, _) in read.items()})
    findings += [finding for _, found in read.values() for finding in found]
    table = pd.concat([frame, columns], axis=1).dropna(subset=["participant"])
    return table.iloc[order_of(table["participant"])].reset_index(drop=True), findings


def _hidden_columns(study: Study, raw: RawTable, frame: pd.DataFrame) -> list[Finding]:
    """``W019`` for a column whose name the tables use for another column of the same file."""
    spec = study.data.participants
    meant = {"participant": spec.id, "arm": spec.arm, "cluster": spec.cluster}
    return [
        Finding(
            "W019",
            f'column "{name}" is left out, because "{meant.get(name) or spec.died}" is read under '
            "that name; rename it to use it.",
            Where(raw.name, 1, name),
        )
        for name in frame.columns
        if name in raw.frame.columns and name != meant.get(name)
    ]


def _people_have(people: Sized) -> str:
    return number_of(len(people), "participant has", "participants have")


def _at_first_time(study: Study, raw: RawTable) -> tuple[RawTable, list[Finding]]:
    spec = study.data.participants
    if spec.time is None:
        return raw, []
    codes = spec.time_codes or study.data.time_codes
    visits, findings = waves(
        raw, id=spec.id, time=spec.time, time_codes=codes, suffixes=None, times=study.times
    )
    if visits is None or findings:
        return raw, findings
    first = (visits.stack["time"] == next(iter(study.times))).to_numpy()
    lost = set(visits.stack["participant"]) - set(visits.stack["participant"][first])
    if lost:
        message = f"{_people_have(lost)} no row at {next(iter(study.times))}."
        findings = [Finding("E115", message, Where(raw.name), tuple(sorted(map(str, lost))))]
    return replace(raw, frame=raw.frame[first]), findings


def _identifier_findings(raw: RawTable, column: str, people: pd.Series) -> list[Finding]:
    findings = []
    blank = people[people.isna()]
    if len(blank):
        message = f"{number_of(len(blank), 'row has', 'rows have')} no identifier."
        findings.append(Finding("E115", message, Where(raw.name, int(blank.index[0]), column)))
    named = people.dropna()
    if stand_twice(named):
        twice = named[named.duplicated()]
        message = (
            f"{number_of(twice.nunique(), 'identifier stands', 'identifiers stand')} "
            "more than once; one row a participant. For a "
            "file with one row a visit, give time: as well."
        )
        place = Where(raw.name, int(twice.index[0]), column)
        findings.append(Finding("E115", message, place, tuple(twice.unique())))
    return findings


def _arms(study: Study, raw: RawTable, people: pd.Series) -> tuple[pd.Series, list[Finding]]:
    column = study.data.participants.arm
    missing = missing_codes(study.data.missing_codes, column)
    text = tokens(raw.frame[column])
    text = text.mask(text.isin(missing))
    known = {
        token(code): name
        for name, arm in study.arms.items()
        for code in (arm.code if arm.code is not None else (name,))
    }
    labels = {token(key): label for key, label in raw.labels.get(column, {}).items()}
    known |= {key: known[label] for key, label in labels.items() if label in known}
    findings = []
    lost = text[text.isna()]
    if len(lost):
        message = f"{_people_have(lost)} no arm; fill it in or leave the rows out."
        place = Where(raw.name, int(lost.index[0]), column)
        findings.append(Finding("E015", message, place, tuple(people[lost.index].dropna())))
    wrong = text[text.notna() & ~text.isin(list(known))]
    codes = ", ".join(f"{code} ({name})" for code, name in known.items())
    findings += findings_by_value(
        raw, column, wrong, "E019", lambda value: f'"{value}" is no arm; codes are {codes}.'
    )
    arm = recoded(text, known)
    absent = [name for name in study.arms if not arm.eq(name).any()]
    if absent and not findings:
        message = f"nobody is in arm {', '.join(absent)}; codes are {codes}."
        findings.append(Finding("E019", message, Where(raw.name, None, column)))
    return arm, findings


def _covariate(study: Study, raw: RawTable, column: str) -> tuple[pd.Series, list[Finding]]:
    """Numbers where a column holds numbers, labels or text otherwise.

    A column that is mostly numbers is taken for one, so that a stray text value in a covariate
    is found and does not turn the covariate into categories.
    """
    missing = missing_codes(study.data.missing_codes, column)
    named = labelled(raw, column)
    if named is not None:
        return named.astype("object"), []
    shown = raw.frame[column]
    if pd.api.types.is_datetime64_any_dtype(shown.dtype):
        return shown, []
    values, findings = numbers(raw, column, missing)
    if values.notna().all():
        return values, []
    text = tokens(shown)
    text = text.mask(text.isin(missing))
    mostly = values.notna().sum() * 2 > text.notna().sum()
    used = column in _used(study)
    commas = used and column not in study.adjust.categorical and mostly_commas(text)
    if mostly or text.notna().sum() == 0 or commas:
        return values, findings if used else []
    return text.astype("object"), []


def _used(study: Study) -> set[str]:
    used = {*study.adjust.cost, *study.adjust.effect, *study.weights.covariates, *study.subgroups}
    exposure = study.exposure
    return used if exposure is None else {*used, exposure.column, *exposure.covariates}
