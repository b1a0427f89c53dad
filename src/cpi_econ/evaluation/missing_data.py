"""What a study does about missing data, as options of the bootstrap and as findings."""

from __future__ import annotations

from typing import Any

import pandas as pd
import xarray as xr

from cpi_econ.errors import Finding
from cpi_econ.evaluation.imputed_parts import ATTRIBUTE
from cpi_econ.evaluation.notes import complete_case_note
from cpi_econ.study.config import Study
from cpi_econ.uncertainty.missing_findings import advised_imputations, imputation_findings


def missing_options(study: Study, table: pd.DataFrame) -> dict[str, Any]:
    """Options of `bootstrap` from the part ``missing`` of a study.

    Parameters
    ----------
    study : Study
    table : DataFrame
        Outcomes table.
    """
    plan = study.missing
    if plan is None:
        return {}
    if plan.method == "inverse_probability":
        return {"missing": plan.method, "predictors": plan.predictors}
    if plan.method != "impute":
        return {"missing": plan.method}
    parts = dict(table.attrs.get(ATTRIBUTE, {}))
    return {
        **parts,
        "missing": "impute",
        "order": plan.order or "impute_in_bootstrap",
        "imputations": plan.imputations or advised_imputations(table),
        "predictors": [*plan.predictors, *parts.get("predictors", ())],
        "delta": plan.delta,
        "assumption": plan.assumption,
        "matching": plan.matching,
    }


def missing_data_findings(
    study: Study, table: pd.DataFrame, replicates: xr.Dataset
) -> list[Finding]:
    """``W126``, ``N126``, ``W127``, ``W128`` and ``N129``, by what was done about missing data.

    Parameters
    ----------
    study : Study
    table : DataFrame
        Outcomes table.
    replicates : Dataset
        As `bootstrap` gives it.
    """
    plan, attrs = study.missing, replicates.attrs
    if plan is None:
        return []
    if plan.method == "complete_cases":
        return complete_case_note(study, table, int(attrs["n_participants"]))
    if attrs.get("missing") == "inverse_probability":
        return [_standing_for(table, replicates), *_comparison(study, replicates, "weighted")]
    if attrs.get("missing") == "available_cases":
        message = (
            f"available cases: cost from {attrs['n_cost']} participants, effect from "
            f"{attrs['n_effect']} of {len(table)}; {attrs['n_complete']} have both. The answer "
            "holds for the others only if those left out are like them."
        )
        return [Finding("W126", message)]
    if attrs.get("missing") != "impute":
        return []
    predictors = [name for name in str(attrs["predictors"]).split(", ") if name]
    return _comparison(study, replicates, "imputed") + imputation_findings(
        table,
        order=plan.order or "impute_in_bootstrap",
        imputations=int(attrs["imputations"]),
        predictors=predictors,
        parts=str(attrs["parts"]).split(", "),
        cluster_term="cluster" in table and study.uncertainty.resample != "individuals",
        n_replicates=study.uncertainty.replicates,
        weighted=study.weights.method != "none",
        two_stage=attrs["resample"] == "two_stage",
        matching=plan.matching,
    )


def _standing_for(table: pd.DataFrame, replicates: xr.Dataset) -> Finding:
    """``W126``: who stands for everybody by the inverse of the probability of being complete."""
    attrs = replicates.attrs
    used = ", ".join(["arm", *filter(None, str(attrs["predictors"]).split(", "))])
    message = (
        f"{attrs['n_complete']} of {len(table)} participants are complete and stand for the "
        f"others, weighted by the inverse of their probability of being complete given {used}"
        f" ({attrs['completeness']}). The answer holds only if those with the same values are "
        "alike."
    )
    return Finding("W126", message)


def _comparison(study: Study, replicates: xr.Dataset, how: str) -> list[Finding]:
    """Increments of complete cases beside those of everybody, arm by arm."""
    kept = int(replicates.attrs["n_complete"])
    of = f"complete cases ({kept} of {int(replicates.attrs['n_participants'])} participants)"
    gaps = replicates.drop_dims("arm_", errors="ignore")
    gaps = gaps - gaps.sel(arm=study.reference)
    findings = []
    for arm in study.arms:
        if arm == study.reference:
            continue
        words = [
            f"cost {float(gaps[f'cost_hat{kind}'].sel(arm=arm)):,.0f} {study.currency} and effect "
            f"{float(gaps[f'effect_hat{kind}'].sel(arm=arm)):.4f}"
            for kind in ("_complete", "")
        ]
        pair = f"{study.labels[arm]} minus {study.labels[study.reference]}"
        message = f"{pair}: {of}, {words[0]}; {how}, {words[1]}."
        findings.append(Finding("N126", message.replace("nan", "not to be had")))
    return findings
