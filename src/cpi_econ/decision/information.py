"""Expected value of perfect information, per person and for a population."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from cpi_econ.contracts import ARM
from cpi_econ.decision.acceptability import expected_loss
from cpi_econ.errors import EstimationError, stop


def evpi(replicates: xr.Dataset, wtp: ArrayLike) -> xr.DataArray:
    """Expected value of perfect information per person [currency].

    Parameters
    ----------
    replicates : Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)``.
    wtp : array-like, shape (thresholds,)
        Willingness to pay [currency / unit of effect].

    Returns
    -------
    DataArray
        On ``(wtp)``: the smallest expected loss of any arm. Sampling uncertainty only; bias and
        confounding have no part in it.

    References
    ----------
    Claxton (1999), doi:10.1016/S0167-6296(98)00039-3

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[0, 10], [0, 30]], [[0, 1], [0, 1]], arms=["a", "b"], reference="a")
    >>> evpi(made, [0, 20]).values.tolist()
    [0.0, 5.0]
    """
    loss = expected_loss(replicates, wtp)
    return loss.min(ARM).assign_attrs(loss.attrs)


def effective_population(size: float, years: float, *, discount: float = 0.0) -> float:
    """Discounted number of people who meet the decision.

    Parameters
    ----------
    size : float
        People a year.
    years : float
        Years for which the decision stands; a part of a year counts in part.
    discount : float
        Rate a year, such as 0.035. People of the first year are not discounted.

    Returns
    -------
    float
        Multiply a value per person by it.

    Raises
    ------
    EstimationError
        ``E087`` a negative number.

    Examples
    --------
    >>> effective_population(12_000, 5)
    60000.0
    >>> round(effective_population(12_000, 5, discount=0.035))
    56077
    """
    if min(size, years, discount) < 0:
        stop(EstimationError, "E087", "population size, years and discount must not be negative.")
    starts = np.arange(np.ceil(years))
    parts = np.minimum(1.0, years - starts)
    return float(size * (parts / (1.0 + discount) ** starts).sum())
