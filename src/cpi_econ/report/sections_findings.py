"""Section on what the checks found, each thing said once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cpi_econ.report.content import Paragraph, Section, Table
from cpi_econ.report.labels import printable
from cpi_econ.report.material import Material
from cpi_econ.report.typeset import sentence_case

_SCENARIO = re.compile(r"^in scenario (.+?): (.*)$", re.DOTALL)
_NUMBER = re.compile(r"-?\d[\d.,]*")
_WORDS = {"error": "Error", "warning": "Warning", "note": "Note"}
_BASE = "base case"
_MOST = 4


@dataclass(slots=True)
class _Said:
    """One thing said, by as many analyses as say it with other numbers."""

    severity: str
    code: str
    message: str
    analyses: list[str] = field(default_factory=list)
    messages: set[str] = field(default_factory=set)


def findings_section(of: Material) -> Section:
    """Warnings and notes in plain words; those of scenarios only where the base case is silent.

    Messages that differ in their numbers alone, as those of several outcomes do, stand once; of a
    code that says more than four things the others are counted.

    Parameters
    ----------
    of : Material
    """
    said = sorted(_said(of), key=lambda one: list(_WORDS).index(one.severity))
    if not said:
        return Section("findings", "Findings", [Paragraph("The checks found nothing to say.")])
    several = len(of.results["scenarios"]) > 1
    rows = [row if several else [row[0], row[1], row[3]] for row in _rows(said)]
    head = ["Kind", "Code", *(["Analysis"] if several else []), "What was found"]
    note = "Every message is in findings.csv."
    if several:
        note = f"Of the scenarios, only warnings that the base case does not have. {note}"
    table = Table("findings", "What the checks found", head, rows, len(head), note)
    return Section("findings", "Findings of the checks", [table])


def _said(of: Material) -> list[_Said]:
    found: dict[tuple[str, str], _Said] = {}
    for one in of.results["findings"]:
        match = _SCENARIO.match(one["message"])
        where, message = (match[1], match[2]) if match else (_BASE, one["message"])
        if match and one["severity"] == "note":
            continue
        alike = (one["code"], _NUMBER.sub("#", message))
        told = found.setdefault(alike, _Said(one["severity"], one["code"], message))
        told.messages.add(message)
        if where not in told.analyses:
            told.analyses.append(where)
    return list(found.values())


def _rows(said: list[_Said]) -> list[list[str]]:
    rows: list[list[str]] = []
    shown: dict[str, int] = {}
    for one in said:
        shown[one.code] = shown.get(one.code, 0) + 1
        if shown[one.code] <= _MOST:
            rows.append([_WORDS[one.severity], one.code, _analyses(one), _message(one)])
    for row in rows:
        more = shown[row[1]] - _MOST
        last = [other for other in rows if other[1] == row[1]][-1]
        if more > 0 and row is last:
            row[3] += f" And {more} more of this code."
    return rows


def _analyses(one: _Said) -> str:
    if _BASE in one.analyses:
        return sentence_case(_BASE)
    names = "; ".join(sentence_case(printable(name)) for name in one.analyses[:2])
    more = len(one.analyses) - 2
    return f"{names}; {more} more" if more > 0 else names


def _message(one: _Said) -> str:
    words = sentence_case(printable(one.message))
    more = len(one.messages) - 1
    return f"{words} ({more} more like it, with other numbers.)" if more else words
