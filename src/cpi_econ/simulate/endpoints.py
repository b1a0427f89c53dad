"""One outcome of a made-up study: its baseline, and its value after follow-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from cpi_econ.simulate.draws import Floats


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Shape of a cost or an effect, and of its baseline.

    Parameters
    ----------
    mean, sd : float
        In the reference arm, before and after, in units of the outcome.
    increments : sequence of float
        True difference of each further arm from the reference.
    icc : float
        Share of the variance that lies between clusters, before and after.
    explained : float
        Share of the variance after that the baseline explains.
    shift : sequence of float
        Confounding: how far the baseline of each further arm lies from the reference, in standard
        deviations.
    gamma : bool
        Positive and skewed (skewness about ``2 sd / mean``), as costs are; else normal.

    Examples
    --------
    >>> Endpoint(3000, 3000, icc=0.05, explained=0.3).by_arm
    ((0.0,), (0.0,))
    """

    mean: float
    sd: float
    increments: Sequence[float] = (0.0,)
    icc: float = 0.0
    explained: float = 0.0
    shift: Sequence[float] = (0.0,)
    gamma: bool = True

    @property
    def by_arm(self) -> tuple[Sequence[float], Sequence[float]]:
        """What has one value for each arm but the reference."""
        return self.increments, self.shift

    def __post_init__(self) -> None:
        """Refuse shapes that no outcome can have."""
        if self.sd < 0 or not 0 <= self.icc < 1 or not 0 <= self.explained < 1:
            raise ValueError(
                f"sd {self.sd}, icc {self.icc}, explained {self.explained}: sd must be at least 0, "
                "the others at least 0 and below 1."
            )
        lowest = min([0.0, *self.shift])
        if self.gamma and (self.mean <= 0 or self.mean + lowest * self.sd <= 0):
            raise ValueError(
                f"mean {self.mean} with a shift of {lowest} standard deviations of {self.sd}: a "
                "gamma outcome stays above 0."
            )


def baseline(endpoint: Endpoint, shared: Floats, own: Floats, arm: NDArray[np.int64]) -> Floats:
    """Value before, from normal scores of cluster and person.

    Parameters
    ----------
    endpoint : Endpoint
    shared, own : array, shape (people,)
        Scores of each person's cluster and of the person.
    arm : integer array, shape (people,)
    """
    score = np.sqrt(endpoint.icc) * shared + np.sqrt(1 - endpoint.icc) * own
    shift = np.array([0.0, *endpoint.shift])[arm]
    if not endpoint.gamma:
        return np.asarray(endpoint.mean + endpoint.sd * (score + shift))
    relative = endpoint.sd / endpoint.mean
    return np.asarray(endpoint.mean * _gamma(score, relative**2) * (1 + relative * shift))


def followed_up(
    endpoint: Endpoint, before: Floats, shared: Floats, own: Floats, arm: NDArray[np.int64]
) -> Floats:
    """Value after, from the baseline and normal scores of cluster and person.

    Parameters
    ----------
    endpoint : Endpoint
    before : array, shape (people,)
        Baseline.
    shared, own : array, shape (people,)
        Scores of each person's cluster and of the person.
    arm : integer array, shape (people,)
    """
    line = endpoint.mean + np.sqrt(endpoint.explained) * (before - endpoint.mean)
    increment = np.array([0.0, *endpoint.increments])[arm]
    rest = 1 - endpoint.explained
    if not endpoint.gamma:
        error = np.sqrt(endpoint.icc) * shared + np.sqrt(1 - endpoint.icc) * own
        return np.asarray(line + increment + endpoint.sd * np.sqrt(rest) * error)
    square = (endpoint.sd / endpoint.mean) ** 2
    of_clusters = endpoint.icc * rest * square
    # the person's variate brings the whole variance to sd squared
    whole = (1 + square) / ((1 + endpoint.explained * square) * (1 + of_clusters))
    factor = _gamma(shared, of_clusters) * _gamma(own, whole - 1)
    return np.asarray(line * factor + increment)


def _gamma(score: Floats, variance: float) -> Floats:
    """Gamma variate of mean 1 at the same quantile as a normal score."""
    if variance <= 0:
        return np.ones_like(score)
    shape = 1 / variance
    drawn: Floats = special.gammaincinv(shape, special.ndtr(score)) / shape
    return drawn
