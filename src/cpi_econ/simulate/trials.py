"""Made-up trials of any shape, one row a person, with the true increments known exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from cpi_econ.simulate.draws import Flags, Floats, normal, stream


@dataclass(frozen=True, slots=True)
class Outcome:
    """Shape of one outcome, cost or effect.

    Parameters
    ----------
    mean, sd : float
        Mean and standard deviation in the reference arm, in units of the outcome.
    increments : sequence of float
        True difference of each further arm from the reference arm, in units of the outcome.
    icc : float
        Share of the variance that lies between clusters (intracluster correlation).
    explained : float
        Share of the variance that the baseline covariate explains; with the sign of ``slope``.
    slope : {1, -1}
        Direction of the covariate.
    skew : float
        Skewness of the individual residual (a shifted gamma); 0 is normal.
    missing : float
        Share of values missing on average, everyone's baseline being known.

    Examples
    --------
    >>> Outcome(mean=3000, sd=2500, increments=[-400], skew=2).icc
    0.0
    """

    mean: float
    sd: float
    increments: Sequence[float] = (0.0,)
    icc: float = 0.0
    explained: float = 0.0
    slope: int = 1
    skew: float = 0.0
    missing: float = 0.0

    def __post_init__(self) -> None:
        """Refuse shapes that no trial can have."""
        if self.sd < 0 or self.icc < 0 or self.explained < 0 or self.icc + self.explained > 1:
            raise ValueError(
                f"sd {self.sd}, icc {self.icc} and explained {self.explained}: none can be "
                "negative, and icc and explained together take at most the whole variance, 1."
            )
        if not 0 <= self.missing < 1 or self.skew < 0:
            raise ValueError(
                f"missing {self.missing} must be at least 0 and below 1, and skew {self.skew} "
                "at least 0."
            )


@dataclass(frozen=True, slots=True)
class MadeUpTrial:
    """A made-up trial: what an analyst would see, everything, and the truth.

    Attributes
    ----------
    table : DataFrame
        ``participant``, ``arm``, ``cluster``, ``baseline`` (covariate, mean 0 and SD 1 in the
        reference arm), ``cost``, ``effect``; NaN where missing. Sorted by participant.
    complete : DataFrame
        The same without missing values.
    truth : DataFrame
        ``arm``, ``inc_cost``, ``inc_effect``: true difference from the reference arm.
    """

    table: pd.DataFrame
    complete: pd.DataFrame
    truth: pd.DataFrame


def made_up_trial(
    seed: int,
    *,
    cost: Outcome,
    effect: Outcome,
    arms: Sequence[str] = ("control", "treatment"),
    clusters: Sequence[int] = (8, 8),
    cluster_size: int | Sequence[int] = 20,
    correlation: float = 0.0,
    confounding: float = 0.0,
    missing_slope: float = 0.0,
) -> MadeUpTrial:
    """Make a trial whose true increments are known, whatever its other troubles.

    Parameters
    ----------
    seed : int
        Same seed, same trial.
    cost, effect : Outcome
        Shape of each outcome; ``increments`` has one value for each arm but the first.
    arms : sequence of str
        Names of the arms, the reference first.
    clusters : sequence of int
        Clusters in each arm.
    cluster_size : int or sequence of int
        People in a cluster: one number, or a cycle of numbers.
    correlation : float
        Correlation of cost and effect between clusters and between people, before skewing.
    confounding : float
        Baseline of the arms but the first is shifted by this many standard deviations.
    missing_slope : float
        Log odds of a missing value per standard deviation of the baseline (missing at random).

    Returns
    -------
    MadeUpTrial

    Raises
    ------
    ValueError
        Numbers of arms, clusters and increments that do not agree.

    Notes
    -----
    ``y = mean + increment(arm) + sd * (slope * sqrt(explained) * baseline + sqrt(icc) * u
    + sqrt(1 - icc - explained) * e)`` with cluster effects ``u`` and people ``e``. The increment
    is added to everyone, so it is the truth for any population. With
    ``skew >= 2 * sd / mean`` and without clusters and covariate costs stay above zero.

    Examples
    --------
    >>> trial = made_up_trial(
    ...     1, cost=Outcome(3000, 2500, [-400], skew=2), effect=Outcome(0.5, 0.2, [0.03], icc=0.05)
    ... )
    >>> trial.table.shape, trial.truth["inc_cost"].tolist()
    ((320, 6), [-400.0])
    """
    _agree(arms, clusters, cost, effect)
    arm, cluster = _places(clusters, cluster_size)
    baseline = normal(stream(seed, "baseline"), len(arm)) + confounding * (arm > 0)
    values = _outcomes(seed, (cost, effect), arm, cluster, baseline, correlation)
    complete = pd.DataFrame(
        {
            "participant": [f"P{number:06d}" for number in range(1, len(arm) + 1)],
            "arm": np.array(arms, dtype=object)[arm],
            "cluster": [f"C{number:04d}" for number in cluster + 1],
            "baseline": baseline,
            "cost": values[0],
            "effect": values[1],
        }
    )
    table = complete.copy()
    for name, outcome in (("cost", cost), ("effect", effect)):
        gap = _gaps(seed, name, outcome.missing, missing_slope, baseline)
        table[name] = table[name].mask(gap)
    return MadeUpTrial(table, complete, _truth(arms, cost, effect))


def _agree(arms: Sequence[str], clusters: Sequence[int], cost: Outcome, effect: Outcome) -> None:
    found = (len(arms), len(clusters), 1 + len(cost.increments), 1 + len(effect.increments))
    if len(set(found)) > 1 or len(arms) < 2 or min(clusters) < 1:
        raise ValueError(
            f"{found[0]} arms, clusters for {found[1]}, and increments for {found[2]} (cost) and "
            f"{found[3]} (effect): give two or more arms, one or more clusters for each, and one "
            "increment for each arm but the first."
        )


def _places(
    clusters: Sequence[int], size: int | Sequence[int]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Arm and cluster of every person."""
    arm_of_cluster = np.repeat(np.arange(len(clusters)), clusters)
    people = np.resize(np.atleast_1d(size), len(arm_of_cluster))
    cluster = np.repeat(np.arange(len(people)), people)
    return arm_of_cluster[cluster], cluster


def _outcomes(
    seed: int,
    shapes: tuple[Outcome, Outcome],
    arm: NDArray[np.int64],
    cluster: NDArray[np.int64],
    baseline: Floats,
    correlation: float,
) -> list[Floats]:
    between = _pair(normal(stream(seed, "clusters"), 2, int(cluster.max()) + 1), correlation)
    within = _pair(normal(stream(seed, "people"), 2, len(arm)), correlation)
    values = []
    for shape, u, e in zip(shapes, between, within, strict=True):
        own = np.sqrt(1 - shape.icc - shape.explained) * _skewed(e, shape.skew)
        share = shape.slope * np.sqrt(shape.explained) * baseline + np.sqrt(shape.icc) * u[cluster]
        increment = np.array([0.0, *shape.increments])[arm]
        values.append(shape.mean + increment + shape.sd * (share + own))
    return values


def _pair(z: Floats, correlation: float) -> Floats:
    return np.stack([z[0], correlation * z[0] + np.sqrt(1 - correlation**2) * z[1]])


def _skewed(z: Floats, skew: float) -> Floats:
    """Shifted gamma with mean 0, SD 1 and the given skewness, from normal scores."""
    if skew == 0:
        return z
    shape = 4 / skew**2
    drawn: Floats = (special.gammaincinv(shape, special.ndtr(z)) - shape) / np.sqrt(shape)
    return drawn


def _gaps(seed: int, name: str, share: float, slope: float, baseline: Floats) -> Flags:
    """Flags of missing values; the intercept is found so that the expected share is met."""
    if share == 0:
        return np.zeros(len(baseline), dtype=np.bool_)
    low, high = -40.0, 40.0
    for _ in range(60):
        middle = (low + high) / 2
        too_many = special.expit(middle + slope * baseline).mean() > share
        low, high = (low, middle) if too_many else (middle, high)
    drawn = stream(seed, f"missing {name}").random(len(baseline))
    gap: Flags = drawn < special.expit(high + slope * baseline)
    return gap


def _truth(arms: Sequence[str], cost: Outcome, effect: Outcome) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "arm": list(arms[1:]),
            "inc_cost": np.asarray(cost.increments, dtype=np.float64),
            "inc_effect": np.asarray(effect.increments, dtype=np.float64),
        }
    )
