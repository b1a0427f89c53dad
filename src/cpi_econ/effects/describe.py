"""Tables that describe profiles and values by arm and time.

Devlin, Parkin, Janssen (2020), Methods for analysing and reporting EQ-5D data,
doi:10.1007/978-3-030-47622-9.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from cpi_econ.contracts import ARM, PARTICIPANT, TIME
from cpi_econ.effects.instruments import Instrument
from cpi_econ.effects.norms import population_norms
from cpi_econ.effects.profiles import level_sum_score

_GROUP = [ARM, TIME]


def level_table(profiles: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    """Number and percentage at each level, by dimension, arm and time.

    Parameters
    ----------
    profiles : DataFrame
        From :func:`cpi_econ.effects.profiles.profiles`.
    instrument : Instrument
        Its levels are listed best first: level 1 for EQ-5D, level 4 for ICECAP-A.

    Returns
    -------
    DataFrame
        Columns dimension, level, arm, time, n, percent (of those who answered), answered.

    Examples
    --------
    >>> from cpi_econ.effects.instruments import EQ5D_DIMENSIONS, instrument
    >>> two = pd.DataFrame([["low", "baseline", 1, 1, 1, 1, 2], ["low", "baseline", 1, 1, 1, 1, 1]],
    ...                    columns=["arm", "time", *EQ5D_DIMENSIONS])
    >>> table = level_table(two, instrument("EQ-5D-3L"))
    >>> table[(table["dimension"] == "anxiety_depression")]["percent"].tolist()
    [50.0, 50.0, 0.0]
    """
    groups = list(profiles.groupby(_GROUP, observed=True))
    rows = []
    for dimension in instrument.dimensions:
        first, last = instrument.level_range(dimension)
        upwards = range(first, last + 1)
        best_first = upwards if instrument.best == "first" else upwards[::-1]
        for (arm, time), people in groups:
            answers = people[dimension].dropna().to_numpy()
            counts = [int((answers == level).sum()) for level in best_first]
            rows += [
                (dimension, level, arm, time, n, _percent(n, len(answers)), len(answers))
                for level, n in zip(best_first, counts, strict=True)
            ]
    columns = ["dimension", "level", ARM, TIME, "n", "percent", "answered"]
    return pd.DataFrame(rows, columns=columns)


def _percent(n: int, of: int) -> float:
    return 100 * n / of if of else float("nan")


def top_states(profiles: pd.DataFrame, most: int = 10) -> pd.DataFrame:
    """Most frequent states by arm and time, with percentage and cumulative percentage.

    Ties stand in the order of the states.

    Examples
    --------
    >>> three = pd.DataFrame({"arm": "low", "time": "baseline",
    ...                       "state": ["11111", "11112", "11111"]})
    >>> top_states(three)["cumulative_percent"].round(1).tolist()
    [66.7, 100.0]
    """
    tables = []
    for (arm, time), rows in profiles.groupby(_GROUP, observed=True):
        counts = rows["state"].dropna().value_counts().sort_index()
        counts = counts.sort_values(ascending=False, kind="stable")
        percent = 100 * counts / max(1, counts.sum())
        table = pd.DataFrame(
            {
                ARM: arm,
                TIME: time,
                "state": counts.index,
                "n": counts.to_numpy(),
                "percent": percent.to_numpy(),
                "cumulative_percent": percent.cumsum().to_numpy(),
            }
        )
        tables.append(table.head(most))
    return pd.concat(tables, ignore_index=True)


def severity_table(profiles: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    """Ceiling, floor and level sum score by arm and time.

    Returns
    -------
    DataFrame
        Columns arm, time, complete (profiles without a missing answer), ceiling_percent (share in
        the best state), floor_percent (share in the worst), mean_level_sum, sd_level_sum.

    Examples
    --------
    >>> from cpi_econ.effects.instruments import EQ5D_DIMENSIONS, instrument
    >>> one = pd.DataFrame([["low", "baseline", 1, 1, 1, 1, 1]],
    ...                    columns=["arm", "time", *EQ5D_DIMENSIONS])
    >>> severity_table(one, instrument("EQ-5D-3L"))["ceiling_percent"].tolist()
    [100.0]
    """
    total = level_sum_score(profiles, instrument)
    low, high = instrument.first * len(instrument.dimensions), sum(instrument.last)
    best, worst = (low, high) if instrument.best == "first" else (high, low)
    scored = profiles[_GROUP].assign(
        total=total,
        best=(total == best).where(total.notna()),
        worst=(total == worst).where(total.notna()),
    )
    groups = scored.groupby(_GROUP, observed=True)
    return pd.DataFrame(
        {
            "complete": groups["total"].count(),
            "ceiling_percent": 100 * groups["best"].agg(_share),
            "floor_percent": 100 * groups["worst"].agg(_share),
            "mean_level_sum": groups["total"].mean(),
            "sd_level_sum": groups["total"].std(),
        }
    ).reset_index()


def _share(flags: pd.Series) -> float:
    known = flags.dropna()
    return float(known.astype(np.float64).mean()) if len(known) else float("nan")


def value_table(
    utilities: pd.DataFrame,
    participants: pd.DataFrame,
    level: float = 0.95,
    norm: str | None = None,
) -> pd.DataFrame:
    """Mean value with its interval by arm and time, beside the population norm.

    Parameters
    ----------
    utilities : DataFrame
        ``participant``, ``time``, ``utility``.
    participants : DataFrame
        ``participant``, ``arm``; ``age`` [years] and ``sex`` for norms.
    level : float
        Level of the interval for the mean (t distribution, people independent).
    norm : str, optional
        Id of a norm table or equation; adds the mean norm of those valued, and the difference.

    Returns
    -------
    DataFrame
        Columns arm, time, n, missing, mean, sd, lower, upper, median, lowest, highest, and with a
        norm: norm, difference_from_norm.

    Examples
    --------
    >>> valued = pd.DataFrame({"participant": ["a", "b"], "time": "baseline",
    ...                        "utility": [0.6, 0.8]})
    >>> people = pd.DataFrame({"participant": ["a", "b"], "arm": "low"})
    >>> value_table(valued, people)["mean"].round(2).tolist()
    [0.7]
    """
    rows = utilities.merge(participants, on=PARTICIPANT, how="left", suffixes=("", "_person"))
    rows[TIME] = pd.Categorical(rows[TIME], list(utilities[TIME].unique()), ordered=True)
    if norm is not None:
        expected = population_norms(rows["age"], rows["sex"], norm)
        rows["norm"] = np.where(rows["utility"].notna(), expected, np.nan)
    groups = rows.groupby(_GROUP, observed=True)
    value = groups["utility"]
    n, mean, sd = value.count(), value.mean(), value.std()
    half = stdtrit(n - 1, 0.5 + level / 2) * sd / np.sqrt(n)
    table = pd.DataFrame(
        {
            "n": n,
            "missing": value.size() - n,
            "mean": mean,
            "sd": sd,
            "lower": mean - half,
            "upper": mean + half,
            "median": value.median(),
            "lowest": value.min(),
            "highest": value.max(),
        }
    )
    if norm is not None:
        table["norm"] = groups["norm"].mean()
        table["difference_from_norm"] = table["mean"] - table["norm"]
    return table.reset_index()
