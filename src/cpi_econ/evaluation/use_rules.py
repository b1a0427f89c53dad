"""Service use of a study, settled by the rules of its study file."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from cpi_econ.costs.caps import Cap
from cpi_econ.costs.preparation import DAYS_A_YEAR, UseRules, settle_service_use
from cpi_econ.costs.unit_costs import UnitCosts
from cpi_econ.costs.visit_dates import actual_windows
from cpi_econ.errors import Finding
from cpi_econ.evaluation.medicines import with_medicines
from cpi_econ.study.config import Study
from cpi_econ.study.trial import Trial


def settled_use(
    study: Study, trial: Trial, prices: UnitCosts
) -> tuple[pd.DataFrame, list[Finding]]:
    """Service use ready to be costed, medicines among it, and what the rules did.

    Parameters
    ----------
    study : Study
    trial : Trial
    prices : UnitCosts
        For typical lengths of contact.

    Raises
    ------
    DataError
        ``E048`` a group size below 1; ``E045``, ``E046`` a medicine that cannot be counted.
    """
    use, findings = with_medicines(study, trial)
    people = trial.participants.set_index("participant")
    settled, found = settle_service_use(
        use,
        prices,
        _rules(study),
        times=study.times,
        recall=first_recall(study),
        item_recall=item_recall(study, use),
        scale=study.data.service_use[0].scale or "none",
        died_years=people.get("died_years"),
        file=study.data.service_use[0].file,
    )
    return _dated(study, trial, settled), findings + found


def _rules(study: Study) -> UseRules:
    costs = study.costs
    sizes = {
        name: item.group_size
        for name, item in costs.items.items()
        if isinstance(item.group_size, float)
    }
    return UseRules(
        not_asked=costs.not_asked,
        night_items=costs.night_items,
        community_items=costs.community_items,
        blank_items=costs.blank_items,
        unknown_number=costs.unknown_number,
        missing_minutes=costs.missing_minutes,
        caps=_caps(study),
        groups={**costs.groups, **sizes},
        packages=costs.packages,
        informal_care=costs.informal_care,
    )


def _caps(study: Study) -> dict[str, Cap]:
    """Caps of the study file, and friction periods of work loss."""
    caps = {
        name: Cap(rule.items, rule.per_day or math.inf, rule.per_window or math.inf)
        for name, rule in study.costs.caps.items()
    }
    for item, rule in study.costs.work_loss.items():
        if rule.friction_period is not None:
            days = rule.friction_period * DAYS_A_YEAR
            caps[f"friction period of {item}"] = Cap([item], per_window=days)
    return caps


def first_recall(study: Study) -> float | None:
    """Years that the first service-use file asks about."""
    files = study.data.service_use
    return files[0].recall if files else None


def item_recall(study: Study, use: pd.DataFrame) -> dict[str, float | Mapping[str, float]]:
    """Years asked about, for items that were asked over another window than the first file's.

    Parameters
    ----------
    study : Study
    use : DataFrame
        Service use, with ``form`` where there are several files.
    """
    windows: dict[str, float | Mapping[str, float]] = {}
    if "form" in use:
        forms = use.dropna(subset=["form"]).drop_duplicates("item").set_index("item")["form"]
        own = {item: study.data.service_use[int(form)].recall for item, form in forms.items()}
        windows |= {str(item): years for item, years in own.items() if years is not None}
    windows |= _stated_recall(study, use)
    first = first_recall(study)
    return {item: years for item, years in windows.items() if years != first}


def _stated_recall(study: Study, use: pd.DataFrame) -> dict[str, float]:
    """Years asked about, for the items and medicines that state their own."""
    costs = study.costs
    windows: dict[str, float] = {}
    if costs.medicines is not None and costs.medicines.recall is not None:
        listed = use.loc[~use["item"].isin(list(costs.items)), "item"].unique()
        windows |= dict.fromkeys(map(str, listed), costs.medicines.recall)
    own = {name: item.recall for name, item in costs.items.items()}
    return windows | {name: years for name, years in own.items() if years is not None}


def _dated(study: Study, trial: Trial, use: pd.DataFrame) -> pd.DataFrame:
    """Service use with the actual periods and windows of the forms that have dates."""
    table = trial.form_dates
    if table is None:
        return use
    form = use["form"].fillna(0) if "form" in use else pd.Series(0, index=use.index)
    parts = []
    for position, rows in use.groupby(form, sort=False):
        dates = table[table["form"] == position].drop(columns="form")
        recall = study.data.service_use[int(str(position))].recall or math.nan
        parts.append(rows if dates.empty else actual_windows(rows, dates, recall))
    dated = pd.concat(parts, ignore_index=True)
    for item, years in _stated_recall(study, use).items():
        # Asked over a window of its own, whatever the days of its form.
        dated.loc[dated["item"].eq(item) & dated["recall_years"].notna(), "recall_years"] = years
    return dated
