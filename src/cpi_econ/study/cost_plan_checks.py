"""What the cost rules of a study file must say to its items, times and each other."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from typing import Any

from cpi_econ.study.config import Study
from cpi_econ.study.cost_plan import Costs

_Check = Iterator[tuple[str, str, tuple[Any, ...]]]
_ON_ITEMS = (
    "set_unit_costs", "exchange", "face_to_face", "not_asked", "night_items", "community_items",
    "blank_items", "caps", "groups", "packages", "informal_care", "work_loss", "medicines",
    "service_groups",
)  # fmt: skip


def cost_rules(study: Study) -> _Check:
    """Code, message and key of each cost rule that fits nothing in the study file.

    Parameters
    ----------
    study : Study
    """
    for check in (_names, _service_groups, _times, _groups, _caps, _money, _delivery, _forms):
        yield from check(study)
    if not study.costs.items:
        for key in _ON_ITEMS:
            if getattr(study.costs, key):
                yield "E004", f"{key}: needs items:, the service use that it bears on.", (key,)


def _names(study: Study) -> _Check:
    costs = study.costs
    for keys, named in _named_items(costs):
        for name in named:
            if name not in costs.items:
                yield "E007", _no_item(name, costs.items), ("costs", *keys)


def _named_items(costs: Costs) -> Iterator[tuple[tuple[str, ...], Iterable[str]]]:
    yield ("night_items",), costs.night_items
    yield ("community_items",), costs.community_items
    for key in ("groups", "informal_care", "work_loss"):
        yield from (((key, name), (name,)) for name in getattr(costs, key))
    for key in ("blank_items", "not_asked", "service_groups"):
        yield from (((key, name), items) for name, items in getattr(costs, key).items())
    yield from ((("caps", name), cap.items) for name, cap in costs.caps.items())


def _service_groups(study: Study) -> _Check:
    seen: dict[str, str] = {}
    for group, items in study.costs.service_groups.items():
        for item in items:
            if item in seen:
                message = f'"{item}" stands in {seen[item]} and in {group}; keep one.'
                yield "E007", message, ("costs", "service_groups", group)
            seen[item] = group


def _no_item(name: str, items: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(items), n=1)
    hint = f'; did you mean "{near[0]}"?' if near else f"; items are {', '.join(items)}."
    return f'"{name}" is no item of costs.items{hint}'


def _times(study: Study) -> _Check:
    for name in study.costs.not_asked:
        if name not in study.times:
            known = ", ".join(study.times) or "none given"
            yield "E007", f'"{name}" is not among times ({known}).', ("costs", "not_asked", name)


def _groups(study: Study) -> _Check:
    for name, item in study.costs.items.items():
        keys = ("costs", "items", name, "group_size")
        typical = name in study.costs.groups
        if isinstance(item.group_size, str) and not typical:
            message = (
                f"group_size names a column; give groups: {{{name}: 8}} too, the planned or "
                "typical size of sessions whose size is not known."
            )
            yield "E004", message, keys
        if isinstance(item.group_size, float) and typical:
            message = "group_size is a number and groups: gives one too; keep one of them."
            yield "E004", message, keys


def _caps(study: Study) -> _Check:
    for name, cap in study.costs.caps.items():
        if cap.per_day is None and cap.per_window is None:
            message = "a cap needs per_day: (1 for nights) or per_window: (a number of units)."
            yield "E004", message, ("costs", "caps", name)


def _money(study: Study) -> _Check:
    for name, parts in study.costs.packages.items():
        if not parts:
            message = "a package needs the services that make it up."
            yield "E004", message, ("costs", "packages", name)
    exchange = study.costs.exchange
    if exchange is None:
        return
    if exchange.from_ == study.currency:
        message = (
            f"exchange is from {exchange.from_}, the currency of the study; nothing to convert."
        )
        yield "E004", message, _EXCHANGE
    if exchange.method == "rate" and exchange.rate is None:
        yield "E004", "method: rate needs rate:, money of this study for one of theirs.", _EXCHANGE
    if exchange.method == "ppp" and exchange.rate is not None:
        yield "E004", "rate: needs method: rate; with ppp it would not be used.", _EXCHANGE
    if exchange.year is None:
        message = "exchange needs year:, the calendar year of the parity or of the rate."
        yield "E004", message, _EXCHANGE


_EXCHANGE = ("costs", "exchange")


def _delivery(study: Study) -> _Check:
    spec = study.costs.delivery
    if spec is None:
        return
    if spec.cost is not None and spec.components:
        message = "give cost: (one column) or components: (several), not both."
        yield "E004", message, ("costs", "delivery")
    lives = spec.useful_life.values() if isinstance(spec.useful_life, dict) else [spec.useful_life]
    if spec.years <= 0 or any(life is not None and life <= 0 for life in lives):
        yield "E004", "years: and useful_life: must be longer than nothing.", ("costs", "delivery")
    if spec.own is not None and spec.share == "per_client":
        message = "own: counts contacts or months; it needs share: per_contact or per_month."
        yield "E004", message, ("costs", "delivery", "own")


def _forms(study: Study) -> _Check:
    scales = dict.fromkeys(file.scale for file in study.data.service_use)
    if len(scales) > 1:
        said = " and ".join(str(scale) for scale in scales)
        message = f"service-use files have scale {said}; one scale serves all files."
        yield "E110", message, ("data", "service_use")
    for file in study.data.service_use:
        if file.recall_days is not None and file.date is None:
            message = "recall_days: needs date:, the column that holds the date of the form."
            yield "E004", message, ("data", "service_use")
