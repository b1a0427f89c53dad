"""The ``unit-costs`` commands answer in words and in JSON."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from cpi_econ.cli.unit_costs import app
from cpi_econ.errors import UnitCostError

RUNNER = CliRunner()


def ask(*words: str) -> str:
    result = RUNNER.invoke(app, [*words], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_list_counts_services() -> None:
    listed = json.loads(ask("list", "--json"))
    assert sum(row["services"] for row in listed["tables"]) == 378
    assert "uk_2014_15" in ask()
    assert "nhscii" in ask("list")


def test_search_finds_words_of_label_and_note() -> None:
    hits = json.loads(ask("search", "DAY HOSPITAL", "--table", "uk_2014_15", "--json"))["services"]
    assert [row["service"] for row in hits] == ["day_facility_other"]
    assert "day_facility_other" in ask("search", "day hospital", "--table", "uk_2014_15")


def test_show_prints_every_price_with_its_source() -> None:
    words = ask("show", "gp_surgery")
    assert words.count("gp_surgery (uk_") == 6
    assert "p.177" in words
    assert "nan" not in words
    assert len(json.loads(ask("show", "gp_surgery", "--json"))["services"]) == 6
    with pytest.raises(UnitCostError, match="Did you mean gp_surgery"):
        ask("show", "gp_sugery")


def test_inflate_and_convert() -> None:
    assert "100 at 2021/22 = 88.33 at 2014/15" in ask(
        "inflate", "100", "2021/22", "2014/15", "--index", "nhscii"
    )
    answer = json.loads(ask("inflate", "1", "2021/22", "2014/15", "--index", "nhscii", "--json"))
    assert answer["factor"] == pytest.approx(100 / 113.215)
    assert "151.35 USD" in ask("convert", "100", "GBP", "USD", "--year", "2023")
    got = json.loads(ask("convert", "100", "GBP", "USD", "--year", "2023", "--json"))
    assert got["amount"] == pytest.approx(100 / 0.660709)
