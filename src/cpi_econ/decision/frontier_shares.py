"""How often each arm is on the efficiency frontier, over the replicates."""

from __future__ import annotations

import numpy as np
import xarray as xr

from cpi_econ.contracts import ARM, COST, EFFECT, check_replicates
from cpi_econ.kernels.resample import FloatArray

_BLOCK = 2000


def frontier_shares(replicates: xr.Dataset) -> xr.DataArray:
    r"""Share of replicates in which each arm is on the efficiency frontier.

    Parameters
    ----------
    replicates : Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)``.

    Returns
    -------
    DataArray
        On ``(arm)``. The shares do not sum to 1: several arms are on a frontier.

    Notes
    -----
    An arm is on the frontier when the steepest ratio down to an arm with less effect, or 0, is
    below the flattest ratio up to an arm with more effect. Of equal arms the first counts.

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[0, 1, 3], [0, 5, 3]], [[0, 1, 2], [0, 1, 2]], arms=list("abc"),
    ...                   reference="a")
    >>> frontier_shares(made).values.tolist()
    [1.0, 0.5, 1.0]
    """
    check_replicates(replicates)
    cost, effect = replicates[COST].to_numpy(), replicates[EFFECT].to_numpy()
    on = np.zeros(cost.shape[1])
    for start in range(0, len(cost), _BLOCK):
        rows = slice(start, start + _BLOCK)
        on += on_frontier(cost[rows], effect[rows]).sum(axis=0)
    units = {"units": "1"}
    return xr.DataArray(on / len(cost), {ARM: replicates[ARM].values}, (ARM,), attrs=units)


def on_frontier(cost: FloatArray, effect: FloatArray) -> np.ndarray:
    """Whether each arm is on the frontier of its replicate, shape (replicates, arms).

    Parameters
    ----------
    cost, effect : array, shape (replicates, arms)

    Examples
    --------
    >>> on_frontier(np.array([[0.0, 10.0, 10.0]]), np.array([[0.0, 1.0, 1.0]])).tolist()
    [[True, True, False]]
    """
    more_cost = cost[:, :, None] - cost[:, None, :]
    more_effect = effect[:, :, None] - effect[:, None, :]
    ratio = np.divide(more_cost, more_effect, out=np.zeros_like(more_cost), where=more_effect != 0)
    floor = np.where(more_effect > 0, ratio, 0.0).max(axis=2)
    ceiling = np.where(more_effect < 0, ratio, np.inf).min(axis=2)
    number = np.arange(cost.shape[1])
    twin = (more_cost > 0) | ((more_cost == 0) & (number[None, :, None] > number[None, None, :]))
    beaten = ((more_effect == 0) & twin).any(axis=2)
    on: np.ndarray = (np.maximum(floor, 0.0) < ceiling) & ~beaten
    return on
