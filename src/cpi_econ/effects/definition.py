"""From the written definition of a value set to a function of levels, with every fault listed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from cpi_econ.effects import algorithms
from cpi_econ.effects.algorithms import Compute
from cpi_econ.effects.instruments import Instrument
from cpi_econ.effects.terms import is_term

FloatArray = npt.NDArray[np.float64]
Definition = Mapping[str, Any]
Faults = list[str]

DEFINITION_KEYS = (
    "form",
    "start",
    "multiplier",
    "constant",
    "power",
    "level2_share",
    "weights",
    "levels",
    "terms",
    "most_severe",
    "overrides",
    "dimensions",
    "totals",
    "table",
    "values",
    "mapping",
    "target",
    "target_decimals",
)


def number(definition: Definition, key: str, faults: Faults, default: float | None = None) -> float:
    """Number under a key; a fault when it is absent without default or not a number."""
    value = definition.get(key, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        faults.append(f"{key} is {value!r}; a number is needed.")
        return float("nan")
    return float(value)


def level_table(
    written: object, name: str, instrument: Instrument, faults: Faults, neutral: float | None
) -> FloatArray:
    """Values of one dimension indexed by level; ``neutral`` fills an unwritten best level."""
    first, last = instrument.level_range(name)
    table = np.full(last + 1, np.nan)
    if neutral is not None:
        table[first if instrument.best == "first" else last] = neutral
    if not isinstance(written, Mapping):
        faults.append(f"levels of {name} are missing; write {{{first}: value, ...}}.")
        return table
    for level, value in written.items():
        if level not in range(first, last + 1):
            faults.append(f"{name} has level {level!r}; {instrument.name} has {first} to {last}.")
        elif isinstance(value, bool) or not isinstance(value, (int, float)):
            faults.append(f"{name}, level {level}: {value!r} is not a number.")
        else:
            table[level] = value
    absent = [str(level) for level in range(first, last + 1) if np.isnan(table[level])]
    if absent:
        faults.append(f"{name} has no value for level {', '.join(absent)}; write 0 for none.")
    return table


def _tables(
    definition: Definition, instrument: Instrument, faults: Faults, neutral: float | None
) -> list[FloatArray]:
    written = definition.get("levels") or {}
    faults += [
        f"levels name {name!r}; dimensions are {', '.join(instrument.dimensions)}."
        for name in written
        if name not in instrument.dimensions
    ]
    return [
        level_table(written.get(name), name, instrument, faults, neutral)
        for name in instrument.dimensions
    ]


def _terms(definition: Definition, faults: Faults) -> dict[str, float]:
    written: Mapping[str, Any] = definition.get("terms") or {}
    faults += [f"term {name!r} is not known." for name in written if not is_term(name)]
    return {name: number(written, name, faults) for name in written if is_term(name)}


def _additive(definition: Definition, instrument: Instrument, faults: Faults) -> Compute:
    compute: Compute = partial(
        algorithms.additive,
        tables=_tables(definition, instrument, faults, _neutral(instrument)),
        start=number(definition, "start", faults),
        multiplier=number(definition, "multiplier", faults, 1.0),
        terms=_terms(definition, faults),
    )
    severe = definition.get("most_severe")
    if severe is None:
        return compute
    at = [tuple(severe["at"].get(name, ())) for name in instrument.dimensions]
    value = number(severe, "value", faults)
    return partial(algorithms.most_severe, compute=compute, value=value, at=at)


def _neutral(instrument: Instrument) -> float | None:
    """Value of an unwritten best level: 0 in EQ-5D models, else it must be written."""
    return 0.0 if instrument.name.startswith("EQ-5D") else None


def _multiplicative(definition: Definition, instrument: Instrument, faults: Faults) -> Compute:
    return partial(
        algorithms.multiplicative,
        tables=_tables(definition, instrument, faults, 1.0),
        start=number(definition, "start", faults),
        terms=_terms(definition, faults),
    )


def _power(definition: Definition, instrument: Instrument, faults: Faults) -> Compute:
    return partial(
        algorithms.power_of_decrements,
        tables=_tables(definition, instrument, faults, 0.0),
        start=number(definition, "start", faults),
        power=number(definition, "power", faults),
        terms=_terms(definition, faults),
    )


def _weighted_levels(definition: Definition, instrument: Instrument, faults: Faults) -> Compute:
    share = number(definition, "level2_share", faults)
    weights: Mapping[str, Any] = definition.get("weights") or {}
    each = [number(weights, name, faults) for name in instrument.dimensions]
    return partial(
        algorithms.power_of_decrements,
        tables=[np.array([np.nan, 0.0, -weight * share, -weight]) for weight in each],
        start=number(definition, "start", faults),
        power=number(definition, "power", faults),
    )


def _nested(definition: Definition, instrument: Instrument, faults: Faults) -> Compute:
    groups = []
    for group in definition["dimensions"].values():
        items: Mapping[str, Any] = group["items"]
        tables = [
            level_table(
                {k: v for k, v in items[name].items() if k != "weight"},
                name,
                instrument,
                faults,
                None,
            )
            for name in items
        ]
        groups.append(
            algorithms.ItemGroup(
                columns=tuple(instrument.dimensions.index(name) for name in items),
                weights=tuple(number(items[name], "weight", faults) for name in items),
                tables=tuple(tables),
                multiplier=number(group, "multiplier", faults),
                overall_weight=number(group, "overall_weight", faults),
            )
        )
    return partial(
        algorithms.nested_multiplicative,
        groups=groups,
        multiplier=number(definition, "multiplier", faults),
        constant=number(definition, "constant", faults),
    )


def _total(definition: Definition, instrument: Instrument, faults: Faults) -> Compute:
    totals: Mapping[int, Any] = definition["totals"]
    by_total = np.full(sum(instrument.last) + 1, np.nan)
    for total, value in totals.items():
        by_total[total] = value
    lowest = instrument.first * len(instrument.dimensions)
    absent = [str(total) for total in range(lowest, len(by_total)) if np.isnan(by_total[total])]
    if absent:
        faults.append(f"no value for total {', '.join(absent)}.")
    return partial(algorithms.total_score, by_total=by_total)


def _table(definition: Definition, instrument: Instrument, faults: Faults) -> Compute:
    written: Mapping[Any, Any] = definition["values"]
    table = np.full(instrument.n_states, np.nan)
    place = {state: row for row, state in enumerate(instrument.states())}
    for state, value in written.items():
        if str(state) not in place:
            faults.append(f"state {state!r} is not a state of {instrument.name}.")
        elif isinstance(value, bool) or not isinstance(value, (int, float)):
            faults.append(f"state {state}: {value!r} is not a number.")
        else:
            table[place[str(state)]] = value
    absent = [state for state, row in place.items() if np.isnan(table[row])]
    if absent:
        shown = ", ".join(absent[:5])
        faults.append(f"{len(absent)} of {len(table)} states have no value, among them {shown}.")
    return partial(algorithms.looked_up, table=table, instrument=instrument)


FORMS: dict[str, Callable[[Definition, Instrument, Faults], Compute]] = {
    "additive": _additive,
    "multiplicative": _multiplicative,
    "power_of_decrement_sum": _power,
    "power_of_weighted_levels": _weighted_levels,
    "nested_multiplicative": _nested,
    "total": _total,
    "table": _table,
}


def compile_definition(definition: Definition, instrument: Instrument, faults: Faults) -> Compute:
    """Function from levels to values; whatever is wrong with the definition joins ``faults``.

    Parameters
    ----------
    definition : mapping
        Keys ``form``, ``start``, ``levels`` and so on, as in the files under ``tariffs``.
    instrument : Instrument
        The instrument valued.
    faults : list of str
        Receives one sentence for each fault.

    Examples
    --------
    >>> from cpi_econ.effects.instruments import instrument
    >>> faults = []
    >>> _ = compile_definition({"form": "straight"}, instrument("EQ-5D-3L"), faults)
    >>> faults[0].startswith("form is 'straight'")
    True
    """
    form = str(definition.get("form", "additive"))
    if form not in FORMS:
        faults.append(f"form is {form!r}; forms are {', '.join(FORMS)}.")
        return partial(algorithms.additive, tables=[], start=np.nan)
    try:
        compute = FORMS[form](definition, instrument, faults)
    except (KeyError, AttributeError, TypeError, IndexError) as error:
        faults.append(f"the {form} definition cannot be read near {error}.")
        return partial(algorithms.additive, tables=[], start=np.nan)
    return _overridden(compute, definition, instrument, faults)


def _overridden(
    compute: Compute, definition: Definition, instrument: Instrument, faults: Faults
) -> Compute:
    written: Mapping[Any, Any] = definition.get("overrides") or {}
    if not written:
        return compute
    place = {state: row for row, state in enumerate(instrument.states())}
    strange = [state for state in written if str(state) not in place]
    faults += [f"overrides: {state!r} is not a state of {instrument.name}." for state in strange]
    numbers = {place[str(s)]: float(v) for s, v in written.items() if s not in strange}
    return partial(
        algorithms.with_overrides, compute=compute, overrides=numbers, instrument=instrument
    )
