"""What the parts of a study file must say to each other."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from cpi_econ.errors import Finding, Where
from cpi_econ.study.arm_bands import band_slips
from cpi_econ.study.change_checks import change_plan
from cpi_econ.study.config import DataFile, Effect, Study
from cpi_econ.study.cost_plan import Costs
from cpi_econ.study.cost_plan_checks import cost_rules
from cpi_econ.study.missing_checks import missing_plan
from cpi_econ.study.plan_slips import slips

_Check = Iterator[tuple[str, str, tuple[Any, ...]]]


def check_plan(study: Study) -> list[Finding]:
    """Findings of a study file whose parts contradict or lack each other.

    Parameters
    ----------
    study : Study
        A study file whose keys and values are well formed.
    """
    checks = (
        _arms,
        band_slips,
        _times,
        _files,
        _costs,
        cost_rules,
        _effects,
        _uncertainty,
        missing_plan,
        change_plan,
        slips,
    )
    return [
        Finding(
            code,
            message,
            Where(study.path.name, study.line(*keys), ".".join(map(str, keys)) or None),
        )
        for check in checks
        for code, message, keys in check(study)
    ]


def _arms(study: Study) -> _Check:
    if len(study.arms) < 2:
        yield "E007", "fewer than two arms; name the arms that are compared.", ("arms",)
    if study.reference not in study.arms:
        known = ", ".join(study.arms)
        yield "E007", f'reference "{study.reference}" is no arm; arms are {known}.', ("reference",)
    seen: dict[str, str] = {}
    for name, arm in study.arms.items():
        for code in map(str, arm.code if arm.code is not None else (name,)):
            if code in seen:
                message = f'code {code} stands for both "{seen[code]}" and "{name}".'
                yield "E007", message, ("arms", name)
            seen[code] = name


def _times(study: Study) -> _Check:
    years = list(study.times.values())
    if any(later <= earlier for earlier, later in itertools.pairwise(years)):
        yield "E007", "times must be listed in order, each later than the one before.", ("times",)
    if years and study.horizon is not None and study.horizon > years[-1] + 1e-9:
        last = list(study.times)[-1]
        message = (
            f"the horizon of {study.horizon:g} years lies beyond the last time, {last} at "
            f"{years[-1]:g} years; nothing is known there."
        )
        yield "E119", message, ("horizon",)
    for name in study.costs.sum_over:
        if name not in study.times:
            yield "E007", _no_time(study, name), ("costs", "sum_over")
    for effect, spec in study.effects.items():
        if spec.time is not None and spec.time not in study.times:
            yield "E007", _no_time(study, spec.time), ("effects", effect, "time")


def _no_time(study: Study, name: str) -> str:
    return f'"{name}" is not among times ({", ".join(study.times) or "none given"}).'


def _files(study: Study) -> _Check:
    data = study.data
    files: list[tuple[tuple[Any, ...], DataFile | Costs]] = [
        (("data", "participants"), data.participants)
    ]
    files += [(("data", "service_use"), file) for file in data.service_use]
    files += [(("data", "responses"), file) for file in data.responses]
    if study.costs.file is not None:
        files.append((("costs",), study.costs))
    for keys, file in files:
        for key, named in (("suffixes", file.suffixes), ("time_codes", file.time_codes)):
            for name in (named or {}).values():
                if name not in study.times:
                    yield "E007", _no_time(study, name), (*keys, key)
        if file.time is not None and file.suffixes is not None:
            message = "time: is for long files and suffixes: for wide ones; give one of them."
            yield "E007", message, keys
    for key, named in (("suffixes", data.suffixes), ("time_codes", data.time_codes)):
        for name in (named or {}).values():
            if name not in study.times:
                yield "E007", _no_time(study, name), ("data", key)


def _costs(study: Study) -> _Check:
    costs = study.costs
    if bool(costs.items) == (costs.column is not None):
        message = (
            "give either items: (service use to be priced) or column: (a finished cost per person)."
        )
        yield "E004", message, ("costs",)
    if costs.sum_over and costs.column is None:
        yield "E004", "sum_over: needs column:, the cost of one period.", ("costs", "sum_over")
    if not costs.items:
        return
    needed: tuple[tuple[str, Any, str], ...] = (
        ("unit_costs", costs.unit_costs, "costs.unit_costs: a catalogue name such as uk_2014_15"),
        ("perspective", study.perspective, "perspective: for example [NHS, PSS]"),
        ("price_year", study.price_year, "price_year: for example 2014/15"),
        ("service_use", study.data.service_use, "data.service_use: the file of service use"),
        ("times", study.times, "times: for example {baseline: 0 months, month_9: 9 months}"),
    )
    for _, value, remedy in needed:
        if not value:
            yield "E004", f"pricing service use needs {remedy}.", ("costs", "items")
    for file in study.data.service_use:
        if file.recall is None:
            message = (
                "recall window and scale are both needed: recall: 3 months, and scale: linear "
                "(the window stands for the whole period), interpolate (between visits), or none."
            )
            yield "E110", message, ("data", "service_use")


def _effects(study: Study) -> _Check:
    if not study.effects:
        yield "E004", "name at least one effect.", ("effects",)
    for name, effect in study.effects.items():
        yield from ((code, message, ("effects", name)) for code, message in _effect(study, effect))


def _effect(study: Study, effect: Effect) -> Iterator[tuple[str, str]]:
    ways = [effect.instrument is not None, effect.utility is not None, effect.column is not None]
    if sum(ways) != 1:
        yield (
            "E004",
            "give one of instrument: (answers to be valued), utility: (utilities already valued) "
            "or column: (one finished value per person).",
        )
        return
    if effect.column is not None:
        return
    if not study.times:
        yield "E004", "values over time need times: {baseline: 0 months, ...}."
    if effect.instrument is None:
        return
    if effect.value_set is None:
        yield (
            "E107",
            "name a value set and its publication, for example value_set: eq5d5l_gb_2026. "
            "There is no default.",
        )
    if effect.columns is None:
        yield "E004", "columns: is missing; say which column holds which dimension."
    if not study.data.responses:
        yield "E004", "answers need data.responses: the file of questionnaire answers."


def _no_sandwich(study: Study) -> str:
    """Why the study file cannot have interval cr2, or nothing."""
    if study.data.participants.cluster is None:
        return "needs data.participants.cluster: the column that names the cluster"
    if study.uncertainty.resample == "individuals":
        return "is an interval of clusters, and individuals are resampled"
    if study.weights.method != "none" or study.adjust.model not in ("none", "ols", "sur"):
        return "is defined for least squares without weights: adjust.model none, ols or sur"
    if study.missing is not None and study.missing.method in (
        "available_cases",
        "inverse_probability",
    ):
        return f"is not defined with missing.method: {study.missing.method}"
    return ""


def _uncertainty(study: Study) -> _Check:
    drawn = study.uncertainty.resample != "none"
    if study.uncertainty.interval == "bca" and not drawn:
        message = "interval: bca needs draws; choose another resample, or interval: t."
        yield "E007", message, ("uncertainty", "interval")
    if study.uncertainty.interval == "cr2" and (reason := _no_sandwich(study)):
        message = f"interval: cr2 {reason}. Leave the interval out, or use t."
        yield "E007", message, ("uncertainty", "interval")
    if study.weights.method != "none" and not study.weights.covariates:
        message = (
            f"weights.method: {study.weights.method} needs weights.covariates: the columns of the "
            "propensity model."
        )
        yield "E004", message, ("weights",)
    if (
        study.uncertainty.resample in ("clusters", "two_stage")
        and study.data.participants.cluster is None
    ):
        message = (
            f"resample: {study.uncertainty.resample} needs data.participants.cluster: the column "
            "that names the cluster."
        )
        yield "E007", message, ("uncertainty", "resample")
