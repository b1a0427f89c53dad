"""Costs by service group and visit: what is imputed in place of a total with an unknown part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from cpi_econ.costs.ledger import counted_lines
from cpi_econ.costs.totals import summed, total_costs
from cpi_econ.evaluation.costing import PersonCosts
from cpi_econ.evaluation.imputed_parts import Parts
from cpi_econ.study.config import Study

PREFIX = "cost of "
REST = "other services"
ALL = "services"
DELIVERY = "cost of delivery"


def group_costs(
    lines: pd.DataFrame,
    groups: Mapping[str, Sequence[str]],
    perspective: Sequence[str],
    times: Sequence[str] = (),
) -> pd.DataFrame:
    """Cost of each group of items by participant; the columns add up to the total.

    Parameters
    ----------
    lines : DataFrame
        Cost lines.
    groups : mapping
        Group to its items; items of no group are other services.
    perspective : sequence of str
        Tags that count.
    times : sequence of str
        Visits that are kept apart; default the whole period.

    Returns
    -------
    DataFrame
        One column a group, or a group and time, that costs anybody anything, named
        ``cost of ...`` and ``cost of ... at ...``; NaN when any of its lines is unknown.

    Examples
    --------
    >>> lines = pd.DataFrame({"participant": ["a", "a"], "item": ["gp", "ward"], "sector": "NHS",
    ...                       "counts": True, "cost": [5.0, None]})
    >>> group_costs(lines, {"primary care": ["gp"]}, ["NHS"]).loc["a"].to_dict()
    {'cost of primary care': 5.0, 'cost of other services': nan}
    """
    counted = counted_lines(lines, perspective)
    group_of = {item: group for group, items in groups.items() for item in items}
    other = REST if groups else ALL
    label = pd.Series(
        [group_of.get(item, other) for item in counted["item"]], index=counted.index, dtype=object
    )
    names = [*groups, REST] if groups else [ALL]
    if times:
        label = label + " at " + counted["time"].astype(object)
        names = [f"{name} at {time}" for time in times for name in names]
    people = summed(lines, perspective).index
    costs = {
        f"{PREFIX}{name}": summed(counted[label == name])
        .reindex(people)
        .fillna(0.0 if name not in set(label) else float("nan"))
        for name in names
    }
    table = pd.DataFrame(costs, index=people)
    return table.loc[:, table.isna().any() | table.ne(0).any()]


def cost_parts(study: Study, costs: PersonCosts) -> Parts:
    """Parts of the cost that are imputed in its place; none where the total is all there is.

    Parameters
    ----------
    study : Study
    costs : PersonCosts

    Notes
    -----
    The cost of delivering the intervention is known without any form, so it is added as it is.
    """
    by_visit = study.missing is not None and study.missing.level == "visits"
    if costs.periods is not None and by_visit:
        columns = costs.periods.add_prefix("cost at ")
        return Parts(columns, dict.fromkeys(map(str, columns), 1.0))
    groups = study.costs.service_groups
    if costs.lines is None or not (by_visit or groups):
        return Parts()
    lines, delivered = _without_delivery(study, costs.lines)
    counted = counted_lines(lines, study.perspective)["time"].unique()
    times = [time for time in study.times if time in set(counted)]
    if not groups and len(times) < 2 and delivered is None:
        return Parts()
    visits = times if by_visit and len(times) > 1 else []
    columns = group_costs(lines, groups, study.perspective, visits)
    factors = dict.fromkeys(map(str, columns), 1.0)
    if delivered is None:
        return Parts(columns, factors)
    return Parts(columns.assign(**{DELIVERY: delivered}), factors, DELIVERY)


def _without_delivery(
    study: Study, lines: pd.DataFrame
) -> tuple[pd.DataFrame, pd.Series[float] | None]:
    """Lines of the visits, and the cost of delivery where it counts and everybody's is known."""
    delivery = ~lines["time"].isin(list(study.times))
    given = total_costs(lines[delivery], study.perspective) if delivery.any() else None
    people = summed(lines, study.perspective).index
    if given is None or given.isna().any() or not given.ne(0).any():
        return lines, None
    return lines[~delivery], given.reindex(people).fillna(0.0)
