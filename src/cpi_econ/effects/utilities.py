"""Questionnaire answers to one utility a participant and time."""

from __future__ import annotations

import pandas as pd

from cpi_econ.contracts import PARTICIPANT, TIME
from cpi_econ.effects.answer_findings import column_findings
from cpi_econ.effects.catalogue import value_set as catalogue_value_set
from cpi_econ.effects.instruments import Instrument, instrument
from cpi_econ.effects.mapped import map_utilities
from cpi_econ.effects.nice import nice_rule
from cpi_econ.effects.value_set import ValueSet
from cpi_econ.effects.wide_answers import wide_answers
from cpi_econ.errors import DataError, Finding, ValueSetError, raise_all, stop

VAS = "vas"
_NEEDED = (PARTICIPANT, TIME, "item", "level")


def utilities(
    responses: pd.DataFrame,
    value_set: ValueSet | str | None = None,
    effect: str | None = None,
    mapping: str | None = None,
    age: pd.Series | None = None,
    sex: pd.Series | None = None,
) -> pd.DataFrame:
    """Utility of each participant at each time.

    Parameters
    ----------
    responses : DataFrame
        Long: ``participant``, ``time``, ``item`` (dimension), ``level``; optional ``effect`` and
        ``instrument``. The item ``vas`` is carried along as a column of that name.
    value_set : ValueSet or str
        The set, or its catalogue id; with a mapping, the set of the target version. A NICE rule
        as mapping names its own set.
    effect : str, optional
        Which effect's rows, when the frame holds several.
    mapping : str, optional
        ``van_hout_2012``, ``van_hout_2021``, ``dsu_2023``, or a NICE rule such as ``nice_2022``.
    age, sex : Series, optional
        Years and ``male``/``female``, indexed by participant, for ``dsu_2023``.

    Returns
    -------
    DataFrame
        ``participant``, ``time``, ``utility``; participants sorted, times in order of appearance;
        NaN where any answer is missing.

    Raises
    ------
    DataError
        ``E060`` two answers to one item, ``E053``, ``E101``, ``E103``, ``E105`` answers that are
        no levels of the instrument.
    ValueSetError
        ``E056`` a set or mapping for another instrument, ``E107`` no value set named.

    Examples
    --------
    >>> from cpi_econ.effects.instruments import EQ5D_DIMENSIONS
    >>> answers = pd.DataFrame({"participant": "a", "time": "baseline",
    ...                         "item": EQ5D_DIMENSIONS, "level": [1, 1, 2, 1, 1]})
    >>> utilities(answers, "eq5d3l_gb_tto_1997")["utility"].round(3).tolist()
    [0.883]
    """
    rows = _rows(responses, effect if effect is not None else _only_effect(responses, value_set))
    declared = _declared(rows)
    if mapping is not None and mapping.startswith("nice_"):
        mapping, value_set = nice_rule(mapping, _answered(declared, rows), value_set)
    chosen = _chosen(value_set)
    if rows.empty:
        return pd.DataFrame(columns=[PARTICIPANT, TIME, "utility"]).astype({"utility": float})
    wide = _wide(rows)
    if mapping is None:
        _same_instrument(declared, chosen)
        wide["utility"] = chosen.score(wide)
    else:
        people = wide[PARTICIPANT]
        wide["utility"] = map_utilities(
            wide,
            mapping=mapping,
            value_set=chosen,
            age=None if age is None else people.map(age),
            sex=None if sex is None else people.map(sex),
        )
    kept = [PARTICIPANT, TIME, "utility", *([VAS] if VAS in wide.columns else [])]
    return wide[kept]


def _only_effect(responses: pd.DataFrame, value_set: ValueSet | str | None) -> str | None:
    """Name of the one effect, among several, whose instrument the value set is for."""
    if value_set is None or not {"effect", "instrument"} <= set(responses.columns):
        return None
    asked = _chosen(value_set).instrument.name
    names = responses.loc[responses["instrument"] == asked, "effect"].unique()
    return str(names[0]) if len(names) == 1 else None


def _rows(responses: pd.DataFrame, effect: str | None) -> pd.DataFrame:
    rows = responses if effect is None else responses[responses["effect"] == effect]
    if effect is None and "effect" in rows.columns and len(set(rows["effect"])) > 1:
        names = ", ".join(sorted(rows["effect"].unique()))
        stop(DataError, "E063", f"the answers hold several effects: {names}. Name one: effect=...")
    raise_all(column_findings(rows, _NEEDED, "answers need"), DataError)
    twice = rows.duplicated([PARTICIPANT, TIME, "item"])
    if twice.any():
        people = tuple(sorted(set(rows.loc[twice, PARTICIPANT].astype(str))))
        message = "one person answers one item twice at one time; keep one row."
        raise_all([Finding("E060", message, participants=people)], DataError)
    return rows


def _declared(rows: pd.DataFrame) -> Instrument | None:
    if "instrument" not in rows.columns or rows["instrument"].isna().all():
        return None
    return instrument(str(rows["instrument"].dropna().iloc[0]))


def _answered(declared: Instrument | None, rows: pd.DataFrame) -> str:
    """Name of the version answered; undeclared answers above level 3 are five-level."""
    if declared is not None:
        return declared.name
    return "EQ-5D-5L" if rows["level"].max() > 3 else "EQ-5D-3L"


def _chosen(value_set: ValueSet | str | None) -> ValueSet:
    if value_set is None:
        message = "name a value set and its publication. There is no default."
        stop(ValueSetError, "E107", message)
    return catalogue_value_set(value_set) if isinstance(value_set, str) else value_set


def _same_instrument(declared: Instrument | None, chosen: ValueSet) -> None:
    if declared is None or declared.name == chosen.instrument.name:
        return
    message = (
        f"the answers are {declared.name} and value set {chosen.id} is for "
        f"{chosen.instrument.name}. Use a set for {declared.name}, or name a mapping."
    )
    code = "E105" if {declared.name, chosen.instrument.name} == {"EQ-5D-3L", "EQ-5D-5L"} else "E056"
    stop(ValueSetError, code, message)


def _wide(rows: pd.DataFrame) -> pd.DataFrame:
    order = {name: place for place, name in enumerate(rows[TIME].unique())}
    wide = wide_answers(rows)
    place = wide[TIME].map(order)
    return (
        wide.assign(_place=place)
        .sort_values([PARTICIPANT, "_place"], kind="stable", ignore_index=True)
        .drop(columns="_place")
    )
