"""Service use, costs and unit costs as the report's tables."""

from __future__ import annotations

import pandas as pd

from cpi_econ.contracts import ARM, PARTICIPANT
from cpi_econ.costs.perspective import TRANSFER, tags_of
from cpi_econ.costs.unit_costs import UnitCosts
from cpi_econ.costs.use_tables import perspective_table, service_table
from cpi_econ.evaluation.person_table import PersonTable
from cpi_econ.result.disclosure import COVER
from cpi_econ.result.document import SmallNumbers, count
from cpi_econ.study.config import Study

_SERVICE = [
    "service",
    "label",
    "sector",
    "arm",
    "n",
    "users",
    "percent_users",
    "mean_quantity",
    "mean_cost",
    "sd_cost",
]


def use_tables(study: Study, people: PersonTable) -> dict[str, pd.DataFrame]:
    """Tables ``services``, ``sectors``, ``perspectives`` and ``unit_costs``; none without lines.

    Parameters
    ----------
    study : Study
    people : PersonTable
    """
    lines, unit_costs = people.costs.lines, people.costs.prices
    if lines is None or lines.empty or unit_costs is None:
        return {}
    arm = people.trial.participants.set_index(PARTICIPANT)[ARM]
    prices = _prices(unit_costs, lines)
    names = dict(zip(prices["item"], prices["label"], strict=True))
    return {
        "services": _services(study, lines, arm, names),
        "perspectives": _by_perspective(study, lines, arm),
        "unit_costs": prices.drop(columns="item"),
    }


def _services(
    study: Study, lines: pd.DataFrame, arm: pd.Series, names: dict[str, str]
) -> pd.DataFrame:
    table = service_table(lines, arm)
    sector = lines.drop_duplicates("item").set_index("item")["sector"]
    found = pd.DataFrame(
        {
            "service": table["item"],
            "label": table["item"].map(names).fillna(table["item"]),
            "sector": table["item"].map(sector).str.replace("|", ", "),
            "arm": table["arm"],
            "n": table["n"],
            "users": table["n_users"],
            "percent_users": table["pct_users"],
            "mean_quantity": table["mean_quantity"],
            "mean_cost": table["mean_cost"],
            "sd_cost": table["sd_cost"],
        },
        columns=_SERVICE,
    )
    order = {item: at for at, item in enumerate(lines["item"].unique())}
    arms = {name: at for at, name in enumerate(study.arms)}
    found = found.sort_values(
        ["service", "arm"], key=lambda one: one.map({**order, **arms}), ignore_index=True
    )
    return _masked(found, study.report.small_numbers)


def _masked(table: pd.DataFrame, small: SmallNumbers) -> pd.DataFrame:
    """Hide rows with few users, and a second row of an arm that one alone would give away."""
    if small == "show":
        return table
    shown = table["users"].map(lambda users: count(int(users), small)).astype(object)
    few = table["n"].map(lambda n: isinstance(count(int(n), small), str))
    hidden = shown.map(lambda cell: isinstance(cell, str)).astype(bool) | few.astype(bool)
    for _, rows in table.groupby("arm", sort=False):
        others = rows[~hidden[rows.index] & rows["users"].gt(0)]
        # The arm's total cost is printed: one hidden mean would be its difference from the rest.
        if hidden[rows.index].sum() == 1 and len(others):
            at = int(others.index[int(others["users"].argmin())])
            hidden[at], shown[at] = True, COVER
    shown = shown.mask(few, "<5")
    means = ["percent_users", "mean_quantity", "mean_cost", "sd_cost"]
    blank = {name: table[name].astype(object).mask(hidden) for name in means}
    people = table["n"].astype(object).mask(few, "<5")
    return table.assign(users=shown, n=people, **blank)


def _by_perspective(study: Study, lines: pd.DataFrame, arm: pd.Series) -> pd.DataFrame:
    """Total of the analysis, of every tag on its own, and of everything."""
    tags = {tag for cell in lines["sector"].unique() for tag in tags_of(str(cell))}
    chosen = " and ".join(study.perspective)
    views: dict[str, list[str] | None] = {f"{chosen} (this analysis)": list(study.perspective)}
    views |= {tag: [tag] for tag in sorted(tags - {TRANSFER}) if (tag,) != study.perspective}
    table = perspective_table(lines, arm, {**views, "all sectors": None})
    small = study.report.small_numbers
    people = table["n"].map(lambda n: count(int(n), small)).astype(object)
    hidden = people.map(lambda cell: isinstance(cell, str)).astype(bool)
    blank = {name: table[name].astype(object).mask(hidden) for name in ("mean_cost", "sd_cost")}
    return table.assign(n=people, **blank)


def _prices(unit_costs: UnitCosts, lines: pd.DataFrame) -> pd.DataFrame:
    """Unit cost of every line of the analysis with its year, index factor and source."""
    known = unit_costs.table.set_index("service")
    used = lines.drop_duplicates("item")
    label = used["service"].map(known["label"])
    named = label.where(label.notna() & label.ne(""), used["item"])
    return pd.DataFrame(
        {
            "item": used["item"],
            "service": used["service"],
            "label": named.str.replace("_", " "),
            "unit": used["service"].map(known["unit"]).fillna(used["unit"]),
            "unit_cost": used["unit_cost"],
            "price_year": used["price_year"],
            "index_factor": used["index_factor"],
            "source": used["source"],
        }
    ).reset_index(drop=True)
