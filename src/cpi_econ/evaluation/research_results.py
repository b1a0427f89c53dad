"""Value of information and the next study of a run, for its report."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from cpi_econ.contracts import REPLICATE
from cpi_econ.errors import EstimationError, Finding
from cpi_econ.evaluation.information import information
from cpi_econ.evaluation.next_study import next_study
from cpi_econ.evaluation.pilot import study_pilot
from cpi_econ.evaluation.present_spread import spread_findings
from cpi_econ.evaluation.research_plan import People
from cpi_econ.result.document import number
from cpi_econ.study.config import Study

_MOST_DRAWS = 20_000


def research_results(
    study: Study, outcomes: pd.DataFrame, replicates: xr.Dataset
) -> tuple[dict[str, Any], list[Finding]]:
    """What is worth knowing more about, and the next study where the file plans one.

    Parameters
    ----------
    study : Study
    outcomes : DataFrame
        Outcomes table of the primary effect.
    replicates : Dataset
        Of the base case; the first 20,000 of more are used.

    Returns
    -------
    answers : dict
        ``information`` and, with ``next_study`` and ``population`` in the file, ``next_study``,
        as plain values; empty without reported thresholds.
    findings : list of Finding
        ``W091`` where the replicates spread otherwise than people do, ``W094`` for what could not
        be worked out.
    """
    report = list(study.wtp.report)
    if not report:
        return {}, []
    few = replicates.isel({REPLICATE: slice(0, _MOST_DRAWS)})
    people = None if study.population is None else People(**study.population.model_dump())
    answers: dict[str, Any] = {}
    findings: list[Finding] = []
    try:
        answers["information"] = plain(information(few, report, people=people))
        if people is not None:
            findings += spread_findings(few, study_pilot(study, outcomes), report[0])
        if people is not None and study.next_study is not None:
            made = next_study(study, outcomes, few, people=people, wtp=report)
            answers["next_study"] = plain(made)
    except EstimationError as error:
        reasons = " ".join(found.message for found in error.findings)
        findings.append(Finding("W094", f"value of further research is left out: {reasons}"))
    return answers, findings


def plain(value: Any) -> Any:
    """Answer with every number as it is written.

    Examples
    --------
    >>> plain({"a": [0.1 + 0.2, True, "x", float("nan")]})
    {'a': [0.3, True, 'x', None]}
    """
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, (bool, np.bool_)) or value is None or isinstance(value, str):
        return value
    return number(value)
