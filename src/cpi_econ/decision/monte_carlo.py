"""Monte Carlo error of a probability."""

from __future__ import annotations

import numpy as np
import xarray as xr

from cpi_econ.contracts import REPLICATE
from cpi_econ.decision.moments import is_exact
from cpi_econ.kernels.resample import FloatArray


def monte_carlo_error(replicates: xr.Dataset, probability: FloatArray) -> FloatArray:
    """Standard error of a share of the replicates; 0 where the probability is exact.

    Parameters
    ----------
    replicates : Dataset
    probability : array
        Shares, of any shape.
    """
    error = np.sqrt(probability * (1.0 - probability) / replicates.sizes[REPLICATE])
    return np.asarray(error * (not is_exact(replicates)))
