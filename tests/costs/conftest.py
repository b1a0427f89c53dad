"""Frames and prices shared by the costing tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from cpi_econ.costs.unit_costs import UnitCosts, read_unit_costs

HEADER = "service,unit,unit_cost,price_year,sector,currency,section,source\n"


@pytest.fixture(scope="session")
def prices() -> UnitCosts:
    return read_unit_costs("uk_2021_22", "uk_2014_15")


@pytest.fixture
def price_file(tmp_path: Path) -> Callable[..., UnitCosts]:
    def read(*rows: str, header: str = HEADER, before: tuple[str, ...] = ()) -> UnitCosts:
        (tmp_path / "local.csv").write_text(header + "\n".join(rows) + "\n", encoding="utf-8")
        return read_unit_costs(*before, "local.csv", folder=tmp_path)

    return read


@pytest.fixture
def use() -> Callable[..., pd.DataFrame]:
    def frame(*rows: tuple[object, ...], **columns: object) -> pd.DataFrame:
        names = ["participant", "time", "service", "quantity", "minutes"]
        table = pd.DataFrame(rows, columns=names[: len(rows[0])])
        return table.assign(quantity=table["quantity"].astype(float), **columns)

    return frame
