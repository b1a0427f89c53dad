from __future__ import annotations

import numpy as np
import pandas as pd

from cpi_econ.effects.instruments import EQ5D_DIMENSIONS, INSTRUMENTS
from cpi_econ.effects.level_checks import check_direction, check_levels, check_version

FIVE = INSTRUMENTS["EQ-5D-5L"]


def levels(n: int = 60, top: int = 5, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(rng.integers(1, top + 1, (n, 5)) * 1.0, columns=list(EQ5D_DIMENSIONS))


def codes(frame: pd.DataFrame, name: str = "EQ-5D-5L") -> set[str]:
    return {fault.code for fault in check_levels(frame, INSTRUMENTS[name])}


def test_good_answers_have_no_faults() -> None:
    frame = levels()
    frame.loc[3, "mobility"] = np.nan
    assert check_levels(frame, FIVE) == []


def test_counted_from_zero_needs_zero_and_no_top_code() -> None:
    assert codes(levels() - 1) == {"E101"}
    with_top = levels() - 1
    with_top.loc[0, "mobility"] = 5
    assert codes(with_top) == {"E103"}


def test_missing_code_read_as_a_level() -> None:
    frame = levels()
    frame.loc[[4, 9], "self_care"] = 9
    (fault,) = check_levels(frame, FIVE)
    assert fault.code == "E103"
    assert "9 in 2 rows" in fault.message
    assert np.flatnonzero(fault.rows).tolist() == [4, 9]


def test_five_levels_under_a_three_level_name() -> None:
    assert codes(levels(), "EQ-5D-3L") == {"E105"}


def test_mhqol_has_a_level_zero() -> None:
    mhqol = INSTRUMENTS["MHQoL"]
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.integers(0, 4, (60, 7)), columns=list(mhqol.dimensions))
    assert check_levels(frame, mhqol) == []


def test_three_levels_taken_for_five() -> None:
    (fault,) = check_version(levels(40, top=3), FIVE)
    assert fault.code == "W106"
    assert "40" in fault.message
    assert check_version(levels(40), FIVE) == []
    assert check_version(levels(10, top=3), FIVE) == []
    assert check_version(levels(40, top=3), INSTRUMENTS["EQ-5D-3L"]) == []


def test_reversed_direction() -> None:
    rng = np.random.default_rng(1)
    truth = rng.uniform(0, 1, 200)
    other = truth + rng.normal(0, 0.3, 200)
    icecap = INSTRUMENTS["ICECAP-A"]
    assert check_direction(truth, other, icecap, "EQ-5D") == []
    (fault,) = check_direction(1 - truth, other, icecap, "EQ-5D")
    assert fault.code == "W102"
    assert "level 4 is best" in fault.message
    assert check_direction(truth, rng.normal(size=200), icecap, "EQ-5D") == []
    assert check_direction(truth[:5], -truth[:5], icecap, "EQ-5D") == []
