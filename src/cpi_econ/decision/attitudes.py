"""Decision makers who dislike risk, and arms that are given together."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from cpi_econ.contracts import ARM, COST, EFFECT, WTP, check_replicates
from cpi_econ.decision.net_benefit import wtp_values
from cpi_econ.errors import EstimationError, stop
from cpi_econ.kernels.netbenefit import mean_best
from cpi_econ.kernels.resample import FloatArray


def risk_averse(replicates: xr.Dataset, wtp: ArrayLike, aversion: float) -> xr.Dataset:
    r"""Net benefit for sure that is worth as much as each arm's uncertain one.

    Parameters
    ----------
    replicates : Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)``.
    wtp : array-like, shape (thresholds,)
        Willingness to pay [currency / unit of effect].
    aversion : float
        Constant absolute risk aversion [1 / currency]; 0 is indifference to risk.

    Returns
    -------
    Dataset
        ``certainty_equivalent`` and ``risk_premium`` [currency] on ``(wtp, arm)``, ``best`` arm and
        ``evpi``, the sure amount that perfect information adds [currency], on ``(wtp)``.

    Raises
    ------
    EstimationError
        ``E097`` a negative aversion.

    Notes
    -----
    Utility :math:`u(b) = (1 - e^{-rb}) / r`. A system that pays for many people is as a rule
    indifferent to risk (Arrow, Lind 1970); a small agency may not be.

    References
    ----------
    Baio, Dawid (2015), doi:10.1177/0962280211419832

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[0, -9], [0, 11]], [[0, 1], [0, 1]], arms=["a", "b"], reference="a")
    >>> found = risk_averse(made, [2.0], 0.2)
    >>> found["best"].item(), risk_averse(made, [2.0], 0.0)["best"].item()
    ('a', 'b')
    """
    check_replicates(replicates)
    if aversion < 0:
        stop(EstimationError, "E097", f"aversion is {aversion:g}; it must not be negative.")
    grid, arms = wtp_values(wtp), replicates[ARM].values
    cost, effect = replicates[COST].to_numpy(), replicates[EFFECT].to_numpy()
    sure = np.empty((len(grid), len(arms)))
    informed = np.empty(len(grid))
    for row, threshold in enumerate(grid):
        benefit = threshold * effect - cost
        sure[row] = _certain(benefit, aversion)
        informed[row] = _certain(benefit.max(axis=1, keepdims=True), aversion)[0]
    mean = grid[:, None] * effect.mean(axis=0) - cost.mean(axis=0)
    units = {"units": str(replicates.attrs.get("currency", ""))}
    return xr.Dataset(
        {
            "certainty_equivalent": ((WTP, ARM), sure, units),
            "risk_premium": ((WTP, ARM), mean - sure, units),
            "best": ((WTP,), arms[sure.argmax(axis=1)]),
            "evpi": ((WTP,), informed - sure.max(axis=1), units),
        },
        {WTP: grid, ARM: arms},
        {"aversion": aversion},
    )


def _certain(benefit: FloatArray, aversion: float) -> FloatArray:
    mean: FloatArray = benefit.mean(axis=0)
    if aversion == 0.0:
        return mean
    # around the mean, so that the exponential of large amounts does not overflow
    exponent = -aversion * (benefit - mean)
    top = exponent.max(axis=0)
    made: FloatArray = mean - (top + np.log(np.exp(exponent - top).mean(axis=0))) / aversion
    return made


def mixed_strategy(
    replicates: xr.Dataset, wtp: ArrayLike, shares: Mapping[str, float]
) -> xr.Dataset:
    """Net benefit and loss of giving several arms at once, in shares of the people.

    Parameters
    ----------
    replicates : Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)``.
    wtp : array-like, shape (thresholds,)
        Willingness to pay [currency / unit of effect].
    shares : mapping of str to float
        Share of people given each arm, as in the market of today; an arm that is not named has 0.

    Returns
    -------
    Dataset
        On ``(wtp)``, per person [currency]: ``net_benefit`` of the mixture, ``loss`` against giving
        everyone the best arm by the means, and ``evpi``, the loss against knowing the best arm of
        every replicate.

    Raises
    ------
    EstimationError
        ``E097`` shares that are negative, of no arm, or do not sum to 1.

    References
    ----------
    Baio, Russo (2009), doi:10.2165/11310250-000000000-00000

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[0, 10], [0, 30]], [[0, 1], [0, 1]], arms=["a", "b"], reference="a")
    >>> found = mixed_strategy(made, [50], {"a": 0.5, "b": 0.5})
    >>> found["loss"].item(), found["evpi"].item()
    (15.0, 15.0)
    """
    check_replicates(replicates)
    weight = _shares(replicates, shares)
    grid = wtp_values(wtp)
    cost, effect = replicates[COST].to_numpy(), replicates[EFFECT].to_numpy()
    mean = grid[:, None] * effect.mean(axis=0) - cost.mean(axis=0)
    mixture = mean @ weight
    parts = {
        "net_benefit": mixture,
        "loss": np.clip(mean.max(axis=1) - mixture, 0.0, None),
        "evpi": np.clip(mean_best(cost, effect, grid) - mixture, 0.0, None),
    }
    units = {"units": str(replicates.attrs.get("currency", ""))}
    return xr.Dataset({name: ((WTP,), one, units) for name, one in parts.items()}, {WTP: grid})


def _shares(replicates: xr.Dataset, shares: Mapping[str, float]) -> FloatArray:
    arms = [str(arm) for arm in replicates[ARM].values]
    unknown = [name for name in shares if name not in arms]
    if unknown:
        message = f"{', '.join(unknown)} is no arm; arms are {', '.join(arms)}."
        stop(EstimationError, "E097", message)
    weight = np.array([float(shares.get(arm, 0.0)) for arm in arms])
    if (weight < 0).any() or not np.isclose(weight.sum(), 1.0):
        message = f"shares sum to {weight.sum():g}; they must sum to 1 and none be negative."
        stop(EstimationError, "E097", message)
    return weight
