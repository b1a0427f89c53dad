"""Values at each visit, and their shares in the area under the curve."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from cpi_econ.contracts import PARTICIPANT, TIME
from cpi_econ.evaluation.imputed_parts import Parts

Area = Callable[[pd.DataFrame], pd.Series]
NEGLIGIBLE = 1e-12


def visit_parts(
    values: pd.DataFrame, area: Area, times: Mapping[str, float], name: str, baseline: str
) -> Parts:
    """Values at the visits as parts of the area under them.

    Parameters
    ----------
    values : DataFrame
        ``participant``, ``time``, ``utility``, every person and time; NaN is missing.
    area : callable
        From such a table to the area of each participant; linear in the values.
    times : mapping
        Times in order.
    name : str
        Name of the effect.
    baseline : str
        Name of the first visit's column.

    Returns
    -------
    Parts
        One part a visit. A factor is a number where it is the same for everybody, otherwise a
        column: visits on other days, and deaths, change it. Visits that nobody's area needs are
        left out, except the first, which predicts.

    Examples
    --------
    >>> seen = pd.DataFrame({"participant": ["a", "a"], "time": ["t0", "t1"],
    ...                      "utility": [0.5, None]})
    >>> made = visit_parts(seen, lambda one: one.groupby("participant")["utility"].mean(),
    ...                    {"t0": 0, "t1": 1}, "qaly", "baseline_utility")
    >>> made.factors
    {'baseline_utility': 0.5, 'qaly at t1': 0.5}
    """
    wide = values.pivot(index=PARTICIPANT, columns=TIME, values="utility")
    columns: dict[str, pd.Series] = {}
    factors: dict[str, float | str] = {}
    first = next(iter(times))
    for time in times:
        share = area(values.assign(utility=(values[TIME] == time).astype(float)))
        share = share.reindex(wide.index)
        label = baseline if time == first else f"{name} at {time}"
        needed = bool((share.abs() > NEGLIGIBLE).any())
        if not needed and time != first:
            continue
        columns[label] = wide[time]
        if needed and float(np.ptp(share.to_numpy())) <= NEGLIGIBLE:
            factors[label] = float(share.iloc[0])
        elif needed:
            columns[f"share of {label}"] = share
            factors[label] = f"share of {label}"
    return Parts(pd.DataFrame(columns), factors, predictors=(baseline,))
