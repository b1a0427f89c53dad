"""A small result, as ``results.json`` holds it, and replicates with known differences."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import xarray as xr

from cpi_econ.report.labels import Labels

ARM_LABELS = {"low": "Lower fidelity", "high": "High fidelity", "mid": "Middle fidelity"}


def make_replicates(
    n_arms: int = 2,
    n_replicates: int = 400,
    labels: dict[str, str] | None = None,
    inc_cost: float = -1331.0,
    se_cost: float = 640.0,
    **attrs: Any,
) -> xr.Dataset:
    """Normal draws: each arm after the first costs ``inc_cost`` more and gains 0.012 more."""
    rng = np.random.default_rng(7)
    arms = ["low", "high", "mid"][:n_arms]
    names = ARM_LABELS if labels is None else labels
    step = np.arange(n_arms)
    cost_hat, effect_hat = 4321.0 + inc_cost * step, 0.45 + 0.012 * step
    shape = (n_replicates, n_arms)
    draws = {
        "cost": (("replicate", "arm"), cost_hat + rng.normal(0, se_cost / 2**0.5, shape)),
        "effect": (("replicate", "arm"), effect_hat + rng.normal(0, 0.015, shape)),
        "cost_hat": ("arm", cost_hat),
        "effect_hat": ("arm", effect_hat),
    }
    known = {"reference": "low", "currency": "GBP", "effect_unit": "QALY", "seed": 7, "df": 14.0}
    coords = {"arm": arms, "arm_label": ("arm", [names[arm] for arm in arms])}
    return xr.Dataset(draws, coords=coords, attrs=known | attrs)


def statistic(estimate: float, se: float) -> dict[str, float]:
    return {"estimate": estimate, "se": se, "lower": estimate - 2 * se, "upper": estimate + 2 * se}


def make_effect(unit: str = "QALY", scale: float = 1.0) -> dict[str, Any]:
    inmb = {**statistic(1573.2, 820.0), "probability": 0.966, "mcse": 0.0026}
    comparison = {
        "inc_cost": statistic(-1331.2, 640.0),
        "inc_effect": statistic(0.0121 * scale, 0.02 * scale),
        "correlation": -0.2,
        "icer": {
            "estimate": None,
            "lower": None,
            "upper": None,
            "method": "fieller",
            "statement": "high dominates low",
        },
        "quadrants": {"NE": 0.013, "SE": 0.699, "SW": 0.279, "NW": 0.009},
        "inmb": [{"wtp": 20_000.0, **inmb}, {"wtp": 30_000.0, **inmb}],
    }
    means = {"effect": {"estimate": 0.45 * scale, "se": 0.01}}
    return {
        "unit": unit,
        "arms": {
            "low": {"cost": {"estimate": 4321.2, "se": 410.0}, **means},
            "high": {"cost": {"estimate": 2990.0, "se": 480.0}, **means},
        },
        "comparisons": {"high": comparison},
        "ceac": {"wtp": [0.0, 20_000.0], "probability": {"low": [0.1, 0.03], "high": [0.9, 0.97]}},
        "ceaf": {"wtp": [0.0, 20_000.0], "arm": ["high", "high"], "probability": [0.9, 0.97]},
        "evpi": {"wtp": [0.0, 20_000.0], "per_person": [10.0, 12.5], "population": None},
    }


def make_results() -> dict[str, Any]:
    digest = "0" * 64
    return {
        "schema": "cpi_econ/results/1",
        "provenance": {
            "version": "0.1.0",
            "study": {"file": "study.yaml", "sha256": digest},
            "files": {"participants.csv": digest},
            "seed": 20140901,
            "replicates": 400,
            "packages": {"numpy": "2.4"},
            "python": "3.12",
            "created": "2026-01-01T00:00:00+00:00",
        },
        "sample": {
            "participants": 155,
            "arms": {
                "low": {"participants": 125, "clusters": 12, "complete": 57},
                "high": {"participants": 30, "clusters": "<5", "complete": 24},
            },
        },
        "scenarios": {"base case": {"settings": {}, "effects": {"qaly": make_effect()}}},
        "findings": [
            finding("N117", "note", "difference = high minus low."),
            finding("W135", "warning", "high fidelity has 4 agencies."),
            finding("W108", "warning", "38 blanks.", file="csri.csv", row=12, column="nights"),
        ],
    }


def finding(code: str, severity: str, message: str, **where: Any) -> dict[str, Any]:
    place = {"file": None, "row": None, "column": None} | where
    return {"code": code, "severity": severity, "message": message, "where": place}


@pytest.fixture
def results() -> dict[str, Any]:
    return make_results()


@pytest.fixture
def replicates() -> xr.Dataset:
    return make_replicates()


@pytest.fixture
def make_draws() -> Any:
    return make_replicates


@pytest.fixture
def second_effect() -> dict[str, Any]:
    return make_effect("RG-UK point", scale=300.0)


@pytest.fixture
def labels() -> Labels:
    return Labels(
        title="Connecting People pilot, cost-utility analysis",
        arms=ARM_LABELS,
        reference="low",
        price_year="2014/15",
        perspective=("NHS", "PSS"),
        horizon="9 months",
        cluster="agency",
    )


@pytest.fixture(scope="session")
def small_study(tmp_path_factory):
    """Writer of a study with one finished cost and one or two finished effects a person."""

    def write(
        *,
        arms=("low", "high"),
        labels=None,
        cluster=False,
        effects=1,
        report=(20_000,),
        grid="from: 0, to: 50000, step: 5000",
        more="",
    ):
        folder = tmp_path_factory.mktemp("small")
        rng = np.random.default_rng(11)
        rows = ["id,arm,site,cost,qaly,points" if cluster else "id,arm,cost,qaly,points"]
        for at in range(40 * len(arms)):
            arm = at % len(arms)
            cost, gain = (
                900 + 60 * arm + rng.normal(0, 120),
                0.45 + 0.02 * arm + rng.normal(0, 0.06),
            )
            place = f"s{at % 12 + 20 * arm}," if cluster else ""
            rows.append(f"person-{at:03d},{arms[arm]},{place}{cost:.2f},{gain:.4f},{at % 7}")
        (folder / "people.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        names = {name: (labels or {}).get(name, name) for name in arms}
        listed = ", ".join(
            f"{name}: {{label: {json.dumps(names[name], ensure_ascii=False)}}}" for name in arms
        )
        second = "\n  points: {column: points, unit: point}" if effects > 1 else ""
        site = ", cluster: site" if cluster else ""
        title = json.dumps((labels or {}).get("title", "Small study"), ensure_ascii=False)
        text = f"""title: {title}
currency: GBP
horizon: 9 months
arms: {{{listed}}}
reference: {arms[0]}
data:
  participants: {{file: people.csv, id: id, arm: arm{site}}}
costs: {{column: cost}}
effects:
  qaly: {{column: qaly}}{second}
uncertainty: {{resample: {"clusters" if cluster else "individuals"}, replicates: 300, seed: 5}}
wtp: {{{grid}, report: {list(report)}}}
{more}
"""
        path = folder / "study.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def example_result(example):
    """Every effect and some scenarios of the example, with few replicates."""
    import cpi_econ as ce

    left_out = ("whole agencies drawn", "individuals resampled", "crosswalk to 3L")
    dropped = [f"scenarios.{name}=null" for name in left_out]
    own = [
        f"scenarios.{name}.uncertainty.replicates" for name in ("imputed", "imputed and weighted")
    ]
    fewer = [f"{keys}=200" for keys in ("uncertainty.replicates", *own)]
    plan = ce.read_study(example, [*fewer, *dropped])
    return ce.evaluate(plan, effects="all", scenarios=True)


@pytest.fixture(scope="session")
def example_folder(example_result, tmp_path_factory):
    """Everything that ``run`` writes of the example, written once for every test that reads it."""
    import cpi_econ as ce

    target = tmp_path_factory.mktemp("example")
    ce.write_results(example_result, target, everything=True)
    return target
