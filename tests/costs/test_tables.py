"""Tables, ledger, face-to-face prices: what leaves the costing room."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cpi_econ.costs.face_to_face import face_to_face, face_to_face_ratios
from cpi_econ.costs.ledger import check_ledger, counted_lines, ledger, write_ledger
from cpi_econ.costs.time_value import work_day_cost
from cpi_econ.costs.totals import total_costs
from cpi_econ.costs.unit_costs import UnitCosts
from cpi_econ.costs.use_tables import perspective_table, service_table
from cpi_econ.errors import UnitCostError

NA = float("nan")
LINES = pd.DataFrame(
    {
        "participant": list("aabbccdd"),
        "time": "m",
        "item": ["gp", "ward"] * 4,
        "service": ["gp", "ward"] * 4,
        "sector": ["NHS|societal", "societal"] * 4,
        "quantity": [2.0, 0, 4, 10, 0, 0, NA, 5],
        "units": [2.0, 0, 4, 10, 0, 0, NA, 5],
        "unit_cost": [40.0, 300.0] * 4,
        "index_factor": 1.0,
        "recall_factor": 2.0,
        "counts": True,
    }
)
LINES["cost"] = LINES["units"] * LINES["unit_cost"] * LINES["recall_factor"]
ARM = pd.Series({"a": "low", "b": "low", "c": "low", "d": "high"})


def test_service_table_by_hand() -> None:
    table = service_table(LINES, ARM).set_index(["arm", "item"])
    gp = table.loc[("low", "gp")]
    assert gp[["n", "n_users"]].tolist() == [3, 2]
    assert gp["pct_users"] == pytest.approx(200 / 3)
    assert gp["mean_quantity"] == pytest.approx(2)
    assert gp["sd_quantity"] == pytest.approx(2)
    assert gp["mean_quantity_users"] == pytest.approx(3)
    assert gp["mean_cost"] == pytest.approx(160)  # (160 + 320 + 0) / 3
    assert table.loc["low", "share"].sum() == pytest.approx(1)
    assert table.loc[("high", "gp"), "n"] == 0


def test_one_form_as_it_was_asked() -> None:
    table = service_table(LINES, ARM, time="m").set_index(["arm", "item"])
    assert table.loc[("low", "gp"), "mean_cost"] == pytest.approx(80)


def test_perspectives_of_one_run() -> None:
    table = perspective_table(LINES, ARM, {"NHS": ["NHS"], "society": ["societal"]})
    got = table.set_index(["perspective", "arm"])
    assert got.loc[("NHS", "low"), "mean_cost"] == pytest.approx(160)
    assert got.loc[("society", "low"), "mean_cost"] == pytest.approx(160 + 2000)
    assert got.loc[("society", "high"), "n"] == 0


def test_ledger_sums_to_the_penny_or_says_who() -> None:
    totals = total_costs(LINES, ["societal"])
    check_ledger(LINES, totals, ["societal"])
    with pytest.raises(UnitCostError) as error:
        check_ledger(LINES, totals + 0.01, ["societal"])
    assert error.value.findings[0].participants == ("a", "b", "c")
    with pytest.raises(UnitCostError):
        check_ledger(LINES, totals.fillna(0.0), ["societal"])
    counted = counted_lines(LINES, ["societal"])
    by_hand = counted.groupby("participant")["cost"].sum()
    np.testing.assert_allclose(by_hand[["a", "b", "c"]], totals[["a", "b", "c"]])


@pytest.mark.parametrize("name", ["ledger.csv", "ledger.parquet"])
def test_ledger_is_written_whole(tmp_path: Path, name: str) -> None:
    write_ledger(LINES, tmp_path / name, "GBP")
    read = pd.read_csv if name.endswith("csv") else pd.read_parquet
    got = read(tmp_path / name)
    assert len(got) == len(LINES)
    assert set(got["currency"]) == {"GBP"}
    assert got["cost"].sum() == LINES["cost"].sum()
    assert list(got.columns) == list(ledger(LINES, "GBP").columns)


def test_face_to_face_ratios_are_sourced_and_bounded(prices: UnitCosts) -> None:
    table = face_to_face_ratios()
    assert table["source"].str.contains("PSSRU").all()
    assert table["indirect"].between(0, 1.1).all()
    assert face_to_face(prices, {}).findings == prices.findings
    raised = face_to_face(prices, {"nurse_band6_hour": 0.2})
    assert raised.findings[-1].code == "N036"
    for ratios, code in (
        ({"gp_surgery": 0.2}, "E033"), ({"nurse_band6_hour": -1.0}, "E034"), ({"x": 0.2}, "E036"),
    ):  # fmt: skip
        with pytest.raises(UnitCostError) as error:
            face_to_face(prices, ratios)
        assert error.value.findings[0].code == code


def test_wages_cannot_be_negative() -> None:
    with pytest.raises(UnitCostError, match="wage is -1"):
        work_day_cost(-1)


def test_added_prices_are_checked_like_any_other(prices: UnitCosts) -> None:
    given = {"price_year": "2014/15", "sector": "societal", "source": "wage"}
    with pytest.raises(UnitCostError) as error:
        prices.add_price("day_off", unit="", unit_cost=-1, **given)
    assert [f.code for f in error.value.findings] == ["E034", "E033"]
    twice = prices.add_price("gp_surgery", unit="contact", unit_cost=1, **given)
    assert len(twice.table) == len(prices.table)
