from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cpi_econ.effects.catalogue import value_set
from cpi_econ.effects.instruments import INSTRUMENTS
from cpi_econ.effects.nice import NICE_RULES, nice_rule
from cpi_econ.effects.utilities import utilities
from cpi_econ.errors import DataError, FindingsError, ValueSetError


def responses(name: str = "EQ-5D-5L", people: int = 4, seed: int = 1) -> pd.DataFrame:
    instrument = INSTRUMENTS[name]
    rng = np.random.default_rng(seed)
    rows = [
        (f"p{person}", time, "qaly", name, item, float(rng.integers(1, last + 1)))
        for person in range(people)
        for time in ("baseline", "month_9")
        for item, last in zip(instrument.dimensions, instrument.last, strict=True)
    ]
    columns = ["participant", "time", "effect", "instrument", "item", "level"]
    return pd.DataFrame(rows, columns=columns)


def state_of(rows: pd.DataFrame, person: str, time: str) -> str:
    here = rows[(rows["participant"] == person) & (rows["time"] == time)]
    return "".join(f"{level:.0f}" for level in here["level"])


def test_one_row_a_person_and_time() -> None:
    rows = responses()
    found = utilities(rows, value_set("eq5d5l_gb_2026"))
    assert list(found.columns) == ["participant", "time", "utility"]
    assert found["time"].tolist() == ["baseline", "month_9"] * 4
    for person, time, utility in found.itertuples(index=False):
        assert utility == value_set("eq5d5l_gb_2026").value(state_of(rows, person, time))


def test_shuffled_rows_give_the_same_and_ids_may_be_names() -> None:
    rows = responses()
    shuffled = rows.sample(frac=1, random_state=1)
    one = utilities(rows, "eq5d5l_gb_2026").set_index(["participant", "time"])["utility"]
    two = utilities(shuffled, "eq5d5l_gb_2026").set_index(["participant", "time"])["utility"]
    pd.testing.assert_series_equal(one.sort_index(), two.sort_index())


def test_missing_answers() -> None:
    rows = responses()
    rows.loc[3, "level"] = np.nan
    found = utilities(rows.drop(index=12), "eq5d5l_gb_2026")
    assert found["utility"].isna().sum() == 2


def test_vas_is_carried_along() -> None:
    rows = responses(people=1)
    vas = rows.iloc[[0, 5]].assign(item="vas", level=[70.0, 80.0])
    found = utilities(pd.concat([rows, vas]), "eq5d5l_gb_2026")
    assert found["vas"].tolist() == [70.0, 80.0]


def test_two_effects_must_be_told_apart() -> None:
    both = pd.concat([responses(), responses().assign(effect="proxy")], ignore_index=True)
    with pytest.raises(DataError, match="E063"):
        utilities(both, "eq5d5l_gb_2026")
    assert len(utilities(both, "eq5d5l_gb_2026", effect="proxy")) == 8


def test_the_instrument_of_the_set_tells_effects_apart() -> None:
    both = pd.concat(
        [responses(), responses("ICECAP-A").assign(effect="capability")], ignore_index=True
    )
    own = utilities(responses(), "eq5d5l_gb_2026")
    pd.testing.assert_frame_equal(utilities(both, "eq5d5l_gb_2026"), own)
    assert len(utilities(both, "icecap_a_gb_2015")) == 8


def test_wrong_set_for_the_version() -> None:
    with pytest.raises(ValueSetError, match="E105"):
        utilities(responses(), "eq5d3l_gb_tto_1997")
    with pytest.raises(ValueSetError, match="E056"):
        utilities(responses("ICECAP-A"), "eq5d3l_gb_tto_1997")


def test_no_set_no_answer() -> None:
    with pytest.raises(ValueSetError, match="E107"):
        utilities(responses())


def test_columns_that_are_needed() -> None:
    with pytest.raises(DataError, match="E055"):
        utilities(responses().drop(columns="level"), "eq5d5l_gb_2026")
    with pytest.raises(ValueSetError, match="E107"):
        value_set("")


def test_no_answers_at_all() -> None:
    assert utilities(responses().head(0), "eq5d5l_gb_2026").empty


def test_twice_answered() -> None:
    rows = responses()
    with pytest.raises(DataError, match="E060") as caught:
        utilities(pd.concat([rows, rows.head(1)]), "eq5d5l_gb_2026")
    assert caught.value.findings[0].participants == ("p0",)


@pytest.mark.parametrize(
    ("rule", "answered", "mapping"),
    [
        ("nice_2019", "EQ-5D-5L", "van_hout_2012"),
        ("nice_2019", "EQ-5D-3L", None),
        ("nice_2022", "EQ-5D-5L", "dsu_2023"),
        ("nice_2026_proposed", "EQ-5D-5L", None),
    ],
)
def test_nice_rules_name_mapping_and_set(rule: str, answered: str, mapping: str | None) -> None:
    people = pd.Index([f"p{k}" for k in range(4)])
    age, sex = pd.Series(50, index=people), pd.Series("female", index=people)
    rows = responses(answered)
    found = utilities(rows, mapping=rule, age=age, sex=sex)
    named = NICE_RULES[rule].value_set
    wanted = utilities(rows, named, mapping=mapping, age=age, sex=sex)
    pd.testing.assert_frame_equal(found, wanted)
    assert nice_rule(rule, answered, named) == (mapping, named)


def test_nice_rule_refuses_another_set() -> None:
    with pytest.raises(ValueSetError, match="E056"):
        utilities(responses(), "eq5d5l_gbeng_2018", mapping="nice_2022")
    with pytest.raises(ValueSetError, match="E056"):
        nice_rule("nice_2030", "EQ-5D-5L")
    with pytest.raises(ValueSetError, match="E056"):
        nice_rule("nice_2022", "ICECAP-A")


def test_nice_2026_cannot_map_three_levels_yet() -> None:
    age, sex = pd.Series(50, index=["p0"]), pd.Series("male", index=["p0"])
    with pytest.raises(FindingsError, match="E058"):
        utilities(responses("EQ-5D-3L", 1), mapping="nice_2026_proposed", age=age, sex=sex)


def test_dsu_needs_everybody_who_answered() -> None:
    people = [f"p{k}" for k in range(4)]
    age = pd.Series([50, np.nan, 60, 70], index=people)
    sex = pd.Series(["female", "male", "male", "other"], index=people)
    with pytest.raises(DataError) as caught:
        utilities(responses(), "eq5d3l_gb_tto_1997", mapping="dsu_2023", age=age, sex=sex)
    assert [found.where.column for found in caught.value.findings] == ["age", "sex"]
    with pytest.raises(DataError, match="E057"):
        utilities(responses(), "eq5d3l_gb_tto_1997", mapping="dsu_2023")


def test_dsu_does_not_ask_for_the_age_of_who_did_not_answer() -> None:
    rows = responses(people=2)
    rows.loc[rows["participant"] == "p1", "level"] = np.nan
    age, sex = pd.Series({"p0": 50.0}), pd.Series({"p0": "M"})
    found = utilities(rows, "eq5d3l_gb_tto_1997", mapping="dsu_2023", age=age, sex=sex)
    assert found["utility"].notna().tolist() == [True, True, False, False]
