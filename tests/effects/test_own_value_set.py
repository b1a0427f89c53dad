from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from cpi_econ.effects.catalogue import read_value_set, value_set
from cpi_econ.effects.instruments import INSTRUMENTS
from cpi_econ.errors import ValueSetError

TERMS = """instrument: EQ-5D-3L
form: additive
start: 1
levels:
  mobility: {2: -0.07, 3: -0.3}
  self_care: {2: -0.1, 3: -0.2}
  usual_activities: {2: -0.04, 3: -0.09}
  pain_discomfort: {2: -0.12, 3: -0.39}
  anxiety_depression: {2: -0.07, 3: -0.24}
terms: {any_3: -0.05}
"""


def faults(path: Path) -> list[str]:
    with pytest.raises(ValueSetError) as caught:
        read_value_set(path)
    assert {found.code for found in caught.value.findings} == {"E051"}
    assert {found.where.file for found in caught.value.findings} == {path.name}
    return [found.message for found in caught.value.findings]


def put(folder: Path, text: str, name: str = "own.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_yaml_terms(tmp_path: Path) -> None:
    own = read_value_set(put(tmp_path, TERMS))
    assert own.id == "own"
    assert own.status == "own"
    assert own.findings() == []
    assert own.value("21131") == pytest.approx(1 - 0.07 - 0.39 - 0.05)


def test_usable_by_path_like_a_catalogue_id(tmp_path: Path) -> None:
    assert value_set(str(put(tmp_path, TERMS))).value("11111") == 1


def test_csv_terms(tmp_path: Path) -> None:
    rows = ["term,value", "start,1", "any_3,-0.05"]
    rows += [f"{d}{k},{-0.1 * (k - 1):.1f}" for d in ("mo", "sc", "ua", "pd", "ad") for k in (2, 3)]
    own = read_value_set(put(tmp_path, "\n".join(rows), "own.csv"))
    assert own.instrument.name == "EQ-5D-3L"
    assert own.value("31111") == pytest.approx(0.75)


def test_full_table_plain_and_compressed(tmp_path: Path) -> None:
    table = value_set("eq5d3l_gb_tto_1997").table
    text = table.to_csv(header=["value"])
    own = read_value_set(put(tmp_path, text, "own.csv"))
    assert (own.table - table).abs().max() < 1e-12
    packed = tmp_path / "packed.csv.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    assert read_value_set(packed).value("33333") == pytest.approx(-0.594)


def test_another_instrument_is_named_for_a_csv(tmp_path: Path) -> None:
    states = INSTRUMENTS["EQ-5D-Y-3L"].states()
    text = "state,value\n" + "\n".join(f"{state},0.5" for state in states)
    path = put(tmp_path, text, "own.csv")
    assert read_value_set(path, instrument="EQ-5D-Y-3L").instrument.name == "EQ-5D-Y-3L"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (TERMS.replace("3: -0.24", "4: -0.24"), ["has level 4", "no value for level 3"]),
        (TERMS.replace("any_3", "any_three"), ["'any_three' is not known"]),
        (TERMS.replace("mobility: {2: -0.07, 3: -0.3}", "walking: {2: -0.1}"), ["walking"]),
        (TERMS.replace("start: 1", "start: one"), ["start is 'one'"]),
        (TERMS.replace("EQ-5D-3L", "EQ-5D-4L"), ["write one of"]),
        (TERMS.replace("form: additive", "form: cubic"), ["form is 'cubic'"]),
        (TERMS.replace("-0", "0"), ["minus sign"]),
        (TERMS + "overrides: {11119: 0.2}\n", ["11119"]),
        (TERMS + "stated: {worst: {state: 33333, value: 0.9}}\n", ["the file states 0.9"]),
        ("form: [additive\n", ["not readable as YAML"]),
        ("just words\n", ["no keys"]),
        ("form: table\ninstrument: EQ-5D-3L\n", ["cannot be read"]),
    ],
)
def test_faulty_yaml(tmp_path: Path, text: str, words: list[str]) -> None:
    said = " ".join(faults(put(tmp_path, text)))
    for word in words:
        assert word in said


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("state,value\n11111,1\n", "EQ-5D-3L"),
        ("a,b\n1,2\n", "columns state and value"),
        ("", "columns state and value"),
    ],
)
def test_faulty_csv(tmp_path: Path, text: str, word: str) -> None:
    assert word in " ".join(faults(put(tmp_path, text, "own.csv")))


def test_incomplete_table_says_what_is_missing(tmp_path: Path) -> None:
    table = value_set("eq5d3l_gb_tto_1997").table.drop(["11112", "33333"])
    text = "form: table\ninstrument: EQ-5D-3L\nvalues:\n"
    text += "".join(f"  {state}: {value}\n" for state, value in table.items())
    (said,) = faults(put(tmp_path, text))
    assert "2 of 243" in said
    assert "11112" in said


def test_no_such_file_and_not_utf8(tmp_path: Path) -> None:
    assert "no such" in faults(tmp_path / "absent.yaml")[0]
    path = tmp_path / "latin.yaml"
    path.write_bytes("name: caf\xe9\n".encode("latin-1"))
    assert "UTF-8" in faults(path)[0]


@pytest.mark.parametrize("row", ["11112,0,848", "11112,0.848,note"])
def test_a_row_with_more_cells_than_the_header_loses_none(tmp_path: Path, row: str) -> None:
    text = value_set("eq5d3l_gb_tto_1997").table.to_csv(header=["value"])
    spoilt = "\n".join([text.splitlines()[0], "", row, *text.splitlines()[3:]])
    with pytest.raises(ValueSetError) as error:
        read_value_set(put(tmp_path, spoilt, "own.csv"))
    (found,) = error.value.findings
    assert (found.code, found.where.row) == ("E051", 3)
    assert "more cells than the header" in found.message


def test_a_state_given_twice_is_told(tmp_path: Path) -> None:
    text = value_set("eq5d3l_gb_tto_1997").table.to_csv(header=["value"])
    (said,) = faults(put(tmp_path, text + "11112,0.9\n", "own.csv"))
    assert 'state "11112" stands twice' in said
