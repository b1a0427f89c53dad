"""Regression of each person's net benefit on arm, covariates and what modifies the difference."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtr

from cpi_econ.contracts import ARM, CLUSTER
from cpi_econ.errors import EstimationError, stop
from cpi_econ.kernels.bias_reduced import cr2_covariance, satterthwaite_df
from cpi_econ.kernels.covariance import regression_covariance
from cpi_econ.kernels.intervals import critical_value
from cpi_econ.kernels.leastsq import solve
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.uncertainty.analysis import Errors
from cpi_econ.uncertainty.checks import check_choice, check_sample
from cpi_econ.uncertainty.design import check_covariates, design
from cpi_econ.uncertainty.missing import complete_cases
from cpi_econ.uncertainty.people import arm_order, check_people


def net_benefit_regression(
    table: pd.DataFrame,
    *,
    reference: str,
    wtp: Sequence[float],
    covariates: Sequence[str] = (),
    modifiers: Sequence[str] = (),
    categorical: Sequence[str] = (),
    cluster: str | None = None,
    errors: Errors = "CR1",
    level: float = 0.95,
) -> pd.DataFrame:
    r"""Coefficients of a least-squares regression of net benefit at each threshold.

    Parameters
    ----------
    table : DataFrame
        The outcomes table; participants with a missing value are left out.
    reference : str
    wtp : sequence of float
        Willingness to pay [currency / unit of effect].
    covariates : sequence of str
    modifiers : sequence of str
        Covariates that may modify the incremental net benefit; their products with the arms are
        added.
    categorical : sequence of str
        Numeric covariates whose values are categories.
    cluster : str, optional
        Column of the cluster; errors are then robust to clusters.
    errors : {"CR1", "CR2"}
        Kind of that error.
    level : float
        Confidence level.

    Returns
    -------
    DataFrame
        One row a threshold and term: ``estimate``, ``se``, ``df``, ``lower``, ``upper`` [currency]
        and ``p_value``. The term named by an arm is its incremental net benefit at the mean of all
        covariates; ``arm x covariate`` is what one standard deviation of the covariate adds to it.

    Raises
    ------
    EstimationError
        ``E076`` to ``E079`` covariates that cannot be used, and those of the data.

    References
    ----------
    Hoch, Briggs, Willan (2002), doi:10.1002/hec.678; Willan, Briggs, Hoch (2004),
    doi:10.1002/hec.843

    Examples
    --------
    >>> people = pd.DataFrame({"participant": list("abcdef"), "arm": ["low", "high"] * 3,
    ...                        "cost": [1.0, 4, 2, 5, 3, 6], "effect": [1.0, 3, 2, 5, 4, 6]})
    >>> made = net_benefit_regression(people, reference="low", wtp=[10])
    >>> made[["term", "estimate"]].round(6).values.tolist()
    [['high', 20.333333]]
    """
    check_choice("errors", errors, ("CR1", "CR2"), ())
    if errors == "CR2" and cluster is None:
        stop(EstimationError, "E071", "errors CR2 needs a cluster.")
    chosen = list(dict.fromkeys([*covariates, *modifiers]))
    people = check_people(table, cluster, "none", chosen)
    arms = arm_order(people, None, reference)
    check_covariates(people, chosen)
    left = complete_cases(people, chosen, "complete_cases")
    check_sample(left, arms, whole_clusters=False)
    names, regressors = _regressors(left, arms, chosen, modifiers, categorical)
    if len(left) <= len(names):
        message = f"{len(left)} participants cannot carry {len(names)} coefficients."
        stop(EstimationError, "E079", f"{message} Use fewer covariates.")
    clusters = pd.factorize(left[CLUSTER])[0] if cluster is not None else None
    rows = []
    for threshold in wtp:
        benefit = (threshold * left["effect"] - left["cost"]).to_numpy(dtype=np.float64)
        for name, values in zip(
            names, _fit(regressors, benefit, clusters, errors, level), strict=True
        ):
            if name != reference and name not in chosen and not _is_level(name, chosen):
                rows.append({"wtp": float(threshold), "term": name, **values})
    return pd.DataFrame(rows)


def _is_level(name: str, chosen: Sequence[str]) -> bool:
    """Whether a term is one category of a covariate, not a product with an arm."""
    return " x " not in name and any(name.startswith(f"{one}: ") for one in chosen)


def _regressors(
    people: pd.DataFrame,
    arms: list[str],
    covariates: Sequence[str],
    modifiers: Sequence[str],
    categorical: Sequence[str],
) -> tuple[list[str], FloatArray]:
    """Level of the reference, differences of the arms, covariates, products."""
    arm = people[ARM].astype(str)
    made = design(people, arm, arms, {"cost": covariates, "effect": []}, categorical)
    columns = made.columns.copy()
    columns[:, 0] = 1.0
    names = list(made.names)
    products, labels = [], []
    for number in range(len(arms), len(names)):
        if names[number].split(": ")[0] not in modifiers:
            continue
        for other in range(1, len(arms)):
            products.append(columns[:, other] * columns[:, number])
            labels.append(f"{names[other]} x {names[number]}")
    whole = np.column_stack([columns, *products])
    out = solve((whole.T @ whole)[None], np.zeros((1, whole.shape[1], 1)))[1][0]
    if out.any():
        lost = ", ".join(np.array([*names, *labels])[out])
        stop(EstimationError, "E078", f"{lost} follows from the terms before it. Leave it out.")
    return [*names, *labels], whole


def _fit(
    regressors: FloatArray,
    benefit: FloatArray,
    clusters: NDArray[np.intp] | None,
    errors: Errors,
    level: float,
) -> list[dict[str, float]]:
    """Estimates of every coefficient."""
    k = regressors.shape[1]
    scale = benefit.std() or 1.0
    columns = np.column_stack([regressors, benefit / scale, benefit / scale])
    every = np.arange(k)
    beta = np.linalg.lstsq(regressors, benefit, rcond=None)[0]
    if clusters is not None and errors == "CR2":
        spread = cr2_covariance(columns[:, :-1], [every], clusters)
        df = np.array([satterthwaite_df(regressors, clusters, unit) for unit in np.eye(k)])
    else:
        both = regression_covariance(columns, (every, every), joint=False, clusters=clusters)
        spread = both[:k, :k]
        free = len(benefit) - k if clusters is None else int(clusters.max())
        df = np.full(k, float(free))
    se = np.sqrt(np.clip(np.diag(spread), 0.0, None)) * scale
    half = np.array([critical_value(level, one) for one in df]) * se
    distance = np.divide(np.abs(beta), se, out=np.full(k, np.inf), where=se > 0)
    p_value = 2 * stdtr(df, -distance)
    names = ("estimate", "se", "df", "lower", "upper", "p_value")
    values = np.stack([beta, se, df, beta - half, beta + half, p_value], axis=1)
    return [dict(zip(names, row, strict=True)) for row in values.tolist()]
