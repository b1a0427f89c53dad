"""Health profiles: one row a participant and time, with the levels and the written state."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cpi_econ.contracts import ARM, PARTICIPANT, TIME
from cpi_econ.effects.answers import read_answers
from cpi_econ.effects.instruments import Instrument
from cpi_econ.effects.wide_answers import wide_answers


def profiles(
    responses: pd.DataFrame, participants: pd.DataFrame, instrument: Instrument
) -> pd.DataFrame:
    """Profiles of one instrument with each participant's arm.

    Parameters
    ----------
    responses : DataFrame
        Long: ``participant``, ``time``, ``item``, ``level``, of one effect.
    participants : DataFrame
        ``participant`` and ``arm``.
    instrument : Instrument
        The instrument answered.

    Returns
    -------
    DataFrame
        ``participant``, ``arm``, ``time`` (ordered category), one column a dimension, ``state``
        (text, missing when any answer is).

    Examples
    --------
    >>> from cpi_econ.effects.instruments import instrument
    >>> eq5d = instrument("EQ-5D-3L")
    >>> answers = pd.DataFrame({"participant": "a", "time": "baseline", "item": eq5d.dimensions,
    ...                         "level": [2, 1, 1, 3, 1]})
    >>> profiles(answers, pd.DataFrame({"participant": ["a"], "arm": ["low"]}), eq5d)["state"][0]
    '21131'
    """
    dimensions = list(instrument.dimensions)
    rows = responses[responses["item"].isin(dimensions)]
    wide = wide_answers(rows).merge(participants[[PARTICIPANT, ARM]], on=PARTICIPANT, how="left")
    wide[TIME] = pd.Categorical(wide[TIME], list(rows[TIME].unique()), ordered=True)
    wide = wide.sort_values([PARTICIPANT, TIME], ignore_index=True)
    wide["state"] = written_states(wide, instrument)
    return wide[[PARTICIPANT, ARM, TIME, *dimensions, "state"]]


def written_states(levels: pd.DataFrame, instrument: Instrument) -> pd.Series:
    """States as text, missing where any level is."""
    numbers = read_answers(levels, instrument)
    found, place = np.unique(numbers, return_inverse=True)
    digits = instrument.levels_of(np.maximum(found, 0).astype(np.int64))
    texts = ["".join(map(str, row)) for row in digits]
    named = np.array([None if n < 0 else t for n, t in zip(found, texts, strict=True)], object)
    return pd.Series(named[place], index=levels.index, name="state", dtype=object)


def level_sum_score(levels: pd.DataFrame, instrument: Instrument) -> pd.Series:
    """Sum of the levels, NaN where any is missing; a description, not a preference.

    Examples
    --------
    >>> from cpi_econ.effects.instruments import EQ5D_DIMENSIONS, instrument
    >>> one = pd.DataFrame([[2, 1, 2, 3, 2]], columns=list(EQ5D_DIMENSIONS))
    >>> level_sum_score(one, instrument("EQ-5D-3L")).tolist()
    [10.0]
    """
    chosen = levels[list(instrument.dimensions)].astype(np.float64)
    return chosen.sum(axis=1, skipna=False).rename("level_sum_score")


def level_frequency_score(levels: pd.DataFrame, instrument: Instrument) -> pd.Series:
    """Number of dimensions at each level, written as digits from the first level upwards.

    Examples
    --------
    >>> from cpi_econ.effects.instruments import EQ5D_DIMENSIONS, instrument
    >>> one = pd.DataFrame([[2, 1, 2, 3, 2]], columns=list(EQ5D_DIMENSIONS))
    >>> level_frequency_score(one, instrument("EQ-5D-3L")).tolist()
    ['131']
    """
    chosen = levels[list(instrument.dimensions)]
    span = range(instrument.first, max(instrument.last) + 1)
    joined = pd.Series("", index=levels.index, dtype=object)
    for level in span:
        joined = joined + chosen.eq(level).sum(axis=1).astype(str)
    return joined.where(chosen.notna().all(axis=1)).rename("level_frequency_score")
