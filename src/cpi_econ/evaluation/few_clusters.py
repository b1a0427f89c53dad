"""Which interval stands in the headline where there are clusters, why, and what it was worth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from cpi_econ.contracts import ARM, CLUSTER, COST, EFFECT
from cpi_econ.decision.net_benefit import inmb_intervals
from cpi_econ.errors import Finding, Where
from cpi_econ.evaluation.measured_coverage import told_coverage
from cpi_econ.kernels.icc import anova_icc
from cpi_econ.study.config import Study

FEW = 10


def few_cluster_findings(
    study: Study, table: pd.DataFrame, replicates: xr.Dataset
) -> list[Finding]:
    """``W135`` few clusters in an arm, else ``N083``; ``W136`` exposure constant in clusters.

    Parameters
    ----------
    study : Study
    table : DataFrame
        Outcomes table of the primary effect.
    replicates : Dataset
        From `study_replicates`.

    Returns
    -------
    list of Finding
        ``W135`` and ``N083`` say which interval is shown and why, and tell coverages of the
        measured design nearest to the study: clusters of its smallest and largest arm, share lost.
    """
    if CLUSTER not in table:
        return []
    imputed = replicates.attrs.get("missing") == "impute"
    people = table if imputed else table.dropna(subset=[COST, EFFECT])
    counts = people.groupby(ARM)[CLUSTER].nunique().reindex(list(study.arms)).fillna(0).astype(int)
    where = Where(study.path.name, study.line("uncertainty"), "uncertainty")
    findings = []
    if counts.min() > 1:
        few = bool(counts.min() < FEW)
        wtp = study.wtp.report[0] if study.wtp.report else study.wtp.to
        told = told_coverage(
            study,
            replicates,
            clusters=(int(counts.min()), int(counts.max())),
            lost=1 - _complete(table),
            icc=net_benefit_icc(people, wtp),
        )
        headline = _headline(study, replicates, wtp)
        text = f"{_counted(study, counts, few=few)}. {headline}. {told}"
        findings.append(Finding("W135" if few else "N083", text, where))
    within = people.groupby(CLUSTER)[ARM]
    shared = within.size().max() > 1  # where nobody shares a cluster, it is the person
    if study.design == "non-randomised" and shared and within.nunique().max() == 1:
        findings.append(Finding("W136", _confounded(study, int(counts.sum()))))
    return findings


def _headline(study: Study, replicates: xr.Dataset, wtp: float) -> str:
    """Which interval is shown, and why."""
    interval = str(replicates.attrs["interval"])
    df = float(inmb_intervals(replicates, [wtp]).attrs["df"])
    if interval == "cr2":
        words = (
            "bias-reduced error of clusters (CR2) with Satterthwaite's "
            f"{df:.1f} degrees of freedom for net benefit at {wtp:,.0f}"
        )
    elif interval == "t":
        words = f"standard error of the replicates with {df:.4g} degrees of freedom"
    else:
        words = "made of the replicates" if interval != "normal" else "normal, for many clusters"
    asked = study.uncertainty.interval is not None
    why = "as the study file asks" if asked else _why(study, replicates, interval)
    return f"Intervals shown are {interval}, {why}: {words}"


def _why(study: Study, replicates: xr.Dataset, interval: str) -> str:
    if interval == "cr2":
        return "the default with clusters and least squares"
    if replicates.attrs.get("missing") == "impute":
        return "since the error of imputed values is in the draws alone"
    if study.weights.method != "none":
        return "since weights are estimated, and the draws alone show their error"
    if replicates.attrs["resample"] == "individuals":
        return "since individuals are resampled"
    if replicates.attrs["resample"] == "none":
        return "since errors are CR1"
    return f"since the model {replicates.attrs['model']} or the missing values leave CR2 undefined"


def net_benefit_icc(people: pd.DataFrame, wtp: float) -> float:
    """Intraclass correlation of net benefit within arms; NaN where nothing can be said.

    Parameters
    ----------
    people : DataFrame
        ``arm``, ``cluster``, ``cost``, ``effect``.
    wtp : float
        Willingness to pay.

    Examples
    --------
    >>> people = pd.DataFrame({"arm": "a", "cluster": list("xxyy"), "cost": [0.0, 0, 5, 5],
    ...                        "effect": 0.0})
    >>> net_benefit_icc(people, 20_000)
    1.0
    """
    known = people.dropna(subset=[COST, EFFECT])
    if known.empty:
        return float("nan")
    codes = [pd.factorize(known[name])[0].astype(np.intp) for name in (ARM, CLUSTER)]
    value = (wtp * known[EFFECT] - known[COST]).to_numpy(np.float64)
    return anova_icc(value, codes[0], codes[1])


def _complete(table: pd.DataFrame) -> float:
    return float(table[[COST, EFFECT]].notna().all(axis=1).mean())


def _counted(study: Study, counts: pd.Series, *, few: bool) -> str:
    column = study.data.participants.cluster or "cluster"
    listed = ", ".join(f"{study.labels[str(arm)]} {count}" for arm, count in counts.items())
    return f"{'few clusters' if few else 'clusters'} ({column}) in an arm: {listed}"


def _confounded(study: Study, clusters: int) -> str:
    files = study.data.participants
    return (
        f"{files.arm} does not vary within {files.cluster}. With {clusters} of them, whatever else "
        f"differs between those of one arm and another cannot be told apart from {files.arm}; "
        "no covariate and no weight of persons removes it. Say so in the report."
    )
