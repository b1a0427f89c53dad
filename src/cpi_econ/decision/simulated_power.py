"""Power by simulation: studies made up from normal people, or from the pilot's replicates."""

from __future__ import annotations

import math

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from cpi_econ.contracts import ARM, WTP
from cpi_econ.decision.moments import differences
from cpi_econ.decision.net_benefit import wtp_values
from cpi_econ.decision.next_study import NextStudy, Variations, variation_of
from cpi_econ.errors import EstimationError, stop
from cpi_econ.kernels.intervals import critical_value
from cpi_econ.kernels.resample import FloatArray


def simulated_power(
    difference: tuple[float, float],
    variation: Variations,
    study: NextStudy,
    wtp: float,
    *,
    reference: str,
    alpha: float = 0.05,
    n_simulations: int = 2000,
    seed: int = 1,
) -> tuple[float, float]:
    """Share of made-up studies whose t test finds the net benefit on the side of the truth.

    Parameters
    ----------
    difference : tuple of float
        True difference in cost and in effect, arm minus reference.
    variation : Variation or mapping of arm to Variation
    study : NextStudy
        Of two arms. Clusters are analysed by their means, weighted by their people; sizes vary by
        a gamma distribution. Arms have variances of their own.
    wtp : float
        Willingness to pay [currency / unit of effect].
    reference : str
    alpha : float
        Two-sided level.
    n_simulations, seed : int

    Returns
    -------
    power, mcse : float
        Share, and its Monte Carlo standard error.

    Raises
    ------
    EstimationError
        ``E094`` fewer than 100 simulations.

    Examples
    --------
    >>> from cpi_econ.decision.next_study import Variation
    >>> people = Variation(cost_sd=2000, effect_sd=0.2)
    >>> study = NextStudy(participants={"usual": 300, "new": 300})
    >>> share, _ = simulated_power((200, 0.04), people, study, 30_000, reference="usual")
    >>> abs(share - 0.489) < 0.04
    True
    """
    if n_simulations < 100:
        stop(EstimationError, "E094", f"n_simulations is {n_simulations}; give 100 or more.")
    rng = np.random.default_rng(seed)
    benefit = wtp * difference[1] - difference[0]
    arm = next(name for name in study.participants if name != reference)
    means, squares, units = zip(
        *(
            _mean(*_units(study, variation, name, wtp, n_simulations, rng))
            for name in (reference, arm)
        ),
        strict=True,
    )
    statistic = (benefit + means[1] - means[0]) / np.sqrt(squares[0] + squares[1])
    critical = critical_value(1.0 - alpha, sum(units) - 2)
    share = float((np.sign(benefit) * statistic > critical).mean())
    return share, math.sqrt(share * (1.0 - share) / n_simulations)


def _units(
    study: NextStudy,
    variations: Variations,
    arm: str,
    wtp: float,
    count: int,
    rng: np.random.Generator,
) -> tuple[FloatArray, FloatArray]:
    """Net benefit of people, or means of clusters, and their sizes, shape (simulations, units)."""
    total, between = variation_of(variations, arm).net_benefit(wtp)
    people = study.analysed(arm)
    if study.clusters is None:
        values = rng.normal(0.0, math.sqrt(total), (count, round(people)))
        return values, np.ones_like(values)
    shape = (count, study.clusters[arm])
    size = np.full(shape, people / study.clusters[arm])
    if study.size_cv > 0:
        form = 1.0 / study.size_cv**2
        size = np.maximum(rng.gamma(form, size / form), 1.0)
    within = np.sqrt((total - between) / size)
    means = rng.normal(0.0, math.sqrt(between), shape) + within * rng.standard_normal(shape)
    return means, size


def _mean(values: FloatArray, size: FloatArray) -> tuple[FloatArray, FloatArray, int]:
    """Mean of people, its squared error from the units, and how many these are."""
    share = size / size.sum(axis=1, keepdims=True)
    mean = (share * values).sum(axis=1)
    units = values.shape[1]
    away = share * (values - mean[:, None])
    return mean, units / (units - 1) * (away**2).sum(axis=1), units


def power_from_replicates(
    replicates: xr.Dataset,
    wtp: ArrayLike,
    *,
    information: float,
    alpha: float = 0.05,
    df: float = math.inf,
) -> xr.DataArray:
    r"""Power of a study like the pilot, a multiple of its size, if the pilot's estimate is true.

    Parameters
    ----------
    replicates : Dataset
        Of the pilot: ``cost`` and ``effect`` on ``(replicate, arm)``.
    wtp : array-like, shape (thresholds,)
    information : float
        Size of the next study over that of the pilot; the shape of the replicates is kept and
        shrunk by its root.
    alpha : float
        Two-sided level.
    df : float
        Degrees of freedom of the next study.

    Returns
    -------
    DataArray
        On ``(wtp, arm)``: share of the shrunk replicates whose interval lies on the side of the
        estimate. No normal distribution is assumed for the estimates.

    Raises
    ------
    EstimationError
        ``E094`` an information that is not positive.

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[0, 9], [0, 11]], [[0, 1], [0, 1]], arms=["a", "b"], reference="a")
    >>> power_from_replicates(made, [100], information=4).values.tolist()
    [[1.0]]
    """
    if not information > 0:
        message = f"information is {information:g}; give the ratio of sizes, above 0."
        stop(EstimationError, "E094", message)
    grid, inc = wtp_values(wtp), differences(replicates)
    critical = critical_value(1.0 - alpha, df)
    rows = []
    for threshold in grid:
        hat = threshold * inc.effect_hat - inc.cost_hat
        draws = threshold * inc.effect - inc.cost
        around = (draws - draws.mean(axis=0)) / math.sqrt(information)
        se = np.sqrt(threshold**2 * inc.var_effect + inc.var_cost - 2 * threshold * inc.cov)
        limit = critical * se / math.sqrt(information)
        rows.append((np.sign(hat) * (hat + around) > limit).mean(axis=0))
    return xr.DataArray(
        np.array(rows), {WTP: grid, ARM: list(inc.arms)}, (WTP, ARM), attrs={"units": "1"}
    )
