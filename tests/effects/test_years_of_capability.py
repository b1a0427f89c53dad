from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cpi_econ.effects.catalogue import value_set
from cpi_econ.effects.qaly import qalys
from cpi_econ.effects.years_of_capability import sufficient_value_set, years_of_capability
from cpi_econ.errors import ValueSetError

TIMES = {"baseline": 0.0, "month_9": 0.75}
ICECAP = value_set("icecap_a_gb_2015")


def seen(*values: float) -> pd.DataFrame:
    return pd.DataFrame({"participant": "a", "time": list(TIMES), "utility": values})


def test_full_capability_is_the_area() -> None:
    found = years_of_capability(seen(0.6, 0.9), TIMES)
    assert found.name == "years_of_full_capability"
    assert found["a"] == pytest.approx(qalys(seen(0.6, 0.9), TIMES)["a"])


def test_sufficient_capability_counts_nothing_beyond_the_threshold() -> None:
    enough = ICECAP.value("33333")
    summary = "years_of_sufficient_capability"
    top = years_of_capability(seen(1.0, enough), TIMES, summary, ICECAP)
    assert top["a"] == pytest.approx(0.75)
    half = years_of_capability(seen(enough / 2, enough / 2), TIMES, summary)
    assert half["a"] == pytest.approx(0.375)
    assert np.isnan(years_of_capability(seen(0.5, np.nan), TIMES, summary)["a"])


def test_stricter_reading_caps_each_attribute() -> None:
    strict = sufficient_value_set(ICECAP)
    assert strict.value("44444") == 1.0
    assert strict.value("42444") < min(1.0, ICECAP.value("42444") / ICECAP.value("33333"))
    assert strict.value("11111") == pytest.approx(ICECAP.value("11111") / ICECAP.value("33333"))


def test_unknown_summary() -> None:
    with pytest.raises(ValueSetError, match="E064"):
        years_of_capability(seen(0.1, 0.2), TIMES, "years_of_joy")  # type: ignore[arg-type]
