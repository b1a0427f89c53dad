"""Few clusters in an arm: what intervals were worth in made-up studies like the one at hand."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cpi_econ.contracts import ARM, CLUSTER, COST, EFFECT
from cpi_econ.errors import Finding, Where
from cpi_econ.kernels.icc import anova_icc
from cpi_econ.study.config import Study

FEW = 10
LEVEL = 0.95
_TABLE = Path(__file__).with_name("few_clusters.csv")
_WORDS = {
    "analytic CR1": "resample none",
    "analytic CR2": "resample none, errors CR2 and least squares",
}
_DESIGN = ["high_clusters", "low_clusters"]


@cache
def measured() -> pd.DataFrame:
    """Coverage of 95% intervals of net benefit at 20,000, as measured for the methods page.

    Returns
    -------
    DataFrame
        ``high_clusters, low_clusters, icc, lost, method, interval, studies, coverage,
        coverage_mcse``.

    Examples
    --------
    >>> set(measured()["icc"]) == {0.0, 0.05, 0.15}
    True
    """
    return pd.read_csv(_TABLE)


def few_cluster_findings(study: Study, table: pd.DataFrame) -> list[Finding]:
    """``W135`` few clusters in an arm, ``W136`` exposure that does not vary within a cluster.

    Parameters
    ----------
    study : Study
    table : DataFrame
        Outcomes table of the primary effect.

    Returns
    -------
    list of Finding
        The coverages told are those of the measured design nearest to the study: clusters of its
        smallest and largest arm, share lost.
    """
    if CLUSTER not in table:
        return []
    people = table if _imputed(study) else table.dropna(subset=[COST, EFFECT])
    counts = people.groupby(ARM)[CLUSTER].nunique().reindex(list(study.arms)).fillna(0).astype(int)
    where = Where(study.path.name, study.line("uncertainty"), "uncertainty")
    findings = []
    if 1 < counts.min() < FEW:
        icc = net_benefit_icc(people, study.wtp.report[0])
        lost = 1 - _complete(table)
        rows = nearest(int(counts.min()), int(counts.max()), lost, imputed=_imputed(study))
        message = f"{_counted(study, counts)}. {_told(study, rows, icc)}"
        findings.append(Finding("W135", message, where))
    within = people.groupby(CLUSTER)[ARM].nunique().max()
    if study.design == "non-randomised" and within == 1:
        findings.append(Finding("W136", _confounded(study, int(counts.sum()))))
    return findings


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


def nearest(fewest: int, most: int, lost: float, *, imputed: bool = False) -> pd.DataFrame:
    """Measured rows of the design nearest to a study, for every intraclass correlation.

    Parameters
    ----------
    fewest, most : int
        Clusters of the smallest and of the largest arm; compared by their ratios.
    lost : float
        Share of people without cost or effect.
    imputed : bool
        Whether missing values are imputed.

    Examples
    --------
    >>> nearest(4, 11, 0.0)[["high_clusters", "low_clusters"]].iloc[0].tolist()
    [4, 12]
    """
    rows = measured()
    rows = rows[rows["method"].str.contains("imput") == imputed]
    counts = np.sort(rows[_DESIGN].to_numpy(np.float64), axis=1)
    away = np.abs(np.log(counts / [max(fewest, 1), max(most, 1)])).sum(axis=1)
    away += 1e-4 * np.abs(rows["lost"].to_numpy(np.float64) - lost)
    close: NDArray[np.bool_] = away <= away.min() + 1e-9
    return rows[close]


def _imputed(study: Study) -> bool:
    return study.missing is not None and study.missing.method == "impute"


def _complete(table: pd.DataFrame) -> float:
    return float(table[[COST, EFFECT]].notna().all(axis=1).mean())


def _counted(study: Study, counts: pd.Series) -> str:
    column = study.data.participants.cluster or "cluster"
    listed = ", ".join(f"{study.labels[str(arm)]} {count}" for arm, count in counts.items())
    return f"few clusters ({column}) in an arm: {listed}"


def _told(study: Study, rows: pd.DataFrame, icc: float) -> str:
    """Coverage of the study's own intervals and of the best ones, over intraclass correlations."""
    methods = {
        (str(method), str(kind)): group
        for (method, kind), group in rows.groupby(["method", "interval"], sort=False)
    }
    own = (_method(study), study.uncertainty.interval)
    offered = [names for names in methods if names[1] != "test" and _can_ask(study, names[0])]
    best = min(offered, key=lambda names: (methods[names]["coverage"] - LEVEL).abs().max())
    first = rows.iloc[0]
    said = [_held(names, methods[names], icc) for names in dict.fromkeys((own, best))
            if names in methods]  # fmt: skip
    if best == own:
        said.append("no method measured comes nearer")
    return (
        f"In made-up studies ({int(rows['studies'].max()):,} a setting) of "
        f"{first['high_clusters']:.0f} against {first['low_clusters']:.0f} clusters and "
        f"{first['lost']:.0%} lost, 95% intervals of net benefit held the truth: "
        f"{'; '.join(said)}. The ICC of net benefit here is {icc:.2f}, itself uncertain."
    )


def _held(names: tuple[str, str], group: pd.DataFrame, icc: float) -> str:
    asked = np.nan_to_num(icc, nan=0.05)
    at = group.iloc[int(np.abs(group["icc"].to_numpy(np.float64) - asked).argmin())]
    low, high = group["coverage"].min(), group["coverage"].max()
    method = _WORDS.get(names[0], names[0])
    return (
        f"{method} with interval {names[1]} in {at['coverage']:.1%} at ICC {at['icc']:g} (Monte "
        f"Carlo error {100 * at['coverage_mcse']:.1f}), {low:.1%} to {high:.1%} over ICCs of "
        f"{group['icc'].min():g} to {group['icc'].max():g}"
    )


def _can_ask(study: Study, method: str) -> bool:
    """CR2 is for least squares without weights; whole clusters and people can always be drawn."""
    squares = study.adjust.model in ("none", "ols", "sur") and study.weights.method == "none"
    return squares or not method.startswith("analytic CR2")


def _method(study: Study) -> str:
    """Name that the table has for the study's way of resampling."""
    resample = study.uncertainty.resample or "clusters"
    name = f"analytic {study.uncertainty.errors}" if resample == "none" else resample
    if not _imputed(study):
        return name
    order = study.missing.order if study.missing is not None else None
    return f"{name}, {order or 'impute_in_bootstrap'}"


def _confounded(study: Study, clusters: int) -> str:
    files = study.data.participants
    return (
        f"{files.arm} does not vary within {files.cluster}. With {clusters} of them, whatever else "
        f"differs between those of one arm and another cannot be told apart from {files.arm}; "
        "no covariate and no weight of persons removes it. Say so in the report."
    )
