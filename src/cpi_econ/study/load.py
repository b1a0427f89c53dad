"""Study file to `Study`; every problem in the economist's words, with its line."""

from __future__ import annotations

import difflib
import typing
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from cpi_econ.errors import Finding, StudyFileError, Where, raise_all
from cpi_econ.study.config import Study
from cpi_econ.study.plan_checks import check_plan
from cpi_econ.study.scenarios import overridden, settings
from cpi_econ.study.yaml_file import Keys, read_yaml

_NOT_OVERRIDDEN = ("scenarios", "sensitivity")


def read_study(path: str | Path, overrides: Iterable[str] | Mapping[str, Any] = ()) -> Study:
    """Study described by a study file, checked as a whole.

    Parameters
    ----------
    path : path-like
        YAML 1.2 file, UTF-8.
    overrides : iterable of str, or mapping
        Assignments such as ``uncertainty.seed=7``, or a tree of keys laid over the file.

    Raises
    ------
    StudyFileError
        All problems of the file at once, each with its line.
    """
    path = Path(path)
    raw, lines = read_yaml(path)
    tree = overrides if isinstance(overrides, Mapping) else settings(overrides)
    study = _study(path, overridden(raw, tree), lines, tree)
    findings = check_plan(study)
    raise_all(findings, StudyFileError)
    for name, scenario in study.scenarios.items():
        findings += _override_findings(study, f'scenario "{name}"', ("scenarios", name), scenario)
    for name, ends in (study.sensitivity.inputs if study.sensitivity else {}).items():
        keys = ("sensitivity", "inputs", name)
        for end in ends:
            findings += _override_findings(study, f'the input "{name}"', keys, end)
    raise_all(findings, StudyFileError)
    return study


def scenario_study(study: Study, name: str) -> Study:
    """Study of one scenario: the base case with the scenario's overrides laid over it."""
    return study_with(study, study.scenarios[name])


def study_with(study: Study, overrides: Mapping[str, Any]) -> Study:
    """Study with overrides laid over it, without scenarios and inputs of its own.

    Parameters
    ----------
    study : Study
    overrides : mapping
        Tree of keys; ``None`` removes a key.

    Raises
    ------
    StudyFileError
        Keys or values that are not those of a study file.
    """
    base = {key: value for key, value in study.raw.items() if key not in _NOT_OVERRIDDEN}
    return _study(study.path, overridden(base, overrides), {}, overrides)


def _override_findings(
    study: Study, what: str, keys: Keys, overrides: Mapping[str, Any]
) -> list[Finding]:
    """Errors of the study file with a scenario's, or an input's, overrides laid over it."""
    allowed = [key for key in Study.model_fields if key not in _NOT_OVERRIDDEN]
    unknown = [
        Finding(
            "E003",
            _sentence(
                f'{what} removes or changes the unknown key "{key}"{_nearest(str(key), allowed)}'
            ),
            Where(study.path.name, study.line(*keys, key), ".".join(map(str, (*keys, key)))),
        )
        for key in overrides
        if key not in allowed
    ]
    if unknown:
        return unknown
    try:
        findings = check_plan(study_with(study, overrides))
    except StudyFileError as error:
        findings = list(error.findings)
    return [
        Finding(
            found.code,
            f"in {what}: {found.message}",
            Where(
                study.path.name,
                study.line(*keys, *(found.where.column or "").split(".")),
                found.where.column,
            ),
        )
        for found in findings
        if found.severity == "error"
    ]


def _study(
    path: Path, raw: dict[str, Any], lines: dict[Keys, int], overrides: Mapping[str, Any]
) -> Study:
    context = {"path": path, "raw": raw, "lines": lines, "overrides": dict(overrides)}
    try:
        study = Study.model_validate(raw, context=context)
    except ValidationError as error:
        findings = [_finding(item, path.name, lines, raw) for item in error.errors()]
        raise StudyFileError(findings) from None
    return study


def _finding(item: Any, file: str, lines: dict[Keys, int], raw: dict[str, Any]) -> Finding:
    keys = _keys_in_file(item["loc"], raw)
    row = next((lines[keys[:n]] for n in range(len(keys), 0, -1) if keys[:n] in lines), None)
    code, message = _words(item, keys)
    return Finding(code, message, Where(file, row, ".".join(map(str, keys))))


def _keys_in_file(loc: tuple[Any, ...], raw: Any) -> Keys:
    """Key path as it stands in the file, where one file may stand for a list of files."""
    keys: list[Any] = []
    for position, key in enumerate(loc):
        if isinstance(raw, Mapping) and key not in raw and position < len(loc) - 1:
            continue
        keys.append(key)
        raw = raw.get(key) if isinstance(raw, Mapping) else None
    return tuple(key for key in keys if key != "[key]")


def _words(item: Any, keys: Keys) -> tuple[str, str]:
    kind, value, context = item["type"], item["input"], item.get("ctx", {})
    if kind == "extra_forbidden":
        key = str(keys[-1])
        return "E003", _sentence(f'unknown key "{key}"{_suggestion(key, item["loc"])}')
    if kind == "missing":
        return "E004", f'"{keys[-1]}" is missing; it has no default.'
    if kind == "value_error":
        message = str(context["error"])
        return ("E006" if "has no unit" in message else "E004"), message
    if kind == "literal_error":
        near = _nearest(str(value), [str(one) for one in _literals(context["expected"])])
        return "E004", _sentence(f"{_shown(value)} is not allowed; use {context['expected']}{near}")
    if kind in {"model_type", "dict_type"}:
        return "E004", f'"{keys[-1]}" needs keys below it, not {_shown(value)}.'
    return "E004", f"{item['msg'][0].lower()}{item['msg'][1:]}, not {_shown(value)}."


def _shown(value: Any, most: int = 60) -> str:
    if value is None:
        return "nothing"
    text = str(value) if len(str(value)) <= most else f"{str(value)[:most]}..."
    return f'"{text}"' if isinstance(value, str) else text


def _sentence(words: str) -> str:
    return words if words.endswith("?") else f"{words}."


def _literals(expected: str) -> list[str]:
    return [part.strip("' ") for part in expected.replace(" or ", ",").split(",")]


def _suggestion(key: str, loc: tuple[Any, ...]) -> str:
    fields = _allowed(Study, loc[:-1])
    near = _nearest(key, fields)
    return near or f"; allowed here: {', '.join(fields)}"


def _nearest(key: str, allowed: list[str]) -> str:
    found = difflib.get_close_matches(key, allowed, n=1)
    return f'; did you mean "{found[0]}"?' if found else ""


def _allowed(model: type[BaseModel], loc: tuple[Any, ...]) -> list[str]:
    """Keys allowed in the part of the study file at ``loc``."""
    for key in loc:
        names = {field.alias or name: name for name, field in model.model_fields.items()}
        if key in names:
            model = _part(model.model_fields[names[key]].annotation) or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _part(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_part(inner) for inner in typing.get_args(annotation))
    return next((part for part in found if part is not None), None)
