"""A million EQ-5D-5L answers, beside a plain dictionary look-up in the same run."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from cpi_econ.effects.catalogue import value_set

ROWS = 1_000_000
CHOSEN = value_set("eq5d5l_gb_2026")
DIMENSIONS = list(CHOSEN.instrument.dimensions)
LEVELS = np.random.default_rng(1).integers(1, 6, (ROWS, 5))
MEBIBYTES = 2**20
LIMITS = {
    "integer array": 0.15,
    "frame of integers": 1.0,
    "frame with missing": 1.0,
    "frame of text": 1.0,
    "states as text": 1.0,
    "states as integers": 1.0,
    "list of states": 1.0,
}


def inputs(kind: str) -> object:
    whole = LEVELS @ np.array([10_000, 1_000, 100, 10, 1])
    frame = pd.DataFrame(LEVELS, columns=DIMENSIONS)
    made: dict[str, Callable[[], object]] = {
        "integer array": lambda: LEVELS,
        "frame of integers": lambda: frame,
        "frame with missing": lambda: frame.where(LEVELS[:, [0]] * np.ones(5) < 5),
        "frame of text": lambda: frame.astype(str),
        "states as text": lambda: pd.Series(whole).astype(str),
        "states as integers": lambda: pd.Series(whole),
        "list of states": lambda: whole.astype(str).tolist(),
    }
    return made[kind]()


def dictionary_seconds() -> float:
    """Time of the plain way: one look-up a row in a dictionary of states."""
    look = dict(zip(CHOSEN.table.index, CHOSEN.table.to_numpy(), strict=True))
    states = inputs("list of states")
    start = time.perf_counter()
    np.array([look[state] for state in states])
    return time.perf_counter() - start


@pytest.mark.parametrize("kind", list(LIMITS))
def test_million_rows(benchmark, kind: str) -> None:
    answers = inputs(kind)
    CHOSEN.score(answers[:10])
    tracemalloc.start()
    CHOSEN.score(answers)
    extra = tracemalloc.get_traced_memory()[1] / MEBIBYTES
    tracemalloc.stop()
    benchmark.pedantic(CHOSEN.score, args=(answers,), rounds=5)
    benchmark.extra_info["extra MiB"] = round(extra)
    benchmark.extra_info["dictionary look-up s"] = round(dictionary_seconds(), 3)
    assert extra < 200
    if not benchmark.disabled:
        assert benchmark.stats.stats.median < LIMITS[kind]


def test_one_set_from_its_file(benchmark) -> None:
    from cpi_econ.effects.catalogue import _load

    def fresh() -> None:
        _load.cache_clear()
        value_set("eq5d5l_ca_2016")

    benchmark.pedantic(fresh, rounds=5)
    if not benchmark.disabled:
        assert benchmark.stats.stats.median < 0.02


def test_catalogue_listing(benchmark) -> None:
    from cpi_econ.effects.catalogue import _index, value_sets

    def fresh() -> None:
        _index.cache_clear()
        value_sets()

    benchmark.pedantic(fresh, rounds=5)
    if not benchmark.disabled:
        assert benchmark.stats.stats.median < 0.02
