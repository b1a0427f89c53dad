"""Reading value sets from files: the catalogue's and the users' own."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from cpi_econ.effects.definition import DEFINITION_KEYS, compile_definition
from cpi_econ.effects.instruments import EQ5D_DIMENSIONS, INSTRUMENTS, Instrument
from cpi_econ.effects.value_set import ValueSet
from cpi_econ.errors import Finding, ValueSetError, Where, raise_all, stop

_SHOWN = 10
_SHORT = dict(zip(("mo", "sc", "ua", "pd", "ad"), EQ5D_DIMENSIONS, strict=True))


def read_value_set_file(path: str | Path, instrument: str | None = None) -> ValueSet:
    """A user's own value set from a YAML or CSV file.

    Parameters
    ----------
    path : path
        YAML with the keys of the catalogue's files (``instrument``, ``form``, ``start``,
        ``levels``, ``terms`` or ``values``); or CSV with columns ``state, value`` for a full
        table or ``term, value`` for the terms of an additive EQ-5D model (``mo2`` and so on).
    instrument : str, optional
        Name of the instrument, where a CSV file leaves it open.

    Raises
    ------
    ValueSetError
        ``E051`` whatever is missing, unknown or out of range, all at once.
    """
    file = Path(path)
    if not file.is_file():
        stop(ValueSetError, "E051", "there is no such value-set file.", Where(file.name))
    about = _read_csv(file) if _is_csv(file) else read_yaml(file)
    if instrument is not None:
        about = {"instrument": instrument, **about}
    about = {"id": file.name.split(".")[0], "status": "own", **about}
    return build_value_set(about, file.name)


def build_value_set(about: Mapping[str, Any], file: str) -> ValueSet:
    """Value set of a definition; raises ``ValueSetError`` with every fault (``E051``)."""
    faults: list[str] = []
    instrument = _instrument(about, faults, file)
    compute = compile_definition(about, instrument, faults)
    made = ValueSet(str(about["id"]), instrument, compute, about)
    if not faults:
        faults += _stated_faults(made)
    raise_all([Finding("E051", fault, Where(file)) for fault in faults], ValueSetError)
    return made


def _instrument(about: Mapping[str, Any], faults: list[str], file: str) -> Instrument:
    name = about.get("instrument", _guess(about))
    if name not in INSTRUMENTS:
        known = ", ".join(INSTRUMENTS)
        wrong = f"instrument is {name!r}; write one of {known}."
        raise_all([Finding("E051", one, Where(file)) for one in (*faults, wrong)], ValueSetError)
    return INSTRUMENTS[str(name)]


def _guess(about: Mapping[str, Any]) -> str | None:
    """EQ-5D version of a full table or of level terms, where the file does not say."""
    if "values" in about:
        return {243: "EQ-5D-3L", 3125: "EQ-5D-5L"}.get(len(about["values"]))
    levels = about.get("levels")
    if isinstance(levels, Mapping) and set(levels) <= set(EQ5D_DIMENSIONS):
        tops = {max(given, default=0) for given in levels.values() if isinstance(given, Mapping)}
        return {3: "EQ-5D-3L", 5: "EQ-5D-5L"}.get(max(tops, default=0))
    return None


def _stated_faults(made: ValueSet) -> list[str]:
    """Differences from the anchors the file states, and values beyond any utility scale."""
    stated: Mapping[str, Any] = made.about.get("stated") or {}
    faults = []
    for name in ("best", "worst", "lowest"):
        anchor = stated.get(name)
        if anchor is None:
            continue
        value = made.value(anchor["state"])
        if abs(value - float(anchor["value"])) > 0.0006:
            faults.append(
                f"state {anchor['state']} comes to {value:.4f}; the file states {anchor['value']}."
            )
    if made.status == "own" and made.instrument.n_states <= 3125:
        faults += _range_faults(made)
    return faults


def _range_faults(made: ValueSet) -> list[str]:
    high, low = made.highest, made.lowest
    if high > 1 + 1e-9 or low < -3:
        return [
            f"values run from {low:.3f} to {high:.3f}; a utility is at most 1 (full health) and "
            "hardly below -3. Are decrements written with a minus sign?"
        ]
    return []


def read_yaml(path: Path) -> dict[str, Any]:
    """Mapping of a YAML file, or ``ValueSetError`` with the line of the fault."""
    try:
        read = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        stop(ValueSetError, "E051", "the file is not UTF-8 text.", Where(path.name))
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        row = mark.line + 1 if mark is not None else None
        what = getattr(error, "problem", None) or "cannot be read"
        stop(ValueSetError, "E051", f"not readable as YAML: {what}.", Where(path.name, row))
    if not isinstance(read, dict):
        stop(ValueSetError, "E051", "holds no keys such as instrument and form.", Where(path.name))
    if isinstance(read.get("table"), str):
        read["values"] = read_table(path.with_name(read["table"]))
    return read


def read_table(path: Path) -> dict[str, float]:
    """State to value from a CSV file, plain or gzip-compressed, with a header row."""
    return _values(_rows(path))


def _values(rows: list[dict[str, str]]) -> dict[str, float]:
    return {row["state"].strip(): _number(row["value"]) for row in rows}


def _is_csv(path: Path) -> bool:
    return path.name.lower().endswith((".csv", ".csv.gz"))


def _rows(path: Path) -> list[dict[str, str]]:
    raw = path.read_bytes()
    try:
        text = (gzip.decompress(raw) if path.name.endswith(".gz") else raw).decode("utf-8-sig")
    except (UnicodeDecodeError, gzip.BadGzipFile):
        stop(ValueSetError, "E051", "the file is not UTF-8 text.", Where(path.name))
    reader = csv.DictReader(io.StringIO(text))
    lines, rows = [], []
    for row in reader:
        lines.append(reader.line_num)
        rows.append(row)
    columns = set(rows[0]) if rows else set()
    if not rows or not ({"state", "value"} <= columns or {"term", "value"} <= columns):
        wrong = "needs the columns state and value, or term and value, and at least one row."
        stop(ValueSetError, "E051", wrong, Where(path.name))
    _refuse_odd_rows(rows, lines, path.name)
    return rows


def _refuse_odd_rows(rows: list[dict[str, str]], lines: list[int], file: str) -> None:
    """``E051`` for a row with more cells than the header, and for a state or term given twice."""
    key = "state" if "state" in rows[0] else "term"
    seen: set[str] = set()
    findings = []
    for number, row in zip(lines, rows, strict=True):
        name = (row[key] or "").strip()
        # cells behind the last column stand under None
        if any(cell.strip() for cell in row.get(None) or ()):  # type: ignore[call-overload]
            reason = (
                "has more cells than the header; a number with a decimal comma needs a point, or "
                "quotation marks around it."
            )
            findings.append(Finding("E051", reason, Where(file, number)))
        elif name in seen:
            findings.append(Finding("E051", f'{key} "{name}" stands twice.', Where(file, number)))
        seen.add(name)
    raise_all(findings[:_SHOWN], ValueSetError)


def _number(text: str | None) -> Any:
    try:
        return float(text or "")
    except ValueError:
        return text


def _read_csv(path: Path) -> dict[str, Any]:
    rows = _rows(path)
    if "state" in rows[0]:
        return {"form": "table", "values": _values(rows)}
    levels: dict[str, dict[int, Any]] = {}
    about: dict[str, Any] = {"form": "additive", "levels": levels, "terms": {}}
    for row in rows:
        name, value = row["term"].strip(), _number(row["value"])
        if name[:2] in _SHORT and name[2:].isdigit() and len(name) == 3:
            levels.setdefault(_SHORT[name[:2]], {})[int(name[2:])] = value
        elif name in DEFINITION_KEYS:
            about[name] = value
        else:
            about["terms"][name] = value
    return about
