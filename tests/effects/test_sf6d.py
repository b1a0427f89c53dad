from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cpi_econ.effects.catalogue import value_set
from cpi_econ.effects.sf6d import ITEMS, sf6d_levels
from cpi_econ.errors import DataError


def items(**answers: float) -> pd.DataFrame:
    best = dict.fromkeys(ITEMS, 5.0) | {
        "moderate_activities": 3.0,
        "pain_interference": 1.0,
        "energy": 1.0,
    }
    return pd.DataFrame([best | answers])


def test_best_and_worst() -> None:
    chosen = value_set("sf6d_sf12_gb_2004")
    assert chosen.score(sf6d_levels(items()))[0] == 1
    worst = items(
        moderate_activities=1,
        physical_accomplished_less=1,
        emotional_accomplished_less=1,
        pain_interference=5,
        energy=5,
        downhearted=1,
        social_limited=1,
    )
    assert chosen.score(sf6d_levels(worst))[0] == pytest.approx(0.345)


@pytest.mark.parametrize(
    ("physical", "emotional", "level"), [(5, 5, 1), (4, 5, 2), (5, 3, 3), (1, 1, 4)]
)
def test_role_limitation(physical: float, emotional: float, level: int) -> None:
    answers = items(physical_accomplished_less=physical, emotional_accomplished_less=emotional)
    assert sf6d_levels(answers)["role_limitation"][0] == level


def test_missing_and_faulty() -> None:
    levels = sf6d_levels(items(emotional_accomplished_less=np.nan))
    assert np.isnan(levels["role_limitation"][0])
    assert np.isnan(value_set("sf6d_sf12_gb_2004").score(levels)[0])
    with pytest.raises(DataError, match="E103"):
        sf6d_levels(items(energy=6))
    with pytest.raises(DataError, match="E055"):
        sf6d_levels(items().drop(columns="energy"))
