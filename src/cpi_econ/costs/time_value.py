"""Time of carers and of workers: informal care and work loss in money."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from cpi_econ.errors import Finding, UnitCostError, raise_all

InformalCare = Literal["proxy_good", "opportunity_cost"]
INFORMAL_CARE_SERVICE = {
    "proxy_good": "informal_care_replacement_hour",
    "opportunity_cost": "min_wage_hour",
}


def value_informal_care(
    service_use: pd.DataFrame, items: list[str], method: InformalCare
) -> pd.DataFrame:
    """Point informal-care items at the price of the chosen method.

    Parameters
    ----------
    service_use : DataFrame
        Long service use with ``item``.
    items : list of str
        Items that are hours of unpaid care.
    method : {"proxy_good", "opportunity_cost"}
        ``proxy_good``: the hour of a paid home-care worker. ``opportunity_cost``: the minimum
        wage, a floor for what the carer's time would earn; replace its unit cost to use a wage.

    Returns
    -------
    DataFrame
        Service use with ``service`` changed for those items.

    Examples
    --------
    >>> use = pd.DataFrame({"item": ["care"], "service": ["care"], "quantity": [10.0]})
    >>> value_informal_care(use, ["care"], "opportunity_cost")["service"].item()
    'min_wage_hour'
    """
    service = service_use["service"].where(
        ~service_use["item"].isin(items), INFORMAL_CARE_SERVICE[method]
    )
    return service_use.assign(service=service)


def work_day_cost(
    wage: float, *, hours_per_day: float = 7.5, on_costs: float = 0.0, elasticity: float = 1.0
) -> float:
    """Cost of one day of paid work not done.

    Parameters
    ----------
    wage : float
        Gross wage [currency per hour].
    hours_per_day : float
        Hours worked in a day.
    on_costs : float
        Employer's costs on top of the wage, as a share of it.
    elasticity : float
        Loss of output for a loss of working time, often 0.8 with the friction method.

    Returns
    -------
    float
        Money per day, for ``UnitCosts.add_price``. The human-capital method counts every day;
        the friction method caps the days at the friction period, ``Cap(items,
        per_window=days)``.

    Raises
    ------
    UnitCostError
        ``E042`` a negative argument.

    References
    ----------
    Koopmanschap, Rutten, van Ineveld, van Roijen (1995), The friction cost method for measuring
    indirect costs of disease, doi:10.1016/0167-6296(94)00044-5.

    Examples
    --------
    >>> work_day_cost(10.0, hours_per_day=8, on_costs=0.25)
    100.0
    """
    given = {"wage": wage, "hours_per_day": hours_per_day, "on_costs": on_costs}
    given["elasticity"] = elasticity
    said = [f"{name} is {value:g}; it cannot be negative." for name, value in given.items()
            if value < 0]  # fmt: skip
    raise_all([Finding("E042", text) for text in said], UnitCostError)
    return hours_per_day * wage * (1 + on_costs) * elasticity
