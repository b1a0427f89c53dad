"""The table to be analysed as arrays, in an order that no relabelling can change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cpi_econ.contracts import ARM, CLUSTER, COST, EFFECT
from cpi_econ.kernels.glm import Link
from cpi_econ.kernels.leastsq import Equation
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.kernels.sandwich import Sandwich, cr2_sandwich
from cpi_econ.uncertainty.arms import arms_of, rows_by_arm, sizes_of
from cpi_econ.uncertainty.completeness import Completeness
from cpi_econ.uncertainty.design import Adjust, Design, design
from cpi_econ.uncertainty.propensity import Propensity, Weighting
from cpi_econ.uncertainty.weight_limits import WeightLimits

Model = Literal["none", "ols", "sur", "glm", "mixed"]
Family = Literal["gamma", "poisson", "two_part", "gaussian"]
Errors = Literal["CR1", "CR2"]
Resample = Literal["individuals", "clusters", "two_stage", "bayesian", "none"]

MOST_CLUSTERS = 10_000
WHOLE_CLUSTERS = ("clusters", "two_stage", "bayesian")


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the estimators need of one data set.

    Parameters
    ----------
    arms : tuple of str
        Arms in the order in which they first occur among the sorted participants.
    sizes : integer array, shape (arms,)
        People in each arm; rows stand arm after arm.
    units : tuple of integer arrays
        For each arm, the people in each unit that is resampled.
    clusters : integer array, shape (people,), or None
        Cluster of each person.
    columns : array, shape (people, p + 2)
        Arm indicators, standardised covariates, standardised cost and effect; each column is
        contiguous in memory.
    equations : tuple of two integer arrays
        Regressors of cost and of effect.
    location, scale : array, shape (2,)
        Mean and standard deviation taken out of cost and effect.
    model : {"none", "ols", "sur", "glm", "mixed"}
        Estimator of the arm means.
    family : {"gamma", "poisson", "two_part", "gaussian"}
        Variance of cost under ``glm``.
    link : {"log", "identity"}
        Scale on which covariates add to the mean of cost under ``glm``.
    propensity : Propensity, optional
        How people are weighted.
    available : array, shape (people, 2), optional
        1 where a person counts for cost and for the effect, 0 elsewhere; default everybody.
    observation : Completeness, optional
        Model of being available; those available then stand for everybody by the inverse of its
        probability.
    errors : {"CR1", "CR2"}
        Analytic error where there are clusters.

    Notes
    -----
    The order depends on participants' identifiers alone. Renaming arms or clusters, or choosing
    another reference, changes no draw.
    """

    arms: tuple[str, ...]
    sizes: NDArray[np.int64]
    units: tuple[NDArray[np.int64], ...]
    clusters: NDArray[np.intp] | None
    columns: FloatArray
    equations: tuple[Equation, Equation]
    location: FloatArray
    scale: FloatArray
    model: Model
    family: Family = "gamma"
    link: Link = "log"
    propensity: Propensity | None = None
    available: FloatArray | None = None
    observation: Completeness | None = None
    errors: Errors = "CR1"

    @property
    def n(self) -> int:
        """Number of people."""
        return len(self.columns)

    @property
    def arm(self) -> NDArray[np.intp]:
        """Number of each person's arm."""
        return np.repeat(np.arange(len(self.arms), dtype=np.intp), self.sizes)

    @property
    def in_parts(self) -> bool:
        """Whether people can be taken part by part: quantiles of weights need everybody."""
        return self.propensity is None or self.propensity.limits == WeightLimits()

    @property
    def whole_clusters(self) -> bool:
        """Whether whole clusters are drawn, so that each copy is a cluster of its own."""
        units = sum(len(part) for part in self.units)
        return self.clusters is not None and units == int(self.clusters.max()) + 1

    @property
    def df(self) -> float:
        """Clusters minus arms, or people minus arms without clusters; for CR2 Satterthwaite's."""
        if self.errors == "CR2":
            return self._satterthwaite()
        units = self.n if self.clusters is None else int(self.clusters.max()) + 1
        return float(units - len(self.arms))

    @property
    def has_sandwich(self) -> bool:
        """Whether CR2 is defined: clusters, and least squares on unweighted whole data.

        Beyond ``MOST_CLUSTERS`` it would change nothing, and is left out.
        """
        squares = self.model in ("none", "ols", "sur") and self.propensity is None
        if self.clusters is None or not squares or self.available is not None:
            return False
        return int(self.clusters.max()) < MOST_CLUSTERS

    def sandwich(self) -> Sandwich:
        """CR2 of the arm means in their units: all costs first, then all effects."""
        if self.clusters is None:
            raise TypeError("CR2 needs clusters")
        count = len(self.arms)
        made = cr2_sandwich(
            self.columns, self.equations, self.clusters, count, joint=self.model == "sur"
        )
        return made.turned(np.diag(np.repeat(self.scale, count)))

    def _satterthwaite(self) -> float:
        """Smallest of all pairs of arms and both outcomes, since one number serves them all."""
        made, count, found = self.sandwich(), len(self.arms), []
        for first in (0, count):
            for pair in combinations(range(first, first + count), 2):
                contrast = np.zeros(2 * count)
                contrast[list(pair)] = 1.0, -1.0
                found.append(made.df(contrast))
        return min(found)


def prepare_analysis(
    table: pd.DataFrame,
    *,
    resample: Resample,
    model: Model,
    adjust: Adjust | None = None,
    categorical: Sequence[str] = (),
    family: Family = "gamma",
    link: Link = "log",
    weighting: Weighting = "none",
    propensity: Sequence[str] = (),
    target: str | None = None,
    errors: Errors = "CR1",
    limits: WeightLimits | None = None,
) -> Analysis:
    """Arrays of a checked, complete outcomes table sorted by participant.

    Parameters
    ----------
    table : DataFrame
        Outcomes, with column ``cluster`` where there are clusters.
    resample : {"individuals", "clusters", "two_stage", "bayesian", "none"}
        What is resampled; decides the order of the rows.
    model : {"none", "ols", "sur", "glm", "mixed"}
        Estimator of the arm means.
    adjust : mapping, optional
        Covariates of ``cost`` and of ``effect``.
    categorical : sequence of str
        Numeric covariates whose values are categories.
    family : {"gamma", "poisson", "two_part", "gaussian"}
        Variance of cost under ``glm``.
    link : {"log", "identity"}
        Scale on which covariates add to the mean of cost under ``glm``.
    weighting : {"none", "iptw", "overlap", "aipw"}
        How people are weighted.
    propensity : sequence of str
        Covariates of the propensity model.
    target : str, optional
        Arm whose people are the target population; default everybody.
    errors : {"CR1", "CR2"}
        Analytic error where there are clusters.
    limits : WeightLimits, optional
        What is done about extreme weights.

    Examples
    --------
    >>> people = pd.DataFrame({"participant": ["1", "2", "3", "4"], "arm": ["b", "a", "b", "a"],
    ...                        "cost": [1.0, 2.0, 3.0, 4.0], "effect": [1.0, 2.0, 3.0, 5.0]})
    >>> prepare_analysis(people, resample="individuals", model="none").arms
    ('b', 'a')
    """
    named = arms_of(table[ARM])
    arm, arms = named.codes, tuple(named.categories)
    has_clusters = CLUSTER in table.columns
    cluster = pd.factorize(table[CLUSTER])[0] if has_clusters else None
    whole = cluster if resample in WHOLE_CLUSTERS else None
    order = rows_by_arm(named) if whole is None else np.lexsort((whole, arm))
    made = design(table, pd.Series(named), arms, adjust, categorical, propensity)
    cost, effect = (
        _standardised(table[name].to_numpy(dtype=np.float64)) for name in (COST, EFFECT)
    )
    sizes = sizes_of(named)
    placed = None if cluster is None else cluster[order]
    return Analysis(
        arms=arms,
        sizes=sizes,
        units=tuple(np.ones(size, dtype=np.int64) for size in sizes.tolist())
        if whole is None
        else _units(arm[order], whole[order]),
        clusters=placed,
        columns=_placed(sizes, [*made.covariates.T, cost.values, effect.values], order).T,
        equations=made.equations,
        location=np.array([cost.location, effect.location]),
        scale=np.array([cost.scale, effect.scale]),
        model=model,
        family=family,
        link=link,
        propensity=_propensity(made, arms, weighting, target, limits),
        errors=errors,
    )


class _Outcome(NamedTuple):
    values: FloatArray
    location: float
    scale: float


def _standardised(values: FloatArray) -> _Outcome:
    """Values less their mean, over their standard deviation where they vary."""
    location = values.mean()
    made = values - location
    spread = np.sqrt((made * made).mean())
    scale = spread if spread > 0 else 1.0
    made /= scale
    return _Outcome(made, location, scale)


def _placed(
    sizes: NDArray[np.int64], rows: Sequence[FloatArray], order: NDArray[np.intp]
) -> FloatArray:
    """Indicators of arms, then rows with people in their order, shape (arms + rows, people)."""
    made = np.zeros((len(sizes) + len(rows), len(order)))
    for arm, end in enumerate(np.cumsum(sizes).tolist()):
        made[arm, end - sizes[arm] : end] = 1.0
    for row, values in zip(made[len(sizes) :], rows, strict=True):
        # no place is out of bounds, and looking for one takes a copy of the row
        np.take(values, order, out=row, mode="clip")
    return made


def _propensity(
    made: Design,
    arms: tuple[str, ...],
    weighting: Weighting,
    target: str | None,
    limits: WeightLimits | None,
) -> Propensity | None:
    if weighting == "none":
        return None
    names = tuple(made.names[column] for column in made.propensity)
    number = None if target is None else arms.index(target)
    return Propensity(weighting, made.propensity, number, names, limits or WeightLimits())


def _units(arm: NDArray[np.integer], cluster: NDArray[np.intp]) -> tuple[NDArray[np.int64], ...]:
    """People in each cluster, in the order in which the clusters stand, arm by arm."""
    parts = []
    for code in range(int(arm.max()) + 1):
        inside = cluster[arm == code]
        starts = np.flatnonzero(np.r_[True, inside[1:] != inside[:-1]])
        parts.append(np.diff(np.r_[starts, len(inside)]).astype(np.int64))
    return tuple(parts)
