"""Tables that papers print: use and cost of each service by arm, and totals by perspective."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from cpi_econ.costs.totals import costs_by, summed


def service_table(
    lines: pd.DataFrame,
    arm: pd.Series,
    *,
    time: str | None = None,
    by: str = "item",
    perspective: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Tabulate use and cost of each service by arm.

    Parameters
    ----------
    lines : DataFrame
        Cost lines.
    arm : Series
        Arm by participant.
    time : str, optional
        One form, its quantities and costs as asked; default the counted lines, quantities as
        answered and costs over the analysis period.
    by : str
        ``item``, ``service`` or ``sector``.
    perspective : sequence of str, optional
        Tags that count.

    Returns
    -------
    DataFrame
        One row an arm and service: ``n`` (answers known), ``n_users``, ``pct_users``,
        ``mean_quantity``, ``sd_quantity``, ``mean_quantity_users``, ``sd_quantity_users``,
        ``mean_cost``, ``sd_cost`` [currency], ``share`` of the arm's mean cost (0 to 1).

    Notes
    -----
    Each row stands on the people whose use of that service is known, so rows need not add up to
    the mean total of complete cases.

    Examples
    --------
    >>> lines = pd.DataFrame({"participant": ["a", "b"], "item": "gp", "sector": "NHS",
    ...                       "counts": True, "quantity": [0.0, 3.0], "cost": [0.0, 132.0]})
    >>> table = service_table(lines, pd.Series({"a": "low", "b": "low"}))
    >>> table[["n", "n_users", "mean_cost"]].values.tolist()
    [[2.0, 1.0, 66.0]]
    """
    chosen = lines if time is None else _as_asked(lines, time)
    cost = costs_by(chosen, by, perspective)
    quantity = costs_by(chosen.assign(cost=chosen["quantity"]), by, perspective)
    groups = arm.reindex(cost.index)
    tables = [
        _one_arm(str(name), quantity[groups == name], cost[groups == name])
        for name in sorted(groups.dropna().unique())
    ]
    return pd.concat(tables, ignore_index=True)


def _as_asked(lines: pd.DataFrame, time: str) -> pd.DataFrame:
    rows = lines[lines["time"] == time]
    cost = rows["units"] * rows["unit_cost"] * rows["index_factor"]
    return rows.assign(cost=cost, counts=True)


def _one_arm(arm: str, quantity: pd.DataFrame, cost: pd.DataFrame) -> pd.DataFrame:
    users = quantity.where(quantity > 0)
    n, n_users, mean_cost = quantity.count(), users.count(), cost.mean()
    columns = {
        "n": n,
        "n_users": n_users,
        "pct_users": 100 * n_users / n,
        "mean_quantity": quantity.mean(),
        "sd_quantity": quantity.std(),
        "mean_quantity_users": users.mean(),
        "sd_quantity_users": users.std(),
        "mean_cost": mean_cost,
        "sd_cost": cost.std(),
        "share": mean_cost / mean_cost.sum(),
    }
    table = pd.DataFrame(columns).rename_axis(str(cost.columns.name)).reset_index()
    table.insert(0, "arm", arm)
    return table


def perspective_table(
    lines: pd.DataFrame, arm: pd.Series, perspectives: Mapping[str, Sequence[str] | None]
) -> pd.DataFrame:
    """Tabulate total cost by arm from several perspectives at once.

    Parameters
    ----------
    lines : DataFrame
        Cost lines.
    arm : Series
        Arm by participant.
    perspectives : mapping
        Name of each perspective to its tags; None counts every line but transfers.

    Returns
    -------
    DataFrame
        ``perspective``, ``arm``, ``n`` (totals known), ``mean_cost``, ``sd_cost`` [currency].

    Examples
    --------
    >>> lines = pd.DataFrame({"participant": ["a", "a"], "sector": ["NHS", "societal"],
    ...                       "counts": True, "cost": [10.0, 5.0]})
    >>> both = {"NHS": ["NHS"], "all": None}
    >>> perspective_table(lines, pd.Series({"a": "low"}), both)["mean_cost"].tolist()
    [10.0, 15.0]
    """
    rows = []
    for name, tags in perspectives.items():
        cost = summed(lines, tags)
        grouped = cost.groupby(arm.reindex(cost.index))
        columns = {"n": grouped.count(), "mean_cost": grouped.mean(), "sd_cost": grouped.std()}
        table = pd.DataFrame(columns).rename_axis("arm").reset_index()
        table.insert(0, "perspective", name)
        rows.append(table)
    return pd.concat(rows, ignore_index=True)
