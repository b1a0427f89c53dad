"""What is done about extreme weights: trimming of people, truncation, stabilisation."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cpi_econ.errors import EstimationError, stop
from cpi_econ.kernels.resample import FloatArray


class WeightLimits(NamedTuple):
    """Limits on weights; without any, weights are as the propensity model gives them.

    Parameters
    ----------
    trim : float, optional
        People whose probability of any arm is below this leave the sample and the target
        population, such as 0.1; judged anew in each replicate.
    truncate : float, optional
        Quantile of the weights of each arm above which they are set to it, such as 0.99.
    stabilised : bool
        Multiply weights by the share of people in the arm. Only a regression with covariates
        notices, since weights are normalised within arms anyway.

    References
    ----------
    Crump, Hotz, Imbens, Mitnik (2009), doi:10.1093/biomet/asn055, for trimming; Cole, Hernan
    (2008), doi:10.1093/aje/kwn164, for truncation and stabilisation
    """

    trim: float | None = None
    truncate: float | None = None
    stabilised: bool = False


def check_limits(limits: WeightLimits, n_arms: int = 2) -> None:
    """Raise ``EstimationError`` (``E071``) for limits that leave nothing.

    Parameters
    ----------
    limits : WeightLimits
    n_arms : int

    Examples
    --------
    >>> check_limits(WeightLimits(trim=0.1))
    """
    if limits.trim is not None and not 0.0 < limits.trim < 1.0 / n_arms:
        message = f"trim is {limits.trim:g}; it lies between 0 and {1.0 / n_arms:.2g}, such as 0.1."
        stop(EstimationError, "E071", message)
    if limits.truncate is not None and not 0.5 <= limits.truncate < 1.0:
        message = f"truncate is {limits.truncate:g}; it lies between 0.5 and 1, such as 0.99."
        stop(EstimationError, "E071", message)


def limited(
    limits: WeightLimits,
    weight: FloatArray,
    chance: FloatArray,
    arm: NDArray[np.intp],
    counts: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Weights within their limits, and whether each person is still in the population.

    Parameters
    ----------
    limits : WeightLimits
    weight : array, shape (replicates, people)
    chance : array, shape (replicates, arms, people)
        Probability of each arm.
    arm : integer array, shape (people,)
    counts : array, shape (replicates, people)
        Copies of each person.

    Returns
    -------
    weight : array, shape (replicates, people)
    inside : array, shape (replicates, people)
        1 or 0.

    Raises
    ------
    EstimationError
        ``E130`` trimming leaves nobody in an arm.

    Examples
    --------
    >>> chance = np.array([[[0.05, 0.5, 0.5, 0.95], [0.95, 0.5, 0.5, 0.05]]])
    >>> arm, ones = np.array([0, 0, 1, 1]), np.ones((1, 4))
    >>> limited(WeightLimits(trim=0.1), 1 / chance[:, arm, np.arange(4)], chance, arm, ones)[1]
    array([[0., 1., 1., 0.]])
    """
    inside = np.ones_like(weight)
    if limits.trim is not None:
        inside = (chance.min(axis=1) >= limits.trim).astype(np.float64)
    counts = counts * inside
    weight = weight * inside
    for number in range(int(arm.max()) + 1):
        people = np.flatnonzero(arm == number)
        held = counts[:, people]
        if (held.sum(axis=1) == 0).any():
            message = "trimming leaves nobody in an arm, in the data or in a draw of them."
            stop(EstimationError, "E130", f"{message} Trim less, or use overlap weights.")
        if limits.truncate is not None:
            most = weight_quantile(weight[:, people], held, limits.truncate)
            weight[:, people] = np.minimum(weight[:, people], most[:, None])
        if limits.stabilised:
            weight[:, people] *= (held.sum(axis=1) / counts.sum(axis=1))[:, None]
    return weight, inside


def weight_quantile(weight: FloatArray, counts: FloatArray, share: float) -> FloatArray:
    """Smallest weight that this share of the copies does not exceed, in each replicate.

    Parameters
    ----------
    weight, counts : array, shape (replicates, people)
    share : float

    Examples
    --------
    >>> weight_quantile(np.array([[3.0, 1.0, 2.0]]), np.array([[1.0, 5.0, 4.0]]), 0.9).tolist()
    [2.0]
    """
    order = np.argsort(weight, axis=1)
    below = np.take_along_axis(counts, order, axis=1).cumsum(axis=1)
    place = (below >= share * below[:, -1:] * (1 - 1e-12)).argmax(axis=1)
    ordered = np.take_along_axis(weight, order, axis=1)
    return np.asarray(ordered[np.arange(len(weight)), place], dtype=np.float64)
