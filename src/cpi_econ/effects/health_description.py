"""All tables that describe the answers to one instrument, in the order a report shows them."""

from __future__ import annotations

import pandas as pd

from cpi_econ.effects.change import overall_change
from cpi_econ.effects.describe import level_table, severity_table, top_states, value_table
from cpi_econ.effects.diversity import diversity_table
from cpi_econ.effects.instruments import Instrument
from cpi_econ.effects.profiles import profiles


def describe_health(
    responses: pd.DataFrame,
    participants: pd.DataFrame,
    instrument: Instrument,
    utilities: pd.DataFrame | None = None,
    norm: str | None = None,
) -> dict[str, pd.DataFrame]:
    """Tables of levels, severity, top states, spread, change and values by arm and time.

    Parameters
    ----------
    responses : DataFrame
        Long answers of one effect: ``participant``, ``time``, ``item``, ``level``.
    participants : DataFrame
        ``participant``, ``arm``; ``age`` and ``sex`` when a norm is asked for.
    instrument : Instrument
        The instrument answered; its direction orders the levels.
    utilities : DataFrame, optional
        ``participant``, ``time``, ``utility``; adds ``values``.
    norm : str, optional
        Population norm to stand beside the values.

    Returns
    -------
    dict of DataFrame
        ``levels``, ``severity``, ``top_states``, ``spread``; ``change`` from the first to the last
        time when there are two or more; ``values`` when utilities are given.

    References
    ----------
    Devlin, Parkin, Janssen (2020), doi:10.1007/978-3-030-47622-9.

    Examples
    --------
    >>> from cpi_econ.effects.instruments import instrument
    >>> eq5d = instrument("EQ-5D-3L")
    >>> answers = pd.DataFrame({"participant": "a", "time": "baseline", "item": eq5d.dimensions,
    ...                         "level": [2, 1, 1, 3, 1]})
    >>> people = pd.DataFrame({"participant": ["a"], "arm": ["low"]})
    >>> list(describe_health(answers, people, eq5d))
    ['levels', 'severity', 'top_states', 'spread']
    """
    seen = profiles(responses, participants, instrument)
    tables = {
        "levels": level_table(seen, instrument),
        "severity": severity_table(seen, instrument),
        "top_states": top_states(seen),
        "spread": diversity_table(seen, instrument),
    }
    change = overall_change(seen, instrument)
    if change is not None:
        tables["change"] = change
    if utilities is not None:
        tables["values"] = value_table(utilities, participants, norm=norm)
    return tables
