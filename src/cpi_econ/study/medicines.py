"""Medicines taken: one row a medicine and visit, and who said that they took none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from cpi_econ.errors import Finding, Where
from cpi_econ.study.columns import answers, missing_codes, need_columns, numbers, tokens
from cpi_econ.study.config import Study
from cpi_econ.study.cost_rules import Medicines
from cpi_econ.study.files import RawTable
from cpi_econ.study.waves import Waves, waves
from cpi_econ.study.wording import number_of


@dataclass(frozen=True, slots=True, eq=False)
class MedicinesTaken:
    """Medicines as the participants listed them.

    Parameters
    ----------
    taken : DataFrame
        ``participant, time, medicine, daily_dose, days``.
    used : Series or None
        Answer to "any medicines?" by ``(participant, time)``; None where nobody was asked.
    table : DataFrame or None
        The study's own table of strengths; None for the bundled one.
    """

    taken: pd.DataFrame
    used: pd.Series | None = None
    table: pd.DataFrame | None = None


def read_medicines(
    study: Study, spec: Medicines, raw: RawTable, participants: pd.Series
) -> tuple[pd.DataFrame, list[Finding]]:
    """Rows of the medicines file, with findings.

    Parameters
    ----------
    study : Study
    spec : Medicines
        What the study file says of the file.
    raw : RawTable
        The file.
    participants : Series
        Identifiers of the study.

    Returns
    -------
    DataFrame
        ``participant, time, medicine, daily_dose, days``.
    list of Finding
        ``E014``, ``E016``, ``E022``, ``E115`` a person who is no participant.
    """
    id = spec.id or study.data.participants.id
    findings = need_columns(raw, id, spec.time, spec.medicine, spec.daily_dose, spec.days)
    if findings:
        return _empty(), findings
    codes = spec.time_codes or study.data.time_codes
    visits, findings = waves(
        raw, id=id, time=spec.time, time_codes=codes, suffixes=None, times=study.times
    )
    if visits is None:
        return _empty(), findings
    frame = visits.stack[["participant", "time"]].copy()
    frame["medicine"] = tokens(raw.frame[spec.medicine]).to_numpy()
    for name in ("daily_dose", "days"):
        column = getattr(spec, name)
        declared = missing_codes(study.data.missing_codes, column)
        values, found = numbers(raw, column, declared)
        frame[name] = values.to_numpy()
        findings += found
    blank = frame["medicine"].isna()
    findings += _unnamed(raw, spec, blank) + _strangers(raw, id, frame, participants)
    usable = ~blank & frame["time"].notna() & frame["participant"].isin(participants)
    return frame[usable].reset_index(drop=True), findings


def _empty() -> pd.DataFrame:
    return pd.DataFrame(columns=["participant", "time", "medicine", "daily_dose", "days"])


def _unnamed(raw: RawTable, spec: Medicines, blank: pd.Series) -> list[Finding]:
    if not blank.any():
        return []
    rows = number_of(int(blank.sum()), "row names", "rows name")
    message = f"{rows} no medicine; name it, or leave the row out."
    first = int(raw.frame.index[int(blank.to_numpy().argmax())])
    return [Finding("E016", message, Where(raw.name, first, spec.medicine))]


def _strangers(
    raw: RawTable, id: str, frame: pd.DataFrame, participants: pd.Series
) -> list[Finding]:
    unknown = frame[~frame["participant"].isin(participants)]
    if unknown.empty:
        return []
    people = tuple(unknown["participant"].dropna().unique())
    words = number_of(max(len(people), 1), "participant has", "participants have")
    message = f"{words} no row in the participants file."
    return [Finding("E115", message, Where(raw.name, None, id), people)]


def said_used(
    study: Study, question: str, files: Sequence[Waves]
) -> tuple[pd.Series | None, list[Finding]]:
    """Answer to the question whether any medicine was taken, by participant and time.

    Parameters
    ----------
    study : Study
    question : str
        Yes/no column of a service-use file.
    files : sequence of Waves
        The service-use files.
    """
    source = next((file for file in files if file.holds(question)), None)
    if source is None:
        return None, [f for file in files[:1] for f in need_columns(file.raw, question)]
    codes = study.data.missing_codes
    values, found = source.values(
        question,
        lambda column: answers(source.raw, column, missing_codes(codes, column, question)),
    )
    index = pd.MultiIndex.from_frame(source.stack[["participant", "time"]])
    said = pd.Series(values, index=index).astype("boolean")
    return said[~said.index.duplicated()], found
