"""Files that hold costs, delivery and medicines, read as the study file says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from cpi_econ.errors import Finding
from cpi_econ.study.columns import need_columns, numbers, tokens
from cpi_econ.study.config import DataFile, Study
from cpi_econ.study.cost_plan import Costs, Delivery
from cpi_econ.study.cost_rules import Medicines
from cpi_econ.study.files import RawTable
from cpi_econ.study.finished_values import FinishedCosts, finished_costs
from cpi_econ.study.medicines import MedicinesTaken, read_medicines, said_used
from cpi_econ.study.waves import Waves

CostSpec = Costs | Delivery | Medicines
ReadFile = Callable[[Any], RawTable | None]
ReadVisits = Callable[[Any], Waves | None]


def read_costs(
    study: Study, file: ReadFile, visits: ReadVisits, people: pd.Series
) -> tuple[FinishedCosts | None, list[Finding]]:
    """Finished costs, where the study gives them.

    Parameters
    ----------
    study : Study
    file, visits : callable
        Give the raw table, or the visits, of a file that the study names.
    people : Series
        Identifiers, sorted.
    """
    costs, own = study.costs, study.data.participants
    if costs.column is None:
        return None, []
    spec = _finished_spec(costs, own)
    raw = file(spec)
    lost = need_columns(raw, spec.id) if raw is not None else []
    if raw is None or lost:
        return None, lost if spec is not own else []
    source = visits(spec) if costs.sum_over else None
    if costs.sum_over and source is None:
        return None, []
    return finished_costs(study, source, raw, tokens(raw.frame[spec.id]), people)


def _finished_spec(costs: Costs, own: DataFile) -> DataFile | Costs:
    if costs.file is not None:
        return costs if costs.id is not None else costs.model_copy(update={"id": own.id})
    if costs.time is None and costs.suffixes is None:
        return own
    update = {key: getattr(costs, key) for key in ("time", "suffixes", "time_codes")}
    return own.model_copy(update=update)


def read_delivery(study: Study, file: ReadFile) -> tuple[pd.DataFrame | None, list[Finding]]:
    """Agencies and their money, numbers where a column holds any; None when faulty.

    Parameters
    ----------
    study : Study
    file : callable
        Gives the raw table of a file that the study names.
    """
    spec = study.costs.delivery
    raw = None if spec is None else file(spec)
    if spec is None or raw is None:
        return None, []
    cluster = spec.cluster or study.data.participants.cluster
    findings = need_columns(raw, cluster, spec.cost, *spec.components)
    columns = {}
    for name in map(str, raw.frame.columns):
        values, odd = numbers(raw, name, frozenset())
        money = name not in {cluster, "price_year"} and values.notna().any()
        columns[name] = values if money else tokens(raw.frame[name])
        findings += odd if money else []
    return (None if findings else pd.DataFrame(columns)), findings


def read_taken(
    study: Study, file: ReadFile, forms: Sequence[Waves], people: pd.Series
) -> tuple[MedicinesTaken | None, list[Finding]]:
    """Medicines as listed, where the study prices them.

    Parameters
    ----------
    study : Study
    file : callable
        Gives the raw table of a file that the study names.
    forms : sequence of Waves
        The service-use files, which hold the question ``used``.
    people : Series
        Identifiers, sorted.
    """
    spec = study.costs.medicines
    raw = None if spec is None else file(spec)
    if spec is None or raw is None:
        return None, []
    taken, findings = read_medicines(study, spec, raw, people)
    used = None
    if spec.used is not None:
        used, found = said_used(study, spec.used, forms)
        findings += found
    table = None
    if spec.table is not None:
        table, found = _strengths(file(spec.model_copy(update={"file": spec.table, "sheet": None})))
        findings += found
    return MedicinesTaken(taken, used, table), findings


def _strengths(raw: RawTable | None) -> tuple[pd.DataFrame | None, list[Finding]]:
    """Own table of medicines: generic name, priced service and its strength."""
    if raw is None:
        return None, []
    findings = need_columns(raw, "medicine", "service", "strength")
    if findings:
        return None, findings
    table = pd.DataFrame({name: tokens(raw.frame[name]) for name in ("medicine", "service")})
    for name in ("strength", "defined_daily_dose"):
        table[name] = float("nan")
        if name in raw.frame:
            table[name], found = numbers(raw, name, frozenset())
            findings += found
    brands = tokens(raw.frame["brands"]).fillna("") if "brands" in raw.frame else ""
    return table.assign(brands=brands).reset_index(drop=True), findings
