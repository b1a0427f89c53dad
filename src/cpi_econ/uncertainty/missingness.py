"""Who is known: the funnel, the patterns of what is missing, and what goes with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cpi_econ.contracts import ARM, COST, EFFECT
from cpi_econ.errors import EstimationError, Finding
from cpi_econ.kernels.resample import FloatArray


def funnel(
    table: pd.DataFrame, known: Mapping[str, pd.Series[bool]] | None = None, by: str = ARM
) -> pd.DataFrame:
    """How many participants have each thing, in each arm or each cluster.

    Parameters
    ----------
    table : DataFrame
        The outcomes table.
    known : mapping of str to Series of bool, optional
        Steps in order, such as a form at a time, each with one value a row of the table; default
        cost, effect and both.
    by : str
        Column that people are counted by.

    Returns
    -------
    DataFrame
        Columns ``step``, the column of ``by``, ``n`` with it, ``of`` how many, ``share``. Small
        counts are not masked here.

    Examples
    --------
    >>> people = pd.DataFrame({"arm": ["a", "a", "b"], "cost": [1.0, None, 2.0],
    ...                        "effect": [0.1, 0.2, None]})
    >>> funnel(people).query("step == 'cost and effect'")["n"].tolist()
    [1, 0]
    """
    has = {name: table[name].notna() for name in (COST, EFFECT)}
    steps = known or {
        "assessed": pd.Series(True, table.index),
        "cost": has[COST],
        "effect": has[EFFECT],
        "cost and effect": has[COST] & has[EFFECT],
    }
    rows = [
        {"step": step, by: group, "n": int(values[part.index].sum()), "of": len(part)}
        for step, values in steps.items()
        for group, part in table.groupby(by, sort=True)
    ]
    made = pd.DataFrame(rows, columns=["step", by, "n", "of"])
    return made.assign(share=made["n"] / made["of"])


def patterns(table: pd.DataFrame, columns: Sequence[str] = (COST, EFFECT)) -> pd.DataFrame:
    """Combinations of known and missing columns, the commonest first.

    Parameters
    ----------
    table : DataFrame
        The outcomes table.
    columns : sequence of str
        Columns to look at.

    Returns
    -------
    DataFrame
        A column of bool for each column (known or not), ``n`` and one count for each arm.

    Examples
    --------
    >>> people = pd.DataFrame({"arm": ["a", "a", "b"], "cost": [1.0, 2.0, None],
    ...                        "effect": [0.1, 0.2, None]})
    >>> patterns(people)[["cost", "effect", "n"]].values.tolist()
    [[True, True, 2], [False, False, 1]]
    """
    known = table[list(columns)].notna()
    counts = pd.crosstab([known[name] for name in columns], table[ARM].astype(str))
    made = counts.assign(n=counts.sum(axis=1)).reset_index().rename_axis(columns=None)
    order = [*columns, "n", *counts.columns]
    return made[order].sort_values(["n", *columns], ascending=False, ignore_index=True)


def missingness_predictors(
    table: pd.DataFrame, columns: Sequence[str], outcome: str = "either"
) -> pd.DataFrame:
    """What goes with a missing outcome: means of those with and without it, and the difference.

    Parameters
    ----------
    table : DataFrame
        The outcomes table.
    columns : sequence of str
        Baseline columns; categories are split into one row each.
    outcome : {"cost", "effect", "either"}
        Whose absence is looked at.

    Returns
    -------
    DataFrame
        One row a column or category: ``known`` and ``missing`` (means), ``difference`` in pooled
        standard deviations, ``odds_ratio`` of missing per standard deviation given the arm, and its
        ``p_value`` (Wald; NaN where the fit is separated), ``n`` with the column known.

    Raises
    ------
    EstimationError
        ``E071`` an unknown outcome, ``E076`` a column that does not exist.

    References
    ----------
    Austin (2009), doi:10.1002/sim.3697; Faria and others (2014), doi:10.1007/s40273-014-0193-3

    Examples
    --------
    >>> people = pd.DataFrame({"arm": ["a", "b"] * 4, "cost": [1.0, None] * 2 + [1.0] * 4,
    ...                        "effect": 0.5, "age": [30, 60, 40, 50, 35, 45, 55, 42]})
    >>> made = missingness_predictors(people, ["age"])
    >>> made[["known", "missing"]].round(1).values.tolist()
    [[41.2, 55.0]]
    """
    looked_at = {"cost": [COST], "effect": [EFFECT], "either": [COST, EFFECT]}
    if outcome not in looked_at:
        message = f"outcome is {outcome!r}; allowed are {', '.join(looked_at)}."
        raise EstimationError([Finding("E071", message)])
    strange = [name for name in columns if name not in table.columns]
    if strange:
        message = f"no column {', '.join(strange)}; columns are {', '.join(map(str, table))}."
        raise EstimationError([Finding("E076", message)])
    lost = table[looked_at[outcome]].isna().any(axis=1)
    values = {label: column for name in columns for label, column in _numbers(table[name])}
    return pd.DataFrame([_compared(label, column, lost, table) for label, column in values.items()])


def _numbers(column: pd.Series[float]) -> list[tuple[str, pd.Series[float]]]:
    name = str(column.name)
    if pd.api.types.is_numeric_dtype(column):
        return [(name, column.astype(float))]
    seen = column.dropna().astype(str)
    return [
        (f"{name}: {level}", (seen == level).astype(float).reindex(column.index))
        for level in sorted(seen.unique())
    ]


def _compared(
    label: str, column: pd.Series[float], lost: pd.Series[bool], table: pd.DataFrame
) -> dict[str, object]:
    has = column.notna()
    values: FloatArray = np.asarray(column[has], dtype=np.float64)
    missing = lost[has].to_numpy()
    groups = [values[~missing], values[missing]]
    means = [float(group.mean()) if len(group) else np.nan for group in groups]
    spreads = [float(group.var(ddof=1)) if len(group) > 1 else np.nan for group in groups]
    pooled = float(np.sqrt(np.mean(spreads)))
    ratio, p_value = _odds_ratio(values, missing, table.loc[has, ARM].astype(str))
    return {
        "column": label,
        "n": int(has.sum()),
        "known": means[0],
        "missing": means[1],
        "difference": (means[1] - means[0]) / pooled if pooled > 0 else np.nan,
        "odds_ratio": ratio,
        "p_value": p_value,
    }


def _odds_ratio(
    values: FloatArray,
    missing: NDArray[np.bool_],
    arm: pd.Series[str],
) -> tuple[float, float]:
    """Odds ratio of missing for one standard deviation, arms taken into account."""
    from scipy.special import expit, ndtr

    spread = values.std()
    if missing.all() or not missing.any() or spread == 0:
        return float("nan"), float("nan")
    indicators = pd.get_dummies(arm, dtype=float).to_numpy()
    x = np.column_stack([(values - values.mean()) / spread, indicators])
    # an arm with nobody missing, or everybody, says nothing of the column
    told = [0 < missing[column > 0].mean() < 1 for column in indicators.T]
    rows = (indicators[:, told] > 0).any(axis=1)
    x, y = x[rows][:, [True, *told]], missing[rows].astype(float)
    beta = np.zeros(x.shape[1])
    for _ in range(50):
        chance = expit(x @ beta)
        information = (x * (chance * (1 - chance))[:, None]).T @ x
        if np.linalg.cond(information) > 1e12:
            return float("nan"), float("nan")
        step = np.linalg.solve(information, x.T @ (y - chance))
        beta += step
        if np.abs(step).max() < 1e-10:
            z = beta[0] / np.sqrt(np.linalg.inv(information)[0, 0])
            return float(np.exp(beta[0])), float(2 * ndtr(-abs(z)))
    return float("nan"), float("nan")
