"""Use and cost of each service by arm, for the table that papers print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from cpi_econ.contracts import ARM, PARTICIPANT
from cpi_econ.result.disclosure import COVER
from cpi_econ.result.document import SmallNumbers, count

COLUMNS = [
    "scenario",
    "service",
    "arm",
    "n",
    "users",
    "percent_users",
    "mean_quantity",
    "sd_quantity",
    "mean_quantity_users",
    "sd_quantity_users",
    "mean_cost",
    "sd_cost",
    "share",
]
_FIGURES = COLUMNS[5:]


def costs_by_service(
    lines: Mapping[str, pd.DataFrame | None],
    participants: pd.DataFrame,
    arms: Sequence[str],
    small: SmallNumbers,
) -> pd.DataFrame:
    """Services by scenario and arm: users, quantity among all and among users, and cost.

    Parameters
    ----------
    lines : mapping of str to DataFrame or None
        Cost lines of each scenario; None where costs came as finished values.
    participants : DataFrame
        ``participant`` and ``arm``.
    arms : sequence of str
    small : {"mask", "show"}
        Whether rows with fewer than five users are masked, figures and all. Where one masked row
        of an arm could be had from the arm's total and its other rows, the row with the fewest
        users is masked as well and marked ``*``.

    Returns
    -------
    DataFrame
        The columns of ``COLUMNS``. Means and standard deviations are over the people whose cost
        of that service is known, for the study period (quantity times recall factor); ``share``
        is the row's part of the arm's sum of mean costs, 0 to 1.
    """
    arm = participants.set_index(PARTICIPANT)[ARM]
    frames = [
        _scenario(name, part, arm, arms, small) for name, part in lines.items() if part is not None
    ]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=COLUMNS)


def _scenario(
    name: str, lines: pd.DataFrame, arm: pd.Series, arms: Sequence[str], small: SmallNumbers
) -> pd.DataFrame:
    sums = _by_person(lines[lines["counts"]])
    known = sums.dropna(subset=["cost"]).assign(arm=lambda one: one[PARTICIPANT].map(arm))
    cells = dict(iter(known.groupby(["service", "arm"], sort=False)))
    rows = [
        {"scenario": name, "service": service, "arm": one}
        | _figures(cells.get((service, one), known.iloc[:0]))
        for service in sums["service"].unique()
        for one in arms
    ]
    table = pd.DataFrame(rows)
    table["share"] = table["mean_cost"] / table.groupby("arm")["mean_cost"].transform("sum")
    return _masked(table.reindex(columns=COLUMNS), small)


def _by_person(counted: pd.DataFrame) -> pd.DataFrame:
    """Quantity and cost of each person and service; NaN when any line is unknown."""
    codes, services = pd.factorize(counted["item"])
    who, people = pd.factorize(counted[PARTICIPANT])
    cells, place = np.unique(codes * len(people) + who, return_inverse=True)
    scaled = counted["quantity"] * counted["recall_factor"]
    return pd.DataFrame(
        {
            "service": np.asarray(services)[cells // max(len(people), 1)],
            PARTICIPANT: np.asarray(people)[cells % max(len(people), 1)],
            "quantity": np.bincount(place, scaled.to_numpy(float), len(cells)),
            "cost": np.bincount(place, counted["cost"].to_numpy(float), len(cells)),
        }
    )


def _figures(group: pd.DataFrame) -> dict[str, float | int]:
    quantity = group["quantity"]
    used = quantity[quantity > 0]
    nan = float("nan")
    return {
        "n": len(group),
        "users": len(used),
        "percent_users": 100 * len(used) / len(group) if len(group) else nan,
        "mean_quantity": quantity.mean(),
        "sd_quantity": quantity.std(),
        "mean_quantity_users": used.mean(),
        "sd_quantity_users": used.std(),
        "mean_cost": group["cost"].mean(),
        "sd_cost": group["cost"].std(),
    }


def _masked(table: pd.DataFrame, small: SmallNumbers) -> pd.DataFrame:
    """Hide rows with few people or users, and a second row where one alone could be recovered."""
    if small == "show":
        return table
    people = table["n"].map(lambda n: count(int(n), small)).astype(object)
    users = table["users"].map(lambda n: count(int(n), small)).astype(object)
    hidden = _is_word(people) | _is_word(users)
    for _, rows in table.groupby("arm", sort=False):
        others = rows[~hidden[rows.index] & rows["users"].gt(0)]
        if hidden[rows.index].sum() == 1 and len(others):
            at = int(others.index[int(others["users"].argmin())])
            hidden[at], users[at] = True, COVER
    users = users.mask(_is_word(people), people)
    blank = {name: table[name].mask(hidden) for name in _FIGURES}
    return table.assign(n=people, users=users, **blank)


def _is_word(cells: pd.Series) -> pd.Series:
    return cells.map(lambda cell: isinstance(cell, str)).astype(bool)
