"""Use and cost of each service by arm: figures by hand, and what masking keeps hidden."""

from __future__ import annotations

import pandas as pd
import pytest

from cpi_econ.result.service_costs import COLUMNS, costs_by_service

PEOPLE = pd.DataFrame({"participant": [f"p{i:02}" for i in range(16)], "arm": ["low", "high"] * 8})


def lines(**quantities: list[float | None]) -> pd.DataFrame:
    """Cost lines at 10 a use, recall factor 3, one row a participant and service."""
    parts = [
        pd.DataFrame({"participant": PEOPLE["participant"], "item": item, "quantity": counts})
        for item, counts in quantities.items()
    ]
    frame = pd.concat(parts, ignore_index=True).astype({"quantity": float})
    return frame.assign(counts=True, recall_factor=3.0, cost=frame["quantity"] * 30)


def table(small: str = "show", **quantities: list[float | None]) -> pd.DataFrame:
    made = costs_by_service({"base": lines(**quantities)}, PEOPLE, ["low", "high"], small)  # type: ignore[arg-type]
    assert list(made.columns) == COLUMNS
    return made.set_index(["service", "arm"])


def test_figures_by_hand() -> None:
    # low: 0 0 2 4 and four unknown; high: eight zeros
    gp = [0, 0, 0, 0, 2, 0, 4, 0, None, 0, None, 0, None, 0, None, 0]
    low = table(gp=gp, nurse=[1] * 16).loc[("gp", "low")]
    assert low[["n", "users", "percent_users"]].tolist() == [4, 2, 50]
    assert low["mean_quantity"] == pytest.approx(3 * 6 / 4)
    assert low["sd_quantity"] == pytest.approx(3 * (11 / 3) ** 0.5)  # 9/4+9/4+1/4+25/4 over 3
    assert low["mean_quantity_users"] == pytest.approx(9)
    assert low["sd_quantity_users"] == pytest.approx(3 * 2**0.5)
    assert low["mean_cost"] == pytest.approx(45)
    assert low["share"] == pytest.approx(45 / 75)


def test_shares_of_an_arm_add_to_one() -> None:
    made = table(gp=list(range(16)), nurse=[1] * 16, ward=[0] * 16)
    assert made.groupby("arm")["share"].sum().tolist() == pytest.approx([1, 1])


def test_one_masked_row_takes_another_with_it() -> None:
    few = [1] * 4 + [0] * 12  # two users in each arm
    made = table("mask", gp=[1] * 16, nurse=[2] * 14 + [0] * 2, ward=few)
    assert made.loc[("ward", "low"), "users"] == "<5"
    assert made.loc[("nurse", "low"), "users"] == "*"  # 7 users against 8
    assert made.loc[("gp", "low"), "users"] == 8
    assert made.loc[[("ward", "low"), ("nurse", "low")], COLUMNS[5:]].isna().all(axis=None)
    assert made.loc[("gp", "low"), COLUMNS[5:]].notna().all()


def test_two_masked_rows_cover_each_other() -> None:
    few = [1] * 4 + [0] * 12
    made = table("mask", gp=[1] * 16, ward=few, icu=few)
    assert made.loc[("gp", "low"), "users"] == 8


def test_rows_in_any_order_give_the_same_table() -> None:
    frame = lines(gp=list(range(16)), ward=[None, *range(15)])
    arms = ["low", "high"]
    plain = costs_by_service({"base": frame}, PEOPLE, arms, "show")
    mixed = costs_by_service({"base": frame.sample(frac=1, random_state=1)}, PEOPLE, arms, "show")
    keys = ["service", "arm"]
    pd.testing.assert_frame_equal(
        plain.sort_values(keys, ignore_index=True), mixed.sort_values(keys, ignore_index=True)
    )
