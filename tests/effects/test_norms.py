from __future__ import annotations

import numpy as np
import pytest

from cpi_econ.effects.norms import norm_sources, population_norms
from cpi_econ.errors import DataError, ValueSetError


def test_table_by_age_band_and_sex() -> None:
    found = population_norms(
        [18, 24, 25, 80, 80, 10, np.nan],
        ["female", "female", "female", "female", "male", "male", "male"],
        "gb_mvh_1993_kind1999",
    )
    np.testing.assert_allclose(found[:4], [0.94, 0.94, 0.93, 0.71])
    assert np.isfinite(found[4])
    assert np.isnan(found[5:]).all()


@pytest.mark.parametrize("norm", list(norm_sources()["norm_id"]))
def test_norms_fall_with_age(norm: str) -> None:
    young, old = population_norms([30, 76], ["female", "female"], norm)
    assert young > old > 0.5


def test_faults() -> None:
    with pytest.raises(ValueSetError, match="E065"):
        population_norms([40], ["male"], "atlantis")
    with pytest.raises(DataError, match="E057"):
        population_norms([40], ["unknown"])
    assert np.isnan(population_norms([40], [None])).all()
