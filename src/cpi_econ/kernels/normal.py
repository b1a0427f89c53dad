"""Exact normal results: quadrants of two correlated normals, expected loss of one."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, owens_t

from cpi_econ.kernels.resample import FloatArray


def probability_positive(mean: FloatArray, sd: FloatArray) -> FloatArray:
    """Probability that a normal variable is above 0; a certain 0 counts one half.

    Parameters
    ----------
    mean, sd : array
        Of one shape.

    Examples
    --------
    >>> probability_positive(np.array([0.0, 1.0, 0.0]), np.array([1.0, 0.0, 0.0])).tolist()
    [0.5, 1.0, 0.5]
    """
    certain = (np.sign(mean) + 1.0) / 2.0
    ratio = np.divide(mean, sd, out=np.zeros_like(mean), where=sd > 0)
    return np.where(sd > 0, ndtr(ratio), certain)


def mean_positive_part(mean: FloatArray, sd: FloatArray) -> FloatArray:
    """Mean of max(X, 0) for a normal X, in the unit of X.

    Parameters
    ----------
    mean, sd : array
        Of one shape.

    References
    ----------
    Raiffa, Schlaifer (1961), Applied Statistical Decision Theory, the unit normal loss integral

    Examples
    --------
    >>> mean_positive_part(np.array([0.0]), np.array([1.0])).round(6).tolist()
    [0.398942]
    """
    ratio = np.divide(mean, sd, out=np.zeros_like(mean), where=sd > 0)
    density = np.exp(-0.5 * ratio**2) / np.sqrt(2 * np.pi)
    return np.where(sd > 0, mean * ndtr(ratio) + sd * density, np.maximum(mean, 0.0))


def both_below(h: float, k: float, rho: float) -> float:
    """Probability that two standard normals of correlation ``rho`` lie below ``h`` and ``k``.

    Parameters
    ----------
    h, k : float
        Upper bounds.
    rho : float
        Correlation, strictly between -1 and 1.

    References
    ----------
    Owen (1956), doi:10.1214/aoms/1177728074, equation 2.1

    Examples
    --------
    >>> round(both_below(0.0, 0.0, 0.5), 6)
    0.333333
    """
    if h == 0.0 and k == 0.0:
        return float(0.25 + np.arcsin(rho) / (2 * np.pi))
    spread = np.sqrt(1.0 - rho**2)
    opposite = h * k < 0 or (h * k == 0 and h + k < 0)
    return float(
        0.5 * (ndtr(h) + ndtr(k))
        - _owen(h, k - rho * h, spread)
        - _owen(k, h - rho * k, spread)
        - (0.5 if opposite else 0.0)
    )


def _owen(h: float, top: float, spread: float) -> float:
    """T(h, top / (h spread)); at h = 0 the limit is a quarter with the sign of ``top``."""
    if h == 0.0:
        return float(np.sign(top) * 0.25)
    return float(owens_t(h, top / (h * spread)))
