"""Sections that let a reader check: analysis plan, provenance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cpi_econ.report.content import Block, Listing, Section, Table
from cpi_econ.report.labels import printable
from cpi_econ.report.material import Material


def plan_section(of: Material) -> Section:
    """The frozen settings: their hash, whether it is the registered one, departures."""
    plan = of.study["plan"]
    items = [("Hash of the settings (SHA-256)", plan["sha256"]), ("Registration", plan_state(plan))]
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


def plan_state(plan: Mapping[str, Any]) -> str:
    """Whether the settings are those of the registered plan, and whether arms are masked.

    Parameters
    ----------
    plan : mapping
        ``sha256`` of the settings, ``registered`` hash or None, ``blind``.

    Examples
    --------
    >>> plan_state({"sha256": "3f5c", "registered": "3f5c", "blind": True})
    'The settings are those of the registered plan: the hashes agree.'
    """
    registered = plan["registered"]
    if registered is not None and registered == plan["sha256"]:
        return "The settings are those of the registered plan: the hashes agree."
    state = "No hash of a registered plan is given (report: plan_hash)."
    if registered is not None:
        state = f"The settings differ from the registered plan, whose hash is {registered}."
    masks = " Arms are masked as A and B until the hash is confirmed."
    return state + (masks if plan["blind"] else "")


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
