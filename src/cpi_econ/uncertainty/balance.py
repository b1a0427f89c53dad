"""How alike weighting makes the arms, and what it costs in information."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from cpi_econ.contracts import ARM
from cpi_econ.errors import EstimationError, Finding, stop
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.uncertainty.analysis import Analysis, prepare_analysis
from cpi_econ.uncertainty.arms import arms_of, rows_by_arm
from cpi_econ.uncertainty.checks import check_arms
from cpi_econ.uncertainty.design import check_covariates
from cpi_econ.uncertainty.missing import complete_cases
from cpi_econ.uncertainty.options import check_weights, target_arm
from cpi_econ.uncertainty.people import arm_order, check_people
from cpi_econ.uncertainty.propensity import (
    Estimand,
    Propensity,
    Weighting,
    effective_size,
    weights_as_observed,
)
from cpi_econ.uncertainty.weight_limits import WeightLimits, check_limits

HEAVY = 0.1
THIN = 0.6


class _Plan(NamedTuple):
    """Weights as every function here is asked for them."""

    reference: str
    weights: Weighting
    propensity: Sequence[str]
    estimand: Estimand
    categorical: Sequence[str]
    limits: WeightLimits | None


def balance(
    table: pd.DataFrame,
    *,
    reference: str,
    weights: Weighting | Literal["none"],
    propensity: Sequence[str],
    estimand: Estimand = "ATE",
    categorical: Sequence[str] = (),
    limits: WeightLimits | None = None,
) -> pd.DataFrame:
    """Standardised differences and variance ratios of covariates, before and after weighting.

    Parameters
    ----------
    table : DataFrame
        The outcomes table; participants with a missing value are left out.
    reference : str
        Arm that the others are compared with.
    weights : {"iptw", "overlap", "aipw", "none"}
        With ``none`` only the columns ``before`` are made.
    propensity : sequence of str
        Covariates of the propensity model.
    estimand : {"ATE", "ATT", "ATC"}
    categorical : sequence of str
        Numeric covariates whose values are categories.
    limits : WeightLimits, optional
        Trimming, truncation and stabilisation.

    Returns
    -------
    DataFrame
        One row an arm and covariate: ``difference_before``, ``difference_after`` [standard
        deviations, arm minus reference] and ``ratio_before``, ``ratio_after`` of variances. The
        standard deviation is the root of the mean unweighted variance of the two arms.

    References
    ----------
    Austin (2009), doi:10.1002/sim.3697

    Examples
    --------
    >>> people = pd.DataFrame({"participant": list("abcdef"), "arm": ["low", "high"] * 3,
    ...                        "cost": [1.0, 2, 3, 4, 5, 6], "effect": [1.0, 3, 2, 5, 4, 6],
    ...                        "age": [30, 50, 40, 35, 60, 70]})
    >>> made = balance(people, reference="low", weights="overlap", propensity=["age"])
    >>> made["difference_after"].abs().round(6).tolist()
    [0.0]
    """
    plain = weights == "none"
    plan = _Plan(
        reference, "overlap" if plain else weights, propensity, estimand, categorical, limits
    )
    made, chosen = _prepared(table, plan)
    weight = None if plain else _weight(made, chosen)
    rows = [
        row
        for number, arm in enumerate(made.arms)
        if arm != reference
        for row in _contrasts(made, chosen, made.arms.index(reference), number, weight)
    ]
    return pd.DataFrame(rows)


def _contrasts(
    made: Analysis, chosen: Propensity, one: int, other: int, weight: FloatArray | None
) -> list[dict[str, object]]:
    """Differences and ratios of each covariate between two arms."""
    parts = [made.arm == one, made.arm == other]
    rows: list[dict[str, object]] = []
    for column, name in zip(made.columns[:, chosen.columns].T, chosen.names, strict=True):
        plain = [_moments(column[part], np.ones(part.sum())) for part in parts]
        sd = np.sqrt((plain[0][1] + plain[1][1]) / 2)
        row: dict[str, object] = {ARM: made.arms[other], "covariate": name}
        row["difference_before"] = _ratio(plain[1][0] - plain[0][0], sd)
        if weight is not None:
            heavy = [_moments(column[part], weight[part]) for part in parts]
            row["difference_after"] = _ratio(heavy[1][0] - heavy[0][0], sd)
        row["ratio_before"] = _ratio(plain[1][1], plain[0][1])
        if weight is not None:
            row["ratio_after"] = _ratio(heavy[1][1], heavy[0][1])
        rows.append(row)
    return rows


def weight_summary(
    table: pd.DataFrame,
    *,
    reference: str,
    weights: Weighting,
    propensity: Sequence[str],
    estimand: Estimand = "ATE",
    categorical: Sequence[str] = (),
    limits: WeightLimits | None = None,
) -> pd.DataFrame:
    """People, effective sample size and largest share of the weight, by arm.

    Parameters
    ----------
    table : DataFrame
        The outcomes table; participants with a missing value are left out.
    reference : str
    weights : {"iptw", "overlap", "aipw"}
    propensity : sequence of str
    estimand : {"ATE", "ATT", "ATC"}
    categorical : sequence of str
    limits : WeightLimits, optional

    Returns
    -------
    DataFrame
        Columns ``arm``, ``participants``, ``effective_size`` and ``largest_share``.
    """
    made, chosen = _prepared(
        table, _Plan(reference, weights, propensity, estimand, categorical, limits)
    )
    weight = _weight(made, chosen)
    parts = {arm: weight[made.arm == number] for number, arm in enumerate(made.arms)}
    return pd.DataFrame(
        {
            ARM: list(parts),
            "participants": [len(part) for part in parts.values()],
            "effective_size": [effective_size(part) for part in parts.values()],
            "largest_share": [float(part.max() / part.sum()) for part in parts.values()],
        }
    )


def participant_weights(
    table: pd.DataFrame,
    *,
    reference: str,
    weights: Weighting,
    propensity: Sequence[str],
    estimand: Estimand = "ATE",
    categorical: Sequence[str] = (),
    limits: WeightLimits | None = None,
) -> pd.Series:
    """Weight of each participant in the data as observed.

    Parameters
    ----------
    table : DataFrame
        The outcomes table; participants with a missing value are left out.
    reference : str
    weights : {"iptw", "overlap", "aipw"}
    propensity : sequence of str
    estimand : {"ATE", "ATT", "ATC"}
    categorical : sequence of str
    limits : WeightLimits, optional

    Returns
    -------
    Series
        ``weight`` by ``participant``, sorted.

    Examples
    --------
    >>> people = pd.DataFrame({"participant": list("abcdef"), "arm": ["low", "high"] * 3,
    ...                        "cost": [1.0, 2, 3, 4, 5, 6], "effect": [1.0, 3, 2, 5, 4, 6],
    ...                        "age": [30, 50, 40, 35, 60, 70]})
    >>> made = participant_weights(people, reference="low", weights="overlap", propensity=["age"])
    >>> len(made), bool((made > 0).all())
    (6, True)
    """
    plan = _Plan(reference, weights, propensity, estimand, categorical, limits)
    weight = _weight(*_prepared(table, plan))
    known = complete_cases(table, propensity, "complete_cases").sort_values("participant")
    # The analysis holds people arm by arm, arms as they first occur among the sorted people.
    order = rows_by_arm(arms_of(known[ARM]))
    index = pd.Index(known["participant"].iloc[order], name="participant")
    return pd.Series(weight, index=index, name="weight").sort_index()


def weight_findings(summary: pd.DataFrame) -> list[Finding]:
    """Warnings (``W130``) where weighting leaves little information in an arm.

    Parameters
    ----------
    summary : DataFrame
        As ``weight_summary`` gives it.

    Examples
    --------
    >>> few = pd.DataFrame({"arm": ["high"], "participants": [30], "effective_size": [17.2],
    ...                     "largest_share": [0.14]})
    >>> print(weight_findings(few)[0].message)
    effective sample size of high is 17.2 of 30; one person carries 14% of the weight. Overlap ...
    """
    columns = [summary[name] for name in (ARM, "participants", "effective_size", "largest_share")]
    return [
        Finding(
            "W130",
            f"effective sample size of {arm} is {size:.1f} of {people}; one person carries "
            f"{share:.0%} of the weight. Overlap weights, or fewer covariates, keep more.",
        )
        for arm, people, size, share in zip(*columns, strict=True)
        if size < THIN * people or share > HEAVY
    ]


def _prepared(table: pd.DataFrame, plan: _Plan) -> tuple[Analysis, Propensity]:
    check_weights(plan.weights, plan.estimand, plan.propensity)
    people = check_people(table, None, "individuals", list(plan.propensity))
    check_covariates(people, plan.propensity)
    order = arm_order(people, None, plan.reference)
    check_limits(plan.limits or WeightLimits(), len(order))
    left = complete_cases(people, plan.propensity, "complete_cases")
    check_arms(left, order, plan.reference)
    made = prepare_analysis(
        left,
        resample="individuals",
        model="none",
        categorical=plan.categorical,
        weighting=plan.weights,
        propensity=plan.propensity,
        target=target_arm(order, plan.reference, plan.estimand),
        limits=plan.limits,
    )
    if made.propensity is None:
        stop(EstimationError, "E071", "weights are none; choose iptw, overlap or aipw.")
    return made, made.propensity


def _weight(made: Analysis, chosen: Propensity) -> FloatArray:
    """Weight of each person in the data as observed."""
    weight: FloatArray = weights_as_observed(chosen, made.columns, made.arm).weight[0]
    return weight


def _moments(values: FloatArray, weight: FloatArray) -> tuple[float, float]:
    """Weighted mean and variance; the variance is the usual one where weights are equal."""
    share = weight / weight.sum()
    mean = share @ values
    free = 1.0 - (share**2).sum()
    return float(mean), _ratio(float(share @ (values - mean) ** 2), float(free))


def _ratio(top: float, bottom: float) -> float:
    """Quotient, NaN where an arm is one person or has no variation."""
    return float(top / bottom) if bottom > 0 else float("nan")
