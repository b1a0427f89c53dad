"""Random damage to a valid study ends in success or in findings, never in another exception."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cpi_econ.errors import Finding, FindingsError
from cpi_econ.evaluation.evaluate import check
from cpi_econ.study.load import read_study

_QUIET = settings(
    max_examples=50,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 10),
    st.sampled_from([10**400, -(10**20), 0.5, 1e308, float("nan"), float("inf")]),
    st.sampled_from(["", " ", "9", "9 months", "nan months", "1e9 years", "3.5%", "low", "high"]),
    st.sampled_from(["participants.csv", "csri.csv", "client_id", "wave", "gp", "..", "/", "."]),
    st.sampled_from(["baseline", "month_9", "clusters", "impute", "EQ-5D-3L", "\x85", "é", "\0"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(_SCALARS), inner, max_size=3)
    ),
    max_leaves=4,
)
_CELLS = st.one_of(
    st.sampled_from(["", " ", ".", "NA", "9", "-9", "-3", "0", "6", "2.5", "1e400", "inf", "nan"]),
    st.sampled_from(["1,200", "£20", "0,75", "true", "yes", "2014-09-01", "01/02/2014", "1e3"]),
    st.sampled_from(["'", '"', "\0", "\n", "\r", "\t", ";", "=1+1", "11111", "101", "1" * 400]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=4),
)


def _outcome(path: Path) -> list[Finding]:
    try:
        return check(read_study(path))
    except FindingsError as error:
        return list(error.findings)


def _paths(tree: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    pairs = tree.items() if isinstance(tree, dict) else ()
    if isinstance(tree, list):
        pairs = enumerate(tree)  # type: ignore[assignment]
    return [path for key, value in pairs for path in [(*above, key), *_paths(value, (*above, key))]]


def _mutate(tree: dict[str, Any], data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(_paths(tree)))
    node = tree
    for key in path[:-1]:
        node = node[key]
    match data.draw(st.sampled_from(["replace", "drop", "add", "rename", "borrow"])):
        case "drop" if isinstance(node, dict):
            del node[path[-1]]
        case "add" if isinstance(node, dict):
            node[data.draw(_SCALARS)] = data.draw(_VALUES)
        case "rename" if isinstance(node, dict):
            node[f"{path[-1]}s"] = node.pop(path[-1])
        case "borrow":
            other: Any = tree
            for key in data.draw(st.sampled_from(_paths(tree))):
                other = other[key]
            node[path[-1]] = copy.deepcopy(other)
        case _:
            node[path[-1]] = data.draw(_VALUES)


@_QUIET
@given(data=st.data())
def test_a_damaged_study_file_ends_in_findings(small: Any, as_yaml: Any, data: Any) -> None:
    path = small.write()
    tree = copy.deepcopy(small.tree)
    for _ in range(data.draw(st.integers(1, 3))):
        if _paths(tree):
            _mutate(tree, data)
    path.write_text(as_yaml(tree), encoding="utf-8")
    found = _outcome(path)
    assert all(str(one) for one in found)


@_QUIET
@given(
    name=st.sampled_from(["participants.csv", "csri.csv", "answers.csv", "prices.csv"]),
    spots=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), _CELLS), min_size=1, max_size=4),
    wide=st.booleans(),
)
def test_damaged_cells_end_in_findings(
    small: Any, name: str, spots: list[tuple[float, float, str]], wide: bool
) -> None:
    path = small.write()
    table = path.parent / name
    rows = [line.split(",") for line in table.read_text(encoding="utf-8").splitlines()]
    for down, across, cell in spots:
        row = rows[int(down * (len(rows) - 1))]
        column = int(across * (len(row) - 1))
        row[column : column + 1] = [cell, cell] if wide else [cell]
    text = "\n".join(",".join(row) for row in rows)
    table.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert all(str(one) for one in _outcome(path))


@_QUIET
@given(
    name=st.sampled_from(["participants.csv", "csri.csv", "answers.csv", "study.yaml"]),
    at=st.floats(0, 1),
    cut=st.integers(0, 40),
    paste=st.one_of(st.binary(max_size=8), st.sampled_from([b"\xff\xfe", b'"', b"PK\x03\x04"])),
)
def test_damaged_bytes_end_in_findings(
    small: Any, name: str, at: float, cut: int, paste: bytes
) -> None:
    path = small.write()
    file = path.parent / name
    content = file.read_bytes()
    place = int(at * len(content))
    file.write_bytes(content[:place] + paste + content[place + cut :])
    assert all(str(one) for one in _outcome(path))


@pytest.mark.parametrize("size", range(0, 400, 37))
def test_a_truncated_study_file_ends_in_findings(small: Any, size: int) -> None:
    path = small.write()
    path.write_bytes(path.read_bytes()[:size])
    assert any(one.severity == "error" for one in _outcome(path))
