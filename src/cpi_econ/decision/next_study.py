"""The next study: how people vary, how many there are, and how precisely it will estimate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

import numpy as np

from cpi_econ.errors import EstimationError, Finding, raise_all
from cpi_econ.kernels.resample import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """How cost and effect vary between people and between clusters.

    Parameters
    ----------
    cost_sd, effect_sd : float
        Standard deviations between people [currency, unit of effect], clusters included.
    correlation : float
        Of a person's cost and effect; also of the means of a cluster.
    icc_cost, icc_effect : float
        Share of the variance that lies between clusters.

    Raises
    ------
    EstimationError
        ``E092`` a negative standard deviation, or a correlation or share out of range.

    Examples
    --------
    >>> Variation(cost_sd=3.0, effect_sd=1.0, correlation=0.5).net_benefit(2.0)
    (7.0, 0.0)
    """

    cost_sd: float
    effect_sd: float
    correlation: float = 0.0
    icc_cost: float = 0.0
    icc_effect: float = 0.0

    def __post_init__(self) -> None:
        """Refuse values that no population has."""
        checks = {
            "standard deviations must not be negative": min(self.cost_sd, self.effect_sd) < 0,
            f"correlation is {self.correlation:g}; it lies from -1 to 1": abs(self.correlation) > 1,
            "an ICC lies from 0 to 1": not (
                min(self.icc_cost, self.icc_effect) >= 0
                and max(self.icc_cost, self.icc_effect) <= 1
            ),
        }
        found = [Finding("E092", f"{message}.") for message, wrong in checks.items() if wrong]
        raise_all(found, EstimationError)

    @property
    def covariance(self) -> FloatArray:
        """Covariance of one person's cost and effect, shape (2, 2)."""
        cross = self.correlation * self.cost_sd * self.effect_sd
        return np.array([[self.cost_sd**2, cross], [cross, self.effect_sd**2]])

    @property
    def between(self) -> FloatArray:
        """Part of the covariance that lies between clusters, shape (2, 2)."""
        root = np.sqrt([self.icc_cost, self.icc_effect])
        part: FloatArray = self.covariance * np.outer(root, root)
        return part

    def net_benefit(self, wtp: float) -> tuple[float, float]:
        """Variance of a person's net benefit at a threshold, and the part between clusters."""
        value = np.array([-1.0, wtp])
        total, between = (float(value @ part @ value) for part in (self.covariance, self.between))
        return total, between


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStudy:
    """Size and shape of a study that is planned.

    Parameters
    ----------
    participants : mapping of str to int
        People recruited into each arm.
    clusters : mapping of str to int, optional
        Clusters of each arm; absent where people come one by one.
    size_cv : float
        Coefficient of variation of the cluster sizes.
    dropout : float
        Share of people lost before the end.

    Raises
    ------
    EstimationError
        ``E092`` an arm with fewer than two people or clusters, or a share out of range.

    Examples
    --------
    >>> study = NextStudy(participants={"low": 100, "high": 50}, dropout=0.2)
    >>> study.analysed("high"), study.df, study.label
    (40.0, 118.0, '150 people')
    """

    participants: Mapping[str, int]
    clusters: Mapping[str, int] | None = None
    size_cv: float = 0.0
    dropout: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a study that cannot be."""
        counts = chain(self.participants.values(), (self.clusters or {}).values())
        checks = {
            "every arm needs at least 2 people and, with clusters, 2 clusters": min(counts) < 2,
            f"dropout is {self.dropout:g}; give a share below 1": not 0 <= self.dropout < 1,
            "size_cv must not be negative": self.size_cv < 0,
            "participants and clusters name different arms": self.clusters is not None
            and set(self.clusters) != set(self.participants),
        }
        found = [Finding("E092", f"{message}.") for message, wrong in checks.items() if wrong]
        raise_all(found, EstimationError)

    def analysed(self, arm: str) -> float:
        """People of an arm with complete data."""
        return self.participants[arm] * (1.0 - self.dropout)

    @property
    def total(self) -> int:
        """People recruited."""
        return sum(self.participants.values())

    @property
    def n_clusters(self) -> int:
        """Clusters of all arms, 0 without clusters."""
        return sum((self.clusters or {}).values())

    @property
    def df(self) -> float:
        """Degrees of freedom: clusters, or people analysed, minus arms."""
        arms = len(self.participants)
        people = sum(self.analysed(arm) for arm in self.participants)
        return float(self.n_clusters - arms if self.clusters else people - arms)

    @property
    def label(self) -> str:
        """Size in words."""
        people = f"{self.total:,} people"
        return f"{self.n_clusters} clusters, {people}" if self.clusters else people


Variations = Variation | Mapping[str, Variation]


def variation_of(variation: Variations, arm: str) -> Variation:
    """Variation of one arm, where arms may share one.

    Raises
    ------
    EstimationError
        ``E092`` an arm without its own.
    """
    if isinstance(variation, Variation):
        return variation
    if arm not in variation:
        message = f'no variation is given for arm "{arm}"; given are {", ".join(variation)}.'
        raise EstimationError([Finding("E092", message)])
    return variation[arm]


def mean_covariance(study: NextStudy, variation: Variations, arm: str) -> FloatArray:
    r"""Sampling covariance of an arm's mean cost and effect, shape (2, 2).

    Parameters
    ----------
    study : NextStudy
    variation : Variation or mapping of arm to Variation
    arm : str

    Notes
    -----
    With J clusters of mean size m and coefficient of variation v,
    :math:`\Sigma_b (1 + v^2) / J + \Sigma_w / (J m)`: the design effect
    :math:`1 + ((1 + v^2) m - 1)\rho`.

    References
    ----------
    Eldridge, Ashby, Kerry (2006), doi:10.1093/ije/dyl129

    Examples
    --------
    >>> people = Variation(cost_sd=10.0, effect_sd=1.0)
    >>> mean_covariance(NextStudy(participants={"a": 100, "b": 50}), people, "a").tolist()
    [[1.0, 0.0], [0.0, 0.01]]
    """
    people = variation_of(variation, arm)
    number = study.analysed(arm)
    if study.clusters is None:
        return people.covariance / number
    shared = people.between * (1.0 + study.size_cv**2) / study.clusters[arm]
    return shared + (people.covariance - people.between) / number


def increment_covariance(study: NextStudy, variation: Variations, reference: str) -> FloatArray:
    """Sampling covariance of the differences from the reference: costs first, then effects.

    Parameters
    ----------
    study : NextStudy
    variation : Variation or mapping of arm to Variation
    reference : str
        Reference arm.

    Returns
    -------
    array, shape (2 * arms compared, 2 * arms compared)
    """
    others = [arm for arm in study.participants if arm != reference]
    shared = np.ones((len(others), len(others)))
    made: FloatArray = np.zeros((2 * len(others), 2 * len(others)))
    made += np.kron(mean_covariance(study, variation, reference), shared)
    for spot, arm in zip(np.eye(len(others)), others, strict=True):
        made += np.kron(mean_covariance(study, variation, arm), np.diag(spot))
    return made
