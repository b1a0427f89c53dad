"""Intraclass correlations of cost, effect and net benefit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cpi_econ.contracts import ARM, CLUSTER, COST, EFFECT
from cpi_econ.kernels.icc import anova_icc, icc_interval
from cpi_econ.uncertainty.people import check_people


def intraclass_correlations(
    table: pd.DataFrame, *, cluster: str, wtp: Sequence[float] = (), level: float = 0.95
) -> pd.DataFrame:
    """Intraclass correlations of cost, of effect and of net benefit, by analysis of variance.

    Parameters
    ----------
    table : DataFrame
        The outcomes table; people without the outcome are left out of its row.
    cluster : str
        Column of the cluster.
    wtp : sequence of float
        Willingness to pay [currency / unit of effect]; a row of net benefit for each.
    level : float
        Of the interval.

    Returns
    -------
    DataFrame
        One row an outcome (with ``wtp`` where given): ``within_arms``, with differences between
        arms taken out, which is what widens the error of a comparison of arms, with ``lower`` and
        ``upper`` by the F distribution; ``overall``, without; ``clusters`` and ``people``.
        Negative values are kept; NaN where there is none.

    References
    ----------
    Donner, Koval (1980), doi:10.2307/2530491; Searle (1971), Linear Models, 9.8

    Examples
    --------
    >>> people = pd.DataFrame({"participant": list("abcd"), "arm": ["low", "low", "high", "high"],
    ...                        "site": [1, 1, 2, 2], "cost": [1.0, 1, 3, 3],
    ...                        "effect": [0.1, 0.2, 0.1, 0.2]})
    >>> made = intraclass_correlations(people, cluster="site")
    >>> made["overall"].tolist(), made["clusters"].tolist()
    ([1.0, -1.0], [2, 2])
    """
    people = check_people(table, cluster, "clusters", [])
    benefits = [("net benefit", k * people[EFFECT] - people[COST], float(k)) for k in wtp]
    rows = []
    for name, outcome, threshold in [
        ("cost", people[COST], np.nan),
        ("effect", people[EFFECT], np.nan),
        *benefits,
    ]:
        left = people[outcome.notna()]
        values = outcome[outcome.notna()].to_numpy(dtype=np.float64)
        arm, group = (pd.factorize(left[key])[0] for key in (ARM, CLUSTER))
        lower, upper = icc_interval(values, arm, group, level)
        row: dict[str, object] = {
            "outcome": name,
            "wtp": threshold,
            "within_arms": anova_icc(values, arm, group),
            "lower": lower,
            "upper": upper,
            "overall": anova_icc(values, np.zeros_like(arm), group),
            "clusters": int(left[CLUSTER].nunique()),
            "people": len(left),
        }
        rows.append(row)
    made = pd.DataFrame(rows)
    return made if len(wtp) else made.drop(columns="wtp")
