"""The sixteen agencies of the replica: fidelity, sector, clients and delivery cost."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from cpi_econ.simulate.draws import stream

HIGH_FROM = 70


class Agency(NamedTuple):
    """One agency: its fidelity score (0 to 100), sector, user group and people at baseline."""

    agency: str
    fidelity_score: int
    sector: str
    user_group: str
    participants: int


AGENCIES = (
    Agency("A01", 41, "nhs", "mental_health", 11),
    Agency("A02", 78, "third_sector", "mental_health", 11),
    Agency("A03", 55, "nhs", "mental_health", 10),
    Agency("A04", 33, "local_authority", "mental_health", 9),
    Agency("A05", 62, "third_sector", "mental_health", 12),
    Agency("A06", 47, "nhs", "older_adult", 9),
    Agency("A07", 84, "third_sector", "learning_disability", 9),
    Agency("A08", 28, "local_authority", "mental_health", 10),
    Agency("A09", 66, "nhs", "mental_health", 12),
    Agency("A10", 52, "local_authority", "learning_disability", 10),
    Agency("A11", 73, "nhs", "mental_health", 11),
    Agency("A12", 36, "nhs", "mental_health", 8),
    Agency("A13", 59, "local_authority", "mental_health", 9),
    Agency("A14", 90, "third_sector", "mental_health", 10),
    Agency("A15", 64, "third_sector", "learning_disability", 6),
    Agency("A16", 44, "nhs", "mental_health", 8),
)


def agencies() -> pd.DataFrame:
    """Sixteen agencies, one row each, with the band made from the fidelity score.

    Examples
    --------
    >>> agencies()["fidelity_band"].value_counts().to_dict()
    {'low': 12, 'high': 4}
    """
    table = pd.DataFrame(AGENCIES)
    band = np.where(table["fidelity_score"] >= HIGH_FROM, "high", "low")
    table.insert(2, "fidelity_band", pd.Series(band, dtype=object))
    return table


def agency_costs(seed: int) -> pd.DataFrame:
    """Cost of delivering the intervention, one row an agency, in whole 2014/15 pounds.

    Training and preparation are set-up costs, supervision runs through the nine months.
    ``total_cost`` is their sum, ``clients`` everyone who received the intervention.
    """
    table = agencies()
    rng = stream(seed, "agency costs")
    fidelity = table["fidelity_score"].to_numpy()
    share = rng.random((4, len(table)))
    workers = 3 + np.floor(4 * share[0]).astype(np.int64)
    costs = pd.DataFrame(
        {
            "agency": table["agency"],
            "price_year": "2014/15",
            "workers_trained": workers,
            "training_cost": workers * 310,
            "preparation_cost": 150 + 10 * np.floor(fidelity * (0.2 + 0.2 * share[1])),
            "supervision_cost": workers * 10 * np.floor(4 + fidelity * (0.1 + 0.05 * share[2])),
            "clients": table["participants"] + np.floor(6 * share[3]).astype(np.int64),
        }
    )
    parts = ["training_cost", "preparation_cost", "supervision_cost"]
    costs[parts] = costs[parts].astype(np.int64)
    costs.insert(6, "total_cost", costs[parts].sum(axis=1))
    return costs
