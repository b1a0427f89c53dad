"""Findings on the analyst's screen: grouped, counted, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cpi_econ.errors import Finding, Severity
from cpi_econ.report.labels import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

_WORDS: dict[Severity, tuple[str, str, str]] = {
    "error": ("error", "errors", "bold red"),
    "warning": ("warning", "warnings", "bold yellow"),
    "note": ("note", "notes", "bold cyan"),
}
_MOST_OF_A_CODE: dict[Severity, int | None] = {"error": None, "warning": 3, "note": 1}
_MOST_PARTICIPANTS = 8


def findings_panel(findings: Sequence[Finding], *, nothing_written: bool = True) -> RenderableType:
    """Return what stops a run: every finding, errors first, then what was (not) done.

    Parameters
    ----------
    findings : sequence of Finding
        All findings of the run; participants are shown, since only the analyst sees this.
    nothing_written : bool
        Say that no file was written.
    """
    end = f"{counted(findings)}."
    if nothing_written:
        end += " Nothing was written."
    last = Text(end, style="bold")
    return Group(findings_list(findings, all_of_them=True), Text(), last) if findings else last


def findings_list(findings: Iterable[Finding], *, all_of_them: bool = False) -> RenderableType:
    """Return findings grouped by severity, errors first, then warnings, then notes.

    Parameters
    ----------
    findings : iterable of Finding
        What was found, in any order; order is kept within a severity.
    all_of_them : bool
        Write out every finding; otherwise three warnings and one note of each code, and errors
        in full, the rest counted.
    """
    found = list(findings)
    blocks: list[RenderableType] = []
    for severity, (one, many, style) in _WORDS.items():
        rows = [finding for finding in found if finding.severity == severity]
        if rows:
            heading = f"{len(rows)} {one if len(rows) == 1 else many}"
            most = None if all_of_them else _MOST_OF_A_CODE[severity]
            blocks += [Text(heading, style=style), _rows(rows, style, most)]
    return Group(*blocks) if blocks else Text("No findings.")


def counted(findings: Iterable[Finding]) -> str:
    """Return how many findings there are of each severity, in words.

    Examples
    --------
    >>> counted([Finding("E101", "levels 0 to 4"), Finding("W135", "few agencies")])
    '1 error, 1 warning'
    """
    found = [finding.severity for finding in findings]
    parts = [
        f"{found.count(severity)} {one if found.count(severity) == 1 else many}"
        for severity, (one, many, _) in _WORDS.items()
        if severity in found
    ]
    return ", ".join(parts) or "No findings"


def _rows(findings: list[Finding], style: str, most: int | None) -> RenderableType:
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True, style=style)
    table.add_column(overflow="fold")
    for code in dict.fromkeys(finding.code for finding in findings):
        same = [finding for finding in findings if finding.code == code]
        for finding in same[:most]:
            table.add_row(code, _sentence(finding))
        if most is not None and len(same) > most:
            table.add_row("", Text(f"... and {len(same) - most} more {code}", style="dim"))
    return Padding(table, (0, 0, 0, 2))


def _sentence(finding: Finding) -> Text:
    text = Text()
    place = printable(str(finding.where))
    if place:
        text.append(f"{place}: ", style="bold")
    text.append(printable(finding.message))
    if finding.participants:
        text.append(f" {_people(finding.participants)}", style="dim")
    return text


def _people(participants: tuple[str, ...]) -> str:
    shown = ", ".join(printable(name) for name in participants[:_MOST_PARTICIPANTS])
    rest = len(participants) - _MOST_PARTICIPANTS
    more = f" and {rest} more" if rest > 0 else ""
    return f"(participant {shown}{more})"
