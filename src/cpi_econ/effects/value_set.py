"""A value set: what it is, where it comes from, and the scoring of answers with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, overload

import numpy as np
import numpy.typing as npt
import pandas as pd

from cpi_econ.effects.algorithms import Compute
from cpi_econ.effects.answers import read_answers
from cpi_econ.effects.instruments import Instrument
from cpi_econ.errors import Finding

FloatArray = npt.NDArray[np.float64]

_TABULATED = 4096


@dataclass(frozen=True)
class ValueSet:
    """A published or own set of values for every state of one instrument.

    Parameters
    ----------
    id : str
        Catalogue id, or the file name of a user's own set.
    instrument : Instrument
        The instrument it values.
    compute : callable
        Integer levels of shape ``(n, n_dimensions)`` to values.
    about : mapping
        Everything the file says: name, region, year, method, n, citation, doi, licence, status,
        checks, discrepancy, note, and the definition itself.

    Examples
    --------
    >>> from cpi_econ.effects.catalogue import value_set
    >>> round(value_set("eq5d3l_gb_tto_1997").value("21232"), 3)
    0.088
    """

    id: str
    instrument: Instrument
    compute: Compute = field(repr=False, compare=False)
    about: Mapping[str, Any] = field(repr=False, compare=False)

    @property
    def status(self) -> str:
        """``verified``, ``unverified``, ``disputed``, ``superseded`` or ``own``."""
        return str(self.about.get("status", "own"))

    @property
    def citation(self) -> str:
        """Source of the coefficients, with its DOI where there is one."""
        doi = self.about.get("doi")
        return f"{self.about.get('citation', '')}{f' doi:{doi}' if doi else ''}"

    @property
    def variants(self) -> tuple[str, ...]:
        """Ids of rival versions, each loadable by its own id."""
        return tuple(self.about.get("variants") or ())

    @cached_property
    def table(self) -> pd.Series:
        """Value of every state, indexed by state; small instruments only need it at once."""
        numbers = np.arange(self.instrument.n_states)
        values = self.compute(self.instrument.levels_of(numbers))
        index = pd.Index(self.instrument.states(), name="state")
        return pd.Series(values, index=index, name="utility")

    def value(self, state: str | int) -> float:
        """Value of one state written as digits."""
        return float(self.score([str(state)])[0])

    @property
    def highest(self) -> float:
        """Largest value of any state."""
        return float(self.table.max())

    @property
    def lowest(self) -> float:
        """Smallest value of any state."""
        return float(self.table.min())

    @overload
    def score(
        self, answers: pd.DataFrame | pd.Series, columns: Mapping[str, str] | None = None
    ) -> pd.Series: ...

    @overload
    def score(
        self,
        answers: Sequence[object] | npt.NDArray[Any],
        columns: Mapping[str, str] | None = None,
    ) -> FloatArray: ...

    def score(
        self,
        answers: pd.DataFrame | pd.Series | Sequence[object] | npt.NDArray[Any],
        columns: Mapping[str, str] | None = None,
    ) -> pd.Series | FloatArray:
        """Value of each answer; NaN where any dimension is missing.

        Parameters
        ----------
        answers : DataFrame, Series, sequence or ndarray
            A frame with one column a dimension, states as text or integers, or an integer array
            of shape ``(n, n_dimensions)``.
        columns : mapping, optional
            Dimension to column of the frame; by default columns carry the dimensions' names.

        Returns
        -------
        Series or ndarray
            A series named ``utility`` with the index of a frame or series, else an array.

        Raises
        ------
        DataError
            ``E053`` an answer that is no level or no state, ``E055`` a column missing, ``E101``
            levels counted from 0, ``E103`` a level out of range, ``E105`` levels of a 5L
            questionnaire with a 3L set. Nothing is scored then.

        Examples
        --------
        >>> from cpi_econ.effects.catalogue import value_set
        >>> value_set("eq5d5l_gb_2026").score(["11111", "55555", None]).round(3)
        array([ 1.   , -0.567,    nan])
        """
        numbers = read_answers(answers, self.instrument, columns)
        if isinstance(answers, (pd.DataFrame, pd.Series)):
            return pd.Series(self._valued(numbers), index=answers.index, name="utility")
        return self._valued(numbers)

    @cached_property
    def _with_missing(self) -> FloatArray:
        """Values with NaN at the end, so that number -1 is a missing answer."""
        return np.append(self.table.to_numpy(), np.nan)

    def _valued(self, numbers: npt.NDArray[np.int32]) -> FloatArray:
        if self.instrument.n_states <= _TABULATED:
            return self._with_missing[numbers]
        found, place = np.unique(numbers, return_inverse=True)
        values = np.full(len(found), np.nan)
        answered = found >= 0
        values[answered] = self.compute(self.instrument.levels_of(found[answered].astype(np.int64)))
        return values[place]

    def findings(self) -> list[Finding]:
        """What a user of this set must know: one ``W050`` unless it is verified."""
        if self.status in ("verified", "own"):
            return []
        why = self.about.get("discrepancy") or "no second source was found for its coefficients."
        rivals = f" Variants: {', '.join(self.variants)}." if self.variants else ""
        return [Finding("W050", f"value set {self.id} is {self.status}: {why}{rivals}")]
