"""Cost lines: findings of the traps, and what must not change the answer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpi_econ.costs.recall import periods, recall_factors
from cpi_econ.costs.scaling import check_scaling
from cpi_econ.costs.service_use import cost_service_use
from cpi_econ.costs.service_use_checks import check_service_use
from cpi_econ.costs.totals import baseline_cost, costs_by, total_costs
from cpi_econ.costs.unit_costs import UnitCosts, read_unit_costs
from cpi_econ.errors import UnitCostError

Use = Callable[..., pd.DataFrame]
TIMES = {"baseline": 0.0, "month_9": 0.75}
YEAR = {"price_year": "2014/15", "price_index": "nhscii"}
SERVICES = ["gp_surgery", "ae_all", "inpat_mh_bedday", "nurse_band6_hour", "social_worker_hour"]


def made_up(seed: int = 1, n: int = 30) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    index = pd.MultiIndex.from_product(
        [[f"P{i:02d}" for i in range(n)], list(TIMES), SERVICES],
        names=["participant", "time", "service"],
    )
    frame = index.to_frame(index=False)
    timed = frame["service"].str.endswith("_hour")
    return frame.assign(
        quantity=rng.poisson(1.5, len(frame)).astype(float),
        minutes=np.where(timed, rng.integers(10, 90, len(frame)), np.nan),
    )


def codes(frame: pd.DataFrame, prices: UnitCosts, **given: object) -> list[str]:
    return [f.code for f in check_service_use(frame, prices, **(YEAR | given))]


def test_lines_keep_the_whole_path(prices: UnitCosts) -> None:
    lines = cost_service_use(made_up(), prices, **YEAR, times=TIMES, recall=0.25)
    path = lines["units"] * lines["recall_factor"] * lines["unit_cost"] * lines["index_factor"]
    np.testing.assert_allclose(lines["cost"], path)
    assert (lines["source"].astype(str) != "").all()
    assert set(lines.loc[lines["time"] == "baseline", "recall_factor"]) == {1.0}
    assert not lines.loc[lines["time"] == "baseline", "counts"].any()


@pytest.mark.parametrize("perspective", [None, ["NHS"], ["PSS"], ["NHS", "PSS"], ["societal"]])
def test_lines_sum_to_totals(prices: UnitCosts, perspective: list[str] | None) -> None:
    lines = cost_service_use(made_up(), prices, **YEAR, times=TIMES, recall=0.25)
    total = total_costs(lines, perspective)
    for by in ("service", "sector", "time"):
        np.testing.assert_allclose(costs_by(lines, by, perspective).sum(axis=1), total, rtol=1e-12)
    own = lines[lines["counts"]]
    if perspective is not None:
        pattern = "|".join(rf"\b{tag}\b" for tag in perspective)
        own = own[own["sector"].astype(str).str.contains(pattern)]
    by_hand = own.groupby("participant")["cost"].sum().reindex(total.index, fill_value=0.0)
    np.testing.assert_allclose(by_hand, total, rtol=1e-12)


def test_perspective_not_known(prices: UnitCosts, use: Use) -> None:
    lines = cost_service_use(use(("a", "m", "gp_surgery", 1)), prices, **YEAR)
    with pytest.raises(UnitCostError, match="E040"):
        total_costs(lines, ["nhs"])


def test_row_order_does_not_matter(prices: UnitCosts) -> None:
    frame = made_up()
    given = {**YEAR, "times": TIMES, "recall": 0.25}
    shuffled = frame.sample(frac=1, random_state=3)
    straight = total_costs(cost_service_use(frame, prices, **given))
    mixed = total_costs(cost_service_use(shuffled, prices, **given))
    pd.testing.assert_series_equal(straight, mixed, rtol=1e-12)
    base = baseline_cost(cost_service_use(shuffled, prices, **given), time="baseline")
    np.testing.assert_allclose(base, baseline_cost(cost_service_use(frame, prices, **given)))


def test_pence_for_pounds(prices: UnitCosts) -> None:
    from dataclasses import replace

    table = prices.table.assign(unit_cost=prices.table["unit_cost"] * 100)
    pence = total_costs(cost_service_use(made_up(), replace(prices, table=table), **YEAR))
    pounds = total_costs(cost_service_use(made_up(), prices, **YEAR))
    np.testing.assert_allclose(pence, 100 * pounds, rtol=1e-12)


def test_hours_minutes_and_contacts_agree(prices: UnitCosts, use: Use) -> None:
    contacts = use(("a", "m", "nurse_band6_hour", 3, 40), unit="contact")
    hours = use(("a", "m", "nurse_band6_hour", 2), unit="hours")
    minutes = use(("a", "m", "nurse_band6_hour", 120), unit="min")
    got = [
        total_costs(cost_service_use(f, prices, **YEAR))["a"] for f in (contacts, hours, minutes)
    ]
    assert got == pytest.approx([got[0]] * 3)


@pytest.mark.parametrize(
    ("service", "unit", "quantity", "units"),
    [
        ("inpat_mh_bedday", "week", 2, 14),
        ("inpat_mh_bedday", "days", 3, 3),
        ("gp_surgery", "visit", 3, 3),
    ],
)
def test_convertible_units(
    prices: UnitCosts, use: Use, service: str, unit: str, quantity: float, units: float
) -> None:
    lines = cost_service_use(use(("a", "m", service, quantity), unit=unit), prices, **YEAR)
    assert lines["units"].tolist() == [units]


@pytest.mark.parametrize(
    ("rows", "columns", "code", "words"),
    [
        ([("a", "m", "gp_surgry", 1)], {}, "E036", "Did you mean gp_surgery"),
        ([("a", "m", "nurse_band6_hour", 2)], {}, "E112",
         '"nurse_band6_hour" is per hour, use is in contacts. Give minutes per contact.'),
        ([("a", "m", "gp_surgery", 2)], {"unit": "hour"}, "E112", "per contact, use is in hours"),
        ([("a", "m", "ae_all", 2)], {"unit": "night"}, "E112", "use is in nights"),
        ([("a", "m", "gp_surgery", -1)], {}, "E045", "lowest -1"),
    ],
)  # fmt: skip
def test_errors_stop_with_their_finding(
    prices: UnitCosts, use: Use, rows: list[tuple[object, ...]], columns: dict[str, object],
    code: str, words: str,
) -> None:  # fmt: skip
    with pytest.raises(UnitCostError) as error:
        cost_service_use(use(*rows, **columns), prices, **YEAR)
    assert [f.code for f in error.value.findings] == [code]
    assert words in error.value.findings[0].message


def test_every_problem_is_listed_at_once(prices: UnitCosts, use: Use) -> None:
    frame = use(
        ("a", "m", "gp_surgry", 1), ("a", "m", "nurse_band6_hour", 2), ("a", "n", "ae_all", -1)
    )
    got = codes(frame, prices, price_index=None, times={"m": 0, "o": 1}, recall=0.5)
    assert set(got) == {"E036", "E043", "E045", "E112", "E044", "W111"}


def test_identifiers_stay_out_of_messages(prices: UnitCosts, use: Use) -> None:
    frame = use(("CP007", "m", "gp_surgery", np.nan), ("CP008", "m", "gp_surgery", -2))
    for finding in check_service_use(frame, prices, **YEAR):
        assert "CP00" not in finding.message
        assert finding.participants


def test_missing_items_are_counted(prices: UnitCosts, use: Use) -> None:
    frame = use(("a", "m", "gp_surgery", np.nan), ("b", "m", "gp_surgery", 1))
    (finding,) = check_service_use(frame, prices, **YEAR)
    assert finding.code == "N109"
    assert "1 people" in finding.message
    assert finding.participants == ("a",)


def test_minutes_of_a_contact_price_are_not_used(prices: UnitCosts, use: Use) -> None:
    assert codes(use(("a", "m", "gp_surgery", 1, 30)), prices) == ["W034"]


def test_price_year_needs_an_index(prices: UnitCosts, use: Use) -> None:
    frame = use(("a", "m", "social_worker_hour", 1, 30))
    assert "E043" in codes(frame, prices, price_index=None)
    assert "E043" in codes(frame, prices, price_index={"NHS": "nhscii"})
    assert "E037" in codes(frame, prices, price_year="1999/00")
    assert "E113" in codes(frame, prices, price_year="next year")


def test_recall_must_be_chosen(prices: UnitCosts, use: Use) -> None:
    frame = use(("a", "month_9", "gp_surgery", 1))
    found = check_service_use(frame, prices, **YEAR, times=TIMES, recall=0.25, scale=None)
    assert [f.code for f in found] == ["E110"]
    assert "3 months but the period is 9" in found[0].message
    assert "linear (x3)" in found[0].message
    assert codes(frame, prices, times=TIMES, recall=None) == ["E110"]
    assert codes(frame, prices, recall=0.25) == ["E110"]


@pytest.mark.parametrize(
    ("recall", "horizon", "words"),
    [
        (0.25, None, "months 0-6 of follow-up are covered by no service-use form"),
        (1.0, None, "months -3-0 are covered twice"),
        (0.75, 1.0, "months 9-12 of follow-up are covered by no service-use form"),
    ],
)
def test_gaps_and_overlaps(
    prices: UnitCosts, use: Use, recall: float, horizon: float | None, words: str
) -> None:
    frame = use(("a", "month_9", "gp_surgery", 1))
    (finding,) = check_service_use(
        frame, prices, **YEAR, times=TIMES, recall=recall, horizon=horizon
    )
    assert finding.code == "W111"
    assert words in finding.message


def test_recall_equal_to_the_period_is_silent(prices: UnitCosts, use: Use) -> None:
    frame = use(("a", "month_9", "gp_surgery", 1))
    assert codes(frame, prices, times=TIMES, recall=0.75, scale=None) == []


def test_items_asked_over_another_window(prices: UnitCosts, use: Use) -> None:
    frame = use(
        ("a", "month_9", "gp_surgery", 1),
        ("a", "month_9", "inpat_mh_bedday", 1),
        item=["gp", "ward"],
    )
    lines = cost_service_use(
        frame, prices, **YEAR, times=TIMES, recall=0.25, item_recall={"ward": 0.75}
    )
    assert lines["recall_factor"].tolist() == [3.0, 1.0]


def test_actual_days_take_the_place_of_nominal_ones(prices: UnitCosts, use: Use) -> None:
    frame = use(("a", "month_9", "gp_surgery", 1), ("b", "month_9", "gp_surgery", 1))
    frame = frame.assign(period_years=[1.0, np.nan], recall_years=[0.25, np.nan])
    lines = cost_service_use(frame, prices, **YEAR, times=TIMES, recall=0.25)
    assert lines["recall_factor"].tolist() == [4.0, 3.0]


@given(
    gaps=st.lists(st.floats(0.05, 2), min_size=1, max_size=5),
    share=st.floats(0.1, 1.5),
    scale=st.sampled_from(["linear", "interpolate"]),
)
@settings(max_examples=50)
def test_periods_cover_the_horizon_once(gaps: list[float], share: float, scale: str) -> None:
    ends = np.cumsum([0.0, *gaps])
    times = {f"t{i}": float(end) for i, end in enumerate(ends)}
    horizon = share * ends[-1]
    covered = sum(periods(times, scale, horizon).values())
    assert covered == pytest.approx(min(horizon, ends[-1]))


def test_a_constant_rate_gives_the_same_cost_however_scaled() -> None:
    times = {"t0": 0.0, "t1": 0.5, "t2": 2.0}
    for scale in ("linear", "interpolate"):
        factors = recall_factors(times, 0.25, scale, None)
        assert sum(f for f, counts in factors.values() if counts) == pytest.approx(2.0 / 0.25)


def test_contract_call_without_times() -> None:
    frame = pd.DataFrame(
        {"participant": ["a", "b"], "time": "month_9", "service": "ae_all",
         "quantity": [1.0, 0.0], "unit": "attendance"}
    )  # fmt: skip
    lines = cost_service_use(frame, read_unit_costs("uk_2014_15"), price_year="2014/15")
    assert total_costs(lines, perspective=["NHS", "PSS"]).to_dict() == {"a": 131.92, "b": 0.0}


def test_scaling_says_what_it_does(prices: UnitCosts, use: Use) -> None:
    frame = use(("a", "month_9", "gp_surgery", 1), ("b", "month_9", "gp_surgery", 3))
    lines = cost_service_use(frame, prices, **YEAR, times=TIMES, recall=0.25)
    (finding,) = check_scaling(lines, ["NHS"], "csri.csv")
    assert finding.message.endswith(
        "(month_9 x3) move the mean cost of complete cases from 88 to 264."
    )
    assert check_scaling(cost_service_use(frame, prices, **YEAR)) == []


def test_no_use_at_all_costs_nothing(prices: UnitCosts) -> None:
    empty = made_up().iloc[:0]
    total = total_costs(cost_service_use(empty, prices, **YEAR))
    assert total.empty
    assert total.dtype == float


@pytest.mark.parametrize(
    ("column", "values", "code", "words"),
    [
        ("quantity", ["1", "x"], "E045", "holds text"),
        ("service", ["ae_all", None], "E036", "a use has no service"),
    ],
)
def test_cells_that_are_no_use(
    prices: UnitCosts, use: Use, column: str, values: list[object], code: str, words: str
) -> None:
    frame = use(("a", "m", "ae_all", 1), ("b", "m", "ae_all", 1)).assign(**{column: values})
    with pytest.raises(UnitCostError, match=words) as error:
        cost_service_use(frame, prices, **YEAR)
    assert [f.code for f in error.value.findings] == [code]
