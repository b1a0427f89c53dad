"""Made-up studies of a given shape: baselines, skewed costs, agencies, confounding, people lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from cpi_econ.simulate.draws import Flags, Floats, normal, stream
from cpi_econ.simulate.endpoints import Endpoint, baseline, followed_up
from cpi_econ.simulate.trials import MadeUpTrial

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a made-up study is like.

    Parameters
    ----------
    sizes : mapping of str to tuple of int
        People in each cluster of each arm, the reference first.
    cost, effect : Endpoint
        Shape of each outcome; ``increments`` and ``shift`` have one value for each arm but the
        first.
    correlation : float
        Correlation of cost and effect, at baseline and of what the baseline leaves unexplained.
    lost : mapping of str to float
        Share of each arm's people whose cost and effect are missing; arms not named lose nobody.
    lost_slope : float
        Change in the log odds of being lost per standard deviation of the baseline of the effect.

    Examples
    --------
    >>> sizes = {"low": (9, 6), "high": (5, 4, 7)}
    >>> shape = Shape(sizes, cost=Endpoint(3000, 3000), effect=Endpoint(0.5, 0.1, gamma=False))
    >>> shape.n
    31
    """

    sizes: Mapping[str, tuple[int, ...]]
    cost: Endpoint
    effect: Endpoint
    correlation: float = 0.0
    lost: Mapping[str, float] | None = None
    lost_slope: float = 0.0

    @property
    def n(self) -> int:
        """People in the study."""
        return sum(sum(sizes) for sizes in self.sizes.values())

    def __post_init__(self) -> None:
        """Refuse a shape whose parts do not agree."""
        others = len(self.sizes) - 1
        counts = {len(part) for end in (self.cost, self.effect) for part in end.by_arm}
        if others < 1 or counts != {others}:
            raise ValueError(
                f"{others + 1} arms, and increments or shifts for {sorted(counts)} of them besides "
                "the reference: give two or more arms, and one value for each but the first."
            )


def uneven_sizes(people: int, clusters: int, spread: float = 0.5) -> tuple[int, ...]:
    """People in each of some clusters of unequal size that add up to a total.

    Parameters
    ----------
    people, clusters : int
        Total, and number of clusters.
    spread : float
        Sizes run evenly from ``1 - spread`` to ``1 + spread`` times their mean.

    Examples
    --------
    >>> uneven_sizes(30, 4), uneven_sizes(12, 3, spread=0)
    ((4, 6, 9, 11), (4, 4, 4))
    """
    ends = np.cumsum(np.linspace(1 - spread, 1 + spread, clusters))
    steps = np.floor(people * ends / ends[-1] + 0.5).astype(np.int64)
    return tuple(np.diff(steps, prepend=0).tolist())


def made_up_study(shape: Shape, seed: int) -> MadeUpTrial:
    """Study of a shape, with its truth.

    Parameters
    ----------
    shape : Shape
    seed : int
        Same seed, same study.

    Returns
    -------
    MadeUpTrial
        Its tables have ``participant``, ``arm``, ``cluster``, ``baseline_cost``,
        ``baseline_utility``, ``cost`` and ``effect``.

    Notes
    -----
    Baselines and outcomes of an arm have the means, standard deviations and intraclass correlations
    of the shape. The mean of an outcome given the baseline is a straight line, the same in all
    arms, plus the arm's increment; so the increment is the truth for any population, and least
    squares on the baseline is unbiased. A gamma outcome is that line times a gamma variate of
    the cluster times one of the person, both with mean 1; a normal one adds normal errors.

    Examples
    --------
    >>> shape = Shape({"low": (9, 6), "high": (5, 4)}, Endpoint(3000, 3000, (-400.0,)),
    ...               Endpoint(0.5, 0.1, (0.02,), gamma=False))
    >>> study = made_up_study(shape, 1)
    >>> study.table.shape, study.truth["inc_cost"].tolist()
    ((24, 7), [-400.0])
    """
    arm, cluster = _places(shape.sizes)
    before = _pairs(seed, "baseline", shape.correlation, cluster)
    after = _pairs(seed, "outcomes", shape.correlation, cluster)
    columns: dict[str, Floats] = {}
    for number, (name, first, endpoint) in enumerate(
        (("cost", "baseline_cost", shape.cost), ("effect", "baseline_utility", shape.effect))
    ):
        columns[first] = baseline(endpoint, before.shared[number], before.own[number], arm)
        columns[name] = followed_up(
            endpoint, columns[first], after.shared[number], after.own[number], arm
        )
    names = list(shape.sizes)
    complete = pd.DataFrame(
        {
            "participant": [f"P{number:06d}" for number in range(1, len(arm) + 1)],
            "arm": np.array(names, dtype=object)[arm],
            "cluster": [f"C{number:04d}" for number in cluster + 1],
            **{name: columns[name] for name in sorted(columns)},
        }
    )
    table = complete.copy()
    lost = _lost(shape, seed, columns["baseline_utility"], arm)
    table.loc[lost, ["cost", "effect"]] = np.nan
    truth = {"inc_cost": shape.cost.increments, "inc_effect": shape.effect.increments}
    return MadeUpTrial(table, complete, pd.DataFrame({"arm": names[1:], **truth}))


class _Scores(NamedTuple):
    """Normal scores, shape (2, people): of each person's cluster, and of the person."""

    shared: Floats
    own: Floats


def _places(sizes: Mapping[str, tuple[int, ...]]) -> tuple[Places, Places]:
    """Arm and cluster of every person."""
    people = np.concatenate([np.asarray(part, dtype=np.int64) for part in sizes.values()])
    arm = np.repeat(np.arange(len(sizes)), [len(part) for part in sizes.values()])
    cluster = np.repeat(np.arange(len(people)), people)
    return arm[cluster], cluster


def _pairs(seed: int, subject: str, correlation: float, cluster: Places) -> _Scores:
    """Correlated normal scores of clusters, spread over their people, and of people."""
    shared = normal(stream(seed, f"{subject} of clusters"), 2, int(cluster.max()) + 1)
    own = normal(stream(seed, f"{subject} of people"), 2, len(cluster))
    rest = np.sqrt(1 - correlation**2)
    shared, own = (np.stack([z[0], correlation * z[0] + rest * z[1]]) for z in (shared, own))
    return _Scores(shared[:, cluster], own)


def _lost(shape: Shape, seed: int, utility: Floats, arm: Places) -> Flags:
    """Who is lost: at random given the baseline, with the expected share of each arm."""
    drawn = stream(seed, "lost").random(len(arm))
    z = (utility - shape.effect.mean) / max(shape.effect.sd, np.finfo(np.float64).tiny)
    lost = np.zeros(len(arm), dtype=np.bool_)
    for number, name in enumerate(shape.sizes):
        share = (shape.lost or {}).get(name, 0.0)
        inside = arm == number
        if share > 0:
            lost[inside] = drawn[inside] < _chance(share, shape.lost_slope * z[inside])
    return lost


def _chance(share: float, slope: Floats) -> Floats:
    """Chances with the given mean, by bisection of the intercept."""
    low, high = -40.0, 40.0
    for _ in range(60):
        middle = (low + high) / 2
        too_many = special.expit(middle + slope).mean() > share
        low, high = (low, middle) if too_many else (middle, high)
    chance: Floats = special.expit(high + slope)
    return chance
