"""One-way and two-way analysis that a study file asks for, as it stands in ``results.json``."""

from __future__ import annotations

from typing import Any

import numpy as np

from cpi_econ.errors import Finding, FindingsError
from cpi_econ.evaluation.one_way import (
    OneWay,
    one_way_table,
    two_way_grid,
    unit_cost_tipping_point,
)
from cpi_econ.evaluation.person_table import PersonTable
from cpi_econ.result.document import number, numbers
from cpi_econ.result.table_block import to_block
from cpi_econ.study.config import Study
from cpi_econ.study.kept import Kept

_FACTORS = np.array([0.5, 0.75, 1.0, 1.5, 2.0])
_MOST_FACTOR = 10.0
UNIT_COST = "unit cost of "


def sensitivity_results(
    study: Study, people: PersonTable, kept: Kept | None = None
) -> tuple[dict[str, Any], list[Finding]]:
    """Net benefit of the primary effect at the ends of each input, at the first threshold.

    Parameters
    ----------
    study : Study
    people : PersonTable
        Of the base case.
    kept : Kept, optional
        What other plans of the same analysis have read.

    Returns
    -------
    block : dict
        ``wtp``, ``effect`` and by arm ``inputs`` (columns and rows of a tornado, with the factor
        on a unit cost at which the decision changes) and ``two_way`` (factors on two unit costs,
        or None). Empty where the file does not ask.
    findings : list of Finding
        ``W095`` inputs that could not be worked out.
    """
    if study.sensitivity is None or not study.wtp.report:
        return {}, []
    wtp = study.wtp.report[0]
    arms: dict[str, Any] = {}
    findings: list[Finding] = []
    for arm in (name for name in study.arms if name != study.reference):
        base = OneWay(study, people, arm, kept or Kept())
        try:
            arms[arm] = {"inputs": _tornado(base, wtp), "two_way": _two_way(base, wtp)}
        except FindingsError as error:
            reasons = " ".join(found.message for found in error.findings)
            findings.append(Finding("W095", f"one-way analysis is left out: {reasons}"))
            break
    if findings:
        return {}, findings
    return {"wtp": number(wtp), "effect": study.primary, "arms": arms}, []


def _tornado(base: OneWay, wtp: float) -> dict[str, Any]:
    plan = base.study.sensitivity
    assert plan is not None
    spread = plan.unit_costs
    services = [] if spread is None else base.services(plan.most)
    factors = (1.0 - (spread or 0.0), 1.0 + (spread or 0.0))
    table = one_way_table(
        base, wtp, unit_costs=services, factors=factors, overrides=dict(plan.inputs)
    )
    tipping = {f"{UNIT_COST}{name}": _tipping(base, name, wtp) for name in services}
    return to_block(table.assign(tipping_factor=table["input"].map(tipping).astype(float)))


def _tipping(base: OneWay, service: str, wtp: float) -> float | None:
    """Factor on a unit cost, from 0 to 10, at which the decision changes."""
    found = unit_cost_tipping_point(base, service, wtp, most=_MOST_FACTOR, steps=1).value
    return None if found is None else float(found)


def _two_way(base: OneWay, wtp: float) -> dict[str, Any] | None:
    plan = base.study.sensitivity
    if plan is None or len(plan.two_way) != 2:
        return None
    first, second = plan.two_way
    steps = _FACTORS.tolist()
    grid = two_way_grid(base, wtp, (first, steps), (second, steps))
    return {"items": [first, second], "factors": numbers(steps), "inmb": [numbers(r) for r in grid]}
