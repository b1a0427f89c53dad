"""Rows of incremental net benefit with the probability that the arm is the best of all arms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from cpi_econ.contracts import ARM
from cpi_econ.decision.acceptability import ceac
from cpi_econ.decision.monte_carlo import monte_carlo_error
from cpi_econ.decision.net_benefit import inmb_intervals
from cpi_econ.result.numbers import number

Row = dict[str, Any]
_AGAINST_REFERENCE = ("estimate", "se", "lower", "upper")


def net_benefit_rows(
    replicates: xr.Dataset, wtp: Sequence[float], *, interval: str | None, level: float
) -> dict[str, list[Row]]:
    """Rows of every comparison, one a threshold.

    Parameters
    ----------
    replicates : Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)``.
    wtp : sequence of float
        Willingness to pay [currency / unit of effect].
    interval : str or None
        Kind of the intervals; None for the one that the replicates name.
    level : float
        Of the intervals.

    Returns
    -------
    dict of str to list of dict
        By arm. ``estimate``, ``se``, ``lower`` and ``upper`` are of the difference from the
        reference, and so is ``probability_above_reference``. ``probability`` is that of the highest
        net benefit of all arms, as in the acceptability curve; ``mcse`` is its Monte Carlo error.

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[0, 10, 9]] * 3, [[0, 1, 1]] * 3, arms=["a", "b", "c"], reference="a")
    >>> rows = net_benefit_rows(made, [20.0], interval=None, level=0.95)
    >>> [(row["probability"], row["probability_above_reference"]) for row in rows["b"]]
    [(0, 1)]
    """
    grid = np.asarray(wtp, dtype=float)
    benefit = inmb_intervals(replicates, grid, interval=interval, level=level)
    best = ceac(replicates, grid).sel({ARM: benefit[ARM]})
    found = {name: benefit[name].to_numpy() for name in _AGAINST_REFERENCE}
    found |= {
        "probability": best.to_numpy(),
        "mcse": monte_carlo_error(replicates, best.to_numpy()),
        "probability_above_reference": benefit["probability"].to_numpy(),
    }
    return {
        str(arm): [
            {
                "wtp": number(at),
                **{name: number(cells[row, column]) for name, cells in found.items()},
            }
            for row, at in enumerate(grid)
        ]
        for column, arm in enumerate(benefit[ARM].values)
    }
