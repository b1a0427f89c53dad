"""YAML text to plain values and the line of every key."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, NoReturn

from cpi_econ.errors import StudyFileError, Where, stop
from cpi_econ.study.yaml_nodes import NotPlain, composed

Keys = tuple[Any, ...]
# Aliases can make a few lines stand for billions of values.
_MOST_VALUES, _DEEPEST = 100_000, 60


def read_yaml(path: Path) -> tuple[dict[str, Any], dict[Keys, int]]:
    """Plain content of a YAML 1.2 file, and the line of every key path.

    Raises
    ------
    StudyFileError
        ``E001`` no such file or not UTF-8 text, ``E002`` not YAML, a key twice, or no keys at all.
    """
    try:
        tree, lines = plain(_text(path))
    except NotPlain as error:
        stop(StudyFileError, "E002", f"not valid YAML: {error}.", Where(path.name, error.line))
    if not isinstance(tree, dict):
        stop(
            StudyFileError,
            "E002",
            "holds no keys; a study file starts with lines such as `title: ...`. "
            "`python -m cpi_econ new DIR` makes one to edit.",
            Where(path.name),
        )
    return tree, lines


def parse_value(text: str) -> Any:
    """Plain value of one YAML scalar or flow collection, as typed after ``--set key=``.

    Examples
    --------
    >>> parse_value("[20000, 30000]")
    [20000, 30000]
    """
    try:
        return plain(text)[0]
    except NotPlain as error:
        stop(StudyFileError, "E002", f"`{text}` is not a YAML value: {error}.")


def plain(text: str) -> tuple[Any, dict[Keys, int]]:
    """Tree of dict, list, str, int, float, bool and None, and the line of every key path.

    A text can only ever become data: tags are refused, and so are values that are no finite number.

    Parameters
    ----------
    text : str
        One YAML 1.2 document.

    Raises
    ------
    NotPlain
        The text is not YAML, or more than plain data.

    Examples
    --------
    >>> plain("{a: 1, b: [x, 2.5]}")[0]
    {'a': 1, 'b': ['x', 2.5]}
    """
    lines: dict[Keys, int] = {}
    budget = [_MOST_VALUES]
    return _value(composed(text, _DEEPEST), (), lines, budget), lines


def _value(node: Any, above: Keys, lines: dict[Keys, int], budget: list[int]) -> Any:
    budget[0] -= 1
    if budget[0] < 0 or len(above) > _DEEPEST:
        _refuse("its aliases make it endless or far too large", node)
    if node is None:
        return None
    if node.id == "scalar":
        return _scalar(node)
    if node.id == "sequence":
        return [
            _noted(item, item, (*above, place), lines, budget)
            for place, item in enumerate(node.value)
        ]
    result: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = _key(key_node)
        if key in result:
            _refuse(f'the key "{key}" stands twice', key_node)
        if ":" in str(key) and value_node.id == "scalar" and value_node.value == "":
            _refuse(f"write a space after the colon of {key}", key_node)
        result[key] = _noted(key_node, value_node, (*above, key), lines, budget)
    return result


def _noted(
    key_node: Any, value_node: Any, path: Keys, lines: dict[Keys, int], budget: list[int]
) -> Any:
    lines[path] = key_node.start_mark.line + 1
    return _value(value_node, path, lines, budget)


def _key(node: Any) -> Any:
    if node.id != "scalar":
        _refuse("a key is a word or a number, not a list", node)
    if node.value == "<<" and node.style is None:
        _refuse("merge keys (<<) are not YAML 1.2; write the keys out", node)
    return _scalar(node)


def _scalar(node: Any) -> Any:
    kind = str(node.tag).rpartition(":")[2]
    if kind == "null":
        return None
    if kind == "bool":
        return node.value.lower() in {"true", "yes", "on"}
    if kind in {"int", "float"}:
        return _number(node, kind)
    return _whole(str(node.value), node)


def _whole(text: str, node: Any) -> str:
    """Text whose escaped surrogate pairs are joined; half a pair is no letter and is refused."""
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        _refuse("an escape holds half a letter (a lone surrogate)", node)


def _number(node: Any, kind: str) -> int | float | str:
    bare = node.value.replace("_", "")
    if kind == "float":
        number = float(bare.lower().replace(".inf", "inf").replace(".nan", "nan"))
        if not math.isfinite(number):
            _refuse(f"{node.value} is not a number that can be used", node)
        return number
    for base in (10, 0):
        try:
            return int(bare, base)
        except ValueError:
            continue
    return str(node.value)


def _refuse(message: str, node: Any) -> NoReturn:
    raise NotPlain(message, node.start_mark.line + 1)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        stop(StudyFileError, "E001", "there is no such study file.", Where(str(path)))
    except IsADirectoryError:
        stop(StudyFileError, "E001", "is a folder; name the study file in it.", Where(str(path)))
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 text (byte {error.start}); save it as UTF-8."
        stop(StudyFileError, "E001", message, Where(path.name))
    except OSError as error:
        message = f"cannot be read: {error.strerror}."
        stop(StudyFileError, "E001", message, Where(str(path)))
