"""How strong an unmeasured confounder of net benefit would have to be (E-value)."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import ArrayLike

from cpi_econ.contracts import ARM, COST, EFFECT
from cpi_econ.decision.moments import differences
from cpi_econ.decision.net_benefit import inmb_intervals, wtp_values

_LOG_RATIO = 0.91


def e_values(
    replicates: xr.Dataset,
    outcomes: pd.DataFrame,
    wtp: ArrayLike,
    *,
    interval: str | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    r"""E-values of the incremental net benefit of each arm.

    Parameters
    ----------
    replicates : Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)``.
    outcomes : DataFrame
        One row a participant with ``arm``, ``cost`` and ``effect``, for the standard deviation of
        net benefit within arms.
    wtp : array-like
        Willingness to pay [currency / unit of effect].
    interval, level : str and float
        As in `inmb_intervals`.

    Returns
    -------
    DataFrame
        One row an arm and threshold: ``estimate`` and ``sd`` [currency], ``standardised``,
        ``e_value`` and ``e_value_limit``, that of the end of the interval nearer to 0 (1 where the
        interval holds 0). A confounder would have to be related to the arm and to high net benefit
        by risk ratios of this size each, beyond the measured covariates, to explain the difference
        away.

    Notes
    -----
    With d the difference in standard deviations, :math:`RR = \exp(.91 d)` and
    :math:`E = RR + \sqrt{RR (RR - 1)}`. The approximation takes net benefit as near normal.

    References
    ----------
    VanderWeele, Ding (2017), doi:10.7326/M16-2607; Chinn (2000), doi:10.1002/1097-0258(20001130)
    19:22<3127::AID-SIM784>3.0.CO;2-M

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[0, 9], [0, 11]], [[0, 1], [0, 3]], arms=["a", "b"], reference="a")
    >>> people = pd.DataFrame({"arm": list("aabb"), "cost": [0.0, 2, 9, 11],
    ...                        "effect": [0.0, 0, 2, 2]})
    >>> e_values(made, people, [5.0])[["sd", "e_value"]].round(3).values.tolist()
    [[1.414, 1.0]]
    """
    grid = wtp_values(wtp)
    found = inmb_intervals(replicates, grid, interval=interval, level=level)
    known = outcomes[[ARM, COST, EFFECT]].dropna()
    rows = []
    for threshold in grid:
        benefit = threshold * known[EFFECT] - known[COST]
        within = benefit - benefit.groupby(known[ARM]).transform("mean")
        sd = math.sqrt(float((within**2).sum()) / (len(known) - known[ARM].nunique()))
        for arm in differences(replicates).arms:
            one = found.sel(wtp=threshold, arm=arm)
            estimate = float(one["estimate"])
            ends = [float(one["lower"]), float(one["upper"])]
            held = ends[0] <= 0.0 <= ends[1]
            near = 0.0 if held else min(ends, key=abs)
            rows.append(
                {
                    ARM: arm,
                    "wtp": float(threshold),
                    "estimate": estimate,
                    "sd": sd,
                    "standardised": estimate / sd if sd > 0 else math.nan,
                    "e_value": e_value(estimate / sd) if sd > 0 else math.nan,
                    "e_value_limit": e_value(near / sd) if sd > 0 else math.nan,
                }
            )
    return pd.DataFrame(rows)


def e_value(standardised: float) -> float:
    """E-value of a difference in standard deviations.

    Parameters
    ----------
    standardised : float

    Examples
    --------
    >>> round(e_value(0.5), 2), e_value(0.0)
    (2.53, 1.0)
    """
    ratio = float(np.exp(_LOG_RATIO * abs(standardised)))
    return ratio + math.sqrt(ratio * (ratio - 1.0))
