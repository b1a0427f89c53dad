"""Inflation and purchasing power against cases worked by hand from the printed values."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cpi_econ.costs.currency import convert
from cpi_econ.costs.price_index import inflate, price_index, price_indices
from cpi_econ.costs.price_year import price_year
from cpi_econ.errors import UnitCostError

FACTS = Path(__file__).resolve().parents[3] / "shared" / "facts"
PRINTED = {
    "hchs": "hchs_pay_prices",
    "nhscii": "nhscii_pay_prices",
    "pss": "pss_all_excl_capital",
    "cpi": "uk_cpi_fy",
    "gdp_deflator": "uk_gdp_deflator_fy",
    "gdp_deflator_calendar": "uk_gdp_deflator_cy",
    "cpih_calendar": "uk_cpih_cy",
}


@pytest.mark.parametrize(
    ("amount", "start", "end", "index", "expected"),
    [
        # NHSCII 113.215 (2021/22), 100 (2014/15): 100 x 100 / 113.215 = 88.33
        (100, "2021/22", "2014/15", "nhscii", 88.3275),
        # forward: 44 x 113.215 / 100 = 49.81
        (44, "2014/15", "2021/22", "nhscii", 49.8146),
        # HCHS 293.1 (2014/15), 287.3 (2012/13): 45 x 293.1 / 287.3 = 45.91
        (45, "2012/13", "2014/15", "hchs", 45.9085),
        # PSS 143.968 (2023/24), 101.0 (2014/15): 48 x 101 / 143.968 = 33.67
        (48, "2023/24", "2014/15", "pss", 33.6742),
        # across the join: HCHS 293.1 / 287.3 to 2014/15, NHSCII 1.13215 after: 45 -> 51.98
        (45, "2012/13", "2021/22", "nhs", 51.9753),
        # CPI 99.97 (2014/15), 124.62 (2022/23)
        (10, "2022/23", "2014/15", "cpi", 8.0220),
    ],
)
def test_by_hand(amount: float, start: str, end: str, index: str, expected: float) -> None:
    assert inflate(amount, start, end, index=index) == pytest.approx(expected, abs=6e-5)


def test_there_and_back_is_where_we_started() -> None:
    there = inflate(np.array([1.0, 7.0]), "2021/22", "2014/15", index="pss")
    np.testing.assert_allclose(
        inflate(there, "2014/15", "2021/22", index="pss"), [1, 7], rtol=1e-15
    )


def test_years_are_read_in_any_spelling() -> None:
    assert inflate(1.0, "2021-22", "2014/2015", index="pss") == inflate(
        1.0, "2021/22", "2014/15", index="pss"
    )
    assert price_year("2014/16") is None


@pytest.mark.parametrize("year", ["2013/14", "2025/26", "2024", "soon"])
def test_year_outside_the_index_names_its_range(year: str) -> None:
    with pytest.raises(UnitCostError, match=r"2014/15 to 2024/25") as error:
        inflate(1.0, year, "2014/15", index="nhscii")
    assert [f.code for f in error.value.findings] == ["E037"]


def test_gaps_of_an_index_are_listed() -> None:
    with pytest.raises(UnitCostError, match=r"1995/96, 2008/09"):
        inflate(1.0, "2000/01", "2014/15", index="hchs")


def test_unknown_index_has_a_suggestion() -> None:
    with pytest.raises(UnitCostError, match=r"Did you mean nhscii") as error:
        price_index("nhsci")
    assert error.value.findings[0].code == "E038"


def test_every_index_level_has_a_source() -> None:
    for name in price_indices()["name"]:
        levels = price_index(name)
        assert (levels["source"] != "").all()
        assert levels["value"].gt(0).all()
        assert levels["year"].is_unique


@pytest.mark.skipif(not FACTS.is_dir(), reason="fact sheets are not beside this checkout")
@pytest.mark.parametrize("name", PRINTED)
def test_levels_are_those_of_the_fact_sheet(name: str) -> None:
    facts = pd.read_csv(FACTS / "price_indices.csv")
    rows = facts[(facts["index_id"] == PRINTED[name]) & (facts["measure"] == "level")]
    got = price_index(name).set_index("year")["value"]
    pd.testing.assert_series_equal(
        got, rows.set_index("period")["value"], check_names=False, check_index_type=False
    )


def test_purchasing_power_by_hand() -> None:
    # 2023: GBR 0.660709, USA 1, DEU 0.701054 per international dollar
    assert convert(100.0, "GBP", "USD", year=2023) == pytest.approx(100 / 0.660709)
    assert convert(100.0, "GBP", "DEU", year=2023) == pytest.approx(100 * 0.701054 / 0.660709)


def test_euro_is_a_mean_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    euros = [
        0.704634, 0.703466, 0.701054, 0.556506, 0.770345, 0.678524, 0.506626, 0.740333, 0.601949,
        0.730695, 0.513201,
    ]  # fmt: skip
    with caplog.at_level(logging.WARNING, logger="cpi_econ"):
        got = convert(100.0, "GBP", "EUR", year=2023)
    assert got == pytest.approx(100 * np.prod(euros) ** (1 / 11) / 0.660709)
    assert "11 countries" in caplog.text


def test_exchange_rate_in_place_of_purchasing_power() -> None:
    assert convert(200.0, "GBP", "XYZ", year=1900, rate=1.5) == 300


@pytest.mark.parametrize(
    ("place", "year", "words"), [("GBP", 1999, "2005 to 2024"), ("XYZ", 2023, "rate=")]
)
def test_no_parity(place: str, year: int, words: str) -> None:
    with pytest.raises(UnitCostError, match=words) as error:
        convert(1.0, place, "USD", year=year)
    assert "E041" in {f.code for f in error.value.findings}
