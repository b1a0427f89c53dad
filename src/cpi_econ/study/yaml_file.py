"""YAML text to plain values and the line of every key."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from cpi_econ.errors import StudyFileError, Where, stop

Keys = tuple[Any, ...]


def read_yaml(path: Path) -> tuple[dict[str, Any], dict[Keys, int]]:
    """Plain content of a YAML 1.2 file, and the line of every key path.

    Raises
    ------
    StudyFileError
        ``E001`` no such file or not UTF-8 text, ``E002`` not YAML, a key twice, or no keys at all.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError

    text = _text(path)
    try:
        tree = YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        row = None if mark is None else mark.line + 1
        problem = " ".join(str(error.problem or error.context).split())
        stop(StudyFileError, "E002", f"not valid YAML: {problem}.", Where(path.name, row))
    if not isinstance(tree, dict):
        stop(
            StudyFileError,
            "E002",
            "holds no keys; a study file starts with lines such as `title: ...`. "
            "`python -m cpi_econ new DIR` makes one to edit.",
            Where(path.name),
        )
    lines: dict[Keys, int] = {}
    _collect_lines(tree, (), lines)
    return plain(tree), lines


def parse_value(text: str) -> Any:
    """Plain value of one YAML scalar or flow collection, as typed after ``--set key=``.

    Examples
    --------
    >>> parse_value("[20000, 30000]")
    [20000, 30000]
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return plain(YAML(typ="rt", pure=True).load(text))
    except YAMLError:
        stop(StudyFileError, "E002", f"`{text}` is not a YAML value.")


def plain(node: Any) -> Any:
    """Copy of a YAML tree made of dict, list, str, int, float, bool and None only."""
    if isinstance(node, dict):
        return {_scalar(key): plain(value) for key, value in node.items()}
    if isinstance(node, (list, tuple)):
        return [plain(value) for value in node]
    return _scalar(node)


def _scalar(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    for kind in (int, float, str):
        if isinstance(value, kind):
            return kind(value)
    return bool(value) if type(value).__name__ == "ScalarBoolean" else str(value)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        stop(StudyFileError, "E001", "there is no such study file.", Where(str(path)))
    except IsADirectoryError:
        stop(StudyFileError, "E001", "is a folder; name the study file in it.", Where(str(path)))
    except PermissionError:
        stop(StudyFileError, "E001", "cannot be read; check its permissions.", Where(str(path)))
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 text (byte {error.start}); save it as UTF-8."
        stop(StudyFileError, "E001", message, Where(path.name))


def _collect_lines(node: Any, keys: Keys, lines: dict[Keys, int]) -> None:
    pairs: Any = ()
    if isinstance(node, dict):
        pairs, place = node.items(), node.lc.key  # type: ignore[attr-defined]
    elif isinstance(node, list):
        pairs, place = enumerate(node), node.lc.item  # type: ignore[attr-defined]
    for key, value in pairs:
        below = (*keys, _scalar(key))
        lines[below] = place(key)[0] + 1
        _collect_lines(value, below, lines)
