"""Every value set against the sum recomputed here, term by term, from the fact sheets."""

from __future__ import annotations

import itertools
import re
from functools import cache

import numpy as np
import pandas as pd
import pytest

from cpi_econ.effects.catalogue import value_set, value_sets
from cpi_econ.effects.dsu import dsu_table
from cpi_econ.effects.mapped import map_utilities
from cpi_econ.effects.mapping_probabilities import expected_values, level_probabilities

SHORT = ("mo", "sc", "ua", "pd", "ad")
MODELS = [
    name for name in value_sets()["id"] if name.startswith("eq5d") and "crosswalk" not in name
]


def states(levels: int) -> list[tuple[int, ...]]:
    return list(itertools.product(range(1, levels + 1), repeat=5))


def beyond_first(state: tuple[int, ...], *wanted: int) -> int:
    return max(0, sum(level in wanted for level in state) - 1)


@cache
def counted(term: str, state: tuple[int, ...]) -> float:
    """What a term takes in a state, read off the definitions of the fact sheets."""
    level = dict(zip(SHORT, state, strict=True))
    twos, threes = state.count(2), state.count(3)
    high = sum(x > 3 for x in state)
    plain = {
        "start": 1,
        "any_problem": state != (1,) * 5,
        "any_3": threes > 0,
        "all_3": threes == 5,
        "any_4_5": high > 0,
        "any_5": 5 in state,
        "d1": beyond_first(state, 2, 3),
        "i2": beyond_first(state, 2),
        "i2_sq": beyond_first(state, 2) ** 2,
        "i3": beyond_first(state, 3),
        "i3_sq": beyond_first(state, 3) ** 2,
        "only_levels_1_2": twos > 0 and threes == 0,
        "only_levels_1_3": threes > 0 and twos == 0,
        "levels_2_and_3": twos > 0 and threes > 0,
        "count_2_if_any_3": twos if threes else 0,
        "count_2_sq": twos**2,
        "count_3_sq": threes**2,
        "no_level_1": 1 not in state,
        "count_45_minus_1_sq": (high - 1) ** 2 if high else 0,
        "mo_x_ad": (level["mo"] - 1) * (level["ad"] - 1),
        "pd_x_ad": (level["pd"] - 1) * (level["ad"] - 1),
    }
    if term in plain:
        return plain[term]
    if re.fullmatch("..45", term):
        return level[term[:2]] > 3
    return all(level[part[:2]] == int(part[2]) for part in term.split("_"))


def recomputed(form: str, terms: dict[str, float], state: tuple[int, ...]) -> float:
    if form == "multiplicative":
        return float(np.prod([value for term, value in terms.items() if counted(term, state)]))
    if form == "power_of_weighted_levels":
        share = {1: 0.0, 2: terms["level2_share"], 3: 1.0}
        total = sum(terms[f"w_{d}"] * share[x] for d, x in zip(SHORT, state, strict=True))
        return terms["start"] - total ** terms["power"]
    if form == "power_of_decrement_sum":
        total = -sum(v * counted(t, state) for t, v in terms.items() if t not in ("start", "power"))
        return terms["start"] - total ** terms["power"]
    return sum(value * counted(term, state) for term, value in terms.items())


@pytest.fixture(scope="module")
def sheets(facts):
    return {
        "forms": {r["set_id"]: r["functional_form"] for r in facts.rows("eq5d_value_sets.csv")},
        "terms": facts.grouped("eq5d_terms.csv", "set_id", "term"),
        "overrides": facts.grouped("eq5d_state_overrides.csv", "set_id", "state"),
    }


def test_catalogue_holds_every_set(sheets) -> None:
    held = [name for name in value_sets()["id"] if name.startswith("eq5d")]
    assert sorted(held) == sorted(sheets["forms"])


@pytest.mark.parametrize("name", MODELS)
def test_every_state_is_the_sum_of_its_terms(sheets, name: str) -> None:
    chosen = value_set(name)
    terms, overrides = sheets["terms"][name], sheets["overrides"].get(name, {})
    wanted = []
    for state in states(max(chosen.instrument.last)):
        written = "".join(map(str, state))
        computed = recomputed(sheets["forms"][name], terms, state)
        wanted.append(overrides.get(written, computed))
    np.testing.assert_allclose(chosen.table.to_numpy(), wanted, rtol=0, atol=1e-12)


def test_published_tables(facts) -> None:
    tables = facts.grouped("eq5d_state_tables.csv.gz", "set_id", "state")
    assert len(tables) == 17
    for name, table in tables.items():
        chosen = value_set(name).table
        published = pd.Series(table)
        far = (chosen - published.reindex(chosen.index)).abs().max()
        assert far < 0.0006, name


def test_uk_crosswalk_of_2012(facts) -> None:
    published = facts.grouped("eq5d_state_tables.csv.gz", "set_id", "state")
    table = pd.Series(published["eq5d5l_gb_crosswalk_2012"])
    mapped = map_utilities(list(table.index), "van_hout_2012", "eq5d3l_gb_tto_1997")
    assert np.abs(mapped - table.to_numpy()).max() < 0.0006


def test_van_hout_2021_probabilities(facts) -> None:
    ours = level_probabilities("van_hout_2021")
    order = {"".join(map(str, state)): place for place, state in enumerate(states(3))}
    for row in facts.rows("eq5d_revcrosswalk_3l_to_5l_vanhout2021_probabilities.csv.gz"):
        wanted = [float(row[f"p{level}"]) for level in range(1, 6)]
        found = ours[order[row["state_3l"]], SHORT.index(row["dimension"])]
        np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-11)


@pytest.mark.parametrize("name", ["eq5d5l_gb_2026", "eq5d5l_nl_2016", "eq5d5l_ca_2016"])
def test_van_hout_2021_expectation_by_enumeration(name: str) -> None:
    table = value_set(name).table.to_numpy()
    probabilities = level_probabilities("van_hout_2021")
    found = expected_values("van_hout_2021", table)
    for place in (0, 17, 121, 242):
        joint = probabilities[place, 0]
        for dimension in range(1, 5):
            joint = np.multiply.outer(joint, probabilities[place, dimension]).ravel()
        assert found[place] == pytest.approx(joint @ table, abs=1e-12)


@pytest.mark.parametrize(
    ("source", "sheet", "first"),
    [
        ("EQ-5D-5L", "eq5d_dsu_5l_to_3l.csv.gz", "gb_3l"),
        ("EQ-5D-3L", "eq5d_dsu_3l_to_5l.csv.gz", "gb_5l"),
    ],
)
def test_dsu_by_age_band_and_sex(facts, source: str, sheet: str, first: str) -> None:
    published = pd.DataFrame(facts.rows(sheet))
    ages = published["age_band"].map(
        {"18-34": 34, "35-44": 35, "45-54": 50, "55-64": 64, "65+": 65}
    )
    columns = [name for name in published.columns if name[2:] == first[2:]]
    targets = dsu_table(source).columns[3:]
    assert len(columns) == len(targets) == 7
    for column, target in zip(columns, targets, strict=True):
        region = column[:2]
        assert f"_{region}" in target
        mapped = map_utilities(
            published["state"], "dsu_2023", target, age=ages, sex=published["sex"]
        )
        np.testing.assert_allclose(mapped, published[column].astype(float), rtol=0, atol=1e-12)


def test_variants_are_the_rival_terms(facts) -> None:
    rivals = facts.grouped("eq5d_variant_terms.csv", "variant_id", "term")
    assert len(rivals) == 7
    for name, terms in rivals.items():
        chosen = value_set(name)
        levels = max(chosen.instrument.last)
        wanted = [recomputed("additive", terms, state) for state in states(levels)]
        np.testing.assert_allclose(chosen.table.to_numpy(), wanted, rtol=0, atol=1e-12)
        assert chosen.status == "variant"


def test_capability_and_other_levels(facts) -> None:
    for name, values in _level_sheets(facts).items():
        if name not in set(value_sets()["id"]) or name.startswith(("aqol", "sf6d")):
            continue
        chosen = value_set(name)
        scale = values.pop("scale", {})
        start = values.pop("start", {}).get("", scale.get("constant", 0.0))
        multiplier = scale.get("multiplier", 1.0)
        if name.startswith("chu9d"):
            start = 1 - multiplier
        rng = np.random.default_rng(5)
        places = rng.integers(0, chosen.instrument.n_states, 500)
        levels = chosen.instrument.levels_of(places)
        wanted = [
            start
            + multiplier
            * sum(values[d][str(x)] for d, x in zip(chosen.instrument.dimensions, row, strict=True))
            for row in levels.tolist()
        ]
        np.testing.assert_allclose(chosen.score(levels), wanted, rtol=0, atol=1e-12)


def _level_sheets(facts) -> dict[str, dict[str, dict[str, float]]]:
    sets: dict[str, dict[str, dict[str, float]]] = {}
    for sheet, name in (
        ("capability.csv", "attribute"),
        ("other_measures_values.csv", "dimension"),
    ):
        for row in facts.rows(sheet):
            levels = sets.setdefault(row["set_id"], {}).setdefault(row[name], {})
            levels[row["level"]] = float(row["value"])
    return sets


@pytest.mark.parametrize("name", ["sf6d_sf12_gb_2004", "sf6d_sf36_gb_2002"])
def test_sf6d_from_its_sheet(facts, name: str) -> None:
    values = _level_sheets(facts)[name]
    chosen = value_set(name)
    most = {
        "sf6d_sf12_gb_2004": ("3", "34", "45", "45", "45", "5"),
        "sf6d_sf36_gb_2002": ("456", "34", "45", "56", "45", "45"),
    }[name]
    levels = chosen.instrument.levels_of(np.arange(chosen.instrument.n_states))
    wanted = []
    for row in levels.tolist():
        named = list(zip(chosen.instrument.dimensions, map(str, row), strict=True))
        total = 1 + sum(values[d][x] for d, x in named)
        hit = any(x in worst for (_, x), worst in zip(named, most, strict=True))
        wanted.append(total + (values["most_severe"]["any"] if hit else 0.0))
    np.testing.assert_allclose(chosen.table.to_numpy(), wanted, rtol=0, atol=1e-12)


def test_aqol_from_its_sheet(facts) -> None:
    values = _level_sheets(facts)["aqol4d_au"]
    chosen = value_set("aqol4d_au")
    items = [name for name in values if name.startswith("q")]
    rng = np.random.default_rng(6)
    levels = rng.integers(1, 5, (300, 12))
    wanted = []
    for row in levels.tolist():
        product = 1.0
        for group in ("independent_living", "relationships", "senses", "mental_health"):
            inner = 1.0
            for item, level in zip(items, row, strict=True):
                weight = values[item].get(f"weight_in_{group}")
                if weight is not None:
                    inner *= 1 - weight * values[item][str(level)]
            disvalue = values[group]["multiplier"] * (1 - inner)
            product *= 1 - values[group]["overall_weight"] * disvalue
        wanted.append(1.04 * product - 0.04)
    np.testing.assert_allclose(chosen.score(levels), wanted, rtol=0, atol=1e-12)


def test_swemwbs_from_its_sheet(facts) -> None:
    metric = {
        int(r["raw_total"]): float(r["metric_score"]) for r in facts.rows("swemwbs_conversion.csv")
    }
    levels = np.random.default_rng(7).integers(1, 6, (300, 7))
    wanted = [metric[total] for total in levels.sum(axis=1).tolist()]
    assert value_set("swemwbs_gb_2009").score(levels).tolist() == wanted
