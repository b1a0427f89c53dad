"""Slips of the pen in a study file: one column named twice, grids too fine, times not from zero."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from cpi_econ.study.config import Study, Wtp

_Check = Iterator[tuple[str, str, tuple[Any, ...]]]
_MOST_WTP = 100_000


def slips(study: Study) -> _Check:
    """Code, message and key of each slip.

    Parameters
    ----------
    study : Study
        A study file whose keys and values are well formed.
    """
    yield from _columns(study)
    yield from _link(study)
    yield from _items(study)
    yield from _suffixes(study)
    yield from _numbers(study)
    yield from _wtp(study)
    yield from _next_study(study)
    yield from _sensitivity(study)
    for name in study.equity_weights:
        if name not in study.subgroups:
            message = f'"{name}" is weighted and is not under subgroups; add it there.'
            yield "E007", message, ("equity_weights", name)


def _columns(study: Study) -> _Check:
    for name, effect in study.effects.items():
        for column, items in _shared(effect.columns or {}).items():
            message = f'column "{column}" cannot hold both {" and ".join(items)}.'
            yield "E007", message, ("effects", name, "columns", items[-1])


def _link(study: Study) -> _Check:
    adjust = study.adjust
    fits = adjust.link == "log" or adjust.family in ("gamma", "gaussian")
    if adjust.model == "glm" and not fits:
        message = (
            f"link: identity is for family: gamma or gaussian, not {adjust.family}; leave the link "
            "out, or choose one of them."
        )
        yield "E007", message, ("adjust", "link")


def _items(study: Study) -> _Check:
    quantities = {name: item.quantity for name, item in study.costs.items.items()}
    for column, items in _shared(quantities).items():
        message = (
            f'"{column}" is the quantity of {" and ".join(items)}, so the same use is costed more '
            "than once; correct it unless that is meant."
        )
        yield "W021", message, ("costs", "items", items[-1])


def _shared(columns: Mapping[str, str]) -> dict[str, list[str]]:
    """Names by column, for columns that more than one name stands for."""
    found: dict[str, list[str]] = {}
    for name, column in columns.items():
        found.setdefault(column, []).append(name)
    return {column: names for column, names in found.items() if len(names) > 1}


def _suffixes(study: Study) -> _Check:
    data = study.data
    named: list[tuple[tuple[str, ...], dict[str, str] | None]] = [
        (("data", "suffixes"), data.suffixes),
        (("data", "participants", "suffixes"), data.participants.suffixes),
        (("costs", "suffixes"), study.costs.suffixes),
    ]
    named += [(("data", "service_use", "suffixes"), file.suffixes) for file in data.service_use]
    named += [(("data", "responses", "suffixes"), file.suffixes) for file in data.responses]
    for keys, suffixes in named:
        for time, count in Counter((suffixes or {}).values()).items():
            if count > 1:
                yield "E007", f"{count} suffixes stand for {time}; one suffix a time.", keys


def _numbers(study: Study) -> _Check:
    first = next(iter(study.times.items()), None)
    if first is not None and first[1] != 0:
        message = f"the first time, {first[0]}, is the first visit and stands at 0 months."
        yield "E007", message, ("times", first[0])


def _wtp(study: Study) -> _Check:
    """Grids of willingness to pay: the study's, then those of single effects."""
    own: dict[tuple[str, ...], Wtp] = {
        ("effects", name, "wtp"): one.wtp for name, one in study.effects.items() if one.wtp
    }
    for keys, wtp in {("wtp",): study.wtp, **own}.items():
        if wtp.to < wtp.from_:
            message = "wtp.to must not be below wtp.from; equal, they are one threshold."
            yield "E007", message, keys
        elif (wtp.to - wtp.from_) / wtp.step > _MOST_WTP:
            words = f"a step of {wtp.step:g} makes more than {_MOST_WTP} values"
            yield "E007", f"{words}; take a larger one.", (*keys, "step")
        if not wtp.report:
            message = "report names no threshold; name one or more, such as [20000, 30000]."
            yield "E007", message, (*keys, "report")
        for value in wtp.report:
            if value < 0:
                yield "E007", f"{value:g} is below zero; wtp starts at zero.", (*keys, "report")
    for keys in own:
        if keys[1] == study.primary:
            message = f"{study.primary} is the first effect and takes the study's own wtp; move it."
            yield "E007", message, keys


def _next_study(study: Study) -> _Check:
    plan = study.next_study
    if plan is None:
        return
    if list(plan.sizes) != sorted(set(plan.sizes)) or (plan.sizes and min(plan.sizes) < 4):
        message = (
            "sizes must rise, from 4 up: two are the ends of a range, as [16, 40]; more are the "
            "sizes themselves."
        )
        yield "E007", message, ("next_study", "sizes")
    if study.data.participants.cluster is None:
        for name in ("cost_per_cluster", "per_cluster"):
            if getattr(plan, name) is not None:
                message = f"{name} needs data.participants.cluster: the column of the clusters."
                yield "E007", message, ("next_study", name)
    people = study.population
    if people is not None and plan.years is not None and plan.years > people.years:
        message = (
            f"the study reports after {plan.years:g} years and the decision stands for "
            f"{people.years:g} (population.years), so that nobody gains from it."
        )
        yield "E007", message, ("next_study", "years")


def _sensitivity(study: Study) -> _Check:
    plan = study.sensitivity
    if plan is None:
        return
    if len(plan.two_way) not in (0, 2):
        message = f"two_way takes two items of costs.items, not {len(plan.two_way)}."
        yield "E007", message, ("sensitivity", "two_way")
    known = {*study.costs.items, *(study.costs.service_of(name) for name in study.costs.items)}
    for name in plan.two_way:
        if name not in known:
            yield "E007", f'"{name}" is no item under costs.items.', ("sensitivity", "two_way")
    if plan.unit_costs is not None and not study.costs.items:
        message = "unit costs can be moved where service use is priced (costs.items), not here."
        yield "E007", message, ("sensitivity", "unit_costs")
