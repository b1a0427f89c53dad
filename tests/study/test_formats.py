"""The same data in every format and shape give the same trial."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from cpi_econ.study.columns import need_columns
from cpi_econ.study.files import read_file
from cpi_econ.study.trial import Trial

PARTS = {"participants": "participants.csv", "service_use": "csri.csv", "responses": "answers.csv"}
TIME_CODES = {"baseline": 1, "month_9": 2}
Write = Callable[[pd.DataFrame, Path], Any]


def same(trial: Trial, expected: Trial, labelled: tuple[str, ...] = ()) -> None:
    """Assert that two trials hold the same, wherever in the files it stood."""
    pd.testing.assert_frame_equal(
        trial.participants.drop(columns=list(labelled)),
        expected.participants.drop(columns=list(labelled)),
    )
    pd.testing.assert_frame_equal(trial.service_use, expected.service_use)
    place = ["file", "row", "column"]
    pd.testing.assert_frame_equal(
        trial.responses.drop(columns=place), expected.responses.drop(columns=place)
    )


def convert(small: Any, ending: str, write: Write) -> None:
    """Put every table into a file of another format."""
    small.folder.mkdir(exist_ok=True)
    for part, name in PARTS.items():
        file = name.replace(".csv", ending)
        write(small.tables.pop(name), small.folder / file)
        small.tree["data"][part]["file"] = file


def decimals(table: pd.DataFrame) -> pd.DataFrame:
    """Every number with a decimal point, as pandas writes a column that has a gap."""
    numeric = [name for name in table if name not in {"agency", "wave"}]
    return table.assign(**{name: pd.to_numeric(table[name]).astype(float) for name in numeric})


WRITERS: dict[str, tuple[str, Write]] = {
    "tsv": (".tsv", lambda table, path: table.to_csv(path, sep="\t", index=False)),
    "tab": (".tab", lambda table, path: table.to_csv(path, sep="\t", index=False)),
    "semicolon": (".csv", lambda table, path: table.to_csv(path, sep=";", index=False)),
    "byte order mark": (".csv", lambda table, path: table.to_csv(path, encoding="utf-8-sig")),
    "windows": (".csv", lambda table, path: table.to_csv(path, lineterminator="\r\n")),
    "quoted": (".csv", lambda table, path: table.to_csv(path, index=False, quoting=1)),
    "decimals": (".csv", lambda table, path: decimals(table).to_csv(path, index=False)),
    "parquet": (".parquet", lambda table, path: table.to_parquet(path)),
    "nullable": (".parquet", lambda table, path: table.convert_dtypes().to_parquet(path)),
    "categories": (".parquet", lambda table, path: table.astype("category").to_parquet(path)),
    "index": (".parquet", lambda table, path: table.set_index("client_id").to_parquet(path)),
    "xlsx": (".xlsx", lambda table, path: table.to_excel(path, index=False)),
    "ods": (".ods", lambda table, path: table.to_excel(path, index=False, engine="odf")),
    "dta": (".dta", lambda table, path: pyreadstat.write_dta(table, str(path))),
    "sav": (".sav", lambda table, path: pyreadstat.write_sav(table, str(path))),
}


@pytest.fixture
def expected(small: Any) -> Trial:
    trial: Trial = small.trial()
    return trial


@pytest.mark.parametrize("kind", WRITERS)
def test_every_format_gives_the_same_trial(small: Any, expected: Trial, kind: str) -> None:
    ending, write = WRITERS[kind]
    convert(small, ending, write)
    same(small.trial(), expected)


def test_a_sheet_of_a_workbook_by_name_and_by_number(small: Any, expected: Trial) -> None:
    small.folder.mkdir(exist_ok=True)
    with pd.ExcelWriter(small.folder / "all.xlsx") as book:
        for part, name in PARTS.items():
            small.tables.pop(name).to_excel(book, sheet_name=part, index=False)
    for place, part in enumerate(PARTS):
        small.tree["data"][part] |= {"file": "all.xlsx", "sheet": [part, place][place % 2]}
    same(small.trial(), expected)


def test_stata_value_labels_of_arm_time_and_screening(small: Any, expected: Trial) -> None:
    labels: dict[str, dict[float, str]] = {
        "fidelity": {0: "low", 1: "high"},
        "wave": {1: "baseline", 2: "month_9"},
        "any_inpatient": {1: "Yes", 0: "No"},
    }

    def write(ending: str) -> Write:
        function = {".dta": pyreadstat.write_dta, ".sav": pyreadstat.write_sav}[ending]
        return lambda table, path: function(
            table.assign(wave=table["wave"].map(TIME_CODES)) if "wave" in table else table,
            str(path),
            variable_value_labels={k: v for k, v in labels.items() if k in table},
        )

    small.tree["arms"] = ["low", "high"]
    for ending in (".dta", ".sav"):
        again = type(small)(small.folder, small.tree | {}, dict(small.tables))
        convert(again, ending, write(ending))
        trial = again.trial()
        same(trial, expected, labelled=("fidelity",))
        assert trial.participants["fidelity"].tolist() == ["low"] * 4 + ["high"] * 4
        for part, name in PARTS.items():
            small.tree["data"][part]["file"] = name


@pytest.mark.parametrize("codes", [{1: "baseline", 2: "month_9"}, {"1": "baseline", 2: "month_9"}])
@pytest.mark.parametrize("shared", [True, False])
def test_time_codes_that_are_numbers(
    small: Any, expected: Trial, codes: dict[Any, str], shared: bool
) -> None:
    for part in ("service_use", "responses"):
        table = small.tables[PARTS[part]]
        small.tables[PARTS[part]] = table.assign(wave=table["wave"].map(TIME_CODES))
        small.tree["data"][part] |= {} if shared else {"time_codes": codes}
    small.tree["data"] |= {"time_codes": codes} if shared else {}
    same(small.trial(), expected)


def test_time_codes_that_are_words(small: Any, expected: Trial) -> None:
    words = {"baseline": "Visit 1", "month_9": "Visit 2"}
    table = small.tables["answers.csv"]
    small.tables["answers.csv"] = table.assign(wave=table["wave"].map(words))
    small.tree["data"]["responses"]["time_codes"] = {"Visit 1": "baseline", "Visit 2": "month_9"}
    same(small.trial(), expected)


def widened(table: pd.DataFrame) -> pd.DataFrame:
    wide = table.pivot(index="client_id", columns="wave")
    suffix = {"baseline": "_bl", "month_9": "_9m"}
    wide.columns = pd.Index([f"{name}{suffix[wave]}" for name, wave in wide.columns])
    return wide.reset_index()


@pytest.mark.parametrize("shared", [True, False])
def test_wide_files(small: Any, expected: Trial, shared: bool) -> None:
    suffixes = {"_bl": "baseline", "_9m": "month_9"}
    for part in ("service_use", "responses"):
        small.tables[PARTS[part]] = widened(small.tables[PARTS[part]])
        del small.tree["data"][part]["time"]
        small.tree["data"][part] |= {} if shared else {"suffixes": suffixes}
    small.tree["data"] |= {"suffixes": suffixes} if shared else {}
    same(small.trial(), expected)


def test_one_wide_file_for_everything(small: Any, expected: Trial) -> None:
    wide = small.tables["participants.csv"]
    for name in ("csri.csv", "answers.csv"):
        wide = wide.merge(widened(small.tables.pop(name)), on="client_id")
    small.tables["participants.csv"] = wide
    small.tree["data"]["suffixes"] = {"_bl": "baseline", "_9m": "month_9"}
    for part in ("service_use", "responses"):
        small.tree["data"][part]["file"] = "participants.csv"
        del small.tree["data"][part]["time"]
    trial = small.trial()
    columns = list(expected.participants.columns)
    people = trial.participants[columns]
    same(Trial(people, trial.service_use, trial.responses), expected)


def test_a_wide_file_without_one_column_says_so(small: Any) -> None:
    small.tables["answers.csv"] = widened(small.tables["answers.csv"]).drop(columns="mo_9m")
    small.tree["data"]["responses"] |= {"suffixes": {"_bl": "baseline", "_9m": "month_9"}}
    del small.tree["data"]["responses"]["time"]
    (found,) = [one for one in small.trial().findings if one.code == "W020"]
    assert (found.where.file, found.where.column) == ("answers.csv", "mo_9m")
    assert "missing at month_9" in found.message


def test_answers_and_counts_spread_over_several_files(small: Any, expected: Trial) -> None:
    table = small.tables.pop("answers.csv")
    keys = ["client_id", "wave"]
    small.tables["a.csv"], small.tables["b.csv"] = (
        table[[*keys, "mo", "ad"]],
        table.drop(columns=["mo", "ad"]),
    )
    spec = small.tree["data"]["responses"]
    small.tree["data"]["responses"] = [spec | {"file": "a.csv"}, spec | {"file": "b.csv"}]
    same(small.trial(), expected)


def test_a_participants_file_with_one_row_a_visit(small: Any, expected: Trial) -> None:
    table = small.tables["participants.csv"]
    small.tables["participants.csv"] = pd.concat(
        [table.assign(wave="month_9", age=99), table.assign(wave="baseline")]
    )
    small.tree["data"]["participants"]["time"] = "wave"
    trial = small.trial()
    people = trial.participants.drop(columns="wave")
    same(Trial(people, trial.service_use, trial.responses), expected)


def test_rows_in_any_order(small: Any, expected: Trial) -> None:
    for name in PARTS.values():
        small.tables[name] = small.tables[name].sample(frac=1, random_state=3)
    same(small.trial(), expected)


def test_a_form_that_is_not_there_is_missing_and_not_zero(small: Any) -> None:
    for name in ("csri.csv", "answers.csv"):
        small.tables[name] = small.tables[name].drop(index=[9])
    trial = small.trial()
    lost = trial.service_use.query("participant == '102' and time == 'month_9'")
    assert len(lost) == 3
    assert lost["quantity"].isna().all()
    levels = trial.responses.query("participant == '102' and time == 'month_9'")
    assert len(levels) == 5
    assert levels["level"].isna().all()
    assert len(trial.service_use) == 8 * 2 * 3


def test_an_index_of_a_parquet_file_is_a_column(tmp_path: Path) -> None:
    frame = pd.DataFrame({"id": range(3), "cost": [1.0, 2.0, 3.0]})
    frame.set_index("id").to_parquet(tmp_path / "indexed.parquet")
    frame.to_parquet(tmp_path / "plain.parquet")
    for name in ("indexed", "plain"):
        read = read_file(tmp_path / f"{name}.parquet").frame
        assert read["id"].tolist() == [0, 1, 2], name
        assert set(read.columns) == {"id", "cost"}, name


def test_a_column_in_other_letters_is_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,group,idx\n1,a,2\n", encoding="utf-8")
    (found,) = need_columns(read_file(tmp_path / "a.csv"), "ID")
    assert 'did you mean "id"?' in found.message
