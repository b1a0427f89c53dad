"""Years of capability: the area under ICECAP values over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from cpi_econ.effects.algorithms import Compute
from cpi_econ.effects.catalogue import value_set as catalogue_value_set
from cpi_econ.effects.qaly import area_under_curve
from cpi_econ.effects.value_set import ValueSet
from cpi_econ.errors import ValueSetError, stop

FloatArray = npt.NDArray[np.float64]
CapabilitySummary = Literal["years_of_full_capability", "years_of_sufficient_capability"]

SUFFICIENT = "33333"


def years_of_capability(
    utilities: pd.DataFrame,
    times: Mapping[str, float],
    summary: CapabilitySummary = "years_of_full_capability",
    value_set: ValueSet | str = "icecap_a_gb_2015",
    threshold: str = SUFFICIENT,
    horizon: float | None = None,
    died: pd.Series | None = None,
    discount: float | None = None,
    visit_times: pd.DataFrame | None = None,
) -> pd.Series:
    """Years of full, or of sufficient, capability of each participant.

    Parameters
    ----------
    utilities : DataFrame
        ``participant``, ``time``, ``utility`` (the ICECAP value, 0 none to 1 full capability).
    times : mapping of str to float
        Visits and their times [years], first is baseline.
    summary : {"years_of_full_capability", "years_of_sufficient_capability"}
        For the second every value is divided by that of the threshold state, and at most 1.
    value_set : ValueSet or str
        Set with which the answers were valued; gives the value of the threshold.
    threshold : str
        State from which capability counts as sufficient.
    horizon, died, discount, visit_times
        As in :func:`cpi_econ.qalys`.

    Returns
    -------
    Series
        Named by the summary, indexed by participant; NaN when a needed visit is missing.

    References
    ----------
    Mitchell, Roberts, Barton, Coast (2015), Social Science and Medicine 139:71-79.

    Examples
    --------
    >>> seen = pd.DataFrame({"participant": ["a", "a"], "time": ["t0", "t1"],
    ...                      "utility": [0.849, 1.0]})
    >>> years = {"t0": 0, "t1": 1}
    >>> years_of_capability(seen, years).round(4).to_dict()
    {'a': 0.9245}
    >>> years_of_capability(seen, years, "years_of_sufficient_capability").to_dict()
    {'a': 1.0}
    """
    if summary not in ("years_of_full_capability", "years_of_sufficient_capability"):
        stop(
            ValueSetError,
            "E064",
            f'there is no summary "{summary}"; use years_of_full_capability or '
            "years_of_sufficient_capability.",
        )
    valued = utilities
    if summary == "years_of_sufficient_capability":
        valued = sufficient_values(utilities, value_set, threshold)
    return area_under_curve(valued, times, horizon, died, discount, visit_times).rename(summary)


def sufficient_values(
    utilities: pd.DataFrame, value_set: ValueSet | str, threshold: str = SUFFICIENT
) -> pd.DataFrame:
    """Values as shares of that of the threshold state, at most 1.

    Parameters
    ----------
    utilities : DataFrame
        With ``utility``, the ICECAP value.
    value_set : ValueSet or str
    threshold : str

    Examples
    --------
    >>> sufficient_values(pd.DataFrame({"utility": [1.0]}), "icecap_a_gb_2015")["utility"].tolist()
    [1.0]
    """
    chosen = catalogue_value_set(value_set) if isinstance(value_set, str) else value_set
    shares = (utilities["utility"] / chosen.value(threshold)).clip(upper=1.0)
    return utilities.assign(utility=shares)


def sufficient_value_set(value_set: ValueSet, threshold: str = SUFFICIENT) -> ValueSet:
    """Value set in which no attribute counts beyond its threshold level, and the threshold is 1.

    The stricter reading of sufficiency: more than enough of one capability does not make up for
    too little of another. Score answers with it, then take years of full capability.

    Examples
    --------
    >>> strict = sufficient_value_set(catalogue_value_set("icecap_a_gb_2015"))
    >>> strict.value("44444"), strict.value("33333")
    (1.0, 1.0)
    """
    caps = np.array([int(level) for level in threshold])
    scale = value_set.value(threshold)
    compute: Compute = partial(_capped, compute=value_set.compute, caps=caps, scale=scale)
    return replace(value_set, id=f"{value_set.id}_sufficient_{threshold}", compute=compute)


def _capped(
    levels: npt.NDArray[np.int64], *, compute: Compute, caps: npt.NDArray[np.int64], scale: float
) -> FloatArray:
    return compute(np.minimum(levels, caps)) / scale
