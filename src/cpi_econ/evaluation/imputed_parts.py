"""What an outcome is made of, for an imputation that fills in the parts and not the total."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from cpi_econ.contracts import COST, EFFECT

ATTRIBUTE = "imputed_parts"


@dataclass(frozen=True)
class Parts:
    """Parts of one outcome.

    Parameters
    ----------
    columns : DataFrame
        Parts, and the factors that differ between people, by participant.
    factors : mapping
        Part to its factor: a number, or the name of a column.
    added : str, optional
        Column, known for everybody, that is added as it is.
    predictors : tuple of str
        Parts known before the study changes anything.
    """

    columns: pd.DataFrame = field(default_factory=pd.DataFrame)
    factors: Mapping[str, float | str] = field(default_factory=dict)
    added: str | None = None
    predictors: tuple[str, ...] = ()

    def make_up(self, total: pd.Series[float]) -> bool:
        """Whether the parts add up to a total for everybody who has it.

        Parameters
        ----------
        total : Series
            By participant.

        Examples
        --------
        >>> parts = Parts(pd.DataFrame({"u": [0.5, None]}), {"u": 2.0})
        >>> parts.make_up(pd.Series([1.0, None])), parts.make_up(pd.Series([0.9, None]))
        (True, False)
        """
        if not self.factors:
            return False
        known = total.dropna()
        rows = self.columns.reindex(known.index)
        summed = pd.Series(0.0, index=known.index) if self.added is None else rows[self.added]
        for name, factor in self.factors.items():
            share = rows[factor] if isinstance(factor, str) else factor
            part = rows[name] * share
            # a visit of share 0, as after a death, need not be known
            summed = summed + part.mask(part.isna() & np.equal(share, 0), 0.0)
        return np.allclose(summed, known, rtol=1e-6, atol=1e-9)


def with_parts(people: pd.DataFrame, cost: Parts, effect: Parts) -> pd.DataFrame:
    """Participants with the parts of both outcomes as columns, told in ``attrs``.

    Parameters
    ----------
    people : DataFrame
        One row a participant.
    cost, effect : Parts
    """
    new = {
        str(name): people["participant"].map(one.columns[name])
        for one in (cost, effect)
        for name in one.columns
    }
    made = people.assign(**new)
    made.attrs[ATTRIBUTE] = part_options({COST: cost, EFFECT: effect})
    return made


def part_options(parts: Mapping[str, Parts]) -> dict[str, Any]:
    """Options ``components``, ``added`` and ``predictors`` of an imputation.

    Parameters
    ----------
    parts : mapping
        Parts of ``cost`` and ``effect``.

    Examples
    --------
    >>> columns = pd.DataFrame({"u0": [0.5], "u1": [0.6]})
    >>> part_options({"effect": Parts(columns, {"u0": 0.5, "u1": 0.5}, predictors=("u0",))})
    {'components': {'effect': {'u0': 0.5, 'u1': 0.5}}, 'added': {}, 'predictors': ['u0']}
    """
    return {
        "components": {key: dict(one.factors) for key, one in parts.items() if one.factors},
        "added": {key: one.added for key, one in parts.items() if one.added is not None},
        "predictors": [name for one in parts.values() for name in one.predictors],
    }
