"""SF-12v2 items to the dimensions of SF-6D."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cpi_econ.errors import DataError, Finding, Where, raise_all

# What each item asks, with its highest answer.
ITEMS = {
    "moderate_activities": 3,
    "physical_accomplished_less": 5,
    "emotional_accomplished_less": 5,
    "pain_interference": 5,
    "energy": 5,
    "downhearted": 5,
    "social_limited": 5,
}


def sf6d_levels(items: pd.DataFrame) -> pd.DataFrame:
    """Levels of the six SF-6D dimensions from SF-12v2 answers.

    Parameters
    ----------
    items : DataFrame
        Columns ``moderate_activities`` (item 2, 1-3), ``physical_accomplished_less`` (item 5,
        role, physical), ``emotional_accomplished_less`` (item 6, role, emotional),
        ``pain_interference`` (item 8), ``energy`` (item 10), ``downhearted`` (item 11),
        ``social_limited`` (item 12), all 1-5 unless stated; NaN missing.

    Returns
    -------
    DataFrame
        Columns physical_functioning, role_limitation, social_functioning, pain, mental_health,
        vitality, on the index of ``items``; NaN where the answer is missing.

    Raises
    ------
    DataError
        ``E055`` a column missing, ``E103`` an answer out of range.

    References
    ----------
    Brazier and Roberts (2004), doi:10.1097/01.mlr.0000135827.18610.0d.

    Examples
    --------
    >>> best = pd.DataFrame({"moderate_activities": [3], "physical_accomplished_less": [5],
    ...     "emotional_accomplished_less": [5], "pain_interference": [1], "energy": [1],
    ...     "downhearted": [5], "social_limited": [5]})
    >>> sf6d_levels(best).iloc[0].tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    """
    raise_all(_faults(items), DataError)
    answer = items[list(ITEMS)].astype(np.float64)
    physical = answer["physical_accomplished_less"]
    emotional = answer["emotional_accomplished_less"]
    role = 1.0 + (physical < 5) + 2.0 * (emotional < 5)
    levels = {
        "physical_functioning": 4 - answer["moderate_activities"],
        "role_limitation": role.where(physical.notna() & emotional.notna()),
        "social_functioning": 6 - answer["social_limited"],
        "pain": answer["pain_interference"],
        "mental_health": 6 - answer["downhearted"],
        "vitality": answer["energy"],
    }
    return pd.DataFrame(levels, index=items.index)


def _faults(items: pd.DataFrame) -> list[Finding]:
    findings = []
    for name, last in ITEMS.items():
        if name not in items.columns:
            findings.append(Finding("E055", f'there is no column "{name}".', Where(column=name)))
            continue
        wrong = items[name].notna() & ~items[name].isin(range(1, last + 1))
        if wrong.any():
            found = items.loc[wrong, name].iloc[0]
            message = f"{name} holds {found}; answers run from 1 to {last}."
            findings.append(Finding("E103", message, Where(column=name)))
    return findings
