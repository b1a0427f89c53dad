"""Single cells: what is a number, a missing answer, an identifier, a date, a yes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from cpi_econ.study.columns import answers, missing_codes, numbers, tokens
from cpi_econ.study.files import RawTable


def raw(values: list[Any], **labels: Any) -> RawTable:
    frame = pd.DataFrame({"x": values})
    frame.index = pd.RangeIndex(2, len(values) + 2)
    return RawTable("t.csv", frame, labels)


def spoil(small: Any, file: str, row: int, column: str, value: Any) -> None:
    table = small.tables[file].astype(object)
    table.loc[row - 2, column] = value
    small.tables[file] = table


@pytest.mark.parametrize(
    ("text", "number"),
    [("2", 2), (" 2 ", 2), ("2.0", 2), ("+2", 2), ("1e2", 100), ("-0", 0), (".5", 0.5), ("2.", 2)],
)
def test_what_is_a_number(text: str, number: float) -> None:
    values, findings = numbers(raw([text, "7"]), "x", frozenset())
    assert findings == []
    assert values.tolist() == [number, 7]


@pytest.mark.parametrize("text", ["", "  ", ".", "NA", "N/A", "NaN", "NULL", "-9", "-9.0", " -9"])
def test_what_is_missing(text: str) -> None:
    values, findings = numbers(raw(["1", text]), "x", frozenset({"-9"}))
    assert findings == []
    assert np.isnan(values.iloc[1])


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("1,200", "write 1200."),
        ("1,234,567.5", "write 1234567.5."),
        ("£20", "write 20."),
        ("€ 20,50", "write 20.50."),
        ("0,75", "write 0.75."),
        ("1 000", "write 1000."),
        ("Sep-14", "a spreadsheet may have turned a number into a date"),
        ("2014-09-01", "a spreadsheet may have turned a number into a date"),
        ("inf", "declare it under missing_codes"),
        ("1e400", "declare it under missing_codes"),
        ("0x1A", "declare it under missing_codes"),
        ("1_000", "declare it under missing_codes"),
        ("٣", "declare it under missing_codes"),
        ("TRUE", "declare it under missing_codes"),
        ("=1+1", "declare it under missing_codes"),
        ("two", "declare it under missing_codes"),
    ],
)
def test_what_is_no_number_and_what_to_write(small: Any, text: str, hint: str) -> None:
    spoil(small, "csri.csv", 6, "gp", text)
    (found,) = small.errors()
    assert (found.code, found.where.file, found.where.row) == ("E016", "csri.csv", 6)
    assert found.where.column == "gp"
    assert f'"{text}" is not a number' in found.message
    assert hint in found.message


def test_infinity_in_a_column_of_numbers_is_no_number() -> None:
    values, (found,) = numbers(raw([1.0, np.inf]), "x", frozenset())
    assert (found.code, found.where.row) == ("E016", 3)
    assert np.isnan(values.iloc[1])


def test_many_wrong_values_are_counted_and_not_all_listed() -> None:
    values = [f"odd {n // 2}" for n in range(40)]
    _, findings = numbers(raw(values), "x", frozenset())
    assert len(findings) == 6
    assert "(2 rows hold it.)" in findings[0].message
    assert findings[-1].message == "15 more values of this column have the same problem."


def test_a_very_long_cell_is_shortened_in_the_message() -> None:
    _, (found,) = numbers(raw(["x" * 5000]), "x", frozenset())
    assert len(found.message) < 150


@pytest.mark.parametrize(
    "column",
    [
        [101, 102, 1],
        [101.0, 102.0, 1.0],
        ["101", "102", "1"],
        ["101.0", " 102", "1.00 "],
        pd.Categorical([101, 102, 1]),
        pd.array([101, 102, 1], dtype="Int64"),
    ],
)
def test_identifiers_are_the_same_however_they_are_stored(column: Any) -> None:
    assert tokens(pd.Series(column)).tolist() == ["101", "102", "1"]


def test_zeros_in_front_and_blanks_inside_stay() -> None:
    assert tokens(pd.Series(["001", "P 7", "1e5", "7.10"])).tolist() == [
        "001",
        "P 7",
        "1e5",
        "7.10",
    ]


def test_missing_codes_of_a_column_replace_the_default(small: Any) -> None:
    codes: dict[str, list[Any]] = {"default": [-9], "gp": [-9, 999], "nurse": []}
    assert missing_codes(codes, "gp") == {"-9", "999"}
    assert missing_codes(codes, "gp_bl", "gp") == {"-9", "999"}
    assert missing_codes(codes, "nurse") == frozenset()
    assert missing_codes(codes, "other") == {"-9"}
    small.tree["data"]["missing_codes"] = codes
    spoil(small, "csri.csv", 6, "gp", 999)
    spoil(small, "csri.csv", 7, "nurse", -9)
    (found,) = small.errors()
    assert (found.code, found.where.row, found.where.column) == ("E103", 7, "nurse")


@pytest.mark.parametrize(("name", "near"), [("nuse", '"nurse"?'), ("zzz", "correct the name")])
def test_a_code_for_a_column_that_is_not_there(small: Any, name: str, near: str) -> None:
    small.tree["data"]["missing_codes"][name] = [-9, 99]
    (found,) = small.errors()
    assert (found.code, found.where.column) == ("E014", f"data.missing_codes.{name}")
    assert found.where.file == "study.yaml"
    assert near in found.message


def test_words_that_mean_missing(small: Any) -> None:
    small.tree["data"]["missing_codes"] = {"default": [-9, "not asked", "refused"]}
    spoil(small, "csri.csv", 6, "gp", "not asked")
    spoil(small, "answers.csv", 6, "mo", " refused ")
    spoil(small, "participants.csv", 6, "age", "refused")
    assert small.errors() == []
    trial = small.trial()
    assert trial.service_use["quantity"].isna().sum() == 1
    assert trial.responses["level"].isna().sum() == 1
    assert trial.participants["age"].isna().sum() == 1


def test_a_code_that_other_columns_use_as_a_count(small: Any) -> None:
    small.tree["data"]["missing_codes"] = {"default": [-9], "gp": [-9, 3]}
    (found,) = [one for one in small.findings() if one.code == "W104"]
    assert (found.where.file, found.where.column) == ("csri.csv", "gp")
    assert found.message == (
        "3 is declared missing for gp but 2 other columns use it as a count; "
        "2 answers became missing."
    )


def test_blanks_become_zero_by_the_screening_question_only(small: Any) -> None:
    spoil(small, "csri.csv", 2, "any_inpatient", 1)
    spoil(small, "csri.csv", 4, "any_inpatient", "")
    found = {one.code: one.message for one in small.findings()}
    assert found["W108"] == (
        "11 blanks in nights: 9 become 0 because any_inpatient = no; 2 stay missing."
    )
    use = small.trial().service_use.query("item == 'ward_day' and time == 'baseline'")
    nights = use.set_index("participant")["quantity"]
    assert nights[["101", "103"]].isna().all()
    assert nights["104"] == 0


def test_a_quantity_against_the_screening_question_is_kept_and_named(small: Any) -> None:
    spoil(small, "csri.csv", 3, "any_inpatient", 0)
    (found,) = [one for one in small.findings() if one.code == "W017"]
    assert found.participants == ("102",)
    use = small.trial().service_use.query("item == 'ward_day' and participant == '102'")
    assert use["quantity"].tolist() == [3, 0]


@pytest.mark.parametrize(
    ("yes", "no"), [("Yes", "no"), ("Y", "N"), (1, 0), (1.0, 0.0), (True, False), ("TRUE", "FALSE")]
)
def test_yes_and_no(yes: Any, no: Any) -> None:
    answer, findings = answers(raw([yes, no, None]), "x", frozenset())
    assert findings == []
    assert answer.tolist() == [True, False, pd.NA]


def test_yes_and_no_by_value_labels() -> None:
    table = raw([1, 2, 3], x={1: "Yes", 2: "No", 3: "Perhaps"})
    answer, (found,) = answers(table, "x", frozenset())
    assert answer.tolist()[:2] == [True, False]
    assert (found.code, found.where.row) == ("E017", 4)


def with_dates(small: Any, died: list[str], start: str = "2014-09-01") -> None:
    table = small.tables["participants.csv"]
    small.tables["participants.csv"] = table.assign(died=died, start=start)
    small.tree["data"]["participants"] |= {"died": "died", "start": "start"}


def test_a_date_of_death_in_years_from_the_first_visit(small: Any) -> None:
    with_dates(small, ["", "2015-03-03", "", "", "", "2015-09-01 00:00:00", "", ""])
    years = small.trial().participants.set_index("participant")["died_years"]
    assert years["102"] == pytest.approx(183 / 365.25)
    assert years["106"] == pytest.approx(365 / 365.25)
    assert years.notna().sum() == 2


@pytest.mark.parametrize("text", ["01/03/2015", "3.1.2015", "March 2015", "2015-13-01", "42005"])
def test_dates_that_can_be_read_two_ways(small: Any, text: str) -> None:
    with_dates(small, ["", "", "", "", text, "", "", ""])
    (found,) = small.errors()
    assert (found.code, found.where.row, found.where.column) == ("E024", 6, "died")
    assert f'"{text}"' in found.message
    assert "write 2014-09-01" in found.message


def test_deaths_before_the_first_visit_and_without_one(small: Any) -> None:
    with_dates(small, ["", "", "2014-01-01", "", "", "", "", ""])
    (found,) = small.errors()
    assert (found.code, found.where.row, found.where.column) == ("E024", 4, "died")
    del small.tree["data"]["participants"]["start"]
    (found,) = small.errors()
    assert found.code == "E024"
    assert "data.participants.start" in found.message


@pytest.mark.parametrize(
    "codes", [{0: 1, 1: 2, 2: 3, 3: 4, 4: 5}, {"0": 1, "1": 2, 2: 3, 3: 4, 4: 5}]
)
def test_levels_coded_from_zero_through_codes(small: Any, codes: dict[Any, int]) -> None:
    expected = small.trial().responses["level"]
    table = small.tables["answers.csv"]
    columns = ["mo", "sc", "ua", "pd", "ad"]
    small.tables["answers.csv"] = table.assign(**{name: table[name] - 1 for name in columns})
    small.tree["effects"]["qaly"]["codes"] = codes
    pd.testing.assert_series_equal(small.trial().responses["level"], expected)


def test_levels_written_as_words_through_codes(small: Any) -> None:
    expected = small.trial().responses["level"]
    words = {1: "No problems", 2: "Slight", 3: "Moderate", 4: "Severe", 5: "Unable"}
    table = small.tables["answers.csv"]
    columns = ["mo", "sc", "ua", "pd", "ad"]
    small.tables["answers.csv"] = table.assign(**{n: table[n].map(words) for n in columns})
    (*_,) = found = small.errors()
    assert {one.code for one in found} == {"E016"}
    small.tree["effects"]["qaly"]["codes"] = {word: level for level, word in words.items()}
    pd.testing.assert_series_equal(small.trial().responses["level"], expected)


def test_codes_by_the_labels_of_a_labelled_column() -> None:
    table = raw([7.0, 8.0, 7.0], x={7.0: "None", 8.0: "Some"})
    values, findings = numbers(table, "x", frozenset(), {"None": 1, "Some": 2})
    assert findings == []
    assert values.tolist() == [1, 2, 1]


@pytest.mark.parametrize("kind", [str, int])
def test_states_of_five_digits(small: Any, kind: type) -> None:
    expected = small.trial().responses.set_index(["participant", "time", "item"])["level"]
    table = small.tables["answers.csv"]
    state = table[["mo", "sc", "ua", "pd", "ad"]].astype(str).sum(axis=1).astype(kind)
    small.tables["answers.csv"] = table[["client_id", "wave"]].assign(state=state)
    small.tree["effects"]["qaly"]["columns"] = {"state": "state"}
    levels = small.trial().responses.set_index(["participant", "time", "item"])["level"]
    pd.testing.assert_series_equal(levels.sort_index(), expected.sort_index())


@pytest.mark.parametrize("state", ["2113", "211311", "2113x", "2,1,1,3,1"])
def test_a_state_that_is_none(small: Any, state: str) -> None:
    table = small.tables["answers.csv"]
    small.tables["answers.csv"] = table[["client_id", "wave"]].assign(
        state=["11111"] * 15 + [state]
    )
    small.tree["effects"]["qaly"]["columns"] = {"state": "state"}
    (found,) = [one for one in small.errors() if one.code == "E020"]
    assert (found.where.file, found.where.row, found.where.column) == ("answers.csv", 17, "state")
    assert f'"{state}"' in found.message


def test_quoted_commas_and_line_breaks_in_a_cell(small: Any) -> None:
    table = small.tables["participants.csv"]
    small.tables["participants.csv"] = table.assign(note='a, "b"\nc', **{"two\nlines": 1})
    people = small.trial().participants
    assert people["note"].tolist() == ['a, "b"\nc'] * 8
    assert people["two\nlines"].tolist() == [1] * 8


def test_blank_lines_and_blanks_around_names_do_no_harm(small: Any) -> None:
    expected = small.trial()
    text = small.tables["csri.csv"].to_csv(index=False)
    small.tables["csri.csv"] = text.replace("gp,", " gp ,", 1) + "\n\n,,,,,,\n"
    pd.testing.assert_frame_equal(small.trial().service_use, expected.service_use)


def test_a_state_beside_its_dimensions_answers_each_item_twice(small: Any) -> None:
    table = small.tables["answers.csv"]
    state = table[["mo", "sc", "ua", "pd", "ad"]].astype(str).sum(axis=1)
    small.tables["answers.csv"] = table.assign(state=state)
    small.tree["effects"]["qaly"]["columns"]["state"] = "state"
    assert [one.code for one in small.errors()] == ["E060"]
