"""A study's answers, utilities or finished values to one effect a participant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from cpi_econ.contracts import TIME
from cpi_econ.effects.catalogue import value_set
from cpi_econ.effects.instruments import Instrument, instrument
from cpi_econ.effects.level_checks import LevelFault, check_levels, check_version
from cpi_econ.effects.qaly import area_under_curve, qalys
from cpi_econ.effects.utilities import utilities
from cpi_econ.effects.value_set import ValueSet
from cpi_econ.effects.wide_answers import wide_answers
from cpi_econ.effects.years_of_capability import sufficient_values, years_of_capability
from cpi_econ.errors import Finding, FindingsError, Where
from cpi_econ.evaluation.imputed_parts import Parts
from cpi_econ.evaluation.outcome_findings import value_findings
from cpi_econ.evaluation.visit_values import visit_parts
from cpi_econ.study.config import Effect, Study
from cpi_econ.study.responses import level_findings
from cpi_econ.study.trial import Trial


@dataclass(frozen=True)
class PersonEffect:
    """One effect of every participant.

    Parameters
    ----------
    unit : str
        Unit of the effect, in words.
    value : Series or None
        Effect by participant; NaN when any visit it needs is missing.
    baseline : Series or None
        Utility, or capability value, at the first time.
    utilities : DataFrame or None
        ``participant, time, utility``.
    parts : Parts
        Values by visit, where those are imputed in place of the effect.
    findings : list of Finding
    """

    unit: str
    value: pd.Series | None = None
    baseline: pd.Series | None = None
    utilities: pd.DataFrame | None = None
    parts: Parts = field(default_factory=Parts)
    findings: list[Finding] = field(default_factory=list)


def person_effect(study: Study, trial: Trial, name: str) -> PersonEffect:
    """One effect of every participant, or the findings that stand in its way."""
    effect = study.effects[name]
    result = PersonEffect(effect_unit(name, effect))
    if effect.column is not None:
        return replace(result, value=trial.effects.get(name))
    if effect.utility is not None:
        valued = trial.utilities.get(name)
        return (
            result
            if valued is None or valued.empty
            else _over_time(study, trial, name, result, valued)
        )
    try:
        return _valued(study, trial, name, result)
    except FindingsError as error:
        place = Where(study.path.name, study.line("effects", name), f"effects.{name}")
        found = [one if one.where.file else replace(one, where=place) for one in error.findings]
        return replace(result, findings=found)


def effect_unit(name: str, effect: Effect) -> str:
    """Unit of an effect: as written, or the one that follows from how it is made."""
    if effect.unit is not None:
        return effect.unit
    if effect.summary == "years_of_sufficient_capability":
        return "year of sufficient capability"
    if (effect.instrument or "").upper().startswith("ICECAP"):
        return "year of full capability"
    if effect.column is not None and name.lower() not in {"qaly", "qalys"}:
        return name.replace("_", " ")
    return "QALY"


def _valued(study: Study, trial: Trial, name: str, result: PersonEffect) -> PersonEffect:
    effect = study.effects[name]
    answers = trial.responses[trial.responses["effect"] == name]
    tariff = value_set(_set_id(study, effect))
    asked = instrument(str(effect.instrument))
    findings = tariff.findings() + _instrument_findings(study, name, asked, tariff)
    if not answers.empty and not findings_stop(findings):
        findings += _level_findings(answers, asked)
    unread = set(asked.dimensions) - set(answers["item"].unique())
    if unread or findings_stop(findings):
        return replace(result, findings=findings)
    people = trial.participants.set_index("participant")
    valued = utilities(
        answers,
        tariff,
        mapping=effect.mapping,
        age=people.get("age"),
        sex=people.get("sex"),
    )
    done = _over_time(study, trial, name, result, valued, tariff)
    return replace(done, findings=findings + done.findings)


def findings_stop(findings: list[Finding]) -> bool:
    """Whether any finding is an error."""
    return any(found.severity == "error" for found in findings)


def _set_id(study: Study, effect: Effect) -> str:
    """Catalogue id, or the path of the user's own set beside the study file."""
    own = study.folder / str(effect.value_set)
    return str(own) if own.suffix and own.is_file() else str(effect.value_set)


def _instrument_findings(
    study: Study, name: str, asked: Instrument, tariff: ValueSet
) -> list[Finding]:
    effect = study.effects[name]
    place = Where(study.path.name, study.line("effects", name), f"effects.{name}")
    dimensions = [key for key in effect.columns or {} if key != "state"]
    findings = []
    unknown = [key for key in dimensions if key not in (*asked.dimensions, "vas")]
    absent = [key for key in asked.dimensions if key not in dimensions]
    if dimensions and (unknown or absent):
        message = (
            f"columns name {', '.join(dimensions)}; {asked.name} has {', '.join(asked.dimensions)}."
        )
        findings.append(Finding("E055", message, place))
    if effect.mapping is None and tariff.instrument.name != asked.name:
        message = (
            f'value set "{tariff.id}" is for {tariff.instrument.name} and the answers are '
            f"{asked.name}. Use a set for {asked.name}, or a named mapping such as van_hout_2012 "
            "or dsu_2023."
        )
        findings.append(Finding("E105", message, place))
    return findings


def _level_findings(answers: pd.DataFrame, asked: Instrument) -> list[Finding]:
    try:
        wide = wide_answers(answers)
    except ValueError:  # an item twice at one visit, which `utilities` tells
        return []
    faults = check_levels(wide, asked)
    findings = [found for fault in faults for found in _fault(answers, wide, fault)]
    for fault in check_version(wide, asked):
        place = Where(str(answers["file"].iloc[0]))
        findings.append(Finding(fault.code, fault.message, place))
    return findings


def _fault(answers: pd.DataFrame, wide: pd.DataFrame, fault: LevelFault) -> list[Finding]:
    rows = pd.MultiIndex.from_frame(wide.loc[np.asarray(fault.rows), ["participant", "time"]])
    keys = pd.MultiIndex.from_frame(answers[["participant", "time"]])
    wrong = answers["item"].eq(fault.item) & keys.isin(rows)
    return level_findings(answers, fault.code, fault.message, wrong)


def _over_time(
    study: Study,
    trial: Trial,
    name: str,
    result: PersonEffect,
    valued: pd.DataFrame,
    tariff: ValueSet | None = None,
) -> PersonEffect:
    people = trial.participants.set_index("participant")
    shared: dict[str, Any] = {
        "horizon": study.horizon,
        "died": people.get("died_years"),
        "discount": study.discount.effects,
        "visit_times": trial.visit_times,
    }
    summary = study.effects[name].summary
    area: Callable[..., pd.Series] = qalys
    if summary is not None or (tariff is not None and tariff.instrument.name.startswith("ICECAP")):
        area = years_of_capability
        shared |= {"summary": summary or "years_of_full_capability", "value_set": tariff}
    value = area(valued, study.times, **shared)
    counted = valued
    if summary == "years_of_sufficient_capability":
        counted = sufficient_values(valued, shared["value_set"])
    first = valued[valued["time"] == next(iter(study.times))]
    return replace(
        result,
        value=value,
        baseline=first.set_index("participant")["utility"],
        utilities=valued,
        parts=_parts(study, trial, name, counted, result.unit, renamed=counted is not valued),
        findings=value_findings(study, trial, name, valued, value, result.unit),
    )


def _parts(
    study: Study, trial: Trial, name: str, counted: pd.DataFrame, unit: str, *, renamed: bool
) -> Parts:
    """Values by visit, where a study imputes those."""
    plan = study.missing
    if plan is None or plan.method != "impute" or plan.level != "visits":
        return Parts()
    people = trial.participants.set_index("participant")
    grid = pd.MultiIndex.from_product(
        [people.index, list(study.times)], names=["participant", TIME]
    )
    values = counted.set_index(["participant", TIME])["utility"].reindex(grid).reset_index()
    area = partial(
        area_under_curve,
        times=study.times,
        horizon=study.horizon,
        died=people.get("died_years"),
        discount=study.discount.effects,
        visit_times=trial.visit_times,
    )
    own = name != study.primary or renamed
    label = "utility" if unit == "QALY" else name
    baseline = f"{label} at {next(iter(study.times))}" if own else "baseline_utility"
    return visit_parts(values, area, study.times, label, baseline)
