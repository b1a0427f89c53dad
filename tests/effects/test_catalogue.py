from __future__ import annotations

import pickle
import time

import numpy as np
import pandas as pd
import pytest

from cpi_econ.effects import catalogue
from cpi_econ.effects.catalogue import catalogue_table, value_set, value_sets
from cpi_econ.errors import ValueSetError
from cpi_econ.paths import data_root

TABLE = value_sets()


def test_index_equals_the_files() -> None:
    fresh = catalogue_table()
    again = pd.read_csv(data_root() / "tariffs" / "catalogue.csv", keep_default_na=False, dtype=str)
    written = fresh.to_csv(index=False)
    assert again.to_csv(index=False).splitlines() == written.splitlines()


def test_counts() -> None:
    counts = TABLE["instrument"].value_counts()
    assert counts["EQ-5D-3L"] == 53
    assert counts["EQ-5D-5L"] == 62
    assert counts["EQ-5D-Y-3L"] == 13
    assert len(TABLE) == 137


@pytest.mark.parametrize("name", list(TABLE["id"]))
def test_stated_anchors_and_source(name: str) -> None:
    chosen = value_set(name)
    stated = chosen.about["stated"]
    for anchor in (stated["best"], stated["worst"], stated["lowest"]):
        assert chosen.value(anchor["state"]) == pytest.approx(anchor["value"], abs=6e-4)
    assert chosen.citation
    assert chosen.about["licence"]
    assert chosen.status in ("verified", "unverified", "disputed", "superseded")
    if chosen.instrument.n_states <= 3125:
        assert chosen.lowest == pytest.approx(stated["lowest"]["value"], abs=6e-4)
    if "states_below_zero" in stated:
        below = int((chosen.table < -1e-12).sum())
        assert below == stated["states_below_zero"]


@pytest.mark.parametrize("name", [n for n in TABLE["id"] if n.startswith("eq5d")])
def test_worsening_lowers_the_value_as_often_as_stated(name: str) -> None:
    chosen = value_set(name)
    stated = chosen.about["stated"].get("inconsistent_steps")
    if stated is None:
        return
    cube = chosen.table.to_numpy().reshape(chosen.instrument.sizes)
    rises = sum(int((np.diff(cube, axis=axis) > 1e-9).sum()) for axis in range(5))
    assert rises == stated


def test_variants_load_and_say_what_they_are() -> None:
    names = " ".join(TABLE["variants"]).split()
    assert len(names) == len(set(names)) == 13
    for name in names:
        chosen = value_set(name)
        owner = value_set(chosen.about["variant_of"])
        assert (chosen.table - owner.table).abs().max() > 1e-5
        assert chosen.findings()[0].code == "W050"


def test_status_is_said_once_and_only_when_needed() -> None:
    assert value_set("eq5d5l_gb_2026").findings() == []
    (found,) = value_set("eq5dy3l_cn_2022").findings()
    assert "disputed" in found.message
    assert "eq5dy3l_cn_2022_variant" in found.message
    assert value_set("icecap_a_gb_2015").findings()[0].severity == "warning"


def test_unknown_id_offers_the_nearest() -> None:
    with pytest.raises(ValueSetError) as caught:
        value_set("eq5d5l_gb_2025")
    (found,) = caught.value.findings
    assert found.code == "E050"
    assert "eq5d5l_gb_2026" in found.message


def test_region_finds_its_parts() -> None:
    assert "eq5d5l_gbeng_2018" in value_sets("EQ-5D-5L", "GB")["id"].tolist()
    assert value_sets(region="GB-ENG")["region"].unique().tolist() == ["GB-ENG"]


def test_one_set_loads_quickly() -> None:
    value_set("eq5d3l_dk_tto_2009")
    catalogue._load.cache_clear()
    start = time.perf_counter()
    value_set("eq5d5l_ca_2016")
    assert time.perf_counter() - start < 0.2


def test_a_set_can_be_sent_to_a_worker() -> None:
    for name in ("eq5d3l_au_tto_2011", "aqol4d_au", "eq5d5l_gb_crosswalk_2012"):
        chosen = value_set(name)
        again = pickle.loads(pickle.dumps(chosen))
        state = chosen.about["stated"]["worst"]["state"]
        assert again == chosen
        assert again.value(state) == chosen.value(state)
