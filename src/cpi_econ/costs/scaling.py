"""What the recall factor does to the mean cost, said aloud."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cpi_econ.costs.totals import summed
from cpi_econ.errors import Finding, Where


def check_scaling(
    lines: pd.DataFrame,
    perspective: Sequence[str] | None = None,
    file: str | None = None,
) -> list[Finding]:
    """Note how far scaling from recall window to period moves the mean cost: ``N039``.

    Parameters
    ----------
    lines : DataFrame
        Cost lines.
    perspective : sequence of str, optional
        Tags that count.
    file : str, optional
        File shown in the finding.

    Returns
    -------
    list of Finding
        Empty when every counted line has factor 1.

    Examples
    --------
    >>> lines = pd.DataFrame({"participant": ["a"], "time": ["month_9"], "sector": "NHS",
    ...                       "counts": True, "recall_factor": 3.0, "units": 2.0,
    ...                       "unit_cost": 44.0, "index_factor": 1.0, "cost": 264.0})
    >>> check_scaling(lines)[0].message
    'recall factors (month_9 x3) move the mean cost of complete cases from 88 to 264.'
    """
    counted = lines[lines["counts"]] if "counts" in lines else lines
    scaled = counted[counted["recall_factor"] != 1]
    if scaled.empty:
        return []
    as_asked = counted.assign(
        cost=counted["units"] * counted["unit_cost"] * counted["index_factor"]
    )
    before = summed(as_asked, perspective).mean()
    in_period = as_asked.assign(cost=as_asked["cost"] * as_asked["recall_factor"])
    after = summed(in_period, perspective).mean()
    factors = scaled.groupby("time", sort=False, observed=True)["recall_factor"].median()
    said = ", ".join(f"{name} x{factor:.4g}" for name, factor in factors.items())
    message = (
        f"recall factors ({said}) move the mean cost of complete cases from {before:,.0f} to "
        f"{after:,.0f}."
    )
    return [Finding("N039", message, Where(file))]
