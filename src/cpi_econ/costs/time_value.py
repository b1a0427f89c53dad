"""Time of carers and of workers: informal care and work loss in money."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from cpi_econ.errors import Finding, UnitCostError, raise_all

InformalCare = Literal["proxy_good", "opportunity_cost"]
WorkLoss = Literal["human_capital", "friction"]
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


def work_loss_cost(
    days_off: pd.Series,
    *,
    wage: float,
    hours_per_day: float = 7.5,
    on_costs: float = 0.0,
    method: WorkLoss = "human_capital",
    friction_days: float | None = None,
    elasticity: float = 1.0,
) -> pd.Series:
    """Cost of paid work not done.

    Parameters
    ----------
    days_off : Series, shape (n,)
        Working days lost by each person in the period; NaN unknown.
    wage : float
        Gross wage [currency per hour].
    hours_per_day : float
        Hours worked in a day.
    on_costs : float
        Employer's costs on top of the wage, as a share of it.
    method : {"human_capital", "friction"}
        ``human_capital`` counts every day; ``friction`` counts days until the work is taken
        over, at most ``friction_days``.
    friction_days : float, optional
        Working days of the friction period; needed by ``friction``.
    elasticity : float
        Loss of output for a loss of working time, often 0.8 with the friction method.

    Returns
    -------
    Series
        Cost [currency] on the index of ``days_off``; NaN stays NaN.

    Raises
    ------
    UnitCostError
        ``E042`` a negative argument, or ``friction`` without its period.

    References
    ----------
    Koopmanschap, Rutten, van Ineveld, van Roijen (1995), The friction cost method for measuring
    indirect costs of disease, doi:10.1016/0167-6296(94)00044-5.

    Examples
    --------
    >>> work_loss_cost(pd.Series([4.0, 60.0]), wage=10, hours_per_day=8, on_costs=0.25,
    ...                method="friction", friction_days=50).tolist()
    [400.0, 5000.0]
    """
    given = {"wage": wage, "hours_per_day": hours_per_day, "on_costs": on_costs}
    said = [f"{name} is {value:g}; it cannot be negative." for name, value in given.items()
            if value < 0]  # fmt: skip
    if method == "friction" and friction_days is None:
        said.append("the friction method needs friction_days, the length of the friction period.")
    raise_all([Finding("E042", text) for text in said], UnitCostError)
    most = np.inf if method == "human_capital" or friction_days is None else friction_days
    days = days_off.astype(float).clip(upper=most)
    return days * hours_per_day * wage * (1 + on_costs) * elasticity
