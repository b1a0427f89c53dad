"""Net benefit tested with clusters as units: a printed cross-check of few clusters."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cpi_econ.contracts import ARM, CLUSTER
from cpi_econ.errors import Finding
from cpi_econ.kernels.bias_reduced import cr2_covariance, satterthwaite_df
from cpi_econ.kernels.cluster_tests import permutation_test, wild_cluster_test
from cpi_econ.kernels.leastsq import solve
from cpi_econ.kernels.resample import FloatArray, block_stream
from cpi_econ.uncertainty.analysis import Analysis, prepare_analysis
from cpi_econ.uncertainty.checks import check_sample
from cpi_econ.uncertainty.design import Adjust, covariate_names
from cpi_econ.uncertainty.missing import complete_cases
from cpi_econ.uncertainty.people import arm_order, check_people

Row = dict[str, object]


def cluster_tests(
    table: pd.DataFrame,
    *,
    reference: str,
    cluster: str,
    wtp: Sequence[float],
    adjust: Adjust | None = None,
    categorical: Sequence[str] = (),
    draws: int = 9_999,
    seed: int = 1,
) -> pd.DataFrame:
    """Incremental net benefit of each arm by four tests that take clusters as units.

    Parameters
    ----------
    table : DataFrame
        The outcomes table; participants with a missing value are left out.
    reference : str
    cluster : str
        Column of the cluster.
    wtp : sequence of float
        Willingness to pay [currency / unit of effect].
    adjust : mapping, optional
        Covariates; net benefit is adjusted for those of cost and of effect together.
    categorical : sequence of str
        Numeric covariates whose values are categories.
    draws : int
        Of the wild cluster bootstrap.
    seed : int

    Returns
    -------
    DataFrame
        One row an arm, threshold and test, with ``estimate`` and ``se`` [currency], ``df``,
        ``p_value`` and ``n``, the allocations or draws. Tests: ``cluster means`` (t with one value
        a cluster), ``CR2`` (Satterthwaite's t), ``permutation`` (of the arm over clusters) and
        ``wild cluster bootstrap`` (Webb's weights).

    Raises
    ------
    EstimationError
        ``E073`` one cluster in an arm, ``E116`` a cluster in two arms, and those of the data.

    Notes
    -----
    Each arm is compared with the reference by the people of these two alone. Means of clusters are
    of net benefit less the covariates' part; for the permutation that part is estimated without the
    arm.

    References
    ----------
    Donner, Klar (2000), Design and Analysis of Cluster Randomization Trials in Health Research, 6;
    Hayes, Moulton (2017), Cluster Randomised Trials, 10 and 11

    Examples
    --------
    >>> people = pd.DataFrame({"participant": list("abcdefgh"), "arm": ["low"] * 4 + ["high"] * 4,
    ...                        "agency": [1, 1, 2, 2, 3, 3, 4, 4], "cost": [1.0, 2] * 4,
    ...                        "effect": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9]})
    >>> made = cluster_tests(people, reference="low", cluster="agency", wtp=[10], draws=99)
    >>> made["test"].tolist()
    ['cluster means', 'CR2', 'permutation', 'wild cluster bootstrap']
    """
    covariates = covariate_names(adjust)
    people = check_people(table, cluster, "clusters", covariates)
    arms = arm_order(people, None, reference)
    left = complete_cases(people, covariates, "complete_cases")
    check_sample(left, arms, whole_clusters=True)
    rows: list[Row] = []
    for arm in arms[1:]:
        pair = left[left[ARM].isin([arm, reference])].reset_index(drop=True)
        made = prepare_analysis(
            pair.assign(**{CLUSTER: pair[CLUSTER].astype(str)}),
            resample="clusters",
            model="ols",
            adjust={"cost": covariates, "effect": covariates},
            categorical=categorical,
        )
        rows += _rows(made, arm, np.asarray(wtp, dtype=np.float64), draws, seed)
    return pd.DataFrame(rows)


def _rows(made: Analysis, arm: str, wtp: FloatArray, draws: int, seed: int) -> list[Row]:
    outcomes = made.columns[:, -2:] * made.scale + made.location
    benefit = np.outer(outcomes[:, 1], wtp) - outcomes[:, [0]]
    clusters = made.clusters
    if clusters is None:
        raise TypeError("cluster tests need clusters")
    regressors = made.columns[:, :-2]
    sign = 1.0 if made.arms[0] == arm else -1.0
    contrast = np.zeros(regressors.shape[1])
    contrast[:2] = sign, -sign
    inside = np.bincount(clusters, made.arm == made.arms.index(arm)) > 0
    drawn = permutation_test(
        _cluster_means(benefit - _part(regressors[:, 2:], benefit, with_arms=None), clusters),
        inside,
        block_stream(seed, 0),
    )
    wild = wild_cluster_test(regressors, benefit, clusters, contrast, draws, block_stream(seed, 1))
    tests: list[tuple[str, FloatArray, FloatArray, float, FloatArray, int]] = []
    less = benefit - _part(regressors[:, 2:], benefit, with_arms=regressors[:, :2])
    for name, (estimate, se, df) in {
        "cluster means": _of_means(_cluster_means(less, clusters), inside),
        "CR2": _of_cr2(regressors, benefit, clusters, contrast),
    }.items():
        tests.append((name, estimate, se, df, _two_sided(estimate, se, df), len(inside)))
    unknown = np.full(len(wtp), np.nan)
    means, regression = tests[0][1], tests[1][1]
    tests += [
        ("permutation", means, unknown, np.nan, drawn.p_value, drawn.n),
        ("wild cluster bootstrap", regression, unknown, np.nan, wild, draws),
    ]
    names = ("estimate", "se", "df", "p_value", "n")
    return [
        {"arm": arm, "wtp": float(threshold), "test": test}
        | dict(zip(names, (est[k], se[k], df, p[k], n), strict=True))
        for k, threshold in enumerate(wtp)
        for test, est, se, df, p, n in tests
    ]


def _part(covariates: FloatArray, benefit: FloatArray, with_arms: FloatArray | None) -> FloatArray:
    """Part of net benefit that the centred covariates explain."""
    level = np.ones((len(benefit), 1)) if with_arms is None else with_arms
    design = np.concatenate([level, covariates], axis=1)
    beta = solve((design.T @ design)[None], (design.T @ benefit)[None])[0][0]
    made: FloatArray = covariates @ beta[level.shape[1] :]
    return made


def _cluster_means(values: FloatArray, clusters: NDArray[np.intp]) -> FloatArray:
    size = np.bincount(clusters)
    return np.stack([np.bincount(clusters, column) / size for column in values.T], axis=1)


def _of_means(
    values: FloatArray, inside: NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray, float]:
    """Difference of the means of clusters, its pooled error and degrees of freedom."""
    one, two = values[inside], values[~inside]
    squares = ((one - one.mean(axis=0)) ** 2).sum(axis=0) + ((two - two.mean(axis=0)) ** 2).sum(
        axis=0
    )
    df = float(len(values) - 2)
    se = np.sqrt(squares / df * (1 / len(one) + 1 / len(two)))
    return one.mean(axis=0) - two.mean(axis=0), se, df


def _of_cr2(
    regressors: FloatArray, benefit: FloatArray, clusters: NDArray[np.intp], contrast: FloatArray
) -> tuple[FloatArray, FloatArray, float]:
    k, m = regressors.shape[1], benefit.shape[1]
    beta = np.linalg.lstsq(regressors, benefit, rcond=None)[0]
    columns = np.concatenate([regressors, benefit], axis=1)
    spread = cr2_covariance(columns, [np.arange(k)] * m, clusters)
    own = [spread[j * k : (j + 1) * k, j * k : (j + 1) * k] for j in range(m)]
    se = np.sqrt([contrast @ part @ contrast for part in own])
    return contrast @ beta, se, satterthwaite_df(regressors, clusters, contrast)


def _two_sided(estimate: FloatArray, se: FloatArray, df: float) -> FloatArray:
    from scipy.special import stdtr

    distance = np.divide(np.abs(estimate), se, out=np.full_like(estimate, np.inf), where=se > 0)
    return np.asarray(2 * stdtr(df, -distance))


def cluster_test_findings(
    tests: pd.DataFrame, *, reference: str, currency: str = ""
) -> list[Finding]:
    """Note (``N081``) for each arm and threshold: what the tests of clusters say.

    Parameters
    ----------
    tests : DataFrame
        From ``cluster_tests``.
    reference : str
    currency : str

    Examples
    --------
    >>> rows = pd.DataFrame({"arm": ["high"], "wtp": [10.0], "test": ["CR2"], "estimate": [3.0],
    ...                      "se": [1.0], "df": [5.2], "p_value": [0.03], "n": [16]})
    >>> cluster_test_findings(rows, reference="low")[0].code
    'N081'
    """
    findings = []
    for (arm, wtp), rows in tests.groupby(["arm", "wtp"], sort=False):
        parts = [_words(row, currency) for row in rows.to_dict("records")]
        message = f"net benefit of {arm} over {reference} at {wtp:,.0f}, clusters as units"
        findings.append(Finding("N081", f"{message}: {'; '.join(parts)}."))
    return findings


def _words(row: dict[Hashable, Any], currency: str) -> str:
    p = f"p = {row['p_value']:.3f}"
    if row["test"] == "permutation":
        return f"permutation of {row['n']:,} allocations, {p}"
    if row["test"] == "wild cluster bootstrap":
        return f"wild cluster bootstrap, {p}"
    amount = f"{currency} {row['estimate']:,.0f}".strip()
    return f"{row['test']} {amount} (SE {row['se']:,.0f}), t with {row['df']:.1f} df, {p}"
