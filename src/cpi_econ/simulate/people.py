"""The people of the replica: who they are, how great their need is, who is followed up."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cpi_econ.simulate.agencies import HIGH_FROM, agencies
from cpi_econ.simulate.draws import Flags, Floats, largest, normal, stream

FOLLOWED_UP = {"high": 30, "low": 86}
MALE, MINORITY, EMPLOYED, NO_CAR, ABOVE_13500 = 85, 30, 14, 74, 16
GROUPS = ("mental_health", "older_adult", "learning_disability")
_FIRST_DAY = np.datetime64("2012-09-03")


class People(NamedTuple):
    """Participants as a frame, with the latent need that moves everything else.

    ``need`` has shape (2, people): baseline and nine months, about standard normal.
    """

    frame: pd.DataFrame
    need: Floats
    high: Flags
    group: NDArray[np.int64]
    followed_up: Flags


def people(seed: int) -> People:
    """All 155 participants with the published margins exactly; need differs by agency.

    Parameters
    ----------
    seed : int
        Same seed, same people.

    Examples
    --------
    >>> made = people(1)
    >>> int(made.followed_up.sum()), int((made.followed_up & made.high).sum())
    (116, 30)
    """
    frame = _recruited(seed)
    high = frame["fidelity"].to_numpy() == 1
    group = frame["user_group"].map(GROUPS.index).to_numpy(dtype=np.int64)
    need = _need(seed, frame["agency"], high, group)
    followed_up = _followed_up(seed, need[0], high)
    frame = _described(seed, frame, need[0], group)
    frame = _followed(seed, frame, followed_up, group)
    return People(frame, need, high, group, followed_up)


def _recruited(seed: int) -> pd.DataFrame:
    table = agencies()
    frame = table.loc[table.index.repeat(table["participants"])]
    order = np.argsort(stream(seed, "order").random(len(frame)), kind="stable")
    frame = frame.iloc[order].reset_index(drop=True)
    return pd.DataFrame(
        {
            "client_id": [f"CP{number:03d}" for number in range(1, len(frame) + 1)],
            "fidelity": (frame["fidelity_score"] >= HIGH_FROM).astype(np.int64),
            "agency": frame["agency"],
            "user_group": frame["user_group"],
            "sector": frame["sector"],
        }
    )


def _need(seed: int, agency: pd.Series, high: Flags, group: NDArray[np.int64]) -> Floats:
    """Need at both visits; lower under high fidelity at baseline (confounding) and after."""
    rng = stream(seed, "need")
    names, code = np.unique(agency.to_numpy(dtype=str), return_inverse=True)
    shared = 0.25 * normal(rng, len(names))
    own = normal(rng, 2, len(code))
    first = 0.9 * own[0] + shared[code] + np.array([0.0, 0.2, -0.1])[group] - 0.2 * high
    later = 0.8 * first + 0.5 * own[1] - 0.05 - 0.18 * high
    return np.stack([first, later])


def _followed_up(seed: int, need: Floats, high: Flags) -> Flags:
    """Exactly 30 and 86 people; the greater the need, the likelier the loss."""
    score = -0.6 * need + 1.2 * normal(stream(seed, "follow-up"), len(need))
    flags = np.zeros(len(need), dtype=np.bool_)
    for band, member in (("high", high), ("low", ~high)):
        flags[member] = largest(score[member], FOLLOWED_UP[band])
    return flags


def _described(
    seed: int, frame: pd.DataFrame, need: Floats, group: NDArray[np.int64]
) -> pd.DataFrame:
    rng = stream(seed, "people")
    share, z = rng.random((3, len(frame))), normal(rng, 5, len(frame))
    work = -need + z[0] - 2.0 * (group == 2) - 9.0 * (group == 1)
    employed = largest(work, EMPLOYED)
    minority = largest(z[1], MINORITY)
    above = largest(z[2] + 1.5 * employed, ABOVE_13500)
    background = np.array(["black", "asian", "mixed_or_other"])[np.floor(3 * share[1]).astype(int)]
    return frame.assign(
        age=_ages(share[0], group),
        sex=np.where(largest(z[3], MALE), "male", "female"),
        ethnicity=np.where(minority, background, "white"),
        employed=employed.astype(np.int64),
        car=1 - largest(0.4 * need + z[4] + (group == 2), NO_CAR).astype(np.int64),
        income_band=np.where(above, 3, np.where(share[2] < 0.45, 1, 2)),
    )


def _ages(share: Floats, group: NDArray[np.int64]) -> NDArray[np.int64]:
    youngest = np.array([18, 66, 18])[group]
    width = np.array([46.9, 16.0, 43.5])[group]
    return np.floor(youngest + width * share**1.08).astype(np.int64)


def _followed(
    seed: int, frame: pd.DataFrame, followed_up: Flags, group: NDArray[np.int64]
) -> pd.DataFrame:
    """Add dates and status: one older person of the lost died, the others left or moved on."""
    rng = stream(seed, "dates")
    share = rng.random((4, len(frame)))
    start = _FIRST_DAY + np.sort(np.floor(360 * share[0]).astype(np.int64))
    visit = start + 274 + np.floor(22 * (share[1] + share[2]) - 22).astype(np.int64)
    lost = ~followed_up
    died = largest(np.where(lost, 1.0, -9.0) + (group == 1) + 0.1 * share[3], 1)
    withdrew = largest(np.where(lost & ~died, share[3], -1.0), 12)
    status = np.select(
        [followed_up, died, withdrew], ["followed_up", "died", "withdrew"], "not_found"
    )
    death = start + 60 + np.floor(180 * share[3]).astype(np.int64)
    start, visit = (np.busday_offset(day, 0, roll="forward") for day in (start, visit))
    return frame.assign(
        baseline_date=start.astype(str),
        followup_status=status,
        followup_date=np.where(followed_up, visit.astype(str), ""),
        death_date=np.where(died, death.astype(str), ""),
    )
