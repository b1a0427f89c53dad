"""Mean use and cost of each service by arm, for the table that papers print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from cpi_econ.contracts import ARM, PARTICIPANT
from cpi_econ.result.document import SmallNumbers, count

COLUMNS = [
    "scenario",
    "service",
    "arm",
    "n",
    "users",
    "mean_quantity",
    "mean_cost",
]


def costs_by_service(
    lines: Mapping[str, pd.DataFrame | None],
    participants: pd.DataFrame,
    arms: Sequence[str],
    small: SmallNumbers,
) -> pd.DataFrame:
    """Services by scenario and arm: people with a known cost, users, mean quantity and cost.

    Parameters
    ----------
    lines : mapping of str to DataFrame or None
        Cost lines of each scenario; None where costs came as finished values.
    participants : DataFrame
        ``participant`` and ``arm``.
    arms : sequence of str
    small : {"mask", "show"}
        Whether numbers of users below five are masked; a masked row's means are masked too,
        since they would give the number away.

    Returns
    -------
    DataFrame
        Means are over the people whose cost of that service is known, over the study period.
    """
    arm = participants.set_index(PARTICIPANT)[ARM]
    frames = [
        _scenario(name, part, arm, arms, small) for name, part in lines.items() if part is not None
    ]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=COLUMNS)


def _scenario(
    name: str, lines: pd.DataFrame, arm: pd.Series, arms: Sequence[str], small: SmallNumbers
) -> pd.DataFrame:
    counted = lines[lines["counts"]]
    keys = [counted["item"].to_numpy(), counted[PARTICIPANT].to_numpy()]
    scaled = counted["quantity"] * counted["recall_factor"]
    sums = (
        pd.DataFrame(
            {
                "quantity": scaled.groupby(keys, sort=False).agg(lambda one: one.sum(skipna=False)),
                "cost": counted["cost"]
                .groupby(keys, sort=False)
                .agg(lambda one: one.sum(skipna=False)),
            }
        )
        .rename_axis(["service", PARTICIPANT])
        .reset_index()
    )
    known = sums.dropna(subset=["cost"]).assign(arm=lambda one: one[PARTICIPANT].map(arm))
    rows = []
    for service in sums["service"].unique():
        for one in arms:
            group = known[known["service"].eq(service) & known["arm"].eq(one)]
            rows.append((name, service, one, *_cell(group, small)))
    return pd.DataFrame(rows, columns=COLUMNS)


def _cell(
    group: pd.DataFrame, small: SmallNumbers
) -> tuple[int | str, int | str, float | None, float | None]:
    users = int((group["quantity"] > 0).sum())
    shown = count(users, small)
    people = count(len(group), small)
    if isinstance(shown, str) or isinstance(people, str) or group.empty:
        return people, shown, None, None
    return people, shown, float(group["quantity"].mean()), float(group["cost"].mean())
