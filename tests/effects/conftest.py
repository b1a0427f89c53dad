from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FACTS = Path(__file__).resolve().parents[3] / "shared" / "facts"


class FactSheets:
    """Rows of the fact sheets, grouped the way the tests compare them."""

    def rows(self, name: str) -> Iterator[dict[str, str]]:
        path = FACTS / name
        opener: Any = gzip.open if name.endswith(".gz") else open
        with opener(path, "rt", encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines)

    def grouped(self, name: str, by: str, key: str, value: str = "value") -> dict[str, dict]:
        groups: dict[str, dict] = defaultdict(dict)
        for row in self.rows(name):
            groups[row[by]][row[key]] = float(row[value])
        return groups


@pytest.fixture(scope="session")
def facts() -> FactSheets:
    if not (FACTS / "eq5d_terms.csv").is_file():
        pytest.skip("the fact sheets are not beside this checkout: nothing to compare with")
    return FactSheets()
