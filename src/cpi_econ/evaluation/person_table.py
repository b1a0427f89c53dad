"""Costs, effects and baselines of a study in one table, one row a participant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import pandas as pd

from cpi_econ.effects.visit_checks import death_findings, visit_window_findings
from cpi_econ.errors import Finding, Where
from cpi_econ.evaluation.changed import change_findings, changed_outcomes
from cpi_econ.evaluation.cost_groups import cost_parts
from cpi_econ.evaluation.costing import PersonCosts, person_costs
from cpi_econ.evaluation.imputed_parts import ATTRIBUTE, Parts, with_parts
from cpi_econ.evaluation.outcome_findings import direction_findings
from cpi_econ.evaluation.valuing import PersonEffect, person_effect
from cpi_econ.study.category_codes import category_notes
from cpi_econ.study.config import Study
from cpi_econ.study.kept import Kept
from cpi_econ.study.trial import Trial, collect_trial
from cpi_econ.uncertainty.outcomes import outcomes, person_values

BASELINES = ("baseline_cost", "baseline_utility")


@dataclass(frozen=True)
class PersonTable:
    """What is known of every participant before anything is estimated.

    Parameters
    ----------
    trial : Trial
    costs : PersonCosts
    effects : mapping of str to PersonEffect
    shared : list of Finding
        Findings of reading, costing and covariates; each effect has its own besides.
    cost_parts : Parts
        What the cost is made of, where that is imputed.
    """

    trial: Trial
    costs: PersonCosts
    effects: dict[str, PersonEffect]
    shared: list[Finding] = field(default_factory=list)
    cost_parts: Parts = field(default_factory=Parts)

    def findings(self, effects: Iterable[str] | None = None) -> list[Finding]:
        """Every error there is, and warnings and notes on ``effects`` (default all).

        Parameters
        ----------
        effects : iterable of str, optional
            Effects that are analysed.
        """
        wanted = set(self.effects if effects is None else effects)
        own = [
            found
            for name, effect in self.effects.items()
            for found in effect.findings
            if name in wanted or found.severity == "error"
        ]
        return [*self.shared, *own]

    def outcomes(self, study: Study, effect: str) -> pd.DataFrame:
        """Outcomes table of one effect, with the baselines that the study adjusts for."""
        cost, chosen = self.costs.cost, self.effects[effect].value
        assert cost is not None
        assert chosen is not None
        people = with_parts(
            self.trial.participants,
            self.cost_parts if self.cost_parts.make_up(cost) else Parts(),
            self.effects[effect].parts if self.effects[effect].parts.make_up(chosen) else Parts(),
        )
        baseline = {
            "baseline_cost": self.costs.baseline,
            "baseline_utility": self.effects[study.primary].baseline,
        }
        for name, values in baseline.items():
            if values is not None:
                people = people.assign(**{name: person_values(people["participant"], values)})
        made = outcomes(people, cost=cost, effect=chosen)
        before = {"cost": self.costs.baseline, "effect": self.effects[effect].baseline}
        made = changed_outcomes(study, made, before)
        made.attrs[ATTRIBUTE] = people.attrs[ATTRIBUTE]
        return made


def person_table(study: Study, kept: Kept | None = None) -> PersonTable:
    """Read, cost and value a study; findings are gathered, none is raised.

    Parameters
    ----------
    study : Study
    kept : Kept, optional
        What other plans of the same analysis have read and costed.
    """
    kept = kept or Kept()
    trial, findings = collect_trial(study, kept)
    if "arm" not in trial.participants:
        return PersonTable(trial, PersonCosts(None), {}, findings)
    costs = person_costs(study, trial, kept)
    effects = {name: person_effect(study, trial, name) for name in study.effects}
    table = PersonTable(trial, costs, effects, [*findings, *costs.findings])
    more = [*_covariate_findings(study, table), *_reading_findings(study, table)]
    more += category_notes(study, trial.participants)
    imputes = study.missing is not None and study.missing.method == "impute"
    parts = cost_parts(study, costs) if imputes and costs.cost is not None else Parts()
    return replace(table, shared=[*table.shared, *more], cost_parts=parts)


def _reading_findings(study: Study, table: PersonTable) -> list[Finding]:
    """What only several sources together show: deaths, visit dates, directions."""
    trial, primary = table.trial, table.effects[study.primary]
    findings = (
        [] if trial.visit_times is None else visit_window_findings(trial.visit_times, study.times)
    )
    if trial.dead is not None and primary.utilities is not None:
        people = trial.participants.set_index("participant")
        died = people.get("died_years", pd.Series(float("nan"), index=people.index))
        findings += death_findings(primary.utilities, trial.dead, died)
    answered = {
        name: effect.baseline
        for name, effect in table.effects.items()
        if effect.baseline is not None and study.effects[name].instrument is not None
    }
    return findings + direction_findings(study, answered)


def _covariate_findings(study: Study, table: PersonTable) -> list[Finding]:
    """``E007`` for a covariate that is neither a participants column nor a known baseline."""
    known = set(table.trial.participants.columns)
    if table.costs.baseline is not None:
        known.add("baseline_cost")
    primary = table.effects.get(study.primary)
    if primary is not None and primary.baseline is not None:
        known.add("baseline_utility")
    failed = any(one.severity == "error" for one in table.findings())
    before = {name: effect.baseline for name, effect in table.effects.items()}
    findings = [] if failed else change_findings(study, table.costs.baseline, before)
    for keys, names in _covariates_asked(study):
        for name in names:
            if name in known or (name in BASELINES and failed):
                continue
            place = Where(study.path.name, study.line(*keys), ".".join(keys))
            what = "subgroup variable" if keys == ("subgroups",) else "covariate"
            columns = sorted({*known, *table.trial.unread})
            findings.append(Finding("E007", _no_covariate(name, columns, what), place))
    return findings


def _covariates_asked(study: Study) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Covariates by the key of the study file that names them, where they are in use."""
    asked: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    if study.adjust.model != "none":
        asked += [
            (("adjust", "cost"), study.adjust.cost),
            (("adjust", "effect"), study.adjust.effect),
        ]
    if study.weights.method != "none":
        asked.append((("weights", "covariates"), study.weights.covariates))
    if study.exposure is not None:
        asked.append((("exposure", "column"), (study.exposure.column,)))
        asked.append((("exposure", "covariates"), study.exposure.covariates))
    if study.missing is not None and study.missing.method in ("impute", "inverse_probability"):
        asked.append((("missing", "predictors"), study.missing.predictors))
    if study.subgroups:
        asked.append((("subgroups",), study.subgroups))
    return asked


def _no_covariate(name: str, known: list[str], what: str) -> str:
    import difflib

    if name in BASELINES:
        return f'"{name}" is not known: these data hold nothing at the first time to make it from.'
    near = difflib.get_close_matches(name, known, n=1)
    hint = f'; did you mean "{near[0]}"?' if near else f"; columns are {', '.join(known)}."
    return f'{what} "{name}" is no column of the participants file{hint}'
