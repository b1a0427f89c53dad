"""Rules that settle service use before it is priced, in their one order."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from cpi_econ.costs.caps import Cap, cap_quantities, check_caps
from cpi_econ.costs.durations import MissingMinutes, check_filled_minutes, fill_minutes
from cpi_econ.costs.group_sessions import share_groups
from cpi_econ.costs.known_states import zero_after_death, zero_in_hospital
from cpi_econ.costs.packages import split_services
from cpi_econ.costs.recall import Scale
from cpi_econ.costs.time_value import InformalCare, value_informal_care
from cpi_econ.costs.unit_costs import UnitCosts
from cpi_econ.costs.unknown_use import (
    UnknownNumber,
    check_unknown_use,
    drop_not_asked,
    fill_blank_items,
    fill_unknown_numbers,
)
from cpi_econ.errors import Finding

DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class UseRules:
    """Choices about zero, missing, length, caps, groups and packages; the default settles nothing.

    Parameters
    ----------
    not_asked : mapping
        Time to the items that its form does not hold.
    night_items, community_items : sequence of str
        Items in nights, and items that cannot be used from a ward; blanks of the latter become
        zero for people in hospital for the whole window.
    blank_items : mapping
        Block to its items: a blank is no use where the block has an answer.
    unknown_number : {"missing", "mean_of_users", "median_of_users"}
        Number of uses of people who used a service an unknown number of times.
    missing_minutes : {"missing", "mean", "median", "typical"}
        Length of contacts of unknown length.
    caps : mapping
        Name to ``Cap``.
    groups : mapping
        Item to typical group size; needed for each item that is a group session.
    packages : mapping
        Service to the services that make it up.
    informal_care : mapping
        Item to the method that values it.

    Examples
    --------
    >>> UseRules(missing_minutes="median").unknown_number
    'missing'
    """

    not_asked: Mapping[str, Sequence[str]] = field(default_factory=dict)
    night_items: Sequence[str] = ()
    community_items: Sequence[str] = ()
    blank_items: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unknown_number: UnknownNumber = "missing"
    missing_minutes: MissingMinutes = "missing"
    caps: Mapping[str, Cap] = field(default_factory=dict)
    groups: Mapping[str, float] = field(default_factory=dict)
    packages: Mapping[str, Sequence[str]] = field(default_factory=dict)
    informal_care: Mapping[str, InformalCare] = field(default_factory=dict)


def settle_service_use(
    service_use: pd.DataFrame,
    unit_costs: UnitCosts,
    rules: UseRules,
    *,
    times: Mapping[str, float],
    recall: float | Mapping[str, float] | None = None,
    item_recall: Mapping[str, float | Mapping[str, float]] | None = None,
    scale: Scale = "linear",
    died_years: pd.Series | None = None,
    file: str | None = None,
) -> tuple[pd.DataFrame, list[Finding]]:
    """Settle what the rules settle, and list it.

    Parameters
    ----------
    service_use : DataFrame
        Long service use as read.
    unit_costs : UnitCosts
        Prices, for typical lengths.
    rules : UseRules
        The choices.
    times : mapping
        Name to years, in order.
    recall : float or mapping, optional
        Years that a form asks about; default the time since the form before.
    item_recall : mapping, optional
        Recall of items that were asked over another window.
    scale : {"linear", "interpolate", "none"}
        How a window becomes the period. Under ``linear`` a form stands for all the time since
        the form before, so that death within it leaves its use unknown.
    died_years : Series, optional
        Years to death by participant.
    file : str, optional
        File shown in the findings.

    Returns
    -------
    DataFrame
        Service use ready for ``cost_service_use``, with flags for all that was imputed or capped.
    list of Finding
        ``N035``, ``N037``, ``N038``, ``W037``.

    Raises
    ------
    DataError
        ``E048`` a group size below 1.

    Notes
    -----
    The order: not asked; after death; in hospital throughout; blanks of an answered block; numbers
    unknown; lengths unknown; caps; groups; packages; informal care. Known states come before rules
    for blanks, and caps after numbers are filled in.

    Examples
    --------
    >>> from cpi_econ.costs.unit_costs import read_unit_costs
    >>> use = pd.DataFrame({"participant": ["a"], "time": ["m9"], "service": ["ae_all"],
    ...                     "quantity": [500.0]})
    >>> rules = UseRules(caps={"A&E": Cap(["ae_all"], per_day=1)})
    >>> prices, times = read_unit_costs("uk_2014_15"), {"t0": 0, "m9": 0.75}
    >>> settled, found = settle_service_use(use, prices, rules, times=times, recall=0.25)
    >>> round(settled["quantity"].item(), 1), found[0].code
    (91.3, 'W037')
    """
    use = drop_not_asked(service_use, rules.not_asked) if rules.not_asked else service_use
    asked = _recall_years(use, times, recall, item_recall or {})
    if died_years is not None:
        stands_for = None if scale == "linear" else asked
        use = zero_after_death(use, died_years, times, stands_for)
    days = _window_days(use, times, asked)
    if rules.night_items:
        use = zero_in_hospital(use, rules.night_items, rules.community_items, days)
    if rules.blank_items:
        use = fill_blank_items(use, rules.blank_items)
    findings = check_unknown_use(use, file)
    if rules.unknown_number != "missing":
        use = fill_unknown_numbers(use, rules.unknown_number)
    if rules.missing_minutes != "missing":
        use = fill_minutes(use, rules.missing_minutes, unit_costs)
    if rules.caps:
        use = cap_quantities(use, rules.caps, days)
    if rules.groups:
        use = share_groups(use, rules.groups, file)
    if rules.packages:
        use = split_services(use, rules.packages)
    for item, method in rules.informal_care.items():
        use = value_informal_care(use, [item], method)
    return use, findings + check_filled_minutes(use, file) + check_caps(use, file)


def _recall_years(
    use: pd.DataFrame,
    times: Mapping[str, float],
    recall: float | Mapping[str, float] | None,
    item_recall: Mapping[str, float | Mapping[str, float]],
) -> pd.Series:
    """Years that the form asked about, row by row; NaN where the study does not say."""
    time = use["time"].astype("category")
    years = time.map(_by_time(times, recall)).astype(float)
    item = use["item"] if "item" in use else use["service"]
    for name, window in item_recall.items():
        years = years.where(item != name, time.map(_by_time(times, window)).astype(float))
    return years


def _by_time(
    times: Mapping[str, float], recall: float | Mapping[str, float] | None
) -> dict[str, float]:
    nan = math.nan
    if recall is None or isinstance(recall, Mapping):
        return {name: (recall or {}).get(name, nan) for name in times}
    return dict.fromkeys(times, recall)


def _window_days(use: pd.DataFrame, times: Mapping[str, float], asked: pd.Series) -> pd.Series:
    """Days that each row asks about; a first form without a stated recall has no limit."""
    names = list(times)
    since = {n: times[n] - times[names[i - 1]] if i else math.inf for i, n in enumerate(names)}
    return asked.fillna(use["time"].astype("category").map(since).astype(float)) * DAYS_A_YEAR
