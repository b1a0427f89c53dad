"""Change between two times: Paretian classification and the health profile grid."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cpi_econ.contracts import ARM, PARTICIPANT, TIME
from cpi_econ.effects.instruments import Instrument
from cpi_econ.effects.value_set import ValueSet

CHANGE_CLASSES = ("no problems", "no change", "improve", "worsen", "mixed change")


def paretian_change(
    before: pd.DataFrame, after: pd.DataFrame, instrument: Instrument, no_problems: bool = False
) -> pd.Series:
    """Paretian class of health change of each row.

    Parameters
    ----------
    before, after : DataFrame
        Levels by dimension on the same index.
    instrument : Instrument
        Gives the direction of better.
    no_problems : bool
        Whether the best state at both times is a class of its own instead of no change.

    Returns
    -------
    Series
        ``no change``, ``improve``, ``worsen``, ``mixed change`` or ``no problems``; missing when
        any answer is.

    References
    ----------
    Devlin, Parkin, Browne (2010), doi:10.1002/hec.1608.

    Examples
    --------
    >>> from cpi_econ.effects.instruments import EQ5D_DIMENSIONS, instrument
    >>> then = pd.DataFrame([[2, 1, 1, 2, 1]], columns=list(EQ5D_DIMENSIONS))
    >>> now = pd.DataFrame([[1, 1, 1, 3, 1]], columns=list(EQ5D_DIMENSIONS))
    >>> paretian_change(then, now, instrument("EQ-5D-3L"))[0]
    'mixed change'
    """
    dimensions = list(instrument.dimensions)
    first, second = before[dimensions].astype(np.float64), after[dimensions].astype(np.float64)
    sign = 1 if instrument.best == "first" else -1
    step = sign * (second - first)
    better, worse = (step < 0).any(axis=1), (step > 0).any(axis=1)
    best = instrument.first if sign == 1 else np.array(instrument.last)
    well = (first == best).all(axis=1) & (second == best).all(axis=1) & no_problems
    classes = np.select(
        [well, better & worse, better, worse],
        ["no problems", "mixed change", "improve", "worsen"],
        default="no change",
    )
    known = first.notna().all(axis=1) & second.notna().all(axis=1)
    return pd.Series(classes, index=before.index, dtype=object).where(known, None).rename("change")


def change_table(
    profiles: pd.DataFrame, before: str, after: str, instrument: Instrument
) -> pd.DataFrame:
    """Number and percentage of each Paretian class by arm, among people with both profiles.

    Returns
    -------
    DataFrame
        Columns arm, change, n, percent, percent_with_problems (without the class no problems).

    Examples
    --------
    >>> from cpi_econ.effects.instruments import EQ5D_DIMENSIONS, instrument
    >>> two = pd.DataFrame([["a", "low", "t0", 1, 1, 1, 2, 1], ["a", "low", "t1", 1, 1, 1, 1, 1]],
    ...                    columns=["participant", "arm", "time", *EQ5D_DIMENSIONS])
    >>> table = change_table(two, "t0", "t1", instrument("EQ-5D-3L"))
    >>> table[table["n"] > 0]["change"].tolist()
    ['improve']
    """
    first, second = _paired(profiles, before, after)
    classes = paretian_change(first, second, instrument, no_problems=True)
    tables = []
    for arm, found in classes.dropna().groupby(first[ARM]):
        counts = found.value_counts().reindex(list(CHANGE_CLASSES), fill_value=0)
        n = counts.to_numpy()
        ill = n.sum() - n[0]
        share = np.where(np.arange(len(n)) > 0, 100 * n / max(1, ill), np.nan)
        tables.append(
            pd.DataFrame(
                {
                    ARM: arm,
                    "change": list(CHANGE_CLASSES),
                    "n": n,
                    "percent": 100 * n / max(1, n.sum()),
                    "percent_with_problems": share,
                }
            )
        )
    columns = [ARM, "change", "n", "percent", "percent_with_problems"]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)


def overall_change(profiles: pd.DataFrame, instrument: Instrument) -> pd.DataFrame | None:
    """`change_table` from the first time to the last; None where there is one time only.

    Examples
    --------
    >>> from cpi_econ.effects.instruments import EQ5D_DIMENSIONS, instrument
    >>> two = pd.DataFrame([["a", "low", "t0", 1, 1, 1, 2, 1], ["a", "low", "t1", 1, 1, 1, 1, 1]],
    ...                    columns=["participant", "arm", "time", *EQ5D_DIMENSIONS])
    >>> table = overall_change(two.astype({"time": "category"}), instrument("EQ-5D-3L"))
    >>> table[table["n"] > 0]["change"].tolist()
    ['improve']
    """
    times = list(profiles[TIME].cat.categories)
    return change_table(profiles, times[0], times[-1], instrument) if len(times) > 1 else None


def _paired(profiles: pd.DataFrame, before: str, after: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    first = profiles[profiles[TIME] == before].set_index(PARTICIPANT)
    second = profiles[profiles[TIME] == after].set_index(PARTICIPANT)
    both = first.index.intersection(second.index)
    return first.loc[both], second.loc[both]


def profile_grid(
    profiles: pd.DataFrame, before: str, after: str, value_set: ValueSet
) -> pd.DataFrame:
    """Rank of each person's state before and after, from 1 the best, with the Paretian class.

    States of equal value share a rank (their mean).

    Returns
    -------
    DataFrame
        Columns participant, arm, rank_before, rank_after, change.

    Examples
    --------
    >>> from cpi_econ.effects.catalogue import value_set
    >>> from cpi_econ.effects.instruments import EQ5D_DIMENSIONS
    >>> two = pd.DataFrame([["a", "low", "t0", 1, 1, 1, 2, 1, "11121"],
    ...                     ["a", "low", "t1", 1, 1, 1, 1, 1, "11111"]],
    ...                    columns=["participant", "arm", "time", *EQ5D_DIMENSIONS, "state"])
    >>> profile_grid(two, "t0", "t1", value_set("eq5d3l_gb_tto_1997"))["rank_after"].tolist()
    [1.0]
    """
    ranks = value_set.table.round(9).rank(ascending=False)
    first, second = _paired(profiles, before, after)
    grid = pd.DataFrame(
        {
            ARM: first[ARM],
            "rank_before": first["state"].map(ranks),
            "rank_after": second["state"].map(ranks),
            "change": paretian_change(first, second, value_set.instrument),
        }
    )
    return grid.dropna().reset_index()
