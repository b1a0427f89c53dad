"""Subgroups of a study file as they stand in ``results.json``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import xarray as xr

from cpi_econ.contracts import ARM, COST, EFFECT, WTP
from cpi_econ.decision.information import effective_population
from cpi_econ.decision.interaction import subgroup_differences
from cpi_econ.decision.net_benefit import wtp_grid
from cpi_econ.decision.stratified import SUBGROUP, stratified_value
from cpi_econ.errors import EstimationError, Finding, stop
from cpi_econ.evaluation.person_table import PersonTable
from cpi_econ.evaluation.subgroups import MOST_GROUPS, Subgroups, subgroup_words, subgroups
from cpi_econ.result.disclosure import masked_counts
from cpi_econ.result.document import SMALLEST, ceac_block, comparisons_block, number, numbers
from cpi_econ.study.config import Study

Block = dict[str, Any]
_INMB = ("estimate", "se", "lower", "upper", "probability", "mcse")


def subgroup_results(
    study: Study, people: PersonTable, effects: Sequence[str], *, jobs: int = 1
) -> tuple[Block, list[Finding]]:
    """Every variable under ``subgroups:`` for every effect named, and what was found.

    Parameters
    ----------
    study : Study
    people : PersonTable
        Of the base case.
    effects : sequence of str
        Names of effects.
    jobs : int
        Workers.

    Returns
    -------
    block : dict
        By variable and effect: ``unit``, ``subgroups`` with ``participants``, ``share``,
        ``comparisons`` and ``ceac``, ``differences`` from the first subgroup, and ``decisions``,
        the value of one for each subgroup. A variable that cannot be analysed is left out.
    findings : list of Finding
        ``W092`` and, for what is left out, ``W093``.
    """
    blocks: Block = {}
    findings: list[Finding] = []
    for by in study.subgroups:
        made: Block = {}
        for effect in effects:
            table, unit = people.outcomes(study, effect), people.effects[effect].unit
            try:
                _refuse_tiny(study, table, by)
                found = subgroups(study, table, by, unit, jobs=jobs)
                made[effect] = _effect(study.for_effect(effect), table, by, unit, found)
            except EstimationError as error:
                findings.append(_left_out(by, effect, len(effects), error))
                continue
            findings += found.findings
        if made:
            blocks[by] = {"effects": made}
    return blocks, findings


def _refuse_tiny(study: Study, table: pd.DataFrame, by: str) -> None:
    """Stop where a mean would be that of fewer people than may be shown."""
    if study.report.small_numbers == "show":
        return
    complete = table.dropna(subset=[by, COST, EFFECT])
    sizes = complete.groupby([by, ARM], observed=True).size()
    few = sizes[(sizes > 0) & (sizes < SMALLEST)]
    if len(few) and 2 <= complete[by].nunique() <= MOST_GROUPS:
        cells = ", ".join(f'"{name}" in {arm}' for name, arm in few.index)
        message = f"fewer than {SMALLEST} people with cost and effect are {cells}."
        stop(EstimationError, "E099", message)


def _left_out(by: str, effect: str, n_effects: int, error: EstimationError) -> Finding:
    reasons = " ".join(found.message for found in error.findings)
    of = f" for {effect}" if n_effects > 1 else ""
    message = f"subgroups by {by} are left out{of}: {reasons} Merge subgroups in the data file."
    return Finding("W093", message)


def _effect(study: Study, table: pd.DataFrame, by: str, unit: str, found: Subgroups) -> Block:
    names = list(found.replicates)
    counts = _participants(study, table, by, names)
    masked = any(isinstance(cell, str) for row in counts.values() for cell in row.values())
    blocks = {
        name: {
            "share": round(found.shares[name], 2) if masked else number(found.shares[name]),
            "participants": counts[name],
            **_curves(study, found.replicates[name]),
        }
        for name in names
    }
    return {
        "unit": unit,
        "subgroups": blocks,
        "differences": _differences(study, found),
        "decisions": _decisions(study, by, found),
    }


def _participants(
    study: Study, table: pd.DataFrame, by: str, names: Sequence[str]
) -> dict[str, dict[str, int | str]]:
    """People by subgroup and arm; those of unknown subgroup count as one more for the masking."""
    group = subgroup_words(table[by])
    made: dict[str, dict[str, int | str]] = {name: {} for name in names}
    for arm in study.arms:
        here = group[table[ARM] == arm]
        counts = [int((here == name).sum()) for name in names]
        cells = masked_counts([*counts, int(here.isna().sum())], study.report.small_numbers)
        for name, cell in zip(names, cells, strict=False):
            made[name][arm] = cell
    return made


def _curves(study: Study, replicates: xr.Dataset) -> Block:
    plan, grid = study.uncertainty, study.wtp
    wtp = wtp_grid(grid.from_, grid.to, step=grid.step).tolist()
    return {
        "comparisons": comparisons_block(replicates, grid.report, plan.interval, plan.level),
        "ceac": ceac_block(replicates, wtp),
    }


def _differences(study: Study, found: Subgroups) -> list[Block]:
    """Net benefit of each subgroup minus that of the first, one entry an arm and threshold."""
    plan = study.uncertainty
    table = subgroup_differences(
        found.joint,
        found.cells,
        list(study.wtp.report),
        reference=study.reference,
        interval=plan.interval,
        level=plan.level,
    )
    against = next(iter(found.cells))
    return [
        {
            "subgroup": str(name),
            "against": against,
            "arm": str(arm),
            "wtp": number(wtp),
            **{key: number(table[key].sel({WTP: wtp, ARM: arm, SUBGROUP: name})) for key in _INMB},
        }
        for arm in table[ARM].values
        for name in table[SUBGROUP].values
        for wtp in table[WTP].values
    ]


def _decisions(study: Study, by: str, found: Subgroups) -> Block:
    """What a decision for each subgroup is worth over one decision for all."""
    weights = _weights(study, by, found.shares)
    report = list(study.wtp.report)
    value = stratified_value(found.replicates, found.shares, report, weights=weights)
    people = study.population
    whole = (
        None
        if people is None
        else effective_population(people.size, people.years, discount=people.discount)
    )
    return {
        "wtp": numbers(value[WTP]),
        "best": [str(arm) for arm in value["best"].values],
        "best_own": {
            str(name): [str(arm) for arm in value["best_own"].sel({SUBGROUP: name}).values]
            for name in value[SUBGROUP].values
        },
        "one_decision": numbers(value["one_decision"]),
        "own_decisions": numbers(value["own_decisions"]),
        "gain": numbers(value["gain"]),
        "gain_population": None if whole is None else numbers(value["gain"] * whole),
        "equity_weights": weights,
    }


def _weights(study: Study, by: str, shares: Mapping[str, float]) -> dict[str, float] | None:
    given = study.equity_weights.get(by)
    if given is None:
        return None
    if set(given) != set(shares):
        message = (
            f"equity_weights.{by} names {', '.join(given)}; the subgroups are "
            f"{', '.join(shares)}. Give each a weight."
        )
        stop(EstimationError, "E099", message)
    return {name: float(given[name]) for name in shares}
