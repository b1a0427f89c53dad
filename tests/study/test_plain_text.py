"""Text tables without a fault are read by Arrow, with the cells that the careful way gives."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cpi_econ.errors import DataError
from cpi_econ.study import text_file
from cpi_econ.study.plain_text import read_plain
from cpi_econ.study.text_file import read_text

TABLES = st.text(alphabet='ab1.,;\t" \n\ré', max_size=60)


def written(folder, text, name="people.csv"):
    path = folder / name
    path.write_bytes(text.encode("utf-8"))
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tables")


@settings(max_examples=500)
@given(body=TABLES, header=st.sampled_from(["a,b", "a;b;c", "a", '"a\nb",c']))
@example(body='1,"2\n3"\n', header="a,b")
@example(body='1,""\n', header="a,b")
@example(body='1,x"y"\n"z"w,2\n', header="a,b")
@example(body="1,2\r3,4\r\n", header="a,b")
@example(body="1,2\n\n", header="a,b")
@example(body="1,2,\n", header="a,b")
def test_both_ways_read_the_same_cells(folder, body, header):
    path = written(folder, f"{header}\n{body}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_file, "read_plain", lambda *_: None)
        careful = told(path)
    assert_alike(told(path), careful)


def told(path):
    """Cells, or what is said of a fault."""
    try:
        return read_text(path)[0]
    except DataError as error:
        return str(error)


def assert_alike(first, second):
    assert isinstance(first, str) == isinstance(second, str), (first, second)
    if isinstance(first, str):
        assert first == second
    else:
        pd.testing.assert_frame_equal(first, second)


@pytest.mark.parametrize(
    "body",
    [
        "1,2\n3,4",
        "1,2\n3,4\n",
        '1,"a, b"\n"two\nlines",""\n',
        "1,\n,2\r\n",
        '1,5" pipe\n',
        "1,2\n\n3,4\n\n",
    ],
)
def test_a_table_without_fault_needs_no_second_way(folder, body, monkeypatch):
    path = written(folder, f"a,b\n{body}")
    careful = text_file._read_with_care(path, "utf-8-sig", ",", 2)
    monkeypatch.delattr(text_file, "_read_with_care")
    read = read_text(path)[0]
    pd.testing.assert_frame_equal(read, careful.set_axis(["a", "b"], axis=1))


@pytest.mark.parametrize("body", ["1,2,3\n", "1\n", '1,"2\n3,4\n', "1,\xff\n"])
def test_whatever_is_not_as_it_should_be_is_left_to_the_careful_way(folder, body):
    path = folder / "odd.csv"
    path.write_bytes(f"a,b\n{body}".encode("latin-1"))
    assert read_plain(path, ",", 2, [0, 1]) is None


def test_a_table_of_several_blocks_is_read_whole(folder):
    rows = [f'{number},"{"x" * 50}\n{number}"' for number in range(60_000)]
    path = written(folder, "\n".join(["a,b", *rows]))
    read = read_plain(path, ",", 2, [0, 1])
    assert read["0"].tolist() == [str(number) for number in range(60_000)]
    assert read["1"].iloc[-1].endswith("\n59999")


def test_columns_left_unread_are_looked_at_for_faults_all_the_same(folder):
    path = written(folder, 'a,b,c\n1,"x\ny",3\n4,5,6\n')
    assert read_plain(path, ",", 3, [2]).to_numpy().tolist() == [["3"], ["6"]]
    path = written(folder, "a,b,c\n1,2,3\n4,5,6,7\n")
    assert read_plain(path, ",", 3, [2]) is None


@pytest.mark.parametrize("body", ["1,234,5\n2,3\n", "1,2,3\n4,5,6\n", "1,2,\n4,5,6\n"])
@pytest.mark.filterwarnings("default")
def test_a_first_row_with_more_cells_than_the_header_loses_none(folder, body):
    with pytest.raises(DataError, match="row 2: has 3 cells and the header 2"):
        read_text(written(folder, f"a,b\n{body}"))
