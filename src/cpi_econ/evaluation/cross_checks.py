"""What stands beside the answer: clusters as units, confounders nobody measured, exposure."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd
import xarray as xr

from cpi_econ.contracts import CLUSTER
from cpi_econ.decision.unmeasured import e_values
from cpi_econ.errors import EstimationError, Finding
from cpi_econ.evaluation.exposure import exposure_block
from cpi_econ.evaluation.person_table import PersonTable
from cpi_econ.study.blinding import is_masked
from cpi_econ.study.config import Study
from cpi_econ.uncertainty.cluster_tests import cluster_test_findings, cluster_tests
from cpi_econ.uncertainty.correlations import intraclass_correlations


class CrossChecks(NamedTuple):
    """Tables for the description, what is worth saying about them, blocks of ``results.json``."""

    tables: dict[str, pd.DataFrame]
    findings: list[Finding]
    blocks: dict[str, dict[str, Any]]


def cross_checks(
    study: Study, people: PersonTable, replicates: xr.Dataset, jobs: int = 1
) -> CrossChecks:
    """Tables ``icc`` and ``cluster_tests`` of a study with clusters, ``unmeasured`` if no trial.

    Parameters
    ----------
    study : Study
    people : PersonTable
        Of the base case.
    replicates : Dataset
        Those of the primary effect, from `study_replicates`.
    jobs : int
        Workers.

    Returns
    -------
    CrossChecks
        ``N081`` what the tests say, or ``N082`` why there are none. Block ``exposure`` where the
        study file names one and the arms are not masked.
    """
    table = people.outcomes(study, study.primary)
    tables: dict[str, pd.DataFrame] = {}
    findings: list[Finding] = []
    if CLUSTER in table:
        tables["icc"] = _correlations(study, table)
        tests, findings = _tests(study, table)
        tables["cluster_tests"] = tests
    if study.design == "non-randomised" and study.wtp.report:
        tables["unmeasured"] = _unmeasured(study, table, replicates)
    block = None if is_masked(study) else exposure_block(study, people, jobs)
    return CrossChecks(tables, findings, {} if block is None else {"exposure": block})


def _correlations(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    level = study.uncertainty.level
    return intraclass_correlations(table, cluster=CLUSTER, wtp=study.wtp.report, level=level)


def _tests(study: Study, table: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """Tests of net benefit by complete cases, adjusted as the means are but never weighted."""
    if not study.wtp.report:
        return pd.DataFrame(), []
    plan = study.adjust
    adjusted = None if plan.model == "none" else {"cost": plan.cost, "effect": plan.effect}
    try:
        tests = cluster_tests(
            table,
            reference=study.reference,
            cluster=CLUSTER,
            wtp=study.wtp.report,
            adjust=adjusted,
            categorical=plan.categorical,
            seed=study.uncertainty.seed,
        )
    except EstimationError as refused:
        why = " ".join(f"{found.code}: {found.message}" for found in refused.findings)
        message = f"no test with clusters as units could be made. {why}"
        return pd.DataFrame(), [Finding("N082", message)]
    named = tests.assign(arm=tests["arm"].map(study.labels))
    reference = study.labels[study.reference]
    told = cluster_test_findings(named, reference=reference, currency=study.currency)
    return tests, told


def _unmeasured(study: Study, table: pd.DataFrame, replicates: xr.Dataset) -> pd.DataFrame:
    plan = study.uncertainty
    return e_values(
        replicates, table, study.wtp.report, interval=plan.interval, level=plan.level
    ).drop(columns="sd")
