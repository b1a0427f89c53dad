"""Frames and prices shared by the costing tests."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from ruamel.yaml import YAML

from cpi_econ.costs.unit_costs import UnitCosts, read_unit_costs
from cpi_econ.errors import FindingsError
from cpi_econ.evaluation.evaluate import check
from cpi_econ.evaluation.person_table import PersonTable, person_table
from cpi_econ.study.load import read_study

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


PRICES = """service,unit,unit_cost,currency,price_year,minutes,sector,source
gp,contact,40,GBP,2014/15,,NHS,made up
nurse,hour,60,GBP,2014/15,15,NHS|societal,made up
ward,night,300,GBP,2014/15,,NHS,made up
art,hour,50,GBP,2014/15,,PSS,made up
home,week,700,GBP,2014/15,,PSS,made up
care_part,week,500,GBP,2014/15,,PSS,made up
hotel_part,week,200,GBP,2014/15,,societal,made up
care,hour,20,GBP,2014/15,,societal,made up
min_wage_hour,hour,6.5,GBP,2014/15,,societal,made up
informal_care_replacement_hour,hour,24,GBP,2014/15,,societal,made up
med_sertraline50,item,0.05,GBP,2014/15,,NHS,made up
"""
TREE: dict[str, Any] = {
    "currency": "GBP",
    "price_year": "2014/15",
    "perspective": ["NHS", "PSS"],
    "horizon": "9 months",
    "arms": {"low": {"code": 0}, "high": {"code": 1}},
    "reference": "low",
    "times": {"baseline": "0 months", "month_9": "9 months"},
    "data": {
        "participants": {"file": "people.csv", "id": "id", "arm": "arm", "cluster": "agency"},
        "service_use": {
            "file": "use.csv", "id": "id", "time": "wave", "recall": "3 months", "scale": "none",
        },
    },
    "costs": {"unit_costs": ["prices.csv"], "items": {"gp": {"quantity": "gp"}}},
    "effects": {"qaly": {"column": "qaly"}},
    "missing": {"method": "complete_cases"},
    "uncertainty": {"resample": "individuals", "replicates": 100},
}  # fmt: skip
PEOPLE = ["p1", "p2", "p3", "p4"]


def merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Copy of ``base`` with ``changes`` laid over it, mapping by mapping."""
    result = dict(base)
    for key, value in changes.items():
        below = result.get(key)
        both = isinstance(value, dict) and isinstance(below, dict)
        result[key] = merged(below, value) if both else value
    return result


class PricedStudy:
    """A study of four people on disk, costed by its study file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tree = copy.deepcopy(TREE)
        self.text = {"prices.csv": PRICES}
        self.people = pd.DataFrame(
            {
                "id": PEOPLE,
                "arm": [0, 0, 1, 1],
                "agency": list("AABB"),
                "qaly": [0.4, 0.5, 0.5, 0.6],
            }
        )

    def ask(self, **columns: list[object]) -> None:
        """Answers of the four people at month 9; zero at baseline."""
        now = pd.DataFrame({"id": PEOPLE, "wave": "month_9", **columns})
        before = now.assign(wave="baseline", **dict.fromkeys(columns, 0))
        self.text["use.csv"] = pd.concat([before, now]).to_csv(index=False)

    def change(self, **parts: Any) -> None:
        """Lay parts over the study file."""
        self.tree = merged(self.tree, parts)

    def write(self) -> Path:
        """Write every file; the path of the study file."""
        self.folder.mkdir(exist_ok=True)
        self.people.to_csv(self.folder / "people.csv", index=False)
        for name, text in self.text.items():
            (self.folder / name).write_text(text, encoding="utf-8")
        path = self.folder / "study.yaml"
        with path.open("w", encoding="utf-8") as stream:
            YAML(typ="safe").dump(self.tree, stream)
        return path

    def table(self, *settings: str) -> PersonTable:
        """People with their costs, with settings as typed after ``--set``."""
        return person_table(read_study(self.write(), settings))

    def costs(self, *settings: str) -> list[float | None]:
        """Cost of each of the four people; None where it is missing."""
        costs = self.table(*settings).costs
        assert costs.cost is not None, [str(one) for one in costs.findings]
        found = costs.cost.reindex(PEOPLE)
        return [None if pd.isna(one) else round(float(one), 6) for one in found]

    def findings(self, *settings: str) -> dict[str, str]:
        """Message of the last finding of each code."""
        try:
            found = check(read_study(self.write(), settings))
        except FindingsError as error:
            found = list(error.findings)
        return {one.code: one.message for one in found}


@pytest.fixture
def priced(tmp_path: Path) -> PricedStudy:
    """A study of four people, not yet written."""
    return PricedStudy(tmp_path / "priced")
