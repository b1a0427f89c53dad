"""Numbers behind the page's threshold slider: replicates, never people."""

from __future__ import annotations

from typing import Any

from cpi_econ.contracts import ARM
from cpi_econ.decision.acceptability import ceac
from cpi_econ.report.labels import printable
from cpi_econ.report.material import Material
from cpi_econ.report.numbers import currency_sign, plural
from cpi_econ.report.plane_geometry import clouds_of
from cpi_econ.report.sentences import decision_sentence
from cpi_econ.report.typeset import money, probability
from cpi_econ.result.answer import BASE_CASE
from cpi_econ.result.document import number
from cpi_econ.result.net_benefit_rows import net_benefit_rows

MOST_POINTS = 5_000
_MOST_STEPS = 201


def explorer_data(of: Material) -> dict[str, Any]:
    """Everything the page's script shows, numbers and words, for every effect.

    Parameters
    ----------
    of : Material

    Returns
    -------
    dict
        ``currency`` and ``effects``: for each its ``wtp`` grid with the reported thresholds,
        ``probability`` by arm, and for each comparison a thinned cloud, the estimate and the
        net benefit with its interval; one sentence a threshold.

    Notes
    -----
    The script computes no result: probabilities, intervals and sentences are made here from the
    replicates, as in ``results.json``. At most 5,000 points of a cloud are drawn.
    """
    return {
        "currency": currency_sign(of.labels.currency),
        "reference": of.labels.reference,
        "labels": {arm: of.labels.arm(arm) for arm in of.arms},
        "effects": {name: _effect(of, name) for name in of.base},
    }


def thresholds(of: Material, name: str) -> list[float]:
    """Grid of the curve, thinned, with every reported threshold on it."""
    grid = of.base[name]["ceac"]["wtp"]
    step = -(-len(grid) // _MOST_STEPS)
    reported = [row["wtp"] for row in of.base[name]["comparisons"][of.others[0]]["inmb"]]
    return sorted({*map(float, grid[::step]), float(grid[-1]), *map(float, reported)})


def _effect(of: Material, name: str) -> dict[str, Any]:
    replicates = of.datasets[BASE_CASE, name]
    plan, wtp = of.study["uncertainty"], thresholds(of, name)
    chance = ceac(replicates, wtp)
    rows = net_benefit_rows(replicates, wtp, interval=plan["interval"], level=plan["level"])
    unit = printable(of.base[name]["unit"])
    reported = [row["wtp"] for row in of.base[name]["comparisons"][of.others[0]]["inmb"]]
    return {
        "name": of.effect_name(name),
        "unit": unit,
        "units": plural(unit),
        "start": reported[0],
        "reported": reported,
        "wtp": wtp,
        "probability": {
            str(arm): [number(v) for v in chance.sel({ARM: arm}).to_numpy()] for arm in of.arms
        },
        "comparisons": {arm: _comparison(of, name, arm, rows[arm]) for arm in of.others},
    }


def _comparison(of: Material, name: str, arm: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    (cloud,) = clouds_of(of.datasets[BASE_CASE, name], arm)
    step = -(-cloud.cost.size // MOST_POINTS)
    return {
        "effect": _thin(cloud.effect[::step]),
        "cost": _thin(cloud.cost[::step]),
        "drawn": len(cloud.cost[::step]),
        "replicates": cloud.cost.size,
        "estimate": [cloud.effect_hat, cloud.cost_hat],
        "inmb": [row["estimate"] for row in rows],
        "inmb_text": [_benefit(of, row) for row in rows],
        "chance_text": [probability(row["probability"], row["mcse"]) for row in rows],
        "sentence": [decision_sentence(of, {arm: row}, of.base[name]["unit"]) for row in rows],
    }


def _benefit(of: Material, row: dict[str, Any]) -> str:
    amounts = [money(row[key], of.labels.currency) for key in ("estimate", "lower", "upper")]
    return f"{amounts[0]} ({amounts[1]} to {amounts[2]})"


def _thin(values: Any) -> list[float]:
    """Five digits are more than a screen can show."""
    return [float(f"{value:.5g}") for value in values.tolist()]
