from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cpi_econ.effects.catalogue import value_set
from cpi_econ.effects.change import change_table, paretian_change, profile_grid
from cpi_econ.effects.describe import level_table, severity_table, top_states, value_table
from cpi_econ.effects.diversity import density_curve, density_index, diversity_table, shannon
from cpi_econ.effects.health_description import describe_health
from cpi_econ.effects.instruments import EQ5D_DIMENSIONS, INSTRUMENTS
from cpi_econ.effects.profiles import level_frequency_score, level_sum_score, profiles

EQ5D = INSTRUMENTS["EQ-5D-3L"]
ICECAP = INSTRUMENTS["ICECAP-A"]
PEOPLE = pd.DataFrame(
    {
        "participant": ["a", "b", "c", "d"],
        "arm": ["low", "low", "high", "high"],
        "age": [30, 40, 50, 60],
        "sex": ["female", "female", "male", "male"],
    }
)


def long(states: dict[tuple[str, str], str | None], instrument=EQ5D) -> pd.DataFrame:
    rows = [
        (person, time, item, np.nan if state is None else float(state[place]))
        for (person, time), state in states.items()
        for place, item in enumerate(instrument.dimensions)
    ]
    return pd.DataFrame(rows, columns=["participant", "time", "item", "level"])


STATES = {
    ("a", "baseline"): "11121",
    ("a", "month_9"): "11111",
    ("b", "baseline"): "11121",
    ("b", "month_9"): "11131",
    ("c", "baseline"): "21121",
    ("c", "month_9"): "11131",
    ("d", "baseline"): "11111",
    ("d", "month_9"): "11111",
}


@pytest.fixture
def seen() -> pd.DataFrame:
    return profiles(long(STATES), PEOPLE, EQ5D)


def test_profiles(seen: pd.DataFrame) -> None:
    assert seen["state"].tolist() == list(STATES.values())
    assert list(seen["time"].cat.categories) == ["baseline", "month_9"]
    missing = profiles(long({("a", "baseline"): None}), PEOPLE, EQ5D)
    assert missing["state"].isna().all()


def test_levels_by_arm_and_time(seen: pd.DataFrame) -> None:
    table = level_table(seen, EQ5D)
    assert len(table) == 5 * 3 * 2 * 2
    sums = table.groupby(["dimension", "arm", "time"], observed=True)["percent"].sum()
    assert sums.to_numpy() == pytest.approx(100)
    row = table.query("dimension == 'pain_discomfort' and arm == 'low' and time == 'month_9'")
    assert row["n"].tolist() == [1, 0, 1]


@pytest.mark.parametrize("instrument", [EQ5D, ICECAP])
def test_levels_are_those_of_counting_one_answer_at_a_time(instrument) -> None:
    random = np.random.default_rng(4)
    answers = long(dict.fromkeys(STATES, "11111"), instrument)
    answers["level"] = random.choice([1.0, 2.0, 3.0, np.nan], len(answers))
    silent = answers["participant"].isin(["c", "d"]) & answers["time"].eq("month_9")
    answers["level"] = answers["level"].mask(silent)
    table = level_table(profiles(answers, PEOPLE, instrument), instrument)
    arm = dict(zip(PEOPLE["participant"], PEOPLE["arm"], strict=True))
    for row in table.itertuples():
        here = [
            one.level
            for one in answers.dropna().itertuples()
            if (one.item, arm[one.participant], one.time) == (row.dimension, row.arm, row.time)
        ]
        assert (row.n, row.answered) == (here.count(row.level), len(here))
        share = 100 * row.n / len(here) if here else np.nan
        assert row.percent == pytest.approx(share, nan_ok=True)


def test_capability_is_listed_best_first() -> None:
    table = level_table(
        profiles(long({("a", "baseline"): "44444"}, ICECAP), PEOPLE, ICECAP), ICECAP
    )
    assert table["level"].head(4).tolist() == [4, 3, 2, 1]
    assert table["percent"].head(2).tolist() == [100.0, 0.0]
    ceiling = severity_table(profiles(long({("a", "t"): "44444"}, ICECAP), PEOPLE, ICECAP), ICECAP)
    assert ceiling["ceiling_percent"].tolist() == [100.0]


def test_top_states_and_ceiling(seen: pd.DataFrame) -> None:
    top = top_states(seen)
    first = top[(top["arm"] == "low") & (top["time"] == "baseline")]
    assert first[["state", "n", "percent"]].to_numpy().tolist() == [["11121", 2, 100.0]]
    table = severity_table(seen, EQ5D).set_index(["arm", "time"])
    assert table.loc[("high", "baseline"), "ceiling_percent"] == 50
    assert table.loc[("low", "baseline"), "mean_level_sum"] == 6


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("11121", "11111", "improve"),
        ("11121", "11131", "worsen"),
        ("21121", "11131", "mixed change"),
        ("21121", "21121", "no change"),
        ("11111", "11111", "no change"),
    ],
)
def test_worked_cases_of_the_paretian_classes(before: str, after: str, wanted: str) -> None:
    one = pd.DataFrame([[int(x) for x in before]], columns=list(EQ5D_DIMENSIONS))
    two = pd.DataFrame([[int(x) for x in after]], columns=list(EQ5D_DIMENSIONS))
    assert paretian_change(one, two, EQ5D)[0] == wanted
    swapped = {"improve": "worsen", "worsen": "improve"}.get(wanted, wanted)
    assert paretian_change(two, one, EQ5D)[0] == swapped


def test_capability_improves_upwards() -> None:
    columns = list(ICECAP.dimensions)
    low = pd.DataFrame([[2, 2, 2, 2, 2.0]], columns=columns)
    high = pd.DataFrame([[2, 3, 2, 2, 2.0]], columns=columns)
    assert paretian_change(low, high, ICECAP)[0] == "improve"
    low.iloc[0, 0] = np.nan
    assert paretian_change(low, high, ICECAP)[0] is None


def test_change_table(seen: pd.DataFrame) -> None:
    table = change_table(seen, "baseline", "month_9", EQ5D).set_index(["arm", "change"])
    assert table.loc[("low", "improve"), "percent"] == 50
    assert table.loc[("high", "no problems"), "n"] == 1
    assert table.loc[("high", "mixed change"), "percent_with_problems"] == 100
    assert table["n"].groupby("arm").sum().tolist() == [2, 2]


def test_profile_grid(seen: pd.DataFrame) -> None:
    chosen = value_set("eq5d3l_gb_tto_1997")
    grid = profile_grid(seen, "baseline", "month_9", chosen).set_index("participant")
    assert grid.loc["a", "rank_after"] == 1
    assert grid.loc["a", "rank_before"] > 1
    assert grid.loc["b", "rank_after"] > grid.loc["b", "rank_before"]
    assert len(grid) == 4


def test_scores_without_weights() -> None:
    frame = pd.DataFrame(
        [[2, 1, 2, 3, 2], [1, 1, 1, 1, np.nan]], columns=list(EQ5D_DIMENSIONS), dtype=float
    )
    assert level_sum_score(frame, EQ5D)[0] == 10
    assert np.isnan(level_sum_score(frame, EQ5D)[1])
    assert level_frequency_score(frame, EQ5D)[0] == "131"
    assert pd.isna(level_frequency_score(frame, EQ5D)[1])
    five = pd.DataFrame([[1] * 5], columns=list(EQ5D_DIMENSIONS))
    assert level_frequency_score(five, INSTRUMENTS["EQ-5D-5L"])[0] == "50000"


def test_density_index_by_hand() -> None:
    """Frequencies 3 and 1: x 0, .75, 1 and y 0, .5, 1."""
    states = pd.Series(["11111"] * 3 + ["11112"])
    assert density_index(states) == pytest.approx(0.75 * 0.5 + 0.25 * 1.5)
    assert density_index(pd.Series(["11111", "11112", "11113"])) == pytest.approx(1)
    assert np.isnan(density_index(pd.Series([], dtype=object)))
    assert density_curve(states).iloc[-1].tolist() == [1.0, 1.0]


def test_shannon() -> None:
    even = pd.Series(EQ5D.states())
    h, j = shannon(even, EQ5D)
    assert h == pytest.approx(np.log2(243))
    assert j == pytest.approx(1)
    assert shannon(pd.Series(["11111"] * 9), EQ5D) == (0.0, 0.0)


def test_diversity_by_arm(seen: pd.DataFrame) -> None:
    table = diversity_table(seen, EQ5D)
    assert len(table) == 4 * 6
    row = table.query("arm == 'low' and time == 'month_9' and of == 'pain_discomfort'").iloc[0]
    assert row["shannon"] == pytest.approx(1)
    assert row["evenness"] == pytest.approx(1 / np.log2(3))


def test_means_with_intervals_and_norms() -> None:
    valued = pd.DataFrame(
        {
            "participant": ["a", "b", "c", "d"],
            "time": "baseline",
            "utility": [0.6, 0.8, 0.5, np.nan],
        }
    )
    table = value_table(valued, PEOPLE, norm="gb_ara_brazier_2010").set_index("arm")
    assert table.loc["low", "mean"] == pytest.approx(0.7)
    half = 12.7062 * np.std([0.6, 0.8], ddof=1) / np.sqrt(2)
    assert table.loc["low", "upper"] == pytest.approx(0.7 + half, abs=1e-4)
    assert table.loc["high", "missing"] == 1
    woman = [0.9508566 - 0.0002587 * age - 0.0000332 * age**2 for age in (30, 40)]
    assert table.loc["low", "norm"] == pytest.approx(np.mean(woman))
    assert table.loc["low", "difference_from_norm"] == pytest.approx(0.7 - np.mean(woman))


@pytest.mark.parametrize("instrument", [EQ5D, ICECAP])
def test_all_tables_at_once(instrument) -> None:
    states = {key: "22222" if instrument is ICECAP else state for key, state in STATES.items()}
    valued = pd.DataFrame(list(STATES), columns=["participant", "time"]).assign(utility=0.5)
    tables = describe_health(long(states, instrument), PEOPLE, instrument, valued)
    assert list(tables) == ["levels", "severity", "top_states", "spread", "change", "values"]
    assert all(len(table) for table in tables.values())


def test_nobody_answered() -> None:
    states = dict.fromkeys(STATES, None)
    tables = describe_health(long(states), PEOPLE, EQ5D)
    assert tables["levels"]["percent"].isna().all()
    assert tables["severity"]["complete"].tolist() == [0, 0, 0, 0]
    assert tables["top_states"].empty
    assert tables["change"].empty
    assert tables["spread"]["shannon"].isna().all()
