"""What a rerun of the same study changed: the results folder of before against the new results."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cpi_econ.errors import Finding, Where

_SAME = ("study", "overrides", "files", "seed", "replicates")
_SHOWN = 3
_TOLERANCE = 1e-9


def rerun_findings(document: Mapping[str, Any], folder: Path) -> list[Finding]:
    """``W145`` where the same study, data and seed gave other numbers before.

    Parameters
    ----------
    document : mapping
        Content of ``results.json`` that is about to be written.
    folder : Path
        Results folder; whatever results it holds are read, never changed.

    Returns
    -------
    list of Finding
        Empty without earlier results of the same study file, overrides, data files, seed and
        number of replicates, or where every number that both have is the same.
    """
    earlier = _earlier(folder / "results.json")
    if earlier is None:
        return []
    was, now = earlier["provenance"], document["provenance"]
    if any(was.get(key) != now.get(key) for key in _SAME):
        return []
    before, after = dict(_numbers(earlier["scenarios"])), dict(_numbers(document["scenarios"]))
    changed = [place for place in after if place in before and _differ(before[place], after[place])]
    if not changed:
        return []
    listed = "; ".join(
        f"{', '.join(place)} was {before[place]:.6g}, is {after[place]:.6g}"
        for place in changed[:_SHOWN]
    )
    more = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
    noun = "number differs" if len(changed) == 1 else "numbers differ"
    message = (
        f"results were made with {_made_with(was, now)}; you run {_made_with(now, was)}. "
        f"{len(changed)} {noun}: {listed}{more}. Keep the folder of before if it was published."
    )
    return [Finding("W145", message, Where("results.json"))]


def _earlier(path: Path) -> Mapping[str, Any] | None:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    whole = isinstance(found, dict) and {"provenance", "scenarios"} <= found.keys()
    return found if whole else None


def _numbers(value: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], float]]:
    """Every number with the names and places on the way to it."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _numbers(inner, (*place, str(key)))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _numbers(inner, (*place, str(number)))
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield place, float(value)


def _differ(one: float, other: float) -> bool:
    return not math.isclose(one, other, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)


def _made_with(own: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """Version, and those of the packages that are not the same."""
    packages = own.get("packages", {})
    apart = [
        f"{name} {version}"
        for name, version in packages.items()
        if other.get("packages", {}).get(name) != version
    ]
    return f"{own.get('version')} ({', '.join(apart)})" if apart else str(own.get("version"))
