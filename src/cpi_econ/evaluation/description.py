"""Everything the report says besides the results: settings and tables, safe to share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cpi_econ.evaluation.description_settings import settings_block, value_set_rows
from cpi_econ.evaluation.health_tables import health_tables
from cpi_econ.evaluation.missing_tables import missing_tables
from cpi_econ.evaluation.person_table import PersonTable
from cpi_econ.evaluation.sample_tables import sample_tables
from cpi_econ.evaluation.use_description import use_tables
from cpi_econ.evaluation.weight_tables import weight_tables
from cpi_econ.result.table_block import to_block
from cpi_econ.study.config import Study

SCHEMA = "cpi_econ/description/1"


def description(
    study: Study, people: PersonTable, more: Mapping[str, pd.DataFrame] | None = None
) -> dict[str, Any]:
    """Content of ``description.json``: settings, and tables of counts, means and sources.

    Parameters
    ----------
    study : Study
    people : PersonTable
        Of the base case, without errors.
    more : mapping of str to DataFrame, optional
        Tables made while estimating, as by `cross_checks`.

    Returns
    -------
    dict
        ``schema``, ``study`` and ``tables``: ``funnel``, ``known``, ``clusters``,
        ``missing_predictors``, ``services``, ``perspectives``, ``unit_costs``,
        ``levels``, ``change``, ``values``, ``effects``, ``balance``, ``weights``, ``overlap``,
        ``value_sets`` and those of ``more``; those without
        rows are left out. Counts are masked as the study file says; no participant is named.
    """
    tables = {
        **sample_tables(study, people),
        **missing_tables(study, people),
        **use_tables(study, people),
        **health_tables(study, people),
        **weight_tables(study, people),
        "value_sets": pd.DataFrame(value_set_rows(study)),
        **(more or {}),
    }
    blocks = {name: to_block(table) for name, table in tables.items() if not table.empty}
    return {"schema": SCHEMA, "study": settings_block(study), "tables": blocks}
