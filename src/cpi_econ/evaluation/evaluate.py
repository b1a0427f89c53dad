"""`evaluate`: the whole analysis of a study; `check`: its data problems only."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, NamedTuple

import pandas as pd
import xarray as xr

from cpi_econ.decision.net_benefit import wtp_grid
from cpi_econ.decision.remarks import decision_findings
from cpi_econ.errors import DataError, Finding, raise_all
from cpi_econ.evaluation.changed import change_note
from cpi_econ.evaluation.cross_checks import cross_checks
from cpi_econ.evaluation.description import description
from cpi_econ.evaluation.estimation import Progress, estimation_findings, study_replicates
from cpi_econ.evaluation.imputation_tables import imputation_tables
from cpi_econ.evaluation.missing_data import missing_data_findings
from cpi_econ.evaluation.notes import adjustment_note, missing_findings, plan_notes
from cpi_econ.evaluation.person_table import PersonTable, person_table
from cpi_econ.evaluation.research_results import research_results
from cpi_econ.evaluation.sensitivity_results import sensitivity_results
from cpi_econ.evaluation.subgroup_results import subgroup_results
from cpi_econ.provenance import hashes, now, python_version, sha256, versions
from cpi_econ.result.answer import BASE_CASE, CEAResult
from cpi_econ.result.document import effect_block, sample_block
from cpi_econ.result.service_costs import costs_by_service
from cpi_econ.study.blinding import blinded, plan_hash
from cpi_econ.study.config import Study
from cpi_econ.study.kept import Kept
from cpi_econ.study.load import scenario_study
from cpi_econ.study.plan_checks import check_plan


class Beside(NamedTuple):
    """Tables for the description, findings, blocks of ``results.json``, further research."""

    tables: dict[str, pd.DataFrame]
    findings: list[Finding]
    blocks: dict[str, dict[str, Any]]
    research: dict[str, Any]


def check(study: Study) -> list[Finding]:
    """Everything found in a study's file and data, errors, warnings and notes.

    Parameters
    ----------
    study : Study
        From `read_study`.

    Returns
    -------
    list of Finding
        Empty when there is nothing to say; nothing is estimated and nothing written.
    """
    table = person_table(study)
    findings = [*check_plan(study), *table.findings()]
    if not any(found.severity == "error" for found in findings):
        for effect in study.effects:
            findings += missing_findings(study, table.outcomes(study, effect), effect)
    return _unique([*findings, *plan_notes(study)])


def evaluate(
    study: Study,
    *,
    effects: Literal["primary", "all"] = "primary",
    scenarios: bool = False,
    jobs: int = 1,
    progress: Progress | None = None,
) -> CEAResult:
    """Result of a study: read, check, cost, value, resample, decide.

    Parameters
    ----------
    study : Study
        From `read_study`.
    effects : {"primary", "all"}
        The first effect of the study file, or all of them.
    scenarios : bool
        Whether the scenarios of the study file follow the base case.
    jobs : int
        Processes that share the replicates; the numbers do not depend on it.
    progress : callable, optional
        Called with the replicates done and to be done.

    Raises
    ------
    DataError
        Every error of the data, all at once.
    EstimationError
        An estimate that cannot be made from these data.
    """
    key, open_arms, study = plan_hash(study), study.labels, blinded(study)
    plans = {BASE_CASE: study}
    if scenarios:
        plans |= {name: blinded(scenario_study(study, name), key) for name in study.scenarios}
    blocks: dict[str, Any] = {}
    datasets: dict[tuple[str, str], xr.Dataset] = {}
    findings: list[Finding] = []
    tables: dict[str, PersonTable] = {}
    kept = Kept()
    base = _person_table(study, kept)
    if len(plans) == 1 and effects == "primary":
        kept.let_go()
    for name, plan in plans.items():
        people = base if name == BASE_CASE else _person_table(plan, kept)
        found, block, made = _scenario(plan, people, effects, jobs, progress)
        # A scenario may name an arm.
        silent = name == BASE_CASE or study.labels != open_arms
        settings = {} if silent else study.scenarios[name]
        blocks[name] = {"settings": settings, "effects": block}
        datasets |= {(name, effect): data for effect, data in made.items()}
        findings += found if name == BASE_CASE else [_in_scenario(name, one) for one in found]
        tables[name] = people
    outcomes = base.outcomes(study, study.primary)
    groups, said = subgroup_results(study, base, list(blocks[BASE_CASE]["effects"]), jobs=jobs)
    beside = _beside(study, base, datasets[BASE_CASE, study.primary], effects, jobs, kept)
    findings += [*beside.findings, *said]
    document = {
        "schema": "cpi_econ/results/1",
        "provenance": _provenance(study),
        "sample": sample_block(outcomes, list(study.arms), study.report.small_numbers),
        "scenarios": blocks,
        **beside.blocks,
        **({"subgroups": groups} if groups else {}),
        "findings": [finding_block(found) for found in _unique(findings)],
    }
    services = costs_by_service(
        {name: table.costs.lines for name, table in tables.items()},
        base.trial.participants,
        list(study.arms),
        study.report.small_numbers,
    )
    more_tables = beside.tables | imputation_tables(plans, tables, datasets)
    told = description(study, base, more_tables) | {"research": beside.research}
    return CEAResult(
        document, datasets, services, outcomes, tuple(_unique(findings)), told, base.costs.lines
    )


def _beside(
    study: Study,
    base: PersonTable,
    replicates: xr.Dataset,
    effects: Literal["primary", "all"],
    jobs: int,
    kept: Kept,
) -> Beside:
    """What a run with all effects says besides: checks, further research, one-way analysis."""
    if effects == "primary":
        return Beside({}, [], {}, {})
    checks = cross_checks(study, base, replicates, jobs)
    outcomes = base.outcomes(study, study.primary)
    research, of_research = research_results(study, outcomes, replicates)
    moved, of_inputs = sensitivity_results(study, base, kept)
    blocks = {**checks.blocks, **({"sensitivity": moved} if moved else {})}
    findings = [*checks.findings, *of_research, *of_inputs]
    return Beside(checks.tables, findings, blocks, research)


def _person_table(study: Study, kept: Kept) -> PersonTable:
    table = person_table(study, kept)
    raise_all([*check_plan(study), *table.findings()], DataError)
    return table


def _scenario(
    study: Study,
    people: PersonTable,
    effects: Literal["primary", "all"],
    jobs: int,
    progress: Progress | None,
) -> tuple[list[Finding], dict[str, object], dict[str, xr.Dataset]]:
    names = [study.primary] if effects == "primary" else list(study.effects)
    tables = {name: people.outcomes(study, name) for name in names}
    stopping = [found for name in names for found in missing_findings(study, tables[name], name)]
    raise_all([*people.findings(names), *stopping], DataError)
    findings = [
        *check_plan(study),
        *people.findings(names),
        *plan_notes(study),
        *change_note(study),
    ]
    blocks: dict[str, object] = {}
    datasets = {}
    for name in names:
        datasets[name] = study_replicates(
            study, tables[name], people.effects[name].unit, jobs, progress
        )
        here = study.for_effect(name)
        blocks[name] = _effect_block(here, datasets[name])
        findings += missing_data_findings(study, tables[name], datasets[name])
        findings += estimation_findings(study, tables[name], datasets[name])
        findings += adjustment_note(study, datasets[name])
        told = decision_findings(datasets[name], here.wtp.report, population=_population(study))
        findings += told if name == study.primary else _of_effect(name, told)
    return findings, blocks, datasets


def _of_effect(name: str, found: list[Finding]) -> list[Finding]:
    """What is said of another effect than the primary one, with its name; directions are said."""
    return [
        Finding(one.code, f"for {name}: {one.message}", one.where, one.participants)
        for one in found
        if one.code != "N117"
    ]


def _population(study: Study) -> dict[str, float] | None:
    return None if study.population is None else study.population.model_dump()


def _effect_block(study: Study, replicates: xr.Dataset) -> dict[str, object]:
    plan, grid = study.uncertainty, study.wtp
    return effect_block(
        replicates,
        wtp=wtp_grid(grid.from_, grid.to, step=grid.step).tolist(),
        report=grid.report,
        interval=plan.interval,
        level=plan.level,
        population=_population(study),
    )


def finding_block(found: Finding) -> dict[str, object]:
    """Finding as it is shared: no identifier, and no row of a participant."""
    row = None if found.participants else found.where.row
    where = {"file": found.where.file, "row": row, "column": found.where.column}
    return {
        "code": found.code,
        "severity": found.severity,
        "message": found.message,
        "where": where,
    }


def _in_scenario(name: str, found: Finding) -> Finding:
    message = f"in scenario {name}: {found.message}"
    return Finding(found.code, message, found.where, found.participants)


def _unique(findings: list[Finding]) -> list[Finding]:
    return list(dict.fromkeys(findings))


def _provenance(study: Study) -> dict[str, object]:
    return {
        "version": _version(),
        "study": {"file": study.path.name, "sha256": sha256(study.path)},
        "overrides": study.overrides,
        "files": hashes(_files(study), study.folder),
        "seed": study.uncertainty.seed,
        "replicates": study.uncertainty.replicates,
        "packages": versions(),
        "python": python_version(),
        "created": now(),
    }


def _version() -> str:
    from cpi_econ import __version__

    return __version__


def _files(study: Study) -> list[Path]:
    """Every file beside the study file that the numbers come from."""
    data, costs = study.data, study.costs
    named = [data.participants.file, *(one.file for one in (*data.service_use, *data.responses))]
    named += [one.file for one in (costs, costs.delivery, costs.medicines) if one and one.file]
    named += [costs.medicines.table] if costs.medicines and costs.medicines.table else []
    named += list(costs.unit_costs) + [e.value_set for e in study.effects.values() if e.value_set]
    paths = [study.folder / name for name in dict.fromkeys(named)]
    return [path for path in paths if path.is_file()]
