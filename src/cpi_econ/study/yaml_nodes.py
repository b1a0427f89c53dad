"""YAML text to its node graph, refusing what is more than plain data."""

from __future__ import annotations

from typing import Any


class NotPlain(Exception):
    """A text that is not YAML, or more than plain data.

    Parameters
    ----------
    message : str
        What is wrong.
    line : int or None
        Line of the text, from 1.
    """

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


def composed(text: str, deepest: int) -> Any:
    """Root node of one YAML document, or None for an empty one.

    Parameters
    ----------
    text : str
    deepest : int
        Levels of nesting beyond which the text is refused.

    Raises
    ------
    NotPlain
        Not YAML, several documents, a tag, or nested too deeply.

    Examples
    --------
    >>> composed("!!python/name:os.system x", 60)
    Traceback (most recent call last):
    cpi_econ.study.yaml_nodes.NotPlain: the tag !!python/name:os.system is not read; a study ...
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.reader import ReaderError

    try:
        _refuse_tags_and_depth(YAML(typ="safe", pure=True).parse(text), deepest)
        return YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = " ".join(str(error.problem or error.context).split())
        raise NotPlain(
            problem + _remedy(problem), None if mark is None else mark.line + 1
        ) from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise NotPlain(f"it holds the control character {error.character!r}", line) from None
    except (YAMLError, ValueError) as error:
        raise NotPlain(" ".join(str(error).split())) from None


def _remedy(problem: str) -> str:
    """What to write instead, for the slips of people who seldom write YAML."""
    if "escape" in problem:
        return " (in double quotes a backslash begins an escape; write / in paths)"
    if "\\t" in problem:
        return " (indent with spaces, not with tabs)"
    if "mapping values are not allowed" in problem:
        return " (a text that holds a colon needs quotation marks around it)"
    return ""


def _refuse_tags_and_depth(events: Any, deepest: int) -> None:
    depth = 0
    for event in events:
        kind = type(event).__name__
        depth += kind.endswith("StartEvent") - kind.endswith("EndEvent")
        line = event.start_mark.line + 1
        if depth > deepest:
            raise NotPlain(f"more than {deepest} levels of nesting", line)
        tag = getattr(event, "tag", None)
        if tag is not None:
            name = str(tag).replace("tag:yaml.org,2002:", "!!")
            raise NotPlain(f"the tag {name} is not read; a study file is data only", line)
