"""The participants who are analysed, checked and in order."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cpi_econ.contracts import ARM, CLUSTER, COST, EFFECT, PARTICIPANT, check_outcomes
from cpi_econ.errors import EstimationError, stop
from cpi_econ.uncertainty.checks import arm_names, check_arms, check_values
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
    if cluster is None and resample in ("clusters", "two_stage"):
        stop(EstimationError, "E081", f"resample {resample} needs the column of the cluster.")
    if cluster is None:
        table = table.drop(columns=CLUSTER) if CLUSTER in table.columns else table
    elif cluster in table.columns:
        table = table.assign(**{CLUSTER: table[cluster]})
    else:
        listing = ", ".join(map(str, table.columns))
        stop(EstimationError, "E081", f'cluster "{cluster}" is no column; columns are {listing}.')
    wanted = {PARTICIPANT, ARM, CLUSTER, COST, EFFECT, *covariates}
    if narrow:
        table = table[[name for name in table.columns if name in wanted]]
        # codes of arms are compared, sorted and counted at a tenth of the time of words
        table = table.astype({ARM: "category"}) if ARM in table.columns else table
    people = check_outcomes(table)
    check_values(people)
    check_covariates(table, covariates)
    return people


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
