"""Subgroups: whether each should get its own decision, and what that is worth."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import ArrayLike

from cpi_econ.contracts import ARM, COST, EFFECT, WTP, check_replicates
from cpi_econ.decision.acceptability import ceac
from cpi_econ.decision.net_benefit import inmb_intervals, wtp_values
from cpi_econ.errors import EstimationError, stop
from cpi_econ.kernels.resample import FloatArray

SUBGROUP = "subgroup"


def stratified_value(
    subgroups: Mapping[str, xr.Dataset],
    shares: Mapping[str, float],
    wtp: ArrayLike,
    *,
    weights: Mapping[str, float] | None = None,
) -> xr.Dataset:
    """Gain per person of a decision for each subgroup over one decision for all [currency].

    Parameters
    ----------
    subgroups : mapping of str to Dataset
        Replicates of each subgroup, drawn together: same arms, same number of replicates.
    shares : mapping of str to float
        Share of the population in each subgroup; scaled to sum to 1.
    wtp : array-like, shape (thresholds,)
        Willingness to pay [currency / unit of effect].
    weights : mapping of str to float, optional
        Distributional weights: worth of a pound of net benefit to each subgroup against the mean
        person; 1 for all when absent.

    Returns
    -------
    Dataset
        On ``(wtp)``: ``one_decision`` and ``own_decisions``, the expected net benefit per person
        over that of the reference; ``gain``, their difference, the static value of heterogeneity;
        ``best``, the arm for all; and ``best_own`` on ``(wtp, subgroup)``.

    Raises
    ------
    EstimationError
        ``E099`` subgroups without share or weight, with other arms, or a negative share.

    References
    ----------
    Coyle, Buxton, O'Brien (2003), doi:10.1002/hec.716; Espinoza, Manca, Claxton, Sculpher (2014),
    doi:10.1177/0272989X14538705

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> gains = {"young": [[0, 2]] * 2, "old": [[0, -1]] * 2}
    >>> made = {name: replicates([[0, 0]] * 2, gain, arms=["a", "b"], reference="a")
    ...         for name, gain in gains.items()}
    >>> stratified_value(made, {"young": 0.5, "old": 0.5}, [10])["gain"].item()
    5.0
    """
    names = list(subgroups)
    _check(subgroups, shares, weights)
    grid = wtp_values(wtp)
    part = np.array([float(shares[name]) for name in names])
    worth = np.array([1.0 if weights is None else float(weights[name]) for name in names])
    scale = (part / part.sum() * worth)[:, None, None]
    benefit = np.stack([_benefit(subgroups[name], grid) for name in names])
    own = (scale * benefit.max(axis=2, keepdims=True)).sum(axis=0)[:, 0]
    together = (scale * benefit).sum(axis=0)
    first = subgroups[names[0]]
    arms = first[ARM].values
    units = {"units": str(first.attrs.get("currency", ""))}
    return xr.Dataset(
        {
            "one_decision": ((WTP,), together.max(axis=1), units),
            "own_decisions": ((WTP,), own, units),
            "gain": ((WTP,), np.clip(own - together.max(axis=1), 0.0, None), units),
            "best": ((WTP,), arms[together.argmax(axis=1)]),
            "best_own": ((WTP, SUBGROUP), arms[benefit.argmax(axis=2)].T),
        },
        {WTP: grid, SUBGROUP: names},
    )


def subgroup_table(
    subgroups: Mapping[str, xr.Dataset], wtp: ArrayLike, *, level: float = 0.95
) -> pd.DataFrame:
    """Incremental net benefit and probability of each subgroup, arm and threshold.

    Parameters
    ----------
    subgroups : mapping of str to Dataset
        Replicates of each subgroup.
    wtp : array-like, shape (thresholds,)
    level : float
        Of the intervals.

    Returns
    -------
    DataFrame
        Columns ``subgroup, wtp, arm, inmb, se, lower, upper, probability``; the probability is that
        of the highest net benefit of all arms.

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[0, 9], [0, 11]], [[0, 1], [0, 1]], arms=["a", "b"], reference="a")
    >>> subgroup_table({"all": made}, [20])[["subgroup", "inmb"]].to_numpy().tolist()
    [['all', 10.0]]
    """
    frames = []
    for name, replicates in subgroups.items():
        table = inmb_intervals(replicates, wtp, level=level)
        best = ceac(replicates, wtp).sel({ARM: table[ARM]})
        made = table[["estimate", "se", "lower", "upper"]].assign(probability=best)
        frame = made.rename(estimate="inmb").to_dataframe().reset_index()
        frames.append(frame.assign(**{SUBGROUP: name}))
    columns = [SUBGROUP, WTP, ARM, "inmb", "se", "lower", "upper", "probability"]
    return pd.concat(frames, ignore_index=True)[columns]


def _benefit(replicates: xr.Dataset, grid: FloatArray) -> FloatArray:
    """Expected net benefit over that of the reference, shape (thresholds, arms)."""
    cost, effect = (replicates[f"{name}_hat"].to_numpy() for name in (COST, EFFECT))
    at = replicates[ARM].values.tolist().index(replicates.attrs["reference"])
    made: FloatArray = grid[:, None] * (effect - effect[at]) - (cost - cost[at])
    return made


def _check(
    subgroups: Mapping[str, xr.Dataset],
    shares: Mapping[str, float],
    weights: Mapping[str, float] | None,
) -> None:
    named = set(subgroups)
    if named != set(shares) or (weights is not None and named != set(weights)):
        message = f"give one share, and one weight if any, to each of {', '.join(subgroups)}."
        stop(EstimationError, "E099", message)
    if min([*shares.values(), *(weights or {}).values()]) < 0 or sum(shares.values()) <= 0:
        stop(EstimationError, "E099", "shares and weights must not be negative.")
    arms = [check_replicates(made)[ARM].values.tolist() for made in subgroups.values()]
    references = {made.attrs["reference"] for made in subgroups.values()}
    if any(one != arms[0] for one in arms) or len(references) > 1:
        stop(EstimationError, "E099", "subgroups must have the same arms and reference.")
