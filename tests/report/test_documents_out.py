"""Word document and workbook: real tables, nothing that runs, nothing that breaks them."""

from __future__ import annotations

import re
import zipfile

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cpi_econ as ce
from cpi_econ.report.content import Section, Table, tables_of
from cpi_econ.report.material import material
from cpi_econ.report.sections import sections
from cpi_econ.report.word import word_document
from cpi_econ.report.word_columns import layout
from cpi_econ.report.workbook import as_number, write_workbook
from cpi_econ.report.write import write_report

HOSTILE = (
    '=HYPERLINK("http://example.org","x")',
    "+1+1",
    "@SUM(A1)",
    "-2+3",
    "<script>x</script>]]>&amp;",
    "👩‍⚕️ رعاية \x07 [a]:*?/\\",
    "Fidelity " * 22,
)

_SPACES = re.compile("[\u00a0\u2007\u2008]")
_JOINER = "\u2060"


@pytest.fixture(scope="module")
def of(example_result):
    return material(example_result)


@pytest.fixture(scope="module")
def small_result(small_study):
    return ce.evaluate(ce.read_study(small_study()))


@pytest.fixture(scope="module")
def made(of):
    return sections(of)


@pytest.fixture(scope="module")
def document(example_folder):
    path = example_folder / "report.docx"
    return docx.Document(str(path)), path


@pytest.fixture(scope="module")
def book(example_folder):
    return openpyxl.load_workbook(example_folder / "tables.xlsx")


def test_every_table_of_the_report_is_a_word_table(made, document):
    word, _ = document
    tables = tables_of(made)
    assert len(word.tables) == len(tables)
    for table, told in zip(word.tables, tables, strict=True):
        shown = [
            _SPACES.sub(" ", cell.text).replace(_JOINER, "").rstrip()
            for cell in table.rows[-1].cells
        ]
        assert shown == list(told.rows[-1])


def test_captions_are_numbered_by_word_itself_and_pictures_have_words(document):
    _, path = document
    text = zipfile.ZipFile(path).read("word/document.xml").decode("utf-8")
    word = docx.Document(str(path))
    assert text.count("SEQ Table") == len(word.tables)
    pairs = sum(one.text.count(". Right: ") for one in word.paragraphs)
    assert text.count("SEQ Figure") + pairs == len(word.inline_shapes) > 8
    assert text.count('descr="') == len(word.inline_shapes)
    assert text.count("w:tblHeader") >= len(word.tables)


def test_columns_never_leave_the_page(made):
    for table in tables_of(made):
        laid = layout(table)
        assert sum(laid.widths) <= (257.01 if laid.turned else 170.01)
        assert min(laid.widths) > 6


@given(st.lists(st.lists(st.text(max_size=60), min_size=3, max_size=3), min_size=1, max_size=5))
def test_whatever_the_words_the_table_fits_its_page(rows):
    laid = layout(Table("t", "", ["Arm", "Mean cost", "Net benefit"], rows))
    assert sum(laid.widths) <= (257.01 if laid.turned else 170.01)
    assert min(laid.widths) > 0


def test_type_shrinks_brackets_drop_and_pages_turn_in_that_order():
    def laid(columns):
        cell = "−£1,904 (−£4,348 to £541)"
        return layout(Table("t", "", ["Arm", *["Cost"] * columns], [["low", *[cell] * columns]]))

    assert (laid(3).size, laid(3).split, laid(3).turned) == (9.0, False, False)
    assert (laid(4).size < 9.0, laid(4).turned) == (True, False)
    assert (laid(6).split, laid(6).turned) == (True, False)
    assert laid(9).turned


def test_a_table_too_wide_for_the_page_turns_it_and_the_next_stands_upright(of):
    long = "one two three (four to five)"
    wide = Table("wide", "Wide", ["Arm", *map(str, range(14))], [["low", *[long] * 14]])
    plain = Table("plain", "Plain", ["Arm", "Cost"], [["low", "£5"]])
    shown = [Section("a", "First", [plain, wide, wide]), Section("b", "Second", [plain])]
    pages = word_document(of, shown).sections
    assert [page.page_width > page.page_height for page in pages] == [False, True, False]


def test_a_word_document_by_its_name(small_study, tmp_path):
    path = write_report(ce.evaluate(ce.read_study(small_study())), tmp_path / "report.docx")
    assert docx.Document(str(path)).paragraphs[0].text == "Small study"


def test_the_workbook_has_a_sheet_a_table_and_every_digit_of_the_results(of, made, book):
    assert len(book.sheetnames) == 1 + len(tables_of(made)) + 4
    sheet = book["data_increments"]
    head = [cell.value for cell in sheet[1]]
    first = dict(zip(head, [cell.value for cell in sheet[2]], strict=True))
    told = of.base["qaly"]["comparisons"]["high"]["inc_cost"]
    assert first["estimate"] == told["estimate"]


def test_numbers_of_the_report_are_numbers_in_the_workbook(of, book):
    told = of.base["qaly"]["comparisons"]["high"]["inmb"][0]
    row = [cell.value for cell in book["net_benefit_qaly"][4]]
    assert row[1] == told["wtp"]
    assert row[2] == round(told["estimate"])
    assert book["net_benefit_qaly"]["C4"].number_format == '"£"#,##0'
    assert book["contents"]["A2"].hyperlink.location or book["contents"]["A2"].hyperlink.target


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.976", 0.976), ("1,244", 1244), ("2014/15", None), ("<5", None), ("–", None), ("", None)],
)
def test_only_what_is_one_number_is_read_as_one(text, value):
    read = as_number(text)
    assert (None if read is None else read[0]) == value


@pytest.mark.parametrize("words", HOSTILE)
def test_a_label_is_no_formula_and_breaks_no_file(small_result, tmp_path, words):
    labels = {"low": words, "high": f"{words} too", "title": words}
    result = small_result
    told = dict(result.description)
    told["study"] = {**told["study"], "arms": labels, "title": words}
    of = material(ce.CEAResult(result.document, result.datasets, result.services, description=told))
    made = sections(of)
    write_workbook(of, made, tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" for cell in cells)
    starts = [cell.value[0] for cell in cells if isinstance(cell.value, str) and cell.value]
    assert not {"=", "+", "@"} & set(starts)
    word_document(of, made).save(str(tmp_path / "t.docx"))
    assert docx.Document(str(tmp_path / "t.docx")).tables


def test_two_tables_of_one_name_get_two_sheets(of, tmp_path):
    twin = Table("a" * 40, "A", ["x"], [["1"]])
    write_workbook(of, [Section("s", "S", [twin, twin])], tmp_path / "t.xlsx")
    names = openpyxl.load_workbook(tmp_path / "t.xlsx").sheetnames
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= 31
