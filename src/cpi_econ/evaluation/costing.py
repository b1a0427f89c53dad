"""A study's service use or finished costs to one cost a participant."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from cpi_econ.contracts import CLUSTER
from cpi_econ.costs.delivery import delivery_lines
from cpi_econ.costs.discounting import discount_factors_by_time, discount_lines
from cpi_econ.costs.scaling import check_scaling
from cpi_econ.costs.service_prices import index_for
from cpi_econ.costs.service_use import cost_service_use
from cpi_econ.costs.service_use_checks import check_service_use
from cpi_econ.costs.totals import baseline_cost, summed, total_costs
from cpi_econ.costs.unit_costs import UnitCosts
from cpi_econ.errors import Finding, FindingsError, Where
from cpi_econ.evaluation.pricing import index_findings, price_findings, study_prices
from cpi_econ.evaluation.use_rules import first_recall, item_recall, settled_use
from cpi_econ.study.config import Study
from cpi_econ.study.finished_values import FinishedCosts
from cpi_econ.study.kept import Kept, settings_of
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
    periods : DataFrame or None
        Finished costs of each period that is summed, one column a time.
    prices : UnitCosts or None
        Unit costs that the lines were priced with.
    findings : list of Finding
    """

    cost: pd.Series | None
    baseline: pd.Series | None = None
    lines: pd.DataFrame | None = None
    periods: pd.DataFrame | None = None
    prices: UnitCosts | None = None
    findings: list[Finding] = field(default_factory=list)


_COSTED_BY = ("currency", "price_year", "perspective", "horizon", "discount", "costs")


def person_costs(study: Study, trial: Trial, kept: Kept | None = None) -> PersonCosts:
    """Costs of every participant, or the findings that stand in their way.

    Parameters
    ----------
    study : Study
    trial : Trial
    kept : Kept, optional
        What other plans of the same analysis have costed.
    """
    read = settings_of(study, "data", "times", "arms")
    # findings give lines of the study file, which a scenario has none of
    key = ("costs", study.line("costs"), *read, *settings_of(study, *_COSTED_BY))
    made = (kept or Kept()).made(key, lambda: (trial.participants, _person_costs(study, trial)))
    return made[1] if made[0].equals(trial.participants) else _person_costs(study, trial)


def _person_costs(study: Study, trial: Trial) -> PersonCosts:
    if study.costs.column is not None:
        finished = trial.costs
        if finished is None:
            return PersonCosts(None)
        return _finished(study, finished)
    findings: list[Finding] = []
    try:
        prices = study_prices(study)
        if trial.service_use.empty:
            return PersonCosts(None, findings=[*price_findings(prices, ())])
        use, findings = settled_use(study, trial, prices)
        findings = [*price_findings(prices, use["service"].unique()), *findings]
        findings += _check(study, use, prices)
        if any(found.severity == "error" for found in findings):
            return PersonCosts(None, findings=findings)
        lines = cost_service_use(use, prices, **_arguments(study, use))
        findings += index_findings(lines, str(study.price_year))
        if study.discount.costs:
            lines = discount_lines(lines, _discount_factors(study))
        lines = pd.concat([lines, _delivery(study, trial)], ignore_index=True)
    except FindingsError as error:
        return PersonCosts(None, findings=[*findings, *error.findings])
    return _totals(study, lines, prices, findings)


def _discount_factors(study: Study) -> dict[str, float]:
    scale = study.data.service_use[0].scale if study.data.service_use else None
    return discount_factors_by_time(
        study.times, study.discount.costs, scale=scale or "none", horizon=study.horizon
    )


def _finished(study: Study, finished: FinishedCosts) -> PersonCosts:
    """Finished costs, discounted period by period; one value for all periods cannot be."""
    cost, periods = finished.cost, finished.periods
    if periods is not None and study.discount.costs:
        periods = periods * pd.Series(_discount_factors(study))[periods.columns]
        cost = periods.sum(axis=1, skipna=False)
    elif study.discount.costs and (study.horizon or 0) > 1:
        message = (
            "costs come as one value a person, with no dates, and are not discounted here. "
            "Discount them beforehand, or give them by period with sum_over."
        )
        return PersonCosts(cost, finished.baseline, findings=[Finding("W124", message)])
    return PersonCosts(cost, finished.baseline, periods=periods)


def _totals(
    study: Study, lines: pd.DataFrame, prices: UnitCosts, findings: list[Finding]
) -> PersonCosts:
    cost = total_costs(lines, study.perspective)
    scaling = check_scaling(lines, study.perspective, study.data.service_use[0].file)
    baseline = baseline_cost(lines, study.perspective, time=next(iter(study.times)))
    said = [*findings, *scaling, *_incomplete(study, cost)]
    return PersonCosts(cost, baseline, lines, prices=prices, findings=said)


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


def _delivery(study: Study, trial: Trial) -> pd.DataFrame:
    """Cost lines of the delivery of the intervention; none when its table cannot be read."""
    spec = study.costs.delivery
    if spec is None or trial.delivery is None:
        return pd.DataFrame()
    people, cluster = trial.participants, spec.cluster or study.data.participants.cluster
    own = {"per_contact": "contacts", "per_month": "months"}.get(spec.share)
    if spec.own in people and own is not None:
        people = people.assign(**{own: people[spec.own]})
    sector = "|".join(spec.sector)
    return delivery_lines(
        people,
        trial.delivery,
        share=spec.share,
        cluster=CLUSTER,
        agency=cluster,
        components=spec.components or (None if spec.cost is None else [spec.cost]),
        useful_life=spec.useful_life,
        years=spec.years,
        price_year=study.price_year,
        price_index=index_for(sector, study.costs.price_index),
        sector=sector,
        file=spec.file,
    )


def _arguments(study: Study, use: pd.DataFrame) -> dict[str, Any]:
    """Arguments of the costing that the study file settles."""
    return {
        "price_year": study.price_year,
        "price_index": study.costs.price_index,
        "times": study.times,
        "recall": first_recall(study),
        "item_recall": item_recall(study, use),
        "scale": study.data.service_use[0].scale or "none",
        "horizon": study.horizon,
    }


def _check(study: Study, use: pd.DataFrame, prices: UnitCosts) -> list[Finding]:
    spec = study.data.service_use[0]
    arguments = _arguments(study, use) | {"scale": spec.scale}
    found = check_service_use(use, prices, file=spec.file, **arguments)
    # N109 is made from the totals, which leave out visits and sectors that do not count.
    findings = [one for one in found if one.code != "N109"]
    if spec.scale is None and {one.code for one in findings if one.severity == "error"} == {"E110"}:
        findings = [_with_means(study, use, prices, one) for one in findings]
    currencies = set(prices.table["currency"]) - {study.currency, ""}
    if currencies:
        message = (
            f"unit costs are in {', '.join(sorted(currencies))} and the study is in "
            f"{study.currency}; convert them: costs.exchange: {{from: {min(currencies)}, "
            "method: ppp, year: ...}, or change currency."
        )
        findings.append(Finding("E009", message, Where(study.path.name, study.line("currency"))))
    return findings


def _with_means(study: Study, use: pd.DataFrame, prices: UnitCosts, found: Finding) -> Finding:
    """``E110`` with what scaling would do to the mean cost."""
    if found.code != "E110":
        return found
    means = []
    for scale in ("none", "linear"):
        lines = cost_service_use(use, prices, **(_arguments(study, use) | {"scale": scale}))
        means.append(summed(lines, study.perspective).mean())
    said = f" Linear scaling would move the mean cost from {means[0]:,.0f} to {means[1]:,.0f}."
    return replace(found, message=found.message + said)
