"""Acceptability curve and frontier, and the expected loss of choosing each arm."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from cpi_econ.contracts import ARM, COST, EFFECT, WTP, check_replicates
from cpi_econ.decision.moments import is_exact
from cpi_econ.decision.net_benefit import wtp_values
from cpi_econ.kernels.netbenefit import mean_best, winner_shares
from cpi_econ.kernels.normal import both_below, mean_positive_part, probability_positive
from cpi_econ.kernels.resample import FloatArray


def ceac(replicates: xr.Dataset, wtp: ArrayLike) -> xr.DataArray:
    """Probability that each arm has the highest net monetary benefit.

    Parameters
    ----------
    replicates : Dataset
        ``cost`` [currency] and ``effect`` on ``(replicate, arm)``.
    wtp : array-like, shape (thresholds,)
        Willingness to pay [currency / unit of effect].

    Returns
    -------
    DataArray
        Probabilities on ``(wtp, arm)``; each row sums to 1. Ties are shared. Exact where the
        replicates carry an analytic covariance and there are two or three arms.

    References
    ----------
    van Hout, Al, Gordon, Rutten (1994), doi:10.1002/hec.4730030505; Fenwick, Claxton, Sculpher
    (2001), doi:10.1002/hec.635

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[0, 10], [0, 30]], [[0, 1], [0, 1]], arms=["a", "b"], reference="a")
    >>> ceac(made, [0, 20, 50]).sel(arm="b").values.tolist()
    [0.0, 0.5, 1.0]
    """
    check_replicates(replicates)
    grid = wtp_values(wtp)
    shares = _exact_shares(replicates, grid) if is_exact(replicates) else None
    if shares is None:
        shares = winner_shares(replicates[COST].values, replicates[EFFECT].values, grid)
    return _curve(replicates, grid, shares, "1")


def ceaf(replicates: xr.Dataset, wtp: ArrayLike) -> xr.Dataset:
    """Arm with the highest expected net benefit, and the probability that it is the best.

    Parameters
    ----------
    replicates : Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)`` with their estimates.
    wtp : array-like, shape (thresholds,)
        Willingness to pay [currency / unit of effect].

    Returns
    -------
    Dataset
        ``best`` (name of the arm with the highest net benefit by the estimates; of equals the
        first) and ``probability`` on ``(wtp)``.

    References
    ----------
    Fenwick, Claxton, Sculpher (2001), doi:10.1002/hec.635; Barton, Briggs, Fenwick (2008),
    doi:10.1111/j.1524-4733.2008.00358.x

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[0, 10], [0, 30]], [[0, 1], [0, 1]], arms=["a", "b"], reference="a")
    >>> ceaf(made, [0, 50])["best"].values.tolist()
    ['a', 'b']
    """
    curve = ceac(replicates, wtp)
    benefit = _net_benefit_hat(replicates, curve[WTP].values)
    best = benefit.argmax(axis=1)
    return xr.Dataset(
        {
            "best": ((WTP,), replicates[ARM].values[best]),
            "probability": ((WTP,), curve.values[np.arange(len(best)), best]),
        },
        {WTP: curve[WTP].values},
        {"reference": replicates.attrs["reference"]},
    )


def expected_loss(replicates: xr.Dataset, wtp: ArrayLike) -> xr.DataArray:
    """Net benefit lost on average by choosing each arm instead of the best in each replicate.

    Parameters
    ----------
    replicates : Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)``.
    wtp : array-like, shape (thresholds,)
        Willingness to pay [currency / unit of effect].

    Returns
    -------
    DataArray
        Loss per person [currency] on ``(wtp, arm)``. The smallest of a row is the expected value
        of perfect information. Exact for two arms with an analytic covariance.

    References
    ----------
    Alarid-Escudero, Enns, Kuntz, Michaud, Jalal (2019), doi:10.1016/j.jval.2019.02.008

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[0, 10], [0, 30]], [[0, 1], [0, 1]], arms=["a", "b"], reference="a")
    >>> expected_loss(made, [20]).values.tolist()
    [[5.0, 5.0]]
    """
    check_replicates(replicates)
    grid = wtp_values(wtp)
    if is_exact(replicates) and replicates.sizes[ARM] == 2:
        mean, sd = _normal_contrasts(replicates, grid, arm=0)[:2]
        loss = np.column_stack(
            [mean_positive_part(-mean[:, 0], sd[:, 0]), mean_positive_part(mean[:, 0], sd[:, 0])]
        )
    else:
        cost, effect = replicates[COST].values, replicates[EFFECT].values
        expected = grid[:, None] * effect.mean(axis=0) - cost.mean(axis=0)
        # a tiny negative number is rounding: no arm can beat the best of each replicate
        loss = np.clip(mean_best(cost, effect, grid)[:, None] - expected, 0.0, None)
    return _curve(replicates, grid, loss, str(replicates.attrs.get("currency", "")))


def _curve(
    replicates: xr.Dataset, grid: FloatArray, values: FloatArray, units: str
) -> xr.DataArray:
    coords = {WTP: grid, ARM: replicates[ARM].values}
    return xr.DataArray(values, coords, (WTP, ARM), attrs={"units": units})


def _net_benefit_hat(replicates: xr.Dataset, grid: FloatArray) -> FloatArray:
    benefit: FloatArray = (
        grid[:, None] * replicates["effect_hat"].values - replicates["cost_hat"].values
    )
    return benefit


def _normal_contrasts(
    replicates: xr.Dataset, grid: FloatArray, arm: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Mean, standard deviation and covariance of an arm's net benefit minus each other arm's."""
    benefit = _net_benefit_hat(replicates, grid)
    mean = np.delete(benefit[:, [arm]] - benefit, arm, axis=1)
    contrast = np.delete(-np.eye(benefit.shape[1]), arm, axis=0)
    contrast[:, arm] = 1.0
    cost, both, effect = (
        contrast @ replicates[f"cov_{pair}"].values @ contrast.T
        for pair in ("cost_cost", "cost_effect", "effect_effect")
    )
    k = grid[:, None, None]
    cov = k**2 * effect + cost - k * (both + both.T)
    sd = np.sqrt(np.clip(np.diagonal(cov, axis1=1, axis2=2), 0.0, None))
    return mean, sd, cov


def _exact_shares(replicates: xr.Dataset, grid: FloatArray) -> FloatArray | None:
    """Normal probabilities of being best for two or three arms, None where there are none."""
    arms = replicates.sizes[ARM]
    if arms == 2:
        mean, sd, _ = _normal_contrasts(replicates, grid, arm=0)
        first = probability_positive(mean[:, 0], sd[:, 0])
        return np.column_stack([first, 1.0 - first])
    if arms != 3:
        return None
    columns = [_best_of_three(*_normal_contrasts(replicates, grid, arm)) for arm in range(3)]
    shares = np.column_stack(columns)
    return shares if np.isfinite(shares).all() else None


def _best_of_three(mean: FloatArray, sd: FloatArray, cov: FloatArray) -> FloatArray:
    """Probability that both differences are positive; NaN where their spread is degenerate."""
    share = np.full(len(mean), np.nan)
    for row, product in enumerate(sd.prod(axis=1)):
        if product > 0 and abs(cov[row, 0, 1]) < product * (1 - 1e-12):
            ratio = mean[row] / sd[row]
            share[row] = both_below(ratio[0], ratio[1], cov[row, 0, 1] / product)
    return share
