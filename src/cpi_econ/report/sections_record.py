"""Sections that let a reader check: findings, analysis plan, provenance."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cpi_econ.report.content import Block, Listing, Paragraph, Section, Table
from cpi_econ.report.labels import printable
from cpi_econ.report.material import Material

_SCENARIO = re.compile(r"^in scenario (.+?): (.*)$", re.DOTALL)
_WORDS = {"error": "Error", "warning": "Warning", "note": "Note"}


def findings_section(of: Material) -> Section:
    """Warnings and notes in plain words; those of scenarios only where they differ."""
    rows = [
        [_WORDS[severity], code, scenario, message]
        for severity, code, scenario, message in _findings(of)
    ]
    order = {word: at for at, word in enumerate(_WORDS.values())}
    rows.sort(key=lambda row: order[row[0]])
    if not rows:
        return Section("findings", "Findings", [Paragraph("The checks found nothing to say.")])
    several = len(of.results["scenarios"]) > 1
    shown = rows if several else [[row[0], row[1], row[3]] for row in rows]
    head = ["Kind", "Code", *(["Analysis"] if several else []), "What was found"]
    note = "Of the scenarios, only warnings that the base case does not have."
    table = Table("findings", "What the checks found", head, shown, 4, note if several else "")
    return Section("findings", "Findings of the checks", [table])


def _findings(of: Material) -> list[tuple[str, str, str, str]]:
    base, found = set(), []
    for one in of.results["findings"]:
        match = _SCENARIO.match(one["message"])
        if match is None:
            base.add((one["code"], one["message"]))
        where = match[1] if match else "base case"
        message = match[2] if match else one["message"]
        found.append((one["severity"], one["code"], printable(where), message))
    seen: set[tuple[str, str]] = set()
    kept = []
    for severity, code, where, message in found:
        key = (code, message)
        elsewhere = where != "base case"
        if key in seen or (elsewhere and (key in base or severity == "note")):
            continue
        seen.add(key)
        kept.append((severity, code, where, printable(message)))
    return kept


def plan_section(of: Material) -> Section:
    """The frozen settings: their hash, whether it is the registered one, departures."""
    plan = of.study["plan"]
    registered = plan["registered"]
    if registered is None:
        state = "No hash of a registered plan is given (report: plan_hash)."
    elif registered == plan["sha256"]:
        state = "The settings are those of the registered plan: the hashes agree."
    else:
        state = f"The settings differ from the registered plan, whose hash is {registered}."
    if plan["blind"] and registered != plan["sha256"]:
        state += " Arms are masked as A and B until the hash is confirmed."
    items = [("Hash of the settings (SHA-256)", plan["sha256"]), ("Registration", state)]
    departures = of.study["departures"]
    if departures:
        items += [(f"Departure {at}", printable(one)) for at, one in enumerate(departures, 1)]
    else:
        items.append(("Departures", "None is listed in the study file (report: departures)."))
    settings = [
        Table(
            "overrides",
            "Settings typed over the study file for this run",
            ["Setting", "Value"],
            [[printable(k), printable(str(v))] for k, v in _overrides(of).items()],
            words=2,
        )
    ]
    blocks: list[Block] = [Listing(items), *(one for one in settings if one.rows)]
    return Section("plan", "Health economics analysis plan", blocks)


def _overrides(of: Material) -> dict[str, object]:
    return _flat(of.results["provenance"].get("overrides") or {})


def _flat(settings: Mapping[str, Any], above: str = "") -> dict[str, object]:
    """Settings by their path, as they are typed."""
    found: dict[str, object] = {}
    for key, value in settings.items():
        path = f"{above}.{key}" if above else str(key)
        found |= _flat(value, path) if isinstance(value, Mapping) else {path: value}
    return found


def provenance_section(of: Material) -> Section:
    """Version, seed, files and their hashes, packages."""
    made = of.results["provenance"]
    items = [
        ("Program", f"cpi_econ {made['version']}, Python {made['python']}"),
        ("Made", str(made["created"])),
        ("Seed and replicates", f"{made['seed']}; {made['replicates']:,}"),
        ("Packages", ", ".join(f"{k} {v}" for k, v in made["packages"].items())),
    ]
    files = {made["study"]["file"]: made["study"]["sha256"], **made["files"]}
    table = Table(
        "files",
        "Files that the numbers come from",
        ["File", "SHA-256"],
        [[printable(name), printable(str(code))] for name, code in files.items()],
        words=2,
    )
    return Section("provenance", "Provenance", [Listing(items), table])
