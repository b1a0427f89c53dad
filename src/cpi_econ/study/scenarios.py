"""Overrides of a study file: scenarios, and ``--set`` in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cpi_econ.errors import StudyFileError, stop
from cpi_econ.study.yaml_file import parse_value


def overridden(base: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Copy of ``base`` with ``overrides`` laid over it.

    Mappings merge key by key, anything else replaces what was there, and ``null`` removes a key.

    Examples
    --------
    >>> overridden({"missing": {"method": "impute", "imputations": 5}},
    ...            {"missing": {"method": "complete_cases", "imputations": None}})
    {'missing': {'method': 'complete_cases'}}
    """
    result = dict(base)
    for key, value in overrides.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping):
            below = result.get(key)
            result[key] = overridden(below if isinstance(below, Mapping) else {}, value)
        else:
            result[key] = value
    return result


def settings(assignments: Iterable[str]) -> dict[str, Any]:
    """Overrides of assignments such as ``uncertainty.seed=7``.

    Raises
    ------
    StudyFileError
        ``E002`` an assignment without ``=`` or with a value that is not YAML.

    Examples
    --------
    >>> settings(["uncertainty.seed=7", "perspective=[NHS, PSS]"])
    {'uncertainty': {'seed': 7}, 'perspective': ['NHS', 'PSS']}
    """
    result: dict[str, Any] = {}
    for assignment in assignments:
        path, equals, value = assignment.partition("=")
        if not equals or not path.strip():
            stop(StudyFileError, "E002", f"`--set {assignment}`: write --set key.path=value.")
        nested: Any = parse_value(value)
        for key in reversed(path.strip().split(".")):
            nested = {key: nested}
        result = _merged(result, nested)
    return result


def _merged(base: dict[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Union of two override trees; unlike `overridden`, ``None`` stays in the tree."""
    result = dict(base)
    for key, value in more.items():
        below = result.get(key)
        both = isinstance(below, dict) and isinstance(value, Mapping)
        result[key] = _merged(below, value) if both else value  # type: ignore[arg-type]
    return result
