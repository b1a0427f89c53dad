"""Where the arms overlap in their propensities, and who is outside."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cpi_econ.contracts import ARM, PARTICIPANT
from cpi_econ.errors import Finding
from cpi_econ.kernels.draws import as_observed
from cpi_econ.uncertainty.analysis import prepare_analysis
from cpi_econ.uncertainty.arms import arms_of, rows_by_arm
from cpi_econ.uncertainty.checks import check_arms
from cpi_econ.uncertainty.missing import complete_cases
from cpi_econ.uncertainty.options import check_weights
from cpi_econ.uncertainty.people import arm_order, check_people
from cpi_econ.uncertainty.propensity import fit_propensity, propensities


def propensity_scores(
    table: pd.DataFrame,
    *,
    reference: str,
    propensity: Sequence[str],
    categorical: Sequence[str] = (),
) -> pd.DataFrame:
    """Probability of each arm for each participant, from the propensity model.

    Parameters
    ----------
    table : DataFrame
        The outcomes table; participants with a missing value are left out.
    reference : str
    propensity : sequence of str
        Covariates of the propensity model.
    categorical : sequence of str
        Numeric covariates whose values are categories.

    Returns
    -------
    DataFrame
        ``participant``, ``arm`` and one column an arm, for the overlap plot. It holds persons, so
        it stays with the analyst.

    Examples
    --------
    >>> people = pd.DataFrame({"participant": list("abcdef"), "arm": ["low", "high"] * 3,
    ...                        "cost": [1.0, 2, 3, 4, 5, 6], "effect": [1.0, 3, 2, 5, 4, 6],
    ...                        "age": [30, 50, 40, 35, 60, 70]})
    >>> made = propensity_scores(people, reference="low", propensity=["age"])
    >>> made[["low", "high"]].sum(axis=1).round(6).tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    """
    check_weights("iptw", "ATE", propensity)
    people = check_people(table, None, "individuals", list(propensity))
    arms = arm_order(people, None, reference)
    left = complete_cases(people, propensity, "complete_cases")
    check_arms(left, arms, reference)
    made = prepare_analysis(
        left,
        resample="individuals",
        model="none",
        categorical=categorical,
        weighting="iptw",
        propensity=propensity,
    )
    if made.propensity is None:
        raise TypeError("scores need a propensity model")
    fit = fit_propensity(made.propensity, made.columns, made.arm, as_observed(made.n))
    chance = propensities(made.propensity, fit, made.columns)[0]
    # the analysis holds people arm by arm
    order = rows_by_arm(arms_of(left[ARM]))
    rows = left[[PARTICIPANT, ARM]].iloc[order].reset_index(drop=True)
    scores = pd.DataFrame(chance.T, columns=list(made.arms))[arms]
    whole = pd.concat([rows, scores], axis=1)
    return whole.sort_values(PARTICIPANT).reset_index(drop=True)


def outside_overlap(scores: pd.DataFrame) -> pd.DataFrame:
    """How many people of each arm have a propensity that some arm does not reach.

    Parameters
    ----------
    scores : DataFrame
        From ``propensity_scores``.

    Returns
    -------
    DataFrame
        ``arm``, ``participants`` and ``outside``: people for whom the probability of some arm is
        below the smallest, or above the largest, that is found in every arm.

    References
    ----------
    Dehejia, Wahba (1999), doi:10.1080/01621459.1999.10473858

    Examples
    --------
    >>> scores = pd.DataFrame({"participant": list("abcd"), "arm": ["low", "low", "high", "high"],
    ...                        "low": [0.9, 0.5, 0.6, 0.4], "high": [0.1, 0.5, 0.4, 0.6]})
    >>> outside_overlap(scores)["outside"].tolist()
    [1, 1]
    """
    by_arm = scores.groupby(ARM, sort=False)
    arms = [name for name in scores.columns if name not in (PARTICIPANT, ARM)]
    low, high = by_arm[arms].min().max(), by_arm[arms].max().min()
    outside = ((scores[arms] < low) | (scores[arms] > high)).any(axis=1)
    counts = outside.groupby(scores[ARM]).agg(["size", "sum"]).loc[arms]
    return pd.DataFrame(
        {
            ARM: arms,
            "participants": counts["size"].to_numpy(),
            "outside": counts["sum"].to_numpy().astype(int),
        }
    )


def overlap_findings(outside: pd.DataFrame) -> list[Finding]:
    """Warning (``W074``) where people of an arm have nobody like them in another.

    Parameters
    ----------
    outside : DataFrame
        From ``outside_overlap``.

    Examples
    --------
    >>> few = pd.DataFrame({"arm": ["high"], "participants": [30], "outside": [4]})
    >>> overlap_findings(few)[0].code
    'W074'
    """
    return [
        Finding(
            "W074",
            f"{count} of {people} participants in {arm} have covariates for which an arm has "
            "nobody. For them the comparison is made by the model alone. Overlap weights, or "
            "trimming, answer for those who might be in either arm.",
        )
        for arm, people, count in zip(
            outside[ARM], outside["participants"], outside["outside"], strict=True
        )
        if count
    ]
