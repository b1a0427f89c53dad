"""The catalogue holds the facts; bad tables are refused with their exact findings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from cpi_econ.costs.unit_cost_files import _OTHER_NAMES, table_names
from cpi_econ.costs.unit_costs import UnitCosts, read_unit_costs, unit_cost_tables, unit_costs
from cpi_econ.errors import FindingsError, UnitCostError
from cpi_econ.paths import data_root

FACTS = Path(__file__).resolve().parents[3] / "shared" / "facts"
Read = Callable[..., UnitCosts]


def found(error: pytest.ExceptionInfo[FindingsError]) -> list[tuple[str, int | None, str | None]]:
    return [(f.code, f.where.row, f.where.column) for f in error.value.findings]


def test_catalogue_has_378_sourced_rows() -> None:
    tables = [unit_costs(name) for name in unit_cost_tables()]
    assert sum(map(len, tables)) == 378
    for table in tables:
        assert (table["source"] != "").all()
        assert table["status"].isin(["yes", "single"]).all()
        assert table["unit_cost"].gt(0).all()
        assert len(set(table["price_year"])) == 1


@pytest.mark.skipif(not FACTS.is_dir(), reason="fact sheets are not beside this checkout")
def test_catalogue_carries_every_row_of_the_fact_sheet() -> None:
    facts = pd.read_csv(FACTS / "unit_costs_uk.csv", dtype=str, keep_default_na=False)
    rows = pd.concat(
        [
            pd.read_csv(data_root() / "unit_costs" / f"{n}.csv", dtype=str, keep_default_na=False)
            for n in table_names()
        ]
    )
    facts.columns = [_OTHER_NAMES.get(name, name) for name in facts.columns]
    rows = rows[facts.columns]
    key = ["price_year", "service"]
    ordered = rows.sort_values(key).reset_index(drop=True)
    pd.testing.assert_frame_equal(ordered, facts.sort_values(key).reset_index(drop=True))


def test_later_table_wins_and_says_so(price_file: Read) -> None:
    prices = price_file("gp_surgery,contact,50,2014/15,NHS,GBP,,local", before=("uk_2014_15",))
    row = prices.table.set_index("service").loc["gp_surgery"]
    assert row["unit_cost"] == 50
    (finding,) = prices.findings
    assert (finding.code, finding.where.file, finding.where.row) == ("N030", "local.csv", 2)
    assert "50 per contact (2014/15) replaces 44 per contact (2014/15)" in finding.message


def test_far_price_is_looked_at_again(price_file: Read) -> None:
    row = "local_ward,night,36531,2014/15,NHS,GBP,inpatient,local"
    (finding,) = price_file(row, before=("uk_2014_15",)).findings
    assert finding.code == "W031"
    assert "36531 per night" in finding.message


@pytest.mark.parametrize(
    ("row", "code", "column", "words"),
    [
        ("gp,contact,£20,2014/15,NHS,GBP,,", "E031", "unit_cost", '"£20"'),
        ("gp,contact,twenty,2014/15,NHS,GBP,,", "E031", "unit_cost", '"twenty"'),
        ("gp,contact,inf,2014/15,NHS,GBP,,", "E031", "unit_cost", '"inf"'),
        ("gp,contact,,2014/15,NHS,GBP,,", "E031", "unit_cost", "plain number"),
        ("gp,,20,2014/15,NHS,GBP,,", "E033", "unit", "blank"),
        ("gp,contact,-20,2014/15,NHS,GBP,,", "E034", "unit_cost", "negative"),
        ("gp,contact,20,2014/15,nhs,GBP,,", "E032", "sector", "Did you mean"),
        ("gp,contact,20,2014/15,,GBP,,", "E032", "sector", "no perspective tag"),
        ("gp,contact,20,2014/17,NHS,GBP,,", "E113", "price_year", '"2014/17"'),
    ],
)
def test_bad_cell(price_file: Read, row: str, code: str, column: str, words: str) -> None:
    with pytest.raises(UnitCostError) as error:
        price_file(row)
    assert found(error) == [(code, 2, column)]
    assert words in error.value.findings[0].message


def test_missing_price_years_are_named_together(price_file: Read) -> None:
    with pytest.raises(UnitCostError) as error:
        price_file(*(f"{n},hour,20,,NHS,GBP,," for n in ("crisis_house", "peer_worker", "taxi")))
    (finding,) = error.value.findings
    assert finding.code == "E113"
    assert finding.message.startswith(
        "3 unit costs have no price year: crisis_house, peer_worker, taxi."
    )


def test_duplicate_service_names_rows_and_prices(price_file: Read) -> None:
    with pytest.raises(UnitCostError) as error:
        price_file("GP,contact,41,2014/15,NHS,GBP,,", "GP,contact,33,2014/15,NHS,GBP,,")
    (finding,) = error.value.findings
    assert finding.code == "E114"
    assert finding.message.startswith('"GP" appears 2 times with 41 and 33. Rows 2 and 3.')


def test_two_currencies(price_file: Read) -> None:
    with pytest.raises(UnitCostError) as error:
        price_file("a,contact,41,2014/15,NHS,GBP,,", "b,contact,33,2014/15,NHS,EUR,,")
    assert [f.code for f in error.value.findings] == ["E035"]
    assert "EUR, GBP" in error.value.findings[0].message


def test_all_problems_of_all_tables_at_once(price_file: Read) -> None:
    with pytest.raises(UnitCostError) as error:
        price_file("a,,x,2014/15,NHS,GBP,,", before=("uk_1066",))
    assert {f.code for f in error.value.findings} == {"E039", "E031", "E033"}


def test_missing_column_with_its_suggestion(price_file: Read) -> None:
    with pytest.raises(UnitCostError) as error:
        price_file("gp,contact,20,2014/15,NHS", header="service,unit,unitcost,price_year,sector\n")
    assert found(error) == [("E030", 1, "unit_cost")]
    assert "Did you mean unitcost" in error.value.findings[0].message


def test_fact_sheet_column_names_are_understood(price_file: Read) -> None:
    header = "service_id,unit,unit_cost,price_year,perspective,typical_duration_min,verified\n"
    table = price_file("gp,Contacts,20,2014-15,NHS,10,yes", header=header).table
    row = table.iloc[0]
    assert (row["unit"], row["price_year"], row["minutes"]) == ("contact", "2014/15", 10)


def test_xlsx_reads_like_csv(tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    source = data_root() / "unit_costs" / "uk_2014_15.csv"
    pd.read_csv(source).to_excel(tmp_path / "local.xlsx", index=False)
    got = read_unit_costs("local.xlsx", folder=tmp_path).table
    want = unit_costs("uk_2014_15")
    columns = ["service", "unit", "unit_cost", "price_year", "sector", "minutes"]
    pd.testing.assert_frame_equal(got[columns], want[columns])


@pytest.mark.parametrize(
    ("content", "reason"), [(b"", "empty"), ("service;£".encode("cp1252"), "not UTF-8")]
)
def test_unreadable_file(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "local.csv").write_bytes(content)
    with pytest.raises(UnitCostError, match=reason) as error:
        read_unit_costs("local.csv", folder=tmp_path)
    assert error.value.findings[0].code == "E039"


def test_csv_in_place_of_a_book(tmp_path: Path) -> None:
    (tmp_path / "local.xlsx").write_text("service,unit\n", encoding="utf-8")
    with pytest.raises(UnitCostError, match="not the kind of file"):
        read_unit_costs("local.xlsx", folder=tmp_path)


def test_unknown_catalogue_table() -> None:
    with pytest.raises(UnitCostError, match="uk_2014_15"):
        unit_costs("uk_2014")


def test_replace_cost_is_a_scenario(prices: UnitCosts) -> None:
    dear = prices.replace_cost("gp_surgery", 60)
    assert dear.table.set_index("service").loc["gp_surgery", "unit_cost"] == 60
    assert prices.table.set_index("service").loc["gp_surgery", "unit_cost"] == 44
    with pytest.raises(UnitCostError, match="Did you mean gp_surgery"):
        prices.replace_cost("gp_sugery", 60)
    with pytest.raises(UnitCostError, match="must be"):
        prices.replace_cost("gp_surgery", -1)
