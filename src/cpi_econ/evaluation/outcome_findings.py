"""What the values of an effect say about the data they come from."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cpi_econ.effects.instruments import instrument
from cpi_econ.effects.level_checks import check_direction
from cpi_econ.effects.outcome_checks import (
    baseline_findings,
    bounded_findings,
    missing_visit_findings,
)
from cpi_econ.effects.visit_checks import answers_after_death_findings
from cpi_econ.errors import Finding, Where
from cpi_econ.study.config import Study
from cpi_econ.study.trial import Trial


def value_findings(
    study: Study, trial: Trial, name: str, valued: pd.DataFrame, value: pd.Series, unit: str
) -> list[Finding]:
    """``N120``, ``E119``, ``W122`` and ``W123`` of one effect valued over time.

    Parameters
    ----------
    name : str
        Effect.
    valued : DataFrame
        ``participant, time, utility``.
    value : Series
        Effect by participant.
    unit : str
        Unit of the effect.
    """
    people = trial.participants.set_index("participant")
    findings = missing_visit_findings(valued, value, unit)
    horizon = study.horizon if study.horizon is not None else max(study.times.values())
    if not (valued["utility"] > 1).any():  # else E026 has said it, and this would only echo it
        findings += bounded_findings(value, horizon)
    if "died_years" in people:
        findings += answers_after_death_findings(
            valued, study.times, people["died_years"], trial.visit_times
        )
    first = valued[valued["time"] == next(iter(study.times))].set_index("participant")["utility"]
    if name == study.primary:
        covariate = study.adjust.model != "none" and "baseline_utility" in study.adjust.effect
        adjusted = covariate or "effect" in study.adjust.changes
        findings += baseline_findings(
            first, people["arm"], study.reference, study.times, adjusted=adjusted
        )
    return findings


def direction_findings(study: Study, baselines: Mapping[str, pd.Series]) -> list[Finding]:
    """``W102``: an effect from answers that runs against another one in the same people.

    Parameters
    ----------
    baselines : mapping of str to Series
        Value at the first time of each effect that has answers, by participant.
    """
    findings = []
    names = list(baselines)
    for place, name in enumerate(names):
        for other in names[:place]:
            one, two = baselines[name].align(baselines[other], join="inner")
            asked = instrument(str(study.effects[name].instrument))
            called = study.effects[other].instrument or other
            where = Where(study.path.name, study.line("effects", name), f"effects.{name}")
            faults = check_direction(one.to_numpy(), two.to_numpy(), asked, called)
            findings += [Finding(fault.code, fault.message, where) for fault in faults]
    return findings
