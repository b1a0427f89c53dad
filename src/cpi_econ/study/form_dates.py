"""Dates of the service-use forms, and the days that each asked about."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cpi_econ.errors import Finding
from cpi_econ.study.columns import missing_codes, need_columns, numbers
from cpi_econ.study.config import ServiceUseFile, Study
from cpi_econ.study.dates import dates
from cpi_econ.study.waves import Waves

_COLUMNS = ["participant", "time", "date", "recall_days", "form"]


def form_dates(
    study: Study, specs: Sequence[ServiceUseFile], files: Sequence[Waves]
) -> tuple[pd.DataFrame | None, list[Finding]]:
    """Dates of the forms: ``participant, time, date, recall_days, form``; None without dates.

    Parameters
    ----------
    study : Study
    specs : sequence of ServiceUseFile
        What the study file says of each file.
    files : sequence of Waves
        The same files as read.

    Returns
    -------
    DataFrame or None
        ``form`` is the position of the file; ``recall_days`` is NaN where no column gives it.
    list of Finding
        ``E014`` no such column, ``E024`` not a date, ``E016`` not a number.
    """
    parts, findings = [], []
    for form, (spec, source) in enumerate(zip(specs, files, strict=True)):
        if spec.date is None:
            continue
        lost = [name for name in (spec.date, spec.recall_days) if name and not source.holds(name)]
        if lost:
            findings += need_columns(source.raw, *(c for n in lost for c in source.columns(n)))
            continue
        part, found = _one_form(study, spec, source)
        parts.append(part.assign(form=form))
        findings += found
    if not parts:
        return None, findings
    table = pd.concat(parts, ignore_index=True).dropna(subset=["participant", "time"])
    return table.drop_duplicates(["participant", "time", "form"])[_COLUMNS], findings


def _one_form(
    study: Study, spec: ServiceUseFile, source: Waves
) -> tuple[pd.DataFrame, list[Finding]]:
    codes, raw = study.data.missing_codes, source.raw
    column, days = str(spec.date), spec.recall_days
    values, findings = source.values(
        column, lambda one: dates(raw, one, missing_codes(codes, one, column))
    )
    frame = source.stack[["participant", "time"]].assign(date=pd.to_datetime(values))
    frame["recall_days"] = float("nan")
    if days is not None:
        frame["recall_days"], found = source.values(
            days, lambda one: numbers(raw, one, missing_codes(codes, one, days))
        )
        findings += found
    return frame, findings
