"""The participants who are analysed, checked and in order."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cpi_econ.contracts import (
    ARM,
    CLUSTER,
    COST,
    EFFECT,
    PARTICIPANT,
    check_outcomes,
    order_of_outcomes,
)
from cpi_econ.errors import DataError, EstimationError, Finding, raise_all, stop
from cpi_econ.identifiers import looked_up
from cpi_econ.uncertainty.arms import arm_names, as_categories
from cpi_econ.uncertainty.checks import check_arms, check_values
from cpi_econ.uncertainty.design import check_covariates


def check_people(
    table: pd.DataFrame,
    cluster: str | None,
    resample: str,
    covariates: list[str],
    *,
    narrow: bool = False,
) -> pd.DataFrame:
    """Outcomes sorted by participant, with column ``cluster`` where one is named.

    Parameters
    ----------
    table : DataFrame
        The outcomes table.
    cluster : str, optional
        Column of the cluster.
    resample : str
    covariates : list of str
    narrow : bool
        Leave out columns that are neither outcomes nor covariates.

    Raises
    ------
    FindingsError
        ``E014``, ``E015``, ``E076``, ``E081``, ``E082``, ``E115``.
    """
    wanted = {PARTICIPANT, ARM, CLUSTER, COST, EFFECT, *covariates}
    _check_once(table, {*wanted, cluster})
    check_covariates(table, covariates)
    if cluster is None and resample in ("clusters", "two_stage"):
        stop(EstimationError, "E081", f"resample {resample} needs the column of the cluster.")
    if cluster is None:
        table = table.drop(columns=CLUSTER) if CLUSTER in table.columns else table
    elif cluster in table.columns:
        table = table.assign(**{CLUSTER: table[cluster]})
    else:
        listing = ", ".join(map(str, table.columns))
        stop(EstimationError, "E081", f'cluster "{cluster}" is no column; columns are {listing}.')
    if narrow:
        table = pd.DataFrame(
            {
                name: as_categories(column) if name == ARM else column
                for name, column in table.items()
                if name in wanted
            },
            copy=False,
        )
    people = _in_order(table) if narrow else check_outcomes(table)
    check_values(people)
    return people


def _check_once(table: pd.DataFrame, names: set[str | None]) -> None:
    """Raise ``DataError`` (``E014``) for every column that stands twice."""
    twice = table.columns[table.columns.duplicated()]
    findings = [
        Finding("E014", f'the outcomes table has two columns "{name}". Keep one.')
        for name in dict.fromkeys(twice)
        if name in names
    ]
    raise_all(findings, DataError)


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    """The same as `check_outcomes`, but identifiers are looked up only where they are told."""
    order = order_of_outcomes(table)
    if order is None:
        return table.reset_index(drop=True)
    columns = {
        name: looked_up(column, order) if name == PARTICIPANT else column.array.take(order)
        for name, column in table.items()
    }
    return pd.DataFrame(columns, copy=False)


def arm_order(people: pd.DataFrame, arms: Sequence[str] | None, reference: str) -> list[str]:
    """Arms in the order of the answer: as given, else the reference and the others by name.

    Raises
    ------
    EstimationError
        ``E070``.
    """
    found = sorted(arm_names(people))
    order = list(arms) if arms is not None else [reference, *(a for a in found if a != reference)]
    check_arms(people, order, reference)
    return order
