"""Costs of service groups: what is imputed in place of a total with an unknown part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from cpi_econ.costs.ledger import counted_lines
from cpi_econ.costs.totals import total_costs
from cpi_econ.study.config import Study

PREFIX = "cost of "
REST = "other services"


def group_costs(
    lines: pd.DataFrame, groups: Mapping[str, Sequence[str]], perspective: Sequence[str]
) -> pd.DataFrame:
    """Cost of each group of items by participant; the columns add up to the total.

    Parameters
    ----------
    lines : DataFrame
        Cost lines.
    groups : mapping
        Group to its items; items of no group, and delivery, are other services.
    perspective : sequence of str
        Tags that count.

    Returns
    -------
    DataFrame
        One column a group that costs anybody anything, named ``cost of ...``; NaN when any of
        its lines is unknown.

    Examples
    --------
    >>> lines = pd.DataFrame({"participant": ["a", "a"], "item": ["gp", "ward"], "sector": "NHS",
    ...                       "counts": True, "cost": [5.0, None]})
    >>> group_costs(lines, {"primary care": ["gp"]}, ["NHS"]).loc["a"].to_dict()
    {'cost of primary care': 5.0, 'cost of other services': nan}
    """
    counted = counted_lines(lines, perspective)
    group_of = {item: group for group, items in groups.items() for item in items}
    group = counted["item"].astype(object).map(group_of).fillna(REST)
    people = total_costs(lines, perspective).index
    costs = {
        f"{PREFIX}{name}": total_costs(counted[group == name])
        .reindex(people)
        .fillna(0.0 if name not in set(group) else float("nan"))
        for name in [*groups, REST]
    }
    table = pd.DataFrame(costs, index=people)
    return table.loc[:, table.isna().any() | table.ne(0).any()]


def with_group_costs(
    study: Study, people: pd.DataFrame, lines: pd.DataFrame | None
) -> pd.DataFrame:
    """Participants with the costs of their service groups, where a study imputes those.

    Parameters
    ----------
    study : Study
    people : DataFrame
        One row a participant.
    lines : DataFrame or None
        Cost lines.
    """
    imputes = study.missing is not None and study.missing.method == "impute"
    if lines is None or not imputes or not study.costs.service_groups:
        return people
    costs = group_costs(lines, study.costs.service_groups, study.perspective)
    return people.merge(costs, left_on="participant", right_index=True, how="left")


def cost_components(study: Study, table: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Columns that make up the cost of an outcomes table, for the imputation.

    Parameters
    ----------
    study : Study
    table : DataFrame
        Outcomes table.
    """
    named = [f"{PREFIX}{name}" for name in [*study.costs.service_groups, REST]]
    held = [name for name in named if name in table]
    return {"cost": dict.fromkeys(held, 1.0)} if study.costs.service_groups and held else {}
