"""Interaction of arm and subgroup: how much net benefit differs between subgroups."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from cpi_econ.contracts import ARM, COST, DRAW_ERRORS, EFFECT, REPLICATE
from cpi_econ.decision.net_benefit import inmb_intervals
from cpi_econ.decision.sandwich import stored_sandwich, with_sandwich
from cpi_econ.decision.stratified import SUBGROUP
from cpi_econ.kernels.block_diagonal import block_diag
from cpi_econ.kernels.resample import FloatArray

_COVARIANCES = (
    *DRAW_ERRORS,
    *(f"{prefix}_{pair}" for prefix in ("draw", "data") for pair in DRAW_ERRORS),
)
_INFLUENCES = ("cost_influence", "effect_influence")


def subgroup_differences(
    joint: xr.Dataset,
    cells: Mapping[str, Mapping[str, str]],
    wtp: ArrayLike,
    *,
    reference: str,
    interval: str | None = None,
    level: float = 0.95,
) -> xr.Dataset:
    """Incremental net benefit of each subgroup minus that of the first one, with its interval.

    Parameters
    ----------
    joint : Dataset
        Replicates in which every arm of every subgroup is an arm of its own.
    cells : mapping of str to mapping of str to str
        By subgroup and arm, the name of that arm in ``joint``; the first subgroup is the one that
        the others are compared with.
    wtp : array-like, shape (thresholds,)
        Willingness to pay [currency / unit of effect].
    reference : str
        Reference arm.
    interval, level : str and float
        As in `inmb_intervals`.

    Returns
    -------
    Dataset
        As from `inmb_intervals`, on ``(wtp, arm, subgroup)`` with the subgroups but the first;
        ``probability`` is that of a larger net benefit than in the first subgroup.

    Notes
    -----
    An interval of the difference, not two intervals side by side, answers whether subgroups
    differ.

    References
    ----------
    Nixon, Thompson (2005), doi:10.1002/hec.1008

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> joint = replicates([[0, 1, 0, 4], [0, 3, 0, 4]], np.zeros((2, 4)),
    ...                    arms=["a1", "b1", "a2", "b2"], reference="a1")
    >>> cells = {"young": {"a": "a1", "b": "b1"}, "old": {"a": "a2", "b": "b2"}}
    >>> found = subgroup_differences(joint, cells, [0], reference="a")
    >>> found["estimate"].sel(arm="b", subgroup="old").item()
    -2.0
    """
    arms = [arm for arm in next(iter(cells.values())) if arm != reference]
    made = [
        inmb_intervals(_between(joint, cells, arm, reference), wtp, interval=interval, level=level)
        for arm in arms
    ]
    found = [one.rename({ARM: SUBGROUP}) for one in made]
    joined: xr.Dataset = xr.concat(found, dim=ARM, join="exact", combine_attrs="override")
    return joined.assign_coords({ARM: arms})


def _between(
    joint: xr.Dataset, cells: Mapping[str, Mapping[str, str]], arm: str, reference: str
) -> xr.Dataset:
    """Replicates whose arms are the subgroups, and whose cost and effect are the increments."""
    names = [str(name) for name in joint[ARM].values]
    turn: FloatArray = np.zeros((len(cells), len(names)))
    for row, of in enumerate(cells.values()):
        turn[row, names.index(of[arm])] = 1.0
        turn[row, names.index(of[reference])] = -1.0
    data: dict[str, object] = {}
    for name in (COST, EFFECT):
        data[name] = ((REPLICATE, ARM), joint[name].to_numpy() @ turn.T)
        data[f"{name}_hat"] = ((ARM,), turn @ joint[f"{name}_hat"].to_numpy())
    for name in set(_COVARIANCES) & set(joint):
        data[name] = (joint[name].dims, turn @ joint[name].to_numpy() @ turn.T)
    for name in set(_INFLUENCES) & set(joint):
        data[name] = (("unit", ARM), joint[name].to_numpy() @ turn.T)
    attrs = {**joint.attrs, "reference": next(iter(cells))}
    made = xr.Dataset(data, {ARM: list(cells)}, attrs)
    sandwich = stored_sandwich(joint)
    if sandwich is None:
        return made
    return with_sandwich(made, sandwich.turned(block_diag(turn, turn)))
