"""Data files of a study, each read once."""

from __future__ import annotations

from cpi_econ.errors import Finding, FindingsError
from cpi_econ.study.config import DataFile, Study
from cpi_econ.study.cost_files import CostSpec
from cpi_econ.study.files import RawTable, read_file
from cpi_econ.study.kept import Kept
from cpi_econ.study.named_columns import is_named, unread_note


class DataFiles:
    """Files by what the study says of them.

    Parameters
    ----------
    study : Study
    kept : Kept
        What other plans of the same analysis have read.
    findings : list of Finding
        Takes what is wrong with a file; a file that cannot be read is told once.
    """

    def __init__(self, study: Study, kept: Kept, findings: list[Finding]) -> None:
        self._study, self._kept, self._findings = study, kept, findings
        self._read: dict[tuple[str, ...], RawTable | None] = {}

    def __call__(self, spec: DataFile | CostSpec) -> RawTable | None:
        """Raw table of a file, or None where it cannot be read.

        Parameters
        ----------
        spec : DataFile or CostSpec
        """
        key = (str(spec.file), str(spec.sheet), str(spec.encoding), spec.decimal)
        if key not in self._read:
            self._read[key] = self._table(spec, key)
        return self._read[key]

    def _table(self, spec: DataFile | CostSpec, key: tuple[str, ...]) -> RawTable | None:
        path = self._study.folder / key[0]
        # agencies' costs and lists of medicines have columns that no study file names
        wanted = is_named(self._study) if isinstance(spec, DataFile) else None
        how = (path, spec.sheet, spec.encoding, spec.decimal)
        try:
            raw = self._kept.made((path, *key), lambda: read_file(*how, wanted))
            if wanted is not None and any(map(wanted, raw.unread)):
                # another plan, which names other columns, has read it
                raw = self._kept.made((path, *key, "whole"), lambda: read_file(*how))
        except FindingsError as error:
            self._findings += error.findings
            return None
        self._findings += unread_note(raw)
        return raw

    def names(self) -> set[str]:
        """Names of the files that were asked for so far."""
        return {name for name, *_ in self._read}

    def tables(self) -> list[RawTable | None]:
        """Tables of the files that were asked for so far, None where one cannot be read."""
        return list(self._read.values())
