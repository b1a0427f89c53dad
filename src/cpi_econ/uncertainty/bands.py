"""Bands of a score, such as fidelity, as arms."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from cpi_econ.contracts import ARM
from cpi_econ.errors import EstimationError, stop


def bands(
    table: pd.DataFrame, score: str, cuts: Sequence[float], names: Sequence[str] | None = None
) -> pd.DataFrame:
    """Outcomes table whose arms are bands of a score.

    Parameters
    ----------
    table : DataFrame
    score : str
        Column of the score; participants without one are left out.
    cuts : sequence of float
        Rising cut points; a score at a cut point belongs to the band above it.
    names : sequence of str, optional
        One more than cuts; default by their limits.

    Raises
    ------
    EstimationError
        ``E070`` a band without participants, ``E071`` cuts or names that do not fit, ``E076`` no
        such column of numbers.

    Examples
    --------
    >>> people = pd.DataFrame({"participant": list("abc"), "fidelity": [40.0, 60.0, 75.0]})
    >>> bands(people, "fidelity", [60])["arm"].tolist()
    ['below 60', '60 or more', '60 or more']
    """
    if score not in table.columns or not pd.api.types.is_numeric_dtype(table[score]):
        stop(EstimationError, "E076", f'"{score}" is no column of numbers.')
    if not cuts or any(low >= high for low, high in pairwise(cuts)):
        stop(EstimationError, "E071", "cuts must be one or more rising numbers.")
    chosen = list(names) if names is not None else _named(cuts)
    if len(chosen) != len(cuts) + 1 or len(set(chosen)) != len(chosen):
        stop(EstimationError, "E071", f"{len(cuts)} cuts make {len(cuts) + 1} bands; name each.")
    known = table[table[score].notna()]
    place = np.searchsorted(np.asarray(cuts, dtype=np.float64), known[score], side="right")
    empty = [name for number, name in enumerate(chosen) if not (place == number).any()]
    if empty:
        message = f"no participant is in band {', '.join(empty)} of {score}; choose other cuts."
        stop(EstimationError, "E070", message)
    return known.assign(**{ARM: np.array(chosen)[place]})


def _named(cuts: Sequence[float]) -> list[str]:
    middle = [f"{low:g} to below {high:g}" for low, high in pairwise(cuts)]
    return [f"below {cuts[0]:g}", *middle, f"{cuts[-1]:g} or more"]
