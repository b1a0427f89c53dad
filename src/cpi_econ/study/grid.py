"""Every participant at every time: the grid that long tables are complete on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cpi_econ.study.waves import Waves


class Grid:
    """Participants by times, in order, and where each file holds them.

    Parameters
    ----------
    participants : Series
        Identifiers, sorted.
    times : sequence of str
        Times in order.
    """

    def __init__(self, participants: pd.Series, times: Sequence[str]) -> None:
        self.participants, self.times = participants, tuple(times)
        self._people = pd.Index(participants)
        size = (len(participants), len(self.times))
        self._frame = pd.DataFrame(
            {
                "participant": np.repeat(participants.to_numpy(), size[1]),
                "time": np.tile(np.array(self.times, dtype=object), size[0]),
            }
        ).astype("str")
        self._rows: dict[int, NDArray[np.intp]] = {}

    def spread(self, frame: pd.DataFrame, source: Waves) -> pd.DataFrame:
        """Rows of ``frame`` on the grid; empty where the file lacks the visit.

        Parameters
        ----------
        frame : DataFrame
            One row for each row of ``source.stack``, in that order.
        source : Waves
            The file; of two rows of one visit the first counts.
        """
        if id(source) not in self._rows:
            self._rows[id(source)] = self._find(source.stack)
        others = frame.drop(columns=["participant", "time"]).reset_index(drop=True)
        spread = others.reindex(self._rows[id(source)]).reset_index(drop=True)
        return pd.concat([self._frame, spread], axis=1)

    def _find(self, stack: pd.DataFrame) -> NDArray[np.intp]:
        person = self._people.get_indexer(pd.Index(stack["participant"]))
        time = pd.Index(self.times).get_indexer(pd.Index(stack["time"]))
        known = np.flatnonzero((person >= 0) & (time >= 0))[::-1]
        rows = np.full(len(self._frame), -1, dtype=np.intp)
        rows[person[known] * len(self.times) + time[known]] = known
        return rows
