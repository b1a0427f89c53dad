"""Medicines: brands, doses and strengths."""

from __future__ import annotations

import pandas as pd
import pytest

from cpi_econ.costs.medicines import medicine_table, medicine_use
from cpi_econ.costs.unit_costs import unit_costs
from cpi_econ.errors import DataError

TAKEN = pd.DataFrame(
    {"participant": ["a", "b", "c", "d"], "time": "m",
     "medicine": ["Zyprexa", "olanzapine", "Olanzapine ", "lithium"],
     "daily_dose": [10.0, 20.0, None, None], "days": [90.0, 45.0, 90.0, 90.0]}
)  # fmt: skip


def test_every_medicine_has_a_price_of_its_strength() -> None:
    table = medicine_table()
    labels = unit_costs("uk_2025").set_index("service")["label"]
    for row in table.itertuples():
        assert f"{row.strength:g} mg" in labels[row.service]
        assert str(row.medicine) in labels[row.service].lower()


def test_dose_over_strength_times_days() -> None:
    # 10 mg tablets: 10/10 x 90 = 90 and 20/10 x 45 = 90
    assert medicine_use(TAKEN)["quantity"].tolist()[:2] == [90, 90]


@pytest.mark.parametrize(
    ("rule", "expected"), [("missing", None), ("defined_daily_dose", 90.0), ("modal", 90.0)]
)
def test_missing_dose(rule: str, expected: float | None) -> None:
    use = medicine_use(TAKEN, missing_dose=rule)  # type: ignore[arg-type]
    if expected is None:
        assert use["quantity"].isna().tolist() == [False, False, True, True]
        return
    assert use["quantity"].iloc[2] == expected
    # lithium has neither a defined daily dose in mg nor another answer: it stays missing
    assert use["quantity"].isna().iloc[3]
    assert use["dose_imputed"].tolist() == [False, False, True, False]


def test_all_problems_at_once() -> None:
    bad = TAKEN.assign(medicine=["olanzapin", "b", "Zyprexa", "Zyprexa"], days=[-1.0, 1, 1, 1])
    with pytest.raises(DataError) as error:
        medicine_use(bad, file="medicines.csv")
    assert [f.code for f in error.value.findings] == ["E046", "E046", "E045"]
    assert "Did you mean olanzapine" in error.value.findings[0].message
    with pytest.raises(DataError, match="no column days"):
        medicine_use(TAKEN.drop(columns="days"))
