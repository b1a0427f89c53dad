"""The CR2 sandwich that replicates carry for interval ``cr2``."""

from __future__ import annotations

import xarray as xr

from cpi_econ.contracts import ARM, DRAW_ERRORS, MEAN, SANDWICH, mean_labels
from cpi_econ.kernels.sandwich import Sandwich


def stored_sandwich(replicates: xr.Dataset) -> Sandwich | None:
    """CR2 of the mean costs, then of the mean effects, in the order of the arms.

    Parameters
    ----------
    replicates : Dataset

    Returns
    -------
    Sandwich or None
        None where the replicates carry none, or one of other arms.
    """
    if not all(name in replicates for name in SANDWICH):
        return None
    wanted = mean_labels([str(arm) for arm in replicates[ARM].values])
    known = [str(name) for name in replicates[MEAN].values]
    if not set(wanted) <= set(known):
        return None
    whole = Sandwich(*(replicates[name].to_numpy() for name in SANDWICH))
    return whole.chosen([known.index(name) for name in wanted])


def without_errors(replicates: xr.Dataset) -> xr.Dataset:
    """The same replicates without what is known of their errors beside the draws.

    For replicates that are mixed or moved: only their own spread tells of them then.

    Parameters
    ----------
    replicates : Dataset
    """
    names = [f"{prefix}_{pair}" for prefix in ("draw", "data") for pair in DRAW_ERRORS]
    return with_sandwich(replicates.drop_vars(names, errors="ignore"), None)


def with_sandwich(replicates: xr.Dataset, sandwich: Sandwich | None) -> xr.Dataset:
    """The same replicates with a sandwich of their arms, or without any.

    Parameters
    ----------
    replicates : Dataset
    sandwich : Sandwich, optional
        Of the mean costs, then of the mean effects, in the order of the arms.

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> import numpy as np
    >>> made = replicates([[0, 10], [0, 30]], [[0, 1], [0, 3]], arms=["a", "b"], reference="a")
    >>> held = with_sandwich(made, Sandwich(np.eye(4), np.eye(4), np.zeros((4, 4, 4, 4))))
    >>> stored_sandwich(held).covariance.shape, stored_sandwich(with_sandwich(held, None))
    ((4, 4), None)
    """
    bare = replicates.drop_vars([*SANDWICH, MEAN], errors="ignore")
    if sandwich is None:
        return bare
    values = (sandwich.covariance, sandwich.expected, sandwich.square)
    data = dict(zip(SANDWICH, zip(SANDWICH.values(), values, strict=True), strict=True))
    arms = [str(arm) for arm in replicates[ARM].values]
    return bare.assign(data).assign_coords({MEAN: mean_labels(arms)})
