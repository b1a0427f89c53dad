"""What a study tells of the next one: how people vary, how clusters differ, who is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cpi_econ.contracts import ARM, CLUSTER, COST, EFFECT
from cpi_econ.decision.next_study import NextStudy, Variation
from cpi_econ.errors import EstimationError, stop
from cpi_econ.kernels.icc import anova_icc
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.result.answer import CEAResult
from cpi_econ.study.config import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilot:
    """Shape and variation of a study that was made.

    Parameters
    ----------
    study : NextStudy
        Its people, clusters, variation of cluster sizes and share lost.
    variation : Variation
        Within arms, after the covariates of the analysis.
    cluster_size : float or None
        Mean people recruited in a cluster.
    """

    study: NextStudy
    variation: Variation
    cluster_size: float | None


def pilot(
    outcomes: pd.DataFrame,
    *,
    cost_covariates: Sequence[str] = (),
    effect_covariates: Sequence[str] = (),
    categorical: Sequence[str] = (),
) -> Pilot:
    """Shape and variation of the study behind an outcomes table.

    Parameters
    ----------
    outcomes : DataFrame
        One row a participant: ``arm``, ``cost``, ``effect``, ``cluster`` where there is one, and
        the covariates.
    cost_covariates, effect_covariates : sequence of str
        Covariates whose part of the variation the next analysis will take out too.
    categorical : sequence of str
        Covariates that are categories though numbers stand for them.

    Returns
    -------
    Pilot
        Standard deviations and correlation of residuals within arms; intraclass correlations by
        analysis of variance, 0 where the estimate is below 0.

    Raises
    ------
    EstimationError
        ``E092`` fewer than two complete people in an arm.

    Examples
    --------
    >>> table = pd.DataFrame({"arm": ["a", "a", "a", "b", "b", "b"], "cost": [1.0, 2, 3, 4, 5, 6],
    ...                       "effect": [1.0, 3, 2, 2, 1, 3]})
    >>> found = pilot(table)
    >>> round(found.variation.cost_sd, 3), found.study.total
    (1.0, 6)
    """
    names = [COST, EFFECT, *cost_covariates, *effect_covariates]
    complete = outcomes.dropna(subset=list(dict.fromkeys(names)))
    if complete.groupby(ARM).size().reindex(outcomes[ARM].unique(), fill_value=0).min() < 2:
        message = "an arm has fewer than two people with complete data; nothing can be said of how "
        stop(EstimationError, "E092", f"{message}people vary.")
    complete = complete.astype(dict.fromkeys(set(categorical) & set(complete), "str"))
    cost = _residuals(complete, COST, cost_covariates)
    effect = _residuals(complete, EFFECT, effect_covariates)
    free = len(complete) - complete[ARM].nunique()
    cov = np.array([[cost @ cost, cost @ effect], [cost @ effect, effect @ effect]]) / free
    sd = np.sqrt(np.diagonal(cov))
    rho = float(cov[0, 1] / sd.prod()) if sd.prod() > 0 else 0.0
    clustered = CLUSTER in outcomes
    shares = [_icc(values, complete) if clustered else 0.0 for values in (cost, effect)]
    variation = Variation(
        cost_sd=float(sd[0]),
        effect_sd=float(sd[1]),
        correlation=float(np.clip(rho, -1.0, 1.0)),
        icc_cost=shares[0],
        icc_effect=shares[1],
    )
    sizes = outcomes.groupby([ARM, CLUSTER]).size() if clustered else None
    return Pilot(
        study=_shape(outcomes, 1.0 - len(complete) / len(outcomes), sizes),
        variation=variation,
        cluster_size=None if sizes is None else float(sizes.mean()),
    )


def pilot_of(study: Study, result: CEAResult) -> Pilot:
    """Pilot behind a result that was just made, adjusted as the study file says.

    Parameters
    ----------
    study : Study
    result : CEAResult
        From `evaluate`.

    Raises
    ------
    EstimationError
        ``E092`` a result that was loaded: it holds no participants.
    """
    if result.outcomes is None:
        message = "a saved result holds no participants; name the study file."
        stop(EstimationError, "E092", message)
    return study_pilot(study, result.outcomes)


def study_pilot(study: Study, outcomes: pd.DataFrame) -> Pilot:
    """Pilot behind an outcomes table, adjusted as the study file says.

    Parameters
    ----------
    study : Study
    outcomes : DataFrame
        Outcomes table of one effect.

    Raises
    ------
    EstimationError
        ``E092`` fewer than two complete people in an arm.
    """
    adjust = study.adjust
    used = adjust.model != "none"
    return pilot(
        outcomes,
        cost_covariates=adjust.cost if used else (),
        effect_covariates=adjust.effect if used else (),
        categorical=adjust.categorical,
    )


def _residuals(table: pd.DataFrame, outcome: str, covariates: Sequence[str]) -> FloatArray:
    """Residuals of one least-squares regression on arm and covariates."""
    arms = pd.get_dummies(table[ARM], dtype=float).to_numpy()
    design = arms
    if covariates:
        rest = pd.get_dummies(table[list(covariates)], drop_first=True, dtype=float)
        design = np.column_stack([arms, rest.to_numpy()])
    values = table[outcome].to_numpy(np.float64)
    residual: FloatArray = values - design @ np.linalg.lstsq(design, values, rcond=None)[0]
    # so that the variance over people minus arms is that over people minus all columns
    spare = max(len(values) - int(np.linalg.matrix_rank(design)), 1)
    residual *= np.sqrt((len(values) - arms.shape[1]) / spare)
    return residual


def _icc(values: FloatArray, table: pd.DataFrame) -> float:
    codes = [pd.factorize(table[name])[0].astype(np.intp) for name in (ARM, CLUSTER)]
    found = anova_icc(values, codes[0], codes[1])
    return float(np.clip(np.nan_to_num(found), 0.0, 1.0))


def _shape(outcomes: pd.DataFrame, dropout: float, sizes: pd.Series | None) -> NextStudy:
    people = {str(arm): int(n) for arm, n in outcomes.groupby(ARM).size().items()}
    if sizes is None:
        return NextStudy(participants=people, dropout=dropout)
    clusters = {str(arm): int(n) for arm, n in sizes.groupby(level=0).size().items()}
    spread = float(sizes.std(ddof=0) / sizes.mean())
    return NextStudy(participants=people, clusters=clusters, size_cv=spread, dropout=dropout)


def candidates(
    known: Pilot,
    counts: Sequence[int],
    *,
    cluster_size: float | None = None,
    dropout: float | None = None,
    ratio: float = 1.0,
    reference: str | None = None,
) -> list[NextStudy]:
    """Studies like the pilot of several sizes, arms of equal numbers or as the ratio says.

    Parameters
    ----------
    known : Pilot
    counts : sequence of int
        Clusters of each study; people of each study where the pilot had no clusters.
    cluster_size : float, optional
        Mean people in a cluster; that of the pilot when absent.
    dropout : float, optional
        Share lost; that of the pilot when absent.
    ratio : float
        Clusters, or people, of every other arm for one of the reference.
    reference : str, optional
        Reference arm; needed with a ratio other than 1.

    Returns
    -------
    list of NextStudy
        Of equal arms, an odd cluster goes to the first.

    Raises
    ------
    EstimationError
        ``E094`` a ratio that is not above 0.

    Examples
    --------
    >>> shape = NextStudy(participants={"a": 20, "b": 20}, clusters={"a": 4, "b": 4})
    >>> known = Pilot(study=shape, variation=Variation(cost_sd=1, effect_sd=1), cluster_size=5.0)
    >>> candidates(known, [16])[0].label
    '16 clusters, 80 people'
    """
    arms = list(known.study.participants)
    if not ratio > 0:
        stop(EstimationError, "E094", f"ratio is {ratio:g}; give a number above 0.")
    lost = known.study.dropout if dropout is None else dropout
    made = []
    for count in counts:
        parts = _parts(arms, count, ratio, reference)
        if known.study.clusters is None:
            made.append(NextStudy(participants=parts, dropout=lost))
            continue
        size = known.cluster_size if cluster_size is None else cluster_size
        people = {arm: round(number * (size or 1.0)) for arm, number in parts.items()}
        cv = known.study.size_cv
        made.append(NextStudy(participants=people, clusters=parts, size_cv=cv, dropout=lost))
    return made


def _parts(arms: Sequence[str], count: int, ratio: float, reference: str | None) -> dict[str, int]:
    """Clusters, or people, of each arm, at least two."""
    if ratio == 1.0:
        return {arm: (count + len(arms) - 1 - at) // len(arms) for at, arm in enumerate(arms)}
    share = {arm: 1.0 if arm == reference else ratio for arm in arms}
    whole = sum(share.values())
    return {arm: max(round(count * part / whole), 2) for arm, part in share.items()}
