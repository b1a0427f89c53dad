"""Intraclass correlations of cost and effect."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cpi_econ.contracts import ARM, CLUSTER, COST, EFFECT
from cpi_econ.kernels.icc import anova_icc
from cpi_econ.uncertainty.people import check_people


def intraclass_correlations(table: pd.DataFrame, *, cluster: str) -> pd.DataFrame:
    """Intraclass correlations of cost and of effect, by analysis of variance.

    Parameters
    ----------
    table : DataFrame
        The outcomes table; people without the outcome are left out of its row.
    cluster : str
        Column of the cluster.

    Returns
    -------
    DataFrame
        One row an outcome: ``within_arms``, with differences between arms taken out, which is what
        widens the error of a comparison of arms; ``overall``, without; ``clusters`` and ``people``.
        Negative values are kept; NaN where there is none.

    References
    ----------
    Donner, Koval (1980), doi:10.2307/2530491

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
    rows = []
    for name in (COST, EFFECT):
        left = people[people[name].notna()]
        values = left[name].to_numpy(dtype=np.float64)
        arm, group = (pd.factorize(left[key])[0] for key in (ARM, CLUSTER))
        rows.append(
            {
                "outcome": name,
                "within_arms": anova_icc(values, arm, group),
                "overall": anova_icc(values, np.zeros_like(arm), group),
                "clusters": int(left[CLUSTER].nunique()),
                "people": len(left),
            }
        )
    return pd.DataFrame(rows)
