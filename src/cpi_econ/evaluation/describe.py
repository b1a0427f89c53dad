"""`describe`: what the data hold, before anything is estimated."""

from __future__ import annotations

from typing import Any

from cpi_econ.errors import DataError, raise_all
from cpi_econ.evaluation.description import description
from cpi_econ.evaluation.person_table import person_table
from cpi_econ.result.document import sample_block
from cpi_econ.study.config import Study


def describe(study: Study) -> tuple[dict[str, Any], dict[str, Any]]:
    """Sample block of ``results.json`` and content of ``description.json``.

    Parameters
    ----------
    study : Study

    Returns
    -------
    tuple of dict
        Counts are masked as the study file says; missing data need no method yet.

    Raises
    ------
    DataError
        Every error of the data, all at once.
    """
    people = person_table(study)
    raise_all(people.findings(), DataError)
    outcomes = people.outcomes(study, study.primary)
    sample = sample_block(outcomes, list(study.arms), study.report.small_numbers)
    return sample, description(study, people)
