"""The participants file to one row a participant: arm, cluster, death and covariates."""

from __future__ import annotations

from collections.abc import Sized

import pandas as pd

from cpi_econ.errors import Finding, Where
from cpi_econ.study.columns import (
    findings_by_value,
    missing_codes,
    need_columns,
    numbers,
    token,
    tokens,
)
from cpi_econ.study.config import Study
from cpi_econ.study.files import RawTable
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
    frame["arm"], found = _arms(study, raw, frame["participant"])
    findings += found
    if spec.cluster is not None:
        labelled = _labelled(raw, spec.cluster)
        frame["cluster"] = tokens(raw.frame[spec.cluster] if labelled is None else labelled)
        findings += _cluster_findings(raw, spec.cluster, frame)
    if spec.died is not None:
        frame["died_years"], found = _died(raw, spec.died, spec.start)
        findings += found
    others = [name for name in raw.frame.columns if name not in frame.columns]
    read = {name: _covariate(study, raw, name) for name in others}
    columns = pd.DataFrame({name: series for name, (series, _) in read.items()})
    findings += [finding for _, found in read.values() for finding in found]
    table = pd.concat([frame, columns], axis=1).dropna(subset=["participant"])
    return table.sort_values("participant", kind="stable").reset_index(drop=True), findings


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
    return RawTable(raw.name, raw.frame[first], raw.labels), findings


def _identifier_findings(raw: RawTable, column: str, people: pd.Series) -> list[Finding]:
    findings = []
    blank = people[people.isna()]
    if len(blank):
        message = f"{number_of(len(blank), 'row has', 'rows have')} no identifier."
        findings.append(Finding("E115", message, Where(raw.name, int(blank.index[0]), column)))
    named = people.dropna()
    twice = named[named.duplicated()]
    if len(twice):
        message = (
            f"{number_of(twice.nunique(), 'identifier stands', 'identifiers stand')} "
            "more than once; one row a participant. For a "
            "file with one row a visit, give time: as well."
        )
        place = Where(raw.name, int(twice.index[0]), column)
        findings.append(Finding("E115", message, place, tuple(twice.unique())))
    return findings


def _labelled(raw: RawTable, column: str) -> pd.Series | None:
    """Column with its value labels in place of codes, or None unless every value has one."""
    labels = {token(key): label for key, label in raw.labels.get(column, {}).items()}
    text = tokens(raw.frame[column])
    return text.map(labels) if labels and text.dropna().isin(list(labels)).all() else None


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
    absent = [name for name in study.arms if not text.map(known).eq(name).any()]
    if absent and not findings:
        message = f"nobody is in arm {', '.join(absent)}; codes are {codes}."
        findings.append(Finding("E019", message, Where(raw.name, None, column)))
    return text.map(known), findings


def _cluster_findings(raw: RawTable, column: str, frame: pd.DataFrame) -> list[Finding]:
    lost = frame.loc[frame["cluster"].isna(), "participant"]
    if lost.empty:
        return []
    message = f"{_people_have(lost)} no cluster; fill it in or leave the rows out."
    place = Where(raw.name, int(lost.index[0]), column)
    return [Finding("E015", message, place, tuple(lost.dropna()))]


def check_clusters(study: Study, participants: pd.DataFrame) -> list[Finding]:
    """``E116`` for each cluster that holds more than one arm, where whole clusters are drawn."""
    spec = study.data.participants
    drawn = study.uncertainty.resample in (None, "clusters", "two_stage")
    if "cluster" not in participants or not drawn:
        return []
    counts = participants.groupby("cluster")["arm"].value_counts().unstack(fill_value=0)
    mixed = counts[(counts > 0).sum(axis=1) > 1]
    return [
        Finding(
            "E116",
            f"{spec.cluster} {cluster} has participants of "
            f"{' and '.join(f'{arm} ({n})' for arm, n in row[row > 0].items())}. "
            f"Exposure should not vary within a cluster whose members are drawn together; correct "
            "the file, or choose resample: individuals.",
            Where(spec.file, None, spec.cluster),
        )
        for cluster, row in mixed.iterrows()
    ]


def _died(raw: RawTable, died: str, start: str | None) -> tuple[pd.Series, list[Finding]]:
    dates, findings = _dates(raw, died)
    if dates.notna().any() and start is None:
        message = (
            "dates of death need the date of the first visit: give data.participants.start, the "
            "column that holds it."
        )
        findings.append(Finding("E024", message, Where(raw.name, 1, died)))
    if start is None:
        return pd.Series(float("nan"), index=raw.frame.index), findings
    starts, found = _dates(raw, start)
    years = (dates - starts).dt.days / 365.25
    findings += found
    before = years[years < 0]
    if len(before):
        message = f"{number_of(len(before), 'death lies', 'deaths lie')} before the first visit."
        findings.append(Finding("E024", message, Where(raw.name, int(before.index[0]), died)))
    unknown = dates[dates.notna() & starts.isna()]
    if len(unknown):
        message = f"{_people_have(unknown)} a date of death and no date of the first visit."
        findings.append(Finding("E024", message, Where(raw.name, int(unknown.index[0]), start)))
    return years, findings


def _dates(raw: RawTable, column: str) -> tuple[pd.Series, list[Finding]]:
    series = raw.frame[column]
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        return series, []
    text = tokens(series).str.slice(0, 10)
    dates = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")
    wrong = text[text.notna() & dates.isna()]
    return dates, findings_by_value(
        raw,
        column,
        wrong,
        "E024",
        lambda value: f'"{value}" is not a date that can be read one way only; write 2014-09-01.',
    )


def _covariate(study: Study, raw: RawTable, column: str) -> tuple[pd.Series, list[Finding]]:
    """Numbers where a column holds numbers, labels or text otherwise.

    A column that is mostly numbers is taken for one, so that a stray text value in a covariate
    is found and does not turn the covariate into categories.
    """
    missing = missing_codes(study.data.missing_codes, column)
    labelled = _labelled(raw, column)
    if labelled is not None:
        return labelled.astype("object"), []
    shown = raw.frame[column]
    if pd.api.types.is_datetime64_any_dtype(shown.dtype):
        return shown, []
    values, findings = numbers(raw, column, missing)
    text = tokens(shown)
    text = text.mask(text.isin(missing))
    mostly = values.notna().sum() * 2 > text.notna().sum()
    if mostly or text.notna().sum() == 0:
        return values, findings if column in _used(study) else []
    return text.astype("object"), []


def _used(study: Study) -> set[str]:
    return {*study.adjust.cost, *study.adjust.effect, *study.weights.covariates, *study.subgroups}
