"""Findings and exceptions: everything the program says about a user's input.

The tree::

    CpiEconError
        FindingsError          carries one or more findings
            StudyFileError     the study file
            DataError          the data files
            UnitCostError      unit costs and price indices
            ValueSetError      value sets and mappings
            EstimationError    an estimate that cannot be made
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, NoReturn

Severity = Literal["error", "warning", "note"]
_SEVERITIES: dict[str, Severity] = {"E": "error", "W": "warning", "N": "note"}


@dataclass(frozen=True, slots=True)
class Where:
    """Place of a finding: file, row (the first data row of a file is 2) and column."""

    file: str | None = None
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        parts = [self.file, f"row {self.row}" if self.row is not None else None, self.column]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in the input or the analysis.

    Parameters
    ----------
    code : str
        Stable code; its first letter is the severity (``E``, ``W`` or ``N``).
    message : str
        What was found, what is allowed, what to do. Never holds a participant's identifier.
    where : Where
        File, row and column.
    participants : tuple of str
        Identifiers concerned; shown on the analyst's screen, never written to a shared file.

    Examples
    --------
    >>> Finding("E103", "mobility is 6; levels run from 1 to 5.", Where("q.csv", 4, "mo")).severity
    'error'
    """

    code: str
    message: str
    where: Where = field(default_factory=Where)
    participants: tuple[str, ...] = ()

    @property
    def severity(self) -> Severity:
        """Severity given by the first letter of the code."""
        return _SEVERITIES[self.code[0]]

    def __str__(self) -> str:
        place = str(self.where)
        people = _people(self.participants)
        return f"{self.code} {place + ': ' if place else ''}{self.message}{people}"


def _people(participants: tuple[str, ...], most: int = 8) -> str:
    if not participants:
        return ""
    shown = ", ".join(participants[:most])
    more = f" and {len(participants) - most} more" if len(participants) > most else ""
    return f" (participant {shown}{more})"


class CpiEconError(Exception):
    """Base of every error that the package raises on purpose."""


class FindingsError(CpiEconError):
    """One or more findings that stop the run.

    Parameters
    ----------
    findings : iterable of Finding
        All findings of the run so far, errors and others.
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


class StudyFileError(FindingsError):
    """The study file cannot be used."""


class DataError(FindingsError):
    """The data files cannot be used."""


class UnitCostError(FindingsError):
    """A unit-cost table or price index cannot be used."""


class ValueSetError(FindingsError):
    """A value set or mapping cannot be used."""


class EstimationError(FindingsError):
    """An estimate cannot be made from these data."""


def stop(
    error: type[FindingsError],
    code: str,
    message: str,
    where: Where | None = None,
    participants: tuple[str, ...] = (),
) -> NoReturn:
    """Raise ``error`` with a single finding."""
    raise error([Finding(code, message, where or Where(), participants)])


def raise_all(findings: Iterable[Finding], error: type[FindingsError]) -> None:
    """Raise ``error`` with all findings when at least one of them is an error."""
    found = tuple(findings)
    if any(finding.severity == "error" for finding in found):
        raise error(found)
