from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML

PLAN = {
    "title": "Small trial",
    "design": "randomised",
    "currency": "GBP",
    "horizon": "12 months",
    "arms": {"control": {"code": 0}, "treat": {"code": 1}},
    "reference": "control",
    "data": {"participants": {"file": "people.csv", "id": "id", "arm": "arm"}},
    "costs": {"column": "cost"},
    "effects": {"qaly": {"column": "qaly"}},
    "uncertainty": {"replicates": 600, "seed": 3, "no_clusters": "people came one by one"},
}


def small_people(n: int = 80) -> pd.DataFrame:
    stream = np.random.default_rng(11)
    arm = np.arange(n) % 2
    age = stream.normal(45, 12, n).round()
    return pd.DataFrame(
        {
            "id": [f"P{i:03d}" for i in range(n)],
            "arm": arm,
            "centre": [f"c{(i // 2) % 8}{'ab'[i % 2]}" for i in range(n)],
            "age": age,
            "cost": (stream.gamma(2, 900, n) + 300 * arm + 5 * age).round(2),
            "qaly": np.clip(stream.normal(0.6, 0.15, n) + 0.05 * arm, -0.2, 0.99).round(4),
        }
    )


def overlay(base: dict, changes: dict) -> dict:
    result = dict(base)
    for key, value in changes.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = overlay(result[key], value) if both else value
    return result


@pytest.fixture
def people():
    """Eighty people in two arms and sixteen centres."""
    return small_people()


@pytest.fixture
def make_study(tmp_path):
    """Write a study file and its participants file; return the path of the study file."""

    def make(changes=None, people=None, name="study"):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        frame = small_people() if people is None else people
        frame.to_csv(folder / "people.csv", index=False)
        with (folder / "study.yaml").open("w", encoding="utf-8") as stream:
            YAML(typ="safe").dump(overlay(PLAN, changes or {}), stream)
        return folder / "study.yaml"

    return make
