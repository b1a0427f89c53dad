"""Every kind of bad input of the main job: refused with status 2, in words, nothing written."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from cpi_econ.errors import Finding

Refused = Callable[..., list[Finding]]


def spoil(small: Any, file: str, row: int, column: str, value: Any) -> None:
    """Put ``value`` in a cell; ``row`` counts from 2, as in a spreadsheet."""
    table = small.tables[file].astype(object)
    table.loc[row - 2, column] = value
    small.tables[file] = table


def place(found: Finding) -> tuple[str, str | None, int | None, str | None]:
    return found.code, found.where.file, found.where.row, found.where.column


def test_the_small_study_is_fine_until_spoiled(small: Any) -> None:
    assert small.errors() == []


def test_an_empty_file(small: Any, refused: Refused) -> None:
    small.tables["csri.csv"] = ""
    (found,) = refused()
    assert place(found) == ("E012", "csri.csv", None, None)


@pytest.mark.parametrize("content", ["client_id,wave,mo,sc,ua,pd,ad\n", "client_id,wave,mo\n,,\n"])
def test_a_file_with_a_header_only(small: Any, refused: Refused, content: str) -> None:
    small.tables["answers.csv"] = content
    (found,) = refused()
    assert place(found) == ("E012", "answers.csv", None, None)
    assert "no rows" in found.message


def test_a_file_whose_first_row_is_blank(small: Any, refused: Refused) -> None:
    small.tables["answers.csv"] = "\n" + small.tables["answers.csv"].to_csv(index=False)
    (found,) = refused()
    assert place(found) == ("E012", "answers.csv", 1, None)


def test_a_missing_column_with_the_nearest_name(small: Any, refused: Refused) -> None:
    small.tables["csri.csv"] = small.tables["csri.csv"].rename(columns={"nights": "nigths"})
    (found,) = refused()
    assert place(found) == ("E014", "csri.csv", 1, "nights")
    assert 'did you mean "nigths"?' in found.message


@pytest.mark.parametrize(
    ("key", "near"), [("perspectve", "perspective"), ("uncertainity", "uncertainty")]
)
def test_an_unknown_key_with_its_suggestion(
    small: Any, refused: Refused, as_yaml: Any, key: str, near: str
) -> None:
    text = as_yaml(small.tree) + f"{key}: [NHS]\n"
    (found,) = refused(text)
    assert place(found) == ("E003", "study.yaml", text.count("\n"), key)
    assert found.message == f'unknown key "{key}"; did you mean "{near}"?'


def test_an_unknown_key_deep_in_the_file(small: Any, refused: Refused) -> None:
    small.tree["data"]["participants"]["clutser"] = "agency"
    (found,) = refused()
    assert found.code == "E003"
    assert found.where.column == "data.participants.clutser"
    assert found.message.endswith('did you mean "cluster"?')


def test_duplicate_participants(small: Any, refused: Refused) -> None:
    table = small.tables["participants.csv"]
    small.tables["participants.csv"] = pd.concat([table, table.iloc[[2]]])
    (found,) = refused()
    assert place(found) == ("E115", "participants.csv", 10, "client_id")
    assert found.participants == ("103",)
    assert "103" not in found.message


def test_duplicate_visits(small: Any, refused: Refused) -> None:
    table = small.tables["answers.csv"]
    small.tables["answers.csv"] = pd.concat([table, table.iloc[[3]]])
    (found,) = refused()
    assert place(found) == ("E115", "answers.csv", 18, "client_id")
    assert found.participants == ("104",)
    assert "more than one row at baseline" in found.message


def test_a_visit_of_somebody_who_is_no_participant(small: Any, refused: Refused) -> None:
    spoil(small, "csri.csv", 4, "client_id", "999")
    (found,) = refused()
    assert place(found) == ("E115", "csri.csv", 4, "client_id")
    assert found.participants == ("999",)


def test_zeros_lost_from_identifiers_are_named_and_not_guessed(
    small: Any, refused: Refused
) -> None:
    table = small.tables["participants.csv"]
    small.tables["participants.csv"] = table.assign(client_id="00" + table["client_id"])
    found = refused()
    assert {place(one)[:2] for one in found} == {("E115", "csri.csv"), ("E115", "answers.csv")}
    assert all("zeros in front" in one.message for one in found)


@pytest.mark.parametrize("blank", ["", " ", "NA", -9])
def test_a_person_without_an_arm(small: Any, refused: Refused, blank: Any) -> None:
    spoil(small, "participants.csv", 5, "fidelity", blank)
    (found,) = refused()
    assert place(found) == ("E015", "participants.csv", 5, "fidelity")
    assert found.participants == ("104",)


def test_an_arm_that_the_study_does_not_name(small: Any, refused: Refused) -> None:
    spoil(small, "participants.csv", 5, "fidelity", 7)
    (found,) = refused()
    assert place(found) == ("E019", "participants.csv", 5, "fidelity")
    assert '"7" is no arm; codes are 0 (low), 1 (high).' in found.message


def test_level_6(small: Any, refused: Refused) -> None:
    spoil(small, "answers.csv", 6, "sc", 6)
    (found,) = refused()
    assert place(found) == ("E103", "answers.csv", 6, "sc")
    assert "6" in found.message
    assert "1 to 5" in found.message
    assert found.participants == ("105",)


def test_a_single_level_0(small: Any, refused: Refused) -> None:
    spoil(small, "answers.csv", 6, "sc", 0)
    (found,) = refused()
    assert place(found) == ("E103", "answers.csv", 6, "sc")
    assert "holds 0" in found.message


def test_a_whole_form_coded_0_to_4(small: Any, refused: Refused) -> None:
    table = small.tables["answers.csv"]
    columns = ["mo", "sc", "ua", "pd", "ad"]
    small.tables["answers.csv"] = table.assign(**{name: table[name] - 1 for name in columns})
    found = refused()
    assert [one.code for one in found] == ["E101"] * 5
    assert {one.where.column for one in found} == set(columns)
    assert all("codes: {0: 1" in one.message for one in found)


@pytest.mark.parametrize(("value", "code"), [(-3, "E018"), (-99, "E103")])
def test_a_negative_count(small: Any, refused: Refused, value: int, code: str) -> None:
    spoil(small, "csri.csv", 9, "gp", value)
    (found,) = refused()
    assert place(found) == (code, "csri.csv", 9, "gp")
    assert str(value) in found.message


def test_999_that_is_not_declared(small: Any, refused: Refused) -> None:
    spoil(small, "csri.csv", 9, "gp", 999)
    (found,) = refused()
    assert place(found) == ("E103", "csri.csv", 9, "gp")
    assert "missing_codes: {gp: [999]}" in found.message


def test_999_is_a_count_where_the_study_says_so(small: Any) -> None:
    spoil(small, "csri.csv", 9, "gp", 999)
    small.tree["data"]["missing_codes"]["gp"] = []
    assert small.errors() == []


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        (("horizon",), "horizon"),
        (("times", "month_9"), "times.month_9"),
        (("data", "service_use", "recall"), "data.service_use.recall"),
    ],
)
def test_9_without_a_unit(small: Any, refused: Refused, keys: tuple[str, ...], name: str) -> None:
    node = small.tree
    for key in keys[:-1]:
        node = node[key]
    node[keys[-1]] = 9
    (found,) = refused()
    assert (found.code, found.where.column) == ("E006", name)
    assert found.message == "9 has no unit: months or years? Write 9 months."


def test_a_5l_file_with_a_3l_value_set(small: Any, refused: Refused) -> None:
    small.tree["effects"]["qaly"]["value_set"] = "eq5d3l_gb_tto_1997"
    (found,) = refused()
    assert (found.code, found.where.column) == ("E105", "effects.qaly")
    assert "eq5d3l_gb_tto_1997" in found.message


def test_5l_answers_declared_3l(small: Any, refused: Refused) -> None:
    small.tree["effects"]["qaly"] |= {
        "value_set": "eq5d3l_gb_tto_1997",
        "instrument": "EQ-5D-3L",
    }
    found = refused()
    assert {one.code for one in found} == {"E105"}
    assert ("E105", "answers.csv", 6, "mo") in map(place, found)


def test_an_unknown_service(small: Any, refused: Refused) -> None:
    items = small.tree["costs"]["items"]
    items["gp_vist"] = items.pop("gp_visit")
    (found,) = refused()
    assert found.code == "E036"
    assert "gp_vist" in found.message
    assert "gp_visit" in found.message


@pytest.mark.parametrize("name", ["participants.csv", "csri.csv", "answers.csv"])
def test_a_missing_data_file(small: Any, refused: Refused, name: str) -> None:
    small.tables[name.replace(".csv", "s.csv")] = small.tables.pop(name)
    (found,) = refused()
    assert place(found) == ("E010", name, None, None)
    assert f'did you mean "{name.replace(".csv", "s.csv")}"?' in found.message


def test_a_folder_in_place_of_a_file(small: Any, refused: Refused) -> None:
    (small.folder / "old.csv").mkdir(parents=True)
    small.tree["data"]["responses"]["file"] = "old.csv"
    (found,) = refused()
    assert place(found) == ("E010", "old.csv", None, None)


def test_a_file_that_is_not_utf8(small: Any, refused: Refused) -> None:
    text = small.tables["participants.csv"].replace("B", "Bühl").to_csv(index=False)
    small.tables["participants.csv"] = text.encode("cp1252")
    (found,) = refused()
    assert place(found) == ("E011", "participants.csv", 4, None)
    assert "encoding: cp1252" in found.message
    small.tree["data"]["participants"]["encoding"] = "cp1252"
    assert set(small.trial().participants["cluster"]) == {"A", "Bühl", "C", "D"}


def test_utf16_text_is_named_as_such(small: Any, refused: Refused) -> None:
    small.tables["csri.csv"] = small.tables["csri.csv"].to_csv(index=False).encode("utf-16")
    (found,) = refused()
    assert place(found)[:2] == ("E011", "csri.csv")
    small.tree["data"]["service_use"]["encoding"] = "utf-16"
    assert small.errors() == []


def test_a_nul_byte(small: Any, refused: Refused) -> None:
    text = small.tables["csri.csv"].to_csv(index=False).replace("103", "10\0", 1)
    small.tables["csri.csv"] = text
    (found,) = refused()
    assert place(found) == ("E011", "csri.csv", 4, None)


@pytest.mark.parametrize("encoding", ["no-such", "rot13", "utf-16", "\0"])
def test_an_encoding_that_does_not_fit(small: Any, refused: Refused, encoding: str) -> None:
    small.tree["data"]["service_use"]["encoding"] = encoding
    (found,) = refused()
    assert place(found)[:2] == ("E011", "csri.csv")


def test_a_workbook_in_place_of_a_csv(small: Any, refused: Refused) -> None:
    stream = io.BytesIO()
    small.tables["csri.csv"].to_excel(stream, index=False)
    small.tables["csri.csv"] = stream.getvalue()
    (found,) = refused()
    assert place(found) == ("E013", "csri.csv", None, None)
    assert "workbook" in found.message


@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods", "parquet", "dta", "sav"])
def test_a_csv_under_another_name(small: Any, refused: Refused, ending: str) -> None:
    small.tables[f"csri.{ending}"] = small.tables.pop("csri.csv").to_csv(index=False)
    small.tree["data"]["service_use"]["file"] = f"csri.{ending}"
    (found,) = refused()
    assert place(found) == ("E013", f"csri.{ending}", None, None)


def test_an_ending_that_is_not_known(small: Any, refused: Refused) -> None:
    small.tree["data"]["responses"]["file"] = "answers.txt"
    (found,) = refused()
    assert place(found) == ("E013", "answers.txt", None, None)
    assert "csv, tsv" in found.message


@pytest.mark.parametrize("sheet", ["Follow-up", 4])
def test_a_sheet_that_is_not_there(small: Any, refused: Refused, sheet: str | int) -> None:
    stream = io.BytesIO()
    small.tables.pop("csri.csv").to_excel(stream, index=False)
    small.tables["csri.xlsx"] = stream.getvalue()
    small.tree["data"]["service_use"] |= {"file": "csri.xlsx", "sheet": sheet}
    (found,) = refused()
    assert place(found) == ("E013", "csri.xlsx", None, None)
    assert repr(sheet) in found.message


@pytest.mark.parametrize(
    ("old", "new", "cells"),
    [("101,baseline,0", "101,baseline,0,0", 8), ("101,baseline,0,1,30,-9,0", "101,base", 2)],
)
def test_a_row_of_another_length(
    small: Any, refused: Refused, old: str, new: str, cells: int
) -> None:
    text = small.tables["csri.csv"].to_csv(index=False)
    assert old in text
    small.tables["csri.csv"] = text.replace(old, new, 1)
    (found,) = refused()
    assert place(found) == ("E013", "csri.csv", 2, None)
    assert f"{cells} cells and the header 7" in found.message


def test_a_quotation_mark_that_is_never_closed(small: Any, refused: Refused) -> None:
    text = small.tables["csri.csv"].to_csv(index=False).replace("103,", '"103,', 1)
    small.tables["csri.csv"] = text
    (found,) = refused()
    assert place(found) == ("E013", "csri.csv", 4, None)


def test_a_column_name_twice(small: Any, refused: Refused) -> None:
    small.tables["csri.csv"] = small.tables["csri.csv"].rename(columns={"nights": "gp"})
    (found,) = refused()
    assert place(found) == ("E014", "csri.csv", 1, "gp")


@pytest.mark.parametrize("value", ["", "month 9", "3"])
def test_a_time_that_the_study_does_not_name(small: Any, refused: Refused, value: str) -> None:
    spoil(small, "answers.csv", 12, "wave", value)
    (found,) = refused()
    assert place(found) == ("E022", "answers.csv", 12, "wave")
    assert "times are baseline, month_9" in found.message


def test_all_problems_of_all_files_at_once(small: Any, refused: Refused) -> None:
    spoil(small, "csri.csv", 4, "gp", "two")
    spoil(small, "csri.csv", 6, "nurse", -2)
    spoil(small, "csri.csv", 7, "any_inpatient", "perhaps")
    spoil(small, "answers.csv", 5, "mo", 6)
    spoil(small, "answers.csv", 7, "ad", "bad")
    spoil(small, "answers.csv", 8, "sc", 2.5)
    spoil(small, "participants.csv", 3, "fidelity", "")
    assert sorted(map(place, refused())) == [
        ("E015", "participants.csv", 3, "fidelity"),
        ("E016", "answers.csv", 7, "ad"),
        ("E016", "csri.csv", 4, "gp"),
        ("E017", "csri.csv", 7, "any_inpatient"),
        ("E018", "csri.csv", 6, "nurse"),
        ("E020", "answers.csv", 8, "sc"),
        ("E103", "answers.csv", 5, "mo"),
    ]


def test_all_problems_of_the_study_file_at_once(small: Any, refused: Refused) -> None:
    small.tree["horizon"] = 9
    small.tree["perspectiv"] = small.tree.pop("perspective")
    small.tree["uncertainty"]["interval"] = "student"
    small.tree["uncertainty"]["level"] = 95
    del small.tree["currency"]
    assert sorted((one.code, one.where.column) for one in refused()) == [
        ("E003", "perspectiv"),
        ("E004", "currency"),
        ("E004", "uncertainty.interval"),
        ("E006", "horizon"),
        ("E006", "uncertainty.level"),
    ]
