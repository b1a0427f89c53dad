"""Utilities of answers to one EQ-5D version on the value set of another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from cpi_econ.effects.answers import read_answers
from cpi_econ.effects.catalogue import value_set as catalogue_value_set
from cpi_econ.effects.dsu import dsu_from_utility, dsu_values
from cpi_econ.effects.instruments import Instrument, instrument
from cpi_econ.effects.mapping_probabilities import (
    RESPONSE_MAPPINGS,
    expected_values,
    mapping_versions,
)
from cpi_econ.effects.nice import NICE_RULES, nice_mapping
from cpi_econ.effects.value_set import ValueSet
from cpi_econ.errors import ValueSetError, stop

FloatArray = npt.NDArray[np.float64]

DSU = "dsu_2023"
MAPPINGS = (*RESPONSE_MAPPINGS, DSU)
_OTHER_VERSION = {"EQ-5D-3L": "EQ-5D-5L", "EQ-5D-5L": "EQ-5D-3L"}


def map_utilities(
    states: pd.DataFrame | pd.Series | Sequence[object] | npt.NDArray[Any],
    mapping: str,
    value_set: ValueSet | str,
    age: npt.ArrayLike | pd.Series | None = None,
    sex: Sequence[object] | pd.Series | None = None,
    columns: Mapping[str, str] | None = None,
    source_value_set: ValueSet | str | None = None,
    match: Literal["exact", "approximate"] = "approximate",
) -> pd.Series | FloatArray:
    """Expected utility of each state on the value set of the other EQ-5D version.

    Parameters
    ----------
    states : DataFrame, Series, sequence or ndarray
        Answers to the source version, in any shape that :meth:`ValueSet.score` takes.
    mapping : {"van_hout_2012", "van_hout_2021", "dsu_2023"}
        5L to 3L, 3L to 5L, or the NICE Decision Support Unit's tables both ways; or a NICE rule
        such as ``nice_2022``, which names one of them.
    value_set : ValueSet or str
        Set of the target version.
    age : array-like, optional
        Age [years] of each row; ``dsu_2023`` only.
    sex : sequence, optional
        ``male`` or ``female`` of each row; ``dsu_2023`` only.
    columns : mapping, optional
        Dimension to column, for a frame.
    source_value_set : ValueSet or str, optional
        Where only utilities are known: the set they were valued with. ``states`` then holds those
        utilities, and the mapping must be ``dsu_2023``.
    match : {"exact", "approximate"}
        How such a utility is looked up, see :func:`cpi_econ.effects.dsu.dsu_from_utility`.

    Returns
    -------
    Series or ndarray
        A series with the index of a frame or series; NaN where an answer is missing.

    Raises
    ------
    ValueSetError
        ``E056`` an unknown mapping or a set of the wrong version, ``E058`` a set that the DSU
        tables do not hold.
    DataError
        Answers that are no levels (``E053``, ``E103``); ``E057`` age or sex missing.

    References
    ----------
    van Hout et al. (2012), doi:10.1016/j.jval.2012.02.008; van Hout and Shaw (2021),
    doi:10.1016/j.jval.2021.03.009; Hernandez Alava, Pudney, Wailoo (2023),
    doi:10.1007/s40273-022-01218-7.

    Examples
    --------
    >>> map_utilities(["11112"], "van_hout_2012", "eq5d3l_gb_tto_1997").round(3)
    array([0.879])
    """
    if mapping in NICE_RULES:
        mapping, value_set = nice_mapping(mapping, value_set)
    chosen = catalogue_value_set(value_set) if isinstance(value_set, str) else value_set
    source = source_version(mapping, chosen)
    if source_value_set is not None:
        return _from_utilities(states, mapping, chosen, source_value_set, age, sex, match)
    numbers = read_answers(states, source, columns)
    if mapping == DSU:
        values = dsu_values(numbers, source, chosen, age, sex)
    else:
        table = expected_values(mapping, chosen.table.to_numpy())
        values = np.append(table, np.nan)[numbers]
    if isinstance(states, (pd.DataFrame, pd.Series)):
        return pd.Series(values, index=states.index, name="utility")
    return values


def _from_utilities(
    known: pd.DataFrame | pd.Series | Sequence[object] | npt.NDArray[Any],
    mapping: str,
    target: ValueSet,
    source_value_set: ValueSet | str,
    age: npt.ArrayLike | pd.Series | None,
    sex: Sequence[object] | pd.Series | None,
    match: Literal["exact", "approximate"],
) -> pd.Series | FloatArray:
    own = source_value_set
    own = catalogue_value_set(own) if isinstance(own, str) else own
    if mapping != DSU or own.instrument != source_version(mapping, target):
        message = (
            f"mapping {mapping} to {target.id} cannot start from utilities of {own.id}; only "
            "dsu_2023 works from a utility, and from a set of the version answered."
        )
        stop(ValueSetError, "E056", message)
    values = dsu_from_utility(np.asarray(known, dtype=np.float64), own, target, age, sex, match)
    if isinstance(known, pd.Series):
        return pd.Series(values, index=known.index, name="utility")
    return values


def source_version(mapping: str, target: ValueSet) -> Instrument:
    """Version that must have been answered for a mapping to a value set."""
    if mapping not in MAPPINGS:
        known = ", ".join([*MAPPINGS, *NICE_RULES])
        stop(ValueSetError, "E056", f'there is no mapping "{mapping}"; mappings are {known}.')
    source = _source(mapping, target)
    if source is None:
        leads = mapping_versions(mapping)[1].name if mapping != DSU else "EQ-5D-3L or EQ-5D-5L"
        message = (
            f"mapping {mapping} leads to {leads}, and value set {target.id} is for "
            f"{target.instrument.name}. Name the value set of the version mapped to."
        )
        stop(ValueSetError, "E056", message)
    return source


def _source(mapping: str, target: ValueSet) -> Instrument | None:
    if mapping == DSU:
        name = _OTHER_VERSION.get(target.instrument.name)
        return None if name is None else instrument(name)
    source, wanted = mapping_versions(mapping)
    return source if wanted == target.instrument else None
