"""One participant of a study from answers to cost, utility, effect and weight."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from cpi_econ.contracts import COST, EFFECT
from cpi_econ.costs.perspective import TRANSFER, tags_of
from cpi_econ.costs.totals import summed
from cpi_econ.errors import DataError, raise_all
from cpi_econ.evaluation.person_table import PersonTable, person_table
from cpi_econ.report.explanation import Explanation, explain_participant
from cpi_econ.study.config import Study
from cpi_econ.uncertainty.balance import participant_weights
from cpi_econ.uncertainty.design import covariate_names


def participant_path(study: Study, participant: str) -> Explanation:
    """Everything that led to one participant's part in a study.

    Parameters
    ----------
    study : Study
        From `read_study`.
    participant : str
        Identifier as it stands in the data.

    Returns
    -------
    Explanation
        For the analyst's screen only: it names the participant.

    Raises
    ------
    DataError
        ``E042`` no such participant, with the nearest identifiers; any error of the data.
    """
    people = person_table(study)
    raise_all(people.findings(), DataError)
    explanation = explain_participant(
        participant,
        outcomes=people.outcomes(study, study.primary),
        lines=people.costs.lines,
        responses=people.trial.responses,
        utilities=_utilities(people),
        weights=_weights(study, people),
        perspectives=_perspectives(study, people.costs.lines),
        effects={
            name: (effect.value, effect.unit)
            for name, effect in people.effects.items()
            if effect.value is not None
        },
    )
    remarks = [_remark(study, people, name, explanation.participant) for name in people.effects]
    return replace(explanation, remarks=remarks)


def _utilities(people: PersonTable) -> pd.DataFrame | None:
    valued = [
        effect.utilities.assign(effect=name)
        for name, effect in people.effects.items()
        if effect.utilities is not None
    ]
    return pd.concat(valued, ignore_index=True) if valued else None


def _perspectives(study: Study, lines: pd.DataFrame | None) -> dict[str, pd.Series]:
    if lines is None:
        return {}
    tags = {tag for cell in lines["sector"].unique() for tag in tags_of(str(cell))} - {TRANSFER}
    chosen = f"{' and '.join(study.perspective)} (this analysis)"
    views: dict[str, list[str] | None] = {chosen: list(study.perspective)}
    views |= {tag: [tag] for tag in sorted(tags) if (tag,) != study.perspective}
    return {name: summed(lines, view) for name, view in {**views, "all": None}.items()}


def _weights(study: Study, people: PersonTable) -> pd.Series | None:
    plan = study.weights
    if plan.method == "none":
        return None
    return participant_weights(
        people.outcomes(study, study.primary),
        reference=study.reference,
        weights=plan.method,
        propensity=list(plan.covariates),
        estimand=plan.estimand or "ATE",
        categorical=study.adjust.categorical,
    )


def _remark(study: Study, people: PersonTable, effect: str, participant: str) -> str:
    """Whether a participant is in the analysis of an effect, and why not."""
    table = people.outcomes(study, effect).set_index("participant")
    adjusted = {"cost": list(study.adjust.cost), "effect": list(study.adjust.effect)}
    covariates = covariate_names(adjusted if study.adjust.model != "none" else None)
    wanted = dict.fromkeys([COST, EFFECT, *covariates, *study.weights.covariates])
    lost = ", ".join(
        name for name in wanted if name in table and pd.isna(table[name].loc[participant])
    )
    if not lost:
        return f"in the analysis of {effect}"
    method = study.missing.method if study.missing is not None else "complete_cases"
    if method == "impute":
        return f"in the analysis of {effect}; imputed in every draw: {lost}"
    if method == "inverse_probability":
        return f"not in the analysis of {effect}, others stand for this person; missing: {lost}"
    if method == "available_cases":
        return f"in part of the analysis of {effect}; missing: {lost}"
    return f"not in the analysis of {effect} ({method}); missing: {lost}"
