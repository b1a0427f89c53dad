"""Files with decimal commas give what the same files with points give, or say why not."""

from pathlib import Path

import pandas as pd
import pytest

import cpi_econ as ce
from cpi_econ.costs.unit_costs import read_unit_costs
from cpi_econ.errors import DataError, UnitCostError
from cpi_econ.study.columns import numbers
from cpi_econ.study.files import read_file
from cpi_econ.study.load import read_study
from cpi_econ.study.trial import read_trial

PLAN = """
title: Commas
currency: EUR
arms: [a, b]
reference: a
data:
  participants: {file: people.csv, id: id, arm: arm}
costs: {column: cost}
effects: {qaly: {column: qaly}}
adjust: {model: ols, cost: [age], effect: [age]}
uncertainty: {replicates: 100}
"""


def _folder(folder: Path, *, comma: bool) -> Path:
    frame = pd.DataFrame(
        {
            "id": range(40),
            "arm": list("ab") * 20,
            "cost": [100.25 + 13.5 * n for n in range(40)],
            "qaly": [0.5 + (n * 7 % 11) / 100 for n in range(40)],
            "age": [30.5 + n for n in range(40)],
        }
    )
    sign = {"sep": ";", "decimal": ","} if comma else {}
    frame.to_csv(folder / "people.csv", index=False, **sign)
    (folder / "study.yaml").write_text(PLAN, encoding="utf-8")
    return folder / "study.yaml"


def test_a_file_of_decimal_commas_gives_the_same_answer(tmp_path: Path) -> None:
    for name in ("points", "commas"):
        (tmp_path / name).mkdir()
    plain = ce.evaluate(read_study(_folder(tmp_path / "points", comma=False)))
    path = _folder(tmp_path / "commas", comma=True)
    told = ce.evaluate(read_study(path, ['data.participants.decimal=","']))
    pd.testing.assert_frame_equal(told.summary(), plain.summary())


def test_commas_that_are_not_declared_stop_with_the_key_to_write(tmp_path: Path) -> None:
    study = read_study(_folder(tmp_path, comma=True))
    with pytest.raises(DataError) as caught:
        read_trial(study)
    found = caught.value.findings
    assert {one.code for one in found} == {"E016"}
    assert {"cost", "qaly", "age"} == {one.where.column for one in found}
    assert 'decimal: ","' in found[0].message


@pytest.mark.parametrize("cell", ["1.234", "1.000", "0.5"])
def test_a_point_among_commas_is_refused_and_not_guessed(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"id;x\n1;0,5\n2;{cell}\n3;1.234,5\n", encoding="utf-8")
    values, found = numbers(read_file(path, decimal=","), "x", frozenset())
    assert values.tolist()[0] == 0.5
    assert pd.isna(values.iloc[1])
    assert values.iloc[2] == 1234.5
    assert [one.code for one in found] == ["E016"]
    assert cell in found[0].message


def test_missing_codes_and_blanks_hold_among_commas(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id;x\n1;-9\n2;.\n3;7\n4;-1,5\n", encoding="utf-8")
    values, found = numbers(read_file(path, decimal=","), "x", frozenset({"-9"}))
    assert values.isna().tolist() == [True, True, False, False]
    assert found == []
    assert values.iloc[3] == -1.5


def test_answers_to_several_boxes_stay_text_when_they_are_no_covariate(tmp_path: Path) -> None:
    path = _folder(tmp_path, comma=False)
    frame = pd.read_csv(tmp_path / "people.csv").assign(ticked="1,3")
    frame.to_csv(tmp_path / "people.csv", index=False)
    assert read_trial(read_study(path)).participants["ticked"].tolist() == ["1,3"] * 40


def test_unit_costs_from_a_european_spreadsheet(tmp_path: Path) -> None:
    rows = "service;unit;unit_cost;price_year;sector\ngp;contact;25,37;2020;NHS\n"
    (tmp_path / "prices.csv").write_text(rows, encoding="utf-8-sig")
    assert read_unit_costs("prices.csv", folder=tmp_path).table["unit_cost"].tolist() == [25.37]
    (tmp_path / "prices.csv").write_text(rows.replace("25,37", "1,234"), encoding="utf-8")
    with pytest.raises(UnitCostError, match="E031"):
        read_unit_costs("prices.csv", folder=tmp_path)
