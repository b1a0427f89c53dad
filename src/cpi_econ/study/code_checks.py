"""Declared codes for missing that name no column of the data."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from cpi_econ.errors import Finding, Where
from cpi_econ.study.config import Study
from cpi_econ.study.files import RawTable
from cpi_econ.study.named_columns import suffixes


def unused_codes(study: Study, files: Iterable[RawTable]) -> list[Finding]:
    """``E014`` for each key of ``missing_codes`` that is no column of any file.

    Parameters
    ----------
    study : Study
    files : iterable of RawTable
        Every data file of the study.
    """
    data = study.data
    known = {column for file in files for column in file.columns}
    bases = {name.removesuffix(suffix) for name in known for suffix in suffixes(study)}
    known |= {base for base in bases if base} | {"default"}
    findings = []
    for name in data.missing_codes:
        if name in known:
            continue
        near = difflib.get_close_matches(name, sorted(known - {"default"}), n=1)
        hint = f'; did you mean "{near[0]}"?' if near else "; correct the name."
        message = f'missing_codes names "{name}", which is no column of the data files{hint}'
        line = study.line("data", "missing_codes", name)
        place = Where(study.path.name, line, f"data.missing_codes.{name}")
        findings.append(Finding("E014", message, place))
    return findings
