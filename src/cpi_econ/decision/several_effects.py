"""Several effects in one net benefit, each at its own rate of exchange."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from cpi_econ.contracts import ARM, COST, EFFECT, check_replicates
from cpi_econ.decision.sandwich import without_errors
from cpi_econ.errors import EstimationError, stop

_COVARIANCES = ("cov_cost_cost", "cov_cost_effect", "cov_effect_effect")


def combined_effects(
    datasets: Mapping[str, xr.Dataset], weights: Mapping[str, float]
) -> xr.Dataset:
    """Replicates whose effect is a weighted sum of several effects of the same analysis.

    Parameters
    ----------
    datasets : mapping of str to Dataset
        Replicates of each effect, drawn together: same arms, same costs in every replicate.
    weights : mapping of str to float
        Units of the first effect that one unit of each effect is worth; the first has 1 as a rule.

    Returns
    -------
    Dataset
        In units of the first effect; any analytic covariance is dropped, since the covariance
        between the effects is known only through the replicates.

    Raises
    ------
    EstimationError
        ``E098`` an effect without replicates, or replicates that were not drawn together.

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> cost = [[0, 10], [0, 30]]
    >>> qaly = replicates(cost, [[0, 1], [0, 1]], arms=["a", "b"], reference="a")
    >>> inclusion = replicates(cost, [[0, 4], [0, 8]], arms=["a", "b"], reference="a")
    >>> weights = {"qaly": 1, "inclusion": 0.1}
    >>> both = combined_effects({"qaly": qaly, "inclusion": inclusion}, weights)
    >>> both["effect_hat"].values.round(9).tolist()
    [0.0, 1.6]
    """
    unknown = [name for name in weights if name not in datasets]
    if unknown or not weights:
        listing = ", ".join(datasets)
        message = f"weights are for {', '.join(unknown) or 'no effect'}; effects are {listing}."
        stop(EstimationError, "E098", message)
    first = check_replicates(datasets[next(iter(weights))])
    for name in weights:
        _check_together(first, check_replicates(datasets[name]), name)
    parts = {
        key: sum(weight * datasets[name][key] for name, weight in weights.items())
        for key in (EFFECT, f"{EFFECT}_hat")
    }
    kept = first.drop_vars([name for name in _COVARIANCES if name in first])
    return without_errors(kept).assign(parts)


def _check_together(first: xr.Dataset, other: xr.Dataset, name: str) -> None:
    same = first[COST].shape == other[COST].shape
    same = same and first[ARM].values.tolist() == other[ARM].values.tolist()
    if not same or not np.allclose(first[COST].values, other[COST].values, rtol=1e-6, atol=1e-6):
        message = (
            f"the costs of effect {name} differ from those of the first effect; effects can be "
            "added up only where both come from the same draws."
        )
        stop(EstimationError, "E098", message)
