"""Coverage measured in made-up studies like the one at hand: its own method, and the best one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from cpi_econ.study.config import Study

LEVEL = 0.95
KEEPS = (0.93, 0.97)
"""Shares of 95% intervals holding the truth between which they are said to keep their level."""
_TABLE = Path(__file__).with_name("few_clusters.csv")
_WORDS = {
    "analytic CR1": "resample none",
    "analytic CR2": "resample none, errors CR2 and least squares",
}
_DESIGN = ["high_clusters", "low_clusters"]
_Names = tuple[str, str]


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


def told_coverage(
    study: Study, replicates: xr.Dataset, *, clusters: tuple[int, int], lost: float, icc: float
) -> str:
    """How often intervals like the study's held the truth, and the best that it can ask for.

    Parameters
    ----------
    study : Study
    replicates : Dataset
        From `study_replicates`.
    clusters : tuple of int
        Fewest and most clusters in an arm.
    lost : float
        Share of people without cost or effect.
    icc : float
        Intraclass correlation of net benefit in the study.
    """
    imputed = replicates.attrs.get("missing") == "impute"
    rows = nearest(*clusters, lost, imputed=imputed)
    groups = rows[rows["interval"] != "test"].groupby(["method", "interval"], sort=False)
    methods = {(str(method), str(kind)): group for (method, kind), group in groups}
    own = own_method(study, replicates)
    kind = _analysis(own[0])
    offered = [names for names in methods if _analysis(names[0]) == kind]
    said = [_held(own, methods[own], icc)] if own in methods else []
    if offered:
        best = min(offered, key=lambda names: _away(methods[names]))
        said.append("no method measured comes nearer" if best == own else "")
        said[-1] = said[-1] or _held(best, methods[best], icc)
    if not said:
        return (
            "No analysis like this one was among the made-up studies measured; "
            "simulate measures it on studies of this shape"
        ) + _icc_words(icc)
    first = rows.iloc[0]
    return (
        f"In made-up studies ({int(rows['studies'].max()):,} a setting) of "
        f"{first['high_clusters']:.0f} against {first['low_clusters']:.0f} clusters and "
        f"{first['lost']:.0%} lost, 95% intervals of net benefit held the truth: "
        f"{'; '.join(said)}{_icc_words(icc)}"
    )


def _icc_words(icc: float) -> str:
    if np.isnan(icc):
        return ". The ICC of net benefit cannot be told here: too few people have cost and effect."
    return f". The ICC of net benefit here is {icc:.2f}, itself uncertain."


def own_method(study: Study, replicates: xr.Dataset) -> _Names:
    """Names that the table of coverages has for a study's own method and interval.

    Parameters
    ----------
    study : Study
    replicates : Dataset
        From `study_replicates`.
    """
    attrs, interval = replicates.attrs, str(replicates.attrs["interval"])
    draws = str(attrs["resample"])
    if interval == "cr2":
        # does not depend on what is drawn
        draws = "two_stage"
    elif draws == "none":
        draws = f"analytic {study.uncertainty.errors}"
    parts = [draws]
    if attrs["model"] == "glm":
        link = "" if study.adjust.link == "log" else f" {study.adjust.link}"
        parts.append(f"glm {study.adjust.family}{link}")
    if attrs["model"] == "mixed":
        parts.append("mixed")
    if attrs["weights"] != "none":
        parts.append(str(attrs["weights"]))
    if attrs.get("missing") == "impute":
        parts.append(str(attrs["order"]))
    return ", ".join(parts), interval


def _analysis(method: str) -> list[str]:
    """What a method does beside drawing; the order of imputation is a matter of drawing."""
    return [part for part in method.split(", ")[1:] if "imput" not in part]


def _away(group: pd.DataFrame) -> float:
    return float((group["coverage"] - LEVEL).abs().max())


def _held(names: _Names, group: pd.DataFrame, icc: float) -> str:
    asked = np.nan_to_num(icc, nan=0.05)
    at = group.iloc[int(np.abs(group["icc"].to_numpy(np.float64) - asked).argmin())]
    low, high = group["coverage"].min(), group["coverage"].max()
    method = "" if names[1] == "cr2" else f"{_WORDS.get(names[0], names[0])} with "
    return (
        f"{method}interval {names[1]} in {at['coverage']:.1%} at ICC {at['icc']:g} (Monte "
        f"Carlo error {100 * at['coverage_mcse']:.1f}), {low:.1%} to {high:.1%} over ICCs of "
        f"{group['icc'].min():g} to {group['icc'].max():g}{_verdict(low, high)}"
    )


def _verdict(low: float, high: float) -> str:
    narrow, wide = low < KEEPS[0], high > KEEPS[1]
    if narrow and wide:
        return ", too narrow or wider than it need be"
    return ", too narrow" if narrow else ", wider than it need be" if wide else ""
