"""The study file as text: read as data only, every fault with its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cpi_econ.errors import Finding, StudyFileError
from cpi_econ.study.load import read_study, scenario_study
from cpi_econ.study.yaml_file import parse_value, plain
from cpi_econ.study.yaml_nodes import NotPlain

Refused = Callable[..., list[Finding]]


def laughs(levels: int = 9) -> str:
    """A few aliases that stand for ten to the power of ``levels`` values."""
    more = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(["a0: &a0 [x, x, x, x, x, x, x, x, x, x]", *more])


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", None, "holds no keys"),
        ("# only a comment\n", None, "holds no keys"),
        ("client_id,fidelity\n101,0\n", None, "holds no keys"),
        ("- a\n- b\n", None, "holds no keys"),
        ("title: x\n\tcurrency: GBP\n", 2, "'\\t'"),
        ("title: [x\ncurrency: GBP\n", 2, "expected"),
        ("title: x\ntitle: y\n", 2, 'the key "title" stands twice'),
        ("a: {b: 1, b: 2}\n", 1, 'the key "b" stands twice'),
        ("title: x\n---\ntitle: y\n", 2, "another document"),
        ("title: x\nseed: \0\n", 2, "control character"),
        ('title: !!python/object/apply:os.system ["true"]\n', 1, "python/object/apply:os.system"),
        ("title: x\nwtp: !!python/name:os.system ''\n", 2, "data only"),
        ("title: !secret x\n", 1, "!secret"),
        ("title: !!binary aGk=\n", 1, "!!binary"),
        ("a: &a {b: *a}\n", 1, "aliases"),
        ("x: &x {a: 1}\ny:\n  <<: *x\n", 3, "merge keys"),
        (laughs(), None, "aliases"),
        ("a: " + "[" * 10_000 + "]" * 10_000, 1, "levels of nesting"),
        ("\n".join(" " * n + "a:" for n in range(500)), 59, "levels of nesting"),
        ("[a, b]: 1\n", 1, "a key is a word or a number"),
        ("title: *nobody\n", 1, "undefined alias"),
        ("horizon: .nan\n", 1, ".nan"),
        ("horizon: -.inf\n", 1, "-.inf"),
        ("horizon: 1e999\n", 1, "1e999"),
    ],
)
def test_a_text_that_is_no_study_file(
    refused: Refused, text: str, line: int | None, words: str
) -> None:
    (found,) = refused(text)
    assert (found.code, found.where.file) == ("E002", "study.yaml")
    assert line is None or found.where.row == line
    assert words in found.message


def test_no_tag_ever_runs(small: Any, tmp_path: Path) -> None:
    target = tmp_path / "made"
    for tag in ("apply:os.mkdir", "new:os.mkdir"):
        text = f'title: !!python/object/{tag} ["{target}"]\n'
        with pytest.raises(StudyFileError):
            read_study(small.write(text))
    assert not target.exists()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2014/15", "2014/15"),
        ("2014-09-01", "2014-09-01"),
        ("2014-13-45", "2014-13-45"),
        ("no", "no"),
        ("yes", "yes"),
        ("true", True),
        ("007", 7),
        ("0o17", 15),
        ("-9", -9),
        ("1_000", 1000),
        ("3.5%", "3.5%"),
        ("1e-3", 0.001),
        ("~", None),
        ("", None),
        ("'9'", "9"),
        ("1" + "0" * 5000, "1" + "0" * 5000),
    ],
)
def test_plain_values_follow_yaml_1_2(text: str, value: Any) -> None:
    assert parse_value(text) == value
    assert type(parse_value(text)) is type(value)


def test_aliases_repeat_and_lines_are_known() -> None:
    tree, lines = plain("a: &x\n  - 1\n  - 2\nb: *x\n")
    assert tree == {"a": [1, 2], "b": [1, 2]}
    assert lines[("a", 1)] == 3
    assert lines[("b",)] == 4


def test_a_byte_order_mark_and_windows_line_ends(small: Any, as_yaml: Any) -> None:
    expected = read_study(small.write())
    text = "\ufeff" + as_yaml(small.tree).replace("\n", "\r\n")
    assert read_study(small.write(text)).model_dump() == expected.model_dump()


@pytest.mark.parametrize("content", [b"title: \xff\xfe\n", "title: é\n".encode("latin-1")])
def test_a_study_file_that_is_not_utf8(refused: Refused, content: bytes) -> None:
    (found,) = refused(content)
    assert found.code == "E001"
    assert "UTF-8" in found.message


@pytest.mark.parametrize("name", ["nothing.yaml", "", "study.yaml/x"])
def test_a_study_file_that_is_not_there(small: Any, name: str) -> None:
    small.write()
    with pytest.raises(StudyFileError, match="E001"):
        read_study(small.folder / name)


def test_keys_that_are_no_words(refused: Refused, small: Any, as_yaml: Any) -> None:
    (found,) = refused(as_yaml(small.tree) + "9: 1\n")
    assert found.code == "E004"
    assert "9" in found.message


def test_a_very_long_value_is_shortened_in_the_message(refused: Refused, small: Any) -> None:
    small.tree["uncertainty"]["seed"] = "1" * 3000
    (found,) = refused()
    assert len(found.message) < 250


@pytest.mark.parametrize(
    ("assignment", "code", "words"),
    [
        ("uncertainty.sed=1", "E003", 'did you mean "seed"?'),
        ("horizn=9 months", "E003", 'did you mean "horizon"?'),
        ("uncertainty.seed=[", "E002", "not a YAML value"),
        ("uncertainty.seed=\0", "E002", "not a YAML value"),
        ("uncertainty.seed=!!python/name:os.system x", "E002", "data only"),
        ("uncertainty.seed", "E002", "--set key.path=value"),
        ("=1", "E002", "--set key.path=value"),
        ("horizon=9", "E006", "months or years?"),
        ("uncertainty.seed=soon", "E004", '"soon"'),
        ("costs=", "E004", '"costs" is missing'),
        ("arms.low=null", "E007", "fewer than two arms"),
    ],
)
def test_set_in_the_terminal_that_cannot_be(
    refused: Refused, assignment: str, code: str, words: str
) -> None:
    found = refused(None, "--set", assignment)
    assert code in {one.code for one in found}
    assert any(words in one.message for one in found)


def test_set_in_the_terminal(small: Any) -> None:
    study = small.study(["uncertainty.seed=7", "perspective=[NHS]", "horizon=6 months"])
    assert (study.uncertainty.seed, study.perspective, study.horizon) == (7, ("NHS",), 0.5)
    assert study.overrides["uncertainty"] == {"seed": 7}


@pytest.mark.parametrize(
    ("overrides", "code", "words"),
    [
        ({"perspectiv": ["NHS"]}, "E003", 'did you mean "perspective"?'),
        ({"scenarios": {}}, "E003", '"scenarios"'),
        ({"uncertainty": {"sed": 1}}, "E003", 'did you mean "seed"?'),
        ({"horizon": 9}, "E006", "months or years?"),
        ({"effects": {"qaly": None}}, "E004", "name at least one effect"),
        ({"reference": "middle"}, "E007", "arms are low, high"),
    ],
)
def test_scenarios_are_checked_with_the_file(
    refused: Refused, small: Any, overrides: dict[str, Any], code: str, words: str
) -> None:
    small.tree["scenarios"] = {"odd one": overrides}
    (found,) = refused()
    assert found.code == code
    assert 'scenario "odd one"' in found.message
    assert words in found.message
    assert found.where.row is not None


@pytest.mark.parametrize("scenario", [None, "complete cases", ["a"], 3])
def test_a_scenario_that_is_no_set_of_overrides(
    refused: Refused, small: Any, scenario: Any
) -> None:
    small.tree["scenarios"] = {"odd one": scenario}
    (found,) = refused()
    assert (found.code, found.where.column) == ("E004", "scenarios.odd one")


def test_a_scenario_is_the_file_with_its_overrides(small: Any) -> None:
    small.tree["scenarios"] = {"NHS only": {"perspective": ["NHS"], "uncertainty": {"seed": 3}}}
    study = small.study()
    scenario = scenario_study(study, "NHS only")
    assert scenario.perspective == ("NHS",)
    assert scenario.uncertainty.seed == 3
    assert scenario.uncertainty.replicates == study.uncertainty.replicates
    assert scenario.data == study.data


def test_escaped_pairs_are_joined_and_half_a_pair_is_refused() -> None:
    assert plain('title: "\\ud83d\\ude00 and so on"')[0] == {"title": "\U0001f600 and so on"}
    with pytest.raises(NotPlain, match="half a letter"):
        plain('title: "\\ud83d alone"')
