"""A study's service use or finished costs to one cost a participant."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from cpi_econ.contracts import CLUSTER
from cpi_econ.costs.delivery import delivery_lines
from cpi_econ.costs.discounting import discount_factors_by_time, discount_lines
from cpi_econ.costs.service_use import cost_service_use
from cpi_econ.costs.service_use_checks import check_service_use
from cpi_econ.costs.totals import baseline_cost, total_costs
from cpi_econ.costs.unit_costs import UnitCosts, read_unit_costs
from cpi_econ.errors import Finding, FindingsError, Where
from cpi_econ.study.config import Study
from cpi_econ.study.finished_values import FinishedCosts
from cpi_econ.study.trial import Trial


@dataclass(frozen=True)
class PersonCosts:
    """Costs of every participant.

    Parameters
    ----------
    cost : Series
        Cost over the study period [currency]; NaN when any part is unknown.
    baseline : Series or None
        Cost at the first time, as asked, without scaling.
    lines : DataFrame or None
        The cost lines that the costs are sums of.
    findings : list of Finding
    """

    cost: pd.Series | None
    baseline: pd.Series | None = None
    lines: pd.DataFrame | None = None
    findings: list[Finding] = field(default_factory=list)


def person_costs(study: Study, trial: Trial) -> PersonCosts:
    """Costs of every participant, or the findings that stand in their way."""
    if study.costs.column is not None:
        finished = trial.costs
        if finished is None:
            return PersonCosts(None)
        return _finished(study, finished)
    try:
        prices = read_unit_costs(*study.costs.unit_costs, folder=study.folder)
    except FindingsError as error:
        return PersonCosts(None, findings=list(error.findings))
    findings = [*_price_findings(study, prices), *_check(study, trial, prices)]
    if trial.service_use.empty or any(found.severity == "error" for found in findings):
        return PersonCosts(None, findings=findings)
    lines = cost_service_use(trial.service_use, prices, **_recall(study))  # type: ignore[arg-type]
    if study.discount.costs:
        lines = discount_lines(lines, _discount_factors(study))
    if study.costs.delivery is not None:
        try:
            lines = pd.concat([lines, _delivery(study, trial)], ignore_index=True)
        except FindingsError as error:
            return PersonCosts(None, findings=[*findings, *error.findings])
    cost = total_costs(lines, study.perspective)
    findings += _incomplete(study, cost)
    baseline = baseline_cost(lines, study.perspective, time=next(iter(study.times)))
    return PersonCosts(cost, baseline, lines, findings)


def _discount_factors(study: Study) -> dict[str, float]:
    scale = study.data.service_use[0].scale if study.data.service_use else None
    return discount_factors_by_time(
        study.times, study.discount.costs, scale=scale or "none", horizon=study.horizon
    )


def _finished(study: Study, finished: FinishedCosts) -> PersonCosts:
    """Finished costs, discounted period by period; one value for all periods cannot be."""
    cost = finished.cost
    if finished.periods is not None and study.discount.costs:
        factors = pd.Series(_discount_factors(study))[finished.periods.columns]
        cost = (finished.periods * factors).sum(axis=1, skipna=False)
    elif study.discount.costs and (study.horizon or 0) > 1:
        message = (
            "costs come as one value a person, with no dates, and are not discounted here. "
            "Discount them beforehand, or give them by period with sum_over."
        )
        return PersonCosts(cost, finished.baseline, findings=[Finding("W124", message)])
    return PersonCosts(cost, finished.baseline)


def _incomplete(study: Study, cost: pd.Series) -> list[Finding]:
    """``N109``: people whose total is missing, not partial."""
    lost = tuple(map(str, cost.index[cost.isna()]))
    if not lost:
        return []
    message = (
        f"{len(lost)} people lack one or more service-use items; their total cost is missing, "
        "not partial."
    )
    return [Finding("N109", message, Where(study.data.service_use[0].file), lost)]


def _price_findings(study: Study, prices: UnitCosts) -> list[Finding]:
    """Findings of the unit-cost tables about services that this study prices."""
    used = {item.service or name for name, item in study.costs.items.items()}
    rows = prices.table[["file", "row"]].itertuples(index=False)
    service = dict(zip(map(tuple, rows), prices.table["service"], strict=True))
    return [
        found
        for found in prices.findings
        if found.severity == "error"
        or service.get((found.where.file, found.where.row), next(iter(used))) in used
    ]


def _delivery(study: Study, trial: Trial) -> pd.DataFrame:
    """Cost lines of the delivery of the intervention; none when its table cannot be read."""
    spec = study.costs.delivery
    if spec is None or trial.delivery is None:
        return pd.DataFrame()
    cluster = spec.cluster or study.data.participants.cluster
    return delivery_lines(
        trial.participants,
        trial.delivery,
        share=spec.share,
        cluster=CLUSTER,
        agency=cluster,
        components=None if spec.cost is None else [spec.cost],
        price_year=study.price_year,
        price_index=study.costs.price_index if isinstance(study.costs.price_index, str) else None,
        file=spec.file,
    )


def _recall(study: Study) -> dict[str, object]:
    """Arguments of the costing that the study file settles."""
    files = study.data.service_use
    windows = {file.recall for file in files}
    return {
        "price_year": study.price_year,
        "price_index": study.costs.price_index,
        "times": study.times,
        "recall": next(iter(windows)) if windows else None,
        "scale": files[0].scale or "none",
        "horizon": study.horizon,
    }


def _check(study: Study, trial: Trial, prices: UnitCosts) -> list[Finding]:
    file = study.data.service_use[0].file
    found = check_service_use(trial.service_use, prices, file=file, **_recall(study))  # type: ignore[arg-type]
    # N109 is made from the totals, which leave out visits and sectors that do not count.
    findings = [one for one in found if one.code != "N109"]
    currencies = set(prices.table["currency"]) - {study.currency}
    if currencies:
        message = (
            f"unit costs are in {', '.join(sorted(currencies))} and the study is in "
            f"{study.currency}; convert them first (unit-costs inflate), or change currency."
        )
        findings.append(Finding("E009", message, Where(study.path.name, study.line("currency"))))
    return findings
