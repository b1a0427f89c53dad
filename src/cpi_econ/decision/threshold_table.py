"""Every arm at every threshold: net benefit in money and health, probability, loss."""

from __future__ import annotations

import pandas as pd
import xarray as xr
from numpy.typing import ArrayLike

from cpi_econ.contracts import ARM, WTP, check_replicates
from cpi_econ.decision.acceptability import ceac, ceaf, expected_loss
from cpi_econ.decision.net_benefit import inmb_intervals, wtp_values
from cpi_econ.errors import EstimationError, stop


def net_monetary_benefit(replicates: xr.Dataset, wtp: ArrayLike) -> xr.DataArray:
    """Estimated net monetary benefit of each arm [currency].

    Parameters
    ----------
    replicates : Dataset
        ``cost_hat`` and ``effect_hat`` on ``(arm)``.
    wtp : array-like, shape (thresholds,)
        Willingness to pay [currency / unit of effect].

    Returns
    -------
    DataArray
        On ``(wtp, arm)``: wtp times effect, minus cost.

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[5, 10], [5, 30]], [[1, 1], [1, 3]], arms=["a", "b"], reference="a")
    >>> net_monetary_benefit(made, [100]).values.tolist()
    [[95.0, 180.0]]
    """
    check_replicates(replicates)
    grid = wtp_values(wtp)
    values = grid[:, None] * replicates["effect_hat"].values - replicates["cost_hat"].values
    units = {"units": str(replicates.attrs.get("currency", ""))}
    return xr.DataArray(values, {WTP: grid, ARM: replicates[ARM].values}, (WTP, ARM), attrs=units)


def net_health_benefit(replicates: xr.Dataset, wtp: ArrayLike) -> xr.DataArray:
    """Estimated net health benefit of each arm [unit of effect].

    Parameters
    ----------
    replicates : Dataset
        ``cost_hat`` and ``effect_hat`` on ``(arm)``.
    wtp : array-like, shape (thresholds,)
        Willingness to pay [currency / unit of effect], above 0.

    Returns
    -------
    DataArray
        On ``(wtp, arm)``: effect minus the effect that the cost would buy elsewhere.

    Raises
    ------
    EstimationError
        ``E083`` a willingness to pay of 0, at which health has no price.

    References
    ----------
    Stinnett, Mullahy (1998), doi:10.1177/0272989X98018002S09

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[5, 10], [5, 30]], [[1, 1], [1, 3]], arms=["a", "b"], reference="a")
    >>> net_health_benefit(made, [100]).values.round(9).tolist()
    [[0.95, 1.8]]
    """
    grid = wtp_values(wtp)
    if (grid == 0).any():
        message = "net health benefit has no value at a willingness to pay of 0; leave 0 out."
        stop(EstimationError, "E083", message)
    made = net_monetary_benefit(replicates, grid) / grid[:, None]
    return made.assign_attrs(units=str(replicates.attrs.get("effect_unit", "")))


def threshold_table(
    replicates: xr.Dataset,
    wtp: ArrayLike,
    *,
    interval: str | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Cost-effectiveness by threshold: one row for each threshold and arm.

    Parameters
    ----------
    replicates : Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)``.
    wtp : array-like, shape (thresholds,)
    interval, level : str and float
        Of the incremental net benefit, as in `inmb_intervals`.

    Returns
    -------
    DataFrame
        Columns ``wtp, arm, net_monetary_benefit, net_health_benefit, inmb, lower, upper``,
        ``probability`` of the highest net benefit of all arms, ``expected_loss``, and ``best``,
        true for the arm with the highest net benefit by the estimates. The reference has no
        ``inmb``; there is no net health benefit at 0.

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[5, 10], [5, 30]], [[1, 1], [1, 3]], arms=["a", "b"], reference="a")
    >>> table = threshold_table(made, [0, 100])
    >>> table.loc[table["best"], ["wtp", "arm"]].to_numpy().tolist()
    [[0.0, 'a'], [100.0, 'b']]
    """
    grid = wtp_values(wtp)
    money = net_monetary_benefit(replicates, grid)
    health = money / money[WTP].where(money[WTP] > 0)
    table = inmb_intervals(replicates, grid, interval=interval, level=level)
    best = ceaf(replicates, grid)["best"]
    merged = xr.Dataset(
        {
            "net_monetary_benefit": money,
            "net_health_benefit": health,
            "inmb": table["estimate"].reindex({ARM: money[ARM]}),
            "lower": table["lower"].reindex({ARM: money[ARM]}),
            "upper": table["upper"].reindex({ARM: money[ARM]}),
            "probability": ceac(replicates, grid),
            "expected_loss": expected_loss(replicates, grid),
            "best": money[ARM] == best,
        }
    )
    return merged.transpose(WTP, ARM).to_dataframe().reset_index()
