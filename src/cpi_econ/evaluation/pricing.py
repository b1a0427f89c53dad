"""Unit costs of a study: its tables, and what the study file changes in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import pandas as pd

from cpi_econ.costs.exchange import Exchange
from cpi_econ.costs.face_to_face import face_to_face
from cpi_econ.costs.time_value import work_day_cost
from cpi_econ.costs.unit_costs import UnitCosts, read_unit_costs
from cpi_econ.errors import Finding, FindingsError, UnitCostError, Where, raise_all
from cpi_econ.study.config import Study


def study_prices(study: Study) -> UnitCosts:
    """Unit costs as the study file settles them.

    Parameters
    ----------
    study : Study
        Names the tables, and how they are converted and changed.

    Raises
    ------
    UnitCostError
        Everything wrong with the tables, or with what the study file changes in them.

    Notes
    -----
    The order: tables, conversion of currencies, time not face to face, work loss, unit costs set
    in the study file. A price that the file sets is the price used, whatever came before.
    """
    costs = study.costs
    prices = read_unit_costs(*costs.unit_costs, folder=study.folder, exchange=_exchange(study))
    findings: list[Finding] = []
    prices = replace(prices, findings=(*prices.findings, *_unused_exchange(study, prices)))
    ratios = costs.face_to_face
    prices = _kept(prices, lambda one: face_to_face(one, ratios), study, "face_to_face", findings)
    for item in costs.work_loss:
        prices = _kept(prices, _day_of(study, item), study, "work_loss", findings, item)
    for service, price in costs.set_unit_costs.items():
        prices = _kept(
            prices, _priced_at(service, price), study, "set_unit_costs", findings, service
        )
    raise_all(findings, UnitCostError)
    return prices


def _exchange(study: Study) -> Exchange | None:
    spec = study.costs.exchange
    if spec is None:
        return None
    return Exchange(spec.from_, study.currency, str(spec.year), spec.rate, spec.to)


def _unused_exchange(study: Study, prices: UnitCosts) -> list[Finding]:
    spec = study.costs.exchange
    if spec is None or any(found.code == "N040" for found in prices.findings):
        return []
    message = f"no unit cost is in {spec.from_}; costs.exchange converts nothing."
    place = Where(study.path.name, study.line("costs", "exchange"), "costs.exchange")
    return [Finding("W040", message, place)]


def _kept(
    prices: UnitCosts,
    change: Callable[[UnitCosts], UnitCosts],
    study: Study,
    key: str,
    findings: list[Finding],
    name: str | None = None,
) -> UnitCosts:
    """Prices after ``change``, or as they were with its findings placed in the study file."""
    try:
        return change(prices)
    except FindingsError as error:
        keys = ("costs", key) if name is None else ("costs", key, name)
        place = Where(study.path.name, study.line(*keys), ".".join(keys))
        findings += [replace(one, where=place) for one in error.findings]
        return prices


def _priced_at(service: str, price: float) -> Callable[[UnitCosts], UnitCosts]:
    return lambda prices: prices.replace_cost(service, price)


def _day_of(study: Study, item: str) -> Callable[[UnitCosts], UnitCosts]:
    """Price of a day off work as an item's service."""
    rule = study.costs.work_loss[item]
    day = work_day_cost(
        rule.wage,
        hours_per_day=rule.hours_per_day,
        on_costs=rule.on_costs,
        elasticity=rule.elasticity,
    )
    method = "human capital" if rule.friction_period is None else "friction period"
    source = (
        f"{rule.hours_per_day:g} hours at {rule.wage:g} an hour, {rule.on_costs:.0%} on-costs, "
        f"elasticity {rule.elasticity:g} ({method})"
    )
    return lambda prices: prices.add_price(
        study.costs.service_of(item),
        unit="day",
        unit_cost=day,
        price_year=str(study.price_year),
        sector="|".join(rule.sector),
        source=source,
    )


def price_findings(prices: UnitCosts, used: Iterable[str]) -> list[Finding]:
    """Findings of the unit-cost tables about services that this study prices.

    Parameters
    ----------
    prices : UnitCosts
    used : iterable of str
        Services in use.
    """
    wanted = set(used)
    rows = prices.table[["file", "row"]].itertuples(index=False)
    service = dict(zip(map(tuple, rows), prices.table["service"], strict=True))
    return [
        found
        for found in prices.findings
        if found.severity == "error"
        or service.get((found.where.file, found.where.row)) in {*wanted, None}
    ]


def index_findings(lines: pd.DataFrame, price_year: str) -> list[Finding]:
    """``N043``: which prices were brought to the price year, by which index and factor.

    Parameters
    ----------
    lines : DataFrame
        Cost lines.
    price_year : str
        Price year of the analysis.
    """
    columns = ["service", "price_year", "price_index", "index_factor"]
    moved = lines.loc[lines["price_index"].astype(object).fillna("").ne(""), columns]
    if moved.empty:
        return []
    keys = moved.drop_duplicates().astype(dict.fromkeys(columns[:3], object))
    said = [
        f"{len(rows)} from {year} by {index} (x {factor:.4f})"
        for (year, index, factor), rows in keys.groupby(columns[1:], sort=False)
    ]
    return [Finding("N043", f"unit costs brought to {price_year}: {'; '.join(said)}.")]
