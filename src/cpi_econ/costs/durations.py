"""Minutes of contacts whose length is unknown."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from cpi_econ.costs.unit_costs import UnitCosts
from cpi_econ.errors import Finding, Where

MissingMinutes = Literal["missing", "mean", "median", "typical"]


def fill_minutes(
    service_use: pd.DataFrame,
    rule: MissingMinutes,
    unit_costs: UnitCosts | None = None,
) -> pd.DataFrame:
    """Give contacts without minutes a standard length, flagged line by line.

    Parameters
    ----------
    service_use : DataFrame
        Long service use with ``minutes``.
    rule : {"missing", "mean", "median", "typical"}
        ``missing`` leaves them to imputation; ``mean`` and ``median`` take the length of that
        item in this study, over all known contacts; ``typical`` takes ``minutes`` of the
        unit-cost table.
    unit_costs : UnitCosts, optional
        Needed by ``typical``.

    Returns
    -------
    DataFrame
        Service use with ``minutes`` filled where a length was found, and ``minutes_imputed``.

    Notes
    -----
    Only contacts that took place (``quantity`` above 0) are filled. ``mean`` weights each answer
    once, whatever the number of contacts behind it.

    Examples
    --------
    >>> use = pd.DataFrame({"service": "nurse", "quantity": [1.0, 2.0, 3.0],
    ...                     "minutes": [20.0, 40.0, float("nan")]})
    >>> fill_minutes(use, "mean")["minutes"].tolist()
    [20.0, 40.0, 30.0]
    """
    if rule == "missing" or "minutes" not in service_use:
        return service_use.assign(minutes_imputed=False)
    item = service_use["item"] if "item" in service_use else service_use["service"]
    lost = service_use["minutes"].isna() & (service_use["quantity"] > 0)
    if rule == "typical":
        prices = unit_costs.table.set_index("service")["minutes"] if unit_costs else pd.Series()
        length = service_use["service"].map(prices)
    else:
        happened = service_use["minutes"].where(service_use["quantity"] > 0)
        length = happened.groupby(item, observed=True).transform(rule)
    filled = service_use["minutes"].where(~lost, length)
    return service_use.assign(minutes=filled, minutes_imputed=lost & length.notna())


def check_filled_minutes(service_use: pd.DataFrame, file: str | None = None) -> list[Finding]:
    """List how many lengths were filled in: ``N035`` for each item.

    Examples
    --------
    >>> use = pd.DataFrame({"service": "nurse", "quantity": [1.0], "minutes": [30.0],
    ...                     "minutes_imputed": [True], "participant": ["a"]})
    >>> [finding.code for finding in check_filled_minutes(use)]
    ['N035']
    """
    if "minutes_imputed" not in service_use:
        return []
    item = service_use["item"] if "item" in service_use else service_use["service"]
    filled = service_use[service_use["minutes_imputed"]]
    return [
        Finding(
            "N035",
            f"{len(rows)} contacts of {name} have no length; {rows['minutes'].mean():g} minutes "
            "are used for them.",
            Where(file, column=str(name)),
            tuple(dict.fromkeys(rows["participant"].astype(str))),
        )
        for name, rows in filled.groupby(item, observed=True)
    ]
