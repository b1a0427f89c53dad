"""Notes on an analysis that hold whatever its numbers turn out to be."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from cpi_econ.errors import Finding, Where
from cpi_econ.study.config import Study


def plan_notes(study: Study) -> list[Finding]:
    """``N124``: that nothing is discounted, where the study says how long it lasts."""
    notes = []
    last = max(study.times.values(), default=None)
    horizon = study.horizon if study.horizon is not None else last
    if horizon is not None and horizon <= 1:
        months = round(12 * horizon, 1)
        message = f"horizon is {months:g} months: no discounting applied."
        notes.append(Finding("N124", message))
    return notes


def adjustment_note(study: Study, replicates: xr.Dataset) -> list[Finding]:
    """``N125``: over whom adjusted means are standardised.

    Parameters
    ----------
    replicates : Dataset
        Of one effect, from `study_replicates`.
    """
    adjust, weights = study.adjust, study.weights
    if adjust.model == "none" or not (adjust.cost or adjust.effect):
        return []
    people = f"all {replicates.attrs['n_participants']} people"
    if weights.trim is not None:
        people = "the people whom trimming leaves"
    if weights.method == "overlap":
        people = "the people who might be in either arm, as the overlap weights have them"
    elif weights.method != "none" and weights.estimand in ("ATT", "ATC"):
        own = f"the people in {study.reference}"
        people = own if weights.estimand == "ATC" else f"the people not in {study.reference}"
    return [Finding("N125", f"adjusted means are standardised over {people}.")]


def missing_findings(study: Study, table: pd.DataFrame, effect: str) -> list[Finding]:
    """``E126`` when outcomes are missing and the study does not say what to do about it.

    Parameters
    ----------
    table : DataFrame
        Outcomes table of ``effect``.
    """
    cost, value = table["cost"].notna(), table["effect"].notna()
    both = int((cost & value).sum())
    if both == len(table) or study.missing is not None:
        return []
    message = (
        f"{len(table)} participants: {int(cost.sum())} have a cost, {int(value.sum())} have "
        f"{effect}, {both} have both. Choose missing.method: impute, available_cases, or "
        f"complete_cases, which uses the {both}."
    )
    return [Finding("E126", message, Where(study.path.name, study.line("missing"), "missing"))]


def complete_case_note(study: Study, table: pd.DataFrame, analysed: int) -> list[Finding]:
    """``W126``: how many people a complete-case analysis leaves out, and why.

    Parameters
    ----------
    table : DataFrame
        Outcomes table.
    analysed : int
        People whose cost, effect and covariates are all known.
    """
    if study.missing is None or analysed == len(table):
        return []
    both = int((table["cost"].notna() & table["effect"].notna()).sum())
    more = f" and {both - analysed} more lack a covariate" if both > analysed else ""
    message = (
        f"complete cases: {analysed} of {len(table)} participants are analysed; "
        f"{len(table) - both} lack a cost or an effect{more}. The answer holds for the others only "
        "if those left out are like them."
    )
    return [Finding("W126", message)]
