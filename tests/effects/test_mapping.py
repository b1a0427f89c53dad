from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from cpi_econ.effects.catalogue import value_set
from cpi_econ.effects.dsu import AGE_BANDS, dsu_from_utility, dsu_table, dsu_targets
from cpi_econ.effects.mapped import map_utilities
from cpi_econ.effects.mapping_probabilities import level_probabilities
from cpi_econ.errors import DataError, ValueSetError

UK_3L = value_set("eq5d3l_gb_tto_1997")


@pytest.mark.parametrize("mapping", ["van_hout_2012", "van_hout_2021"])
def test_probabilities_sum_to_one(mapping: str) -> None:
    p = level_probabilities(mapping)
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=2), 1, atol=1e-12)


def test_van_hout_2012_by_hand() -> None:
    """24 in pain and anxiety: four 3L states with exact fractions."""
    pain = {1: Fraction(211, 1061), 2: Fraction(850, 1061)}
    anxiety = {2: Fraction(82, 161), 3: Fraction(79, 161)}
    wanted = sum(
        float(p * q) * UK_3L.value(f"111{k}{j}")
        for (k, p), (j, q) in itertools.product(pain.items(), anxiety.items())
    )
    found = map_utilities(["11124"], "van_hout_2012", UK_3L)
    assert found[0] == pytest.approx(wanted, abs=1e-12)


def test_certain_levels_map_to_themselves() -> None:
    for five, three in (("11111", "11111"), ("33333", "22222"), ("55555", "33333")):
        found = map_utilities([five], "van_hout_2012", UK_3L)[0]
        assert found == pytest.approx(UK_3L.value(three))


def test_reverse_mapping_of_full_health_is_below_one() -> None:
    found = map_utilities(["11111"], "van_hout_2021", "eq5d5l_gb_2026")[0]
    assert 0.9 < found < 1


def test_dsu_rows_and_bands() -> None:
    assert list(dict.fromkeys(dsu_table("EQ-5D-5L")["age_band"])) == list(AGE_BANDS)
    ages = [16, 34, 35, 44, 45, 54, 55, 64, 65, 90]
    found = map_utilities(["21111"] * 10, "dsu_2023", UK_3L, age=ages, sex=["male"] * 10)
    pairs = found.reshape(5, 2)
    np.testing.assert_array_equal(pairs[:, 0], pairs[:, 1])
    assert len(np.unique(pairs[:, 0])) == 5


def test_nice_rule_in_place_of_its_mapping() -> None:
    found = map_utilities(["21132"], "nice_2019", UK_3L)
    assert found == map_utilities(["21132"], "van_hout_2012", UK_3L)
    with pytest.raises(ValueSetError, match="E056"):
        map_utilities(["21132"], "nice_2019", "eq5d3l_dk_tto_2009")


def test_missing_states_stay_missing() -> None:
    assert np.isnan(map_utilities([None], "van_hout_2012", UK_3L)).all()
    assert np.isnan(map_utilities([None], "dsu_2023", UK_3L, age=[40], sex=["male"])).all()


def test_index_is_kept() -> None:
    states = pd.Series(["11111", "21111"], index=["b", "a"])
    assert map_utilities(states, "van_hout_2012", UK_3L).index.tolist() == ["b", "a"]


def test_exact_utility_is_the_mean_of_its_states() -> None:
    own = value_set("eq5d5l_gbeng_2018")
    target = value_set("eq5d3l_gb_tto_1997")
    table = dsu_table("EQ-5D-5L")
    here = table[(table["age_band"] == "45-54") & (table["sex"] == "female")]
    value = own.value("21111")
    same = own.table[(own.table - value).abs() < 0.00051].index
    wanted = here[here["state"].isin(same)][target.id].mean()
    found = map_utilities(
        [value], "dsu_2023", target, age=[50], sex=["female"], source_value_set=own, match="exact"
    )
    assert found[0] == pytest.approx(wanted, abs=1e-12)


def test_approximate_utility_by_hand() -> None:
    own, target = value_set("eq5d5l_gbeng_2018"), UK_3L
    table = dsu_table("EQ-5D-5L")
    here = table[(table["age_band"] == "18-34") & (table["sex"] == "male")].set_index("state")
    for value, h in ((0.5, 0.2), (0.9, 0.1), (0.98, 0.021)):
        weight = (1 - ((own.table - value) / h) ** 2).clip(lower=0)
        wanted = (weight * here[target.id].reindex(weight.index)).sum() / weight.sum()
        found = dsu_from_utility([value, np.nan], own, target, [30, 30], ["male", "male"])
        assert found[0] == pytest.approx(wanted, abs=1e-12)
        assert np.isnan(found[1])


def test_full_health_known_only_by_its_utility() -> None:
    own = value_set("eq5d5l_gbeng_2018")
    found = dsu_from_utility([1.0], own, UK_3L, [30], ["male"])
    wanted = map_utilities(["11111"], "dsu_2023", UK_3L, age=[30], sex=["male"])
    assert found[0] == pytest.approx(wanted[0])


def test_utility_that_no_state_has() -> None:
    own = value_set("eq5d5l_gbeng_2018")
    with pytest.raises(DataError, match="E059"):
        dsu_from_utility([1.5], own, UK_3L, [30], ["male"], match="exact")


def test_faults() -> None:
    with pytest.raises(ValueSetError, match="E056"):
        map_utilities(["11111"], "van_hout_1999", UK_3L)
    with pytest.raises(ValueSetError, match="E056"):
        map_utilities(["11111"], "van_hout_2012", "eq5d5l_gb_2026")
    with pytest.raises(ValueSetError, match="E056"):
        map_utilities(["11111"], "dsu_2023", "icecap_a_gb_2015")
    with pytest.raises(ValueSetError, match="E056"):
        map_utilities([0.5], "van_hout_2012", UK_3L, source_value_set="eq5d5l_gb_2026")
    with pytest.raises(ValueSetError, match="eq5d3l_gb_tto_1997") as caught:
        map_utilities(["11111"], "dsu_2023", "eq5d3l_dk_tto_2009", age=[40], sex=["male"])
    assert caught.value.findings[0].code == "E058"
    with pytest.raises(DataError, match="E103"):
        map_utilities(["11116"], "van_hout_2012", UK_3L)
    with pytest.raises(DataError, match="E057"):
        map_utilities(["11111"] * 3, "dsu_2023", UK_3L, age=[40, 50], sex=["male"])


def test_dsu_targets_are_in_the_catalogue() -> None:
    for source in ("EQ-5D-5L", "EQ-5D-3L"):
        assert all(value_set(name).instrument.name != source for name in dsu_targets(source))
