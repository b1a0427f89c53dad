"""Files that models write in other countries, and faults of a file of parameters."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cpi_econ as ce
from cpi_econ.cli.app import run
from cpi_econ.errors import DataError

WIDE = pd.DataFrame(
    {
        "cost_a": [100.5, 120.25, 99.0],
        "cost_b": [110.0, 130.75, 95.5],
        "effect_a": [0.5, 0.52, 0.49],
        "effect_b": [0.55, 0.5, 0.51],
    }
)


@pytest.mark.parametrize("decimal", [",", "."])
def test_semicolons_give_what_commas_give(tmp_path: Path, decimal: str) -> None:
    WIDE.to_csv(tmp_path / "plain.csv", index=False)
    WIDE.to_csv(tmp_path / "other.csv", index=False, sep=";", decimal=decimal)
    plain, other = (ce.read_replicates(tmp_path / f"{name}.csv") for name in ("plain", "other"))
    np.testing.assert_array_equal(other["cost"], plain["cost"])
    np.testing.assert_array_equal(other["effect"], plain["effect"])


@pytest.mark.parametrize("decimal", [",", "."])
def test_parameters_are_numbers_without_row_names(tmp_path: Path, decimal: str) -> None:
    made = pd.DataFrame({"risk": [0.25, 0.5], "cost": [10.0, 12.5]}, index=[1, 2])
    made.assign(replicate=[1, 2]).to_csv(tmp_path / "p.csv", sep=";", decimal=decimal)
    pd.testing.assert_frame_equal(
        ce.read_parameters(tmp_path / "p.csv"), made.reset_index(drop=True)
    )


def test_parameters_may_stand_in_a_workbook(tmp_path: Path) -> None:
    made = pd.DataFrame({"risk": [0.25, 0.5]})
    made.to_excel(tmp_path / "p.xlsx", index=False)
    pd.testing.assert_frame_equal(ce.read_parameters(tmp_path / "p.xlsx"), made)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("p.csv", "risk,arm\n0.1,low\n0.2,high\n", "2 of 2 values of parameter arm"),
        ("p.csv", "risk\n0.1\nNA\n", "1 of 2 values of parameter risk"),
        ("p.csv", "", "is no table"),
        ("p.xlsx", "risk\n0.1\n", "cannot be opened as a .xlsx workbook"),
        (None, "", "there is no such file"),
    ],
)
def test_faults_are_told_in_words(
    tmp_path: Path, name: str | None, content: str, words: str
) -> None:
    if name is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match="E096") as caught:
        ce.read_parameters(tmp_path / (name or "nowhere.csv"))
    assert words in str(caught.value)


def test_the_command_stops_at_parameters_that_are_labels(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    WIDE.to_csv(tmp_path / "m.csv", index=False)
    (tmp_path / "p.csv").write_text("kind\na\nb\nc\n", encoding="utf-8")
    file, parameters = str(tmp_path / "m.csv"), str(tmp_path / "p.csv")
    assert run(["voi", file, "--parameters", parameters]) == 2
    assert "parameter kind" in capsys.readouterr().err
