"""Weights that make the arms alike in measured covariates, refitted in each replicate."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.draws import Sample, as_observed
from cpi_econ.kernels.leastsq import Equation
from cpi_econ.kernels.logit import Membership, fit_membership, of_own_group, probabilities
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.uncertainty.weight_limits import WeightLimits, limited

Weighting = Literal["none", "iptw", "overlap", "aipw"]
Estimand = Literal["ATE", "ATT", "ATC"]


class Propensity(NamedTuple):
    """How people are weighted.

    Parameters
    ----------
    method : {"iptw", "overlap", "aipw"}
    columns : integer array
        Columns of the analysis that hold the covariates of the propensity model.
    target : int or None
        Number of the arm whose people are the target population; None for everybody.
    names : tuple of str
        Names of the covariates.
    limits : WeightLimits
        What is done about extreme weights.
    start : array, shape (arms - 1, p), optional
        Coefficients from which fits of the model start.
    """

    method: Weighting
    columns: Equation
    target: int | None
    names: tuple[str, ...] = ()
    limits: WeightLimits = WeightLimits()
    start: FloatArray | None = None


class Balancing(NamedTuple):
    """Weights of one set of replicates.

    Parameters
    ----------
    weight : array, shape (replicates, people)
        Of each person within the own arm, before normalising.
    target : array, shape (replicates, people)
        Share of each person in the target population, before normalising.
    """

    weight: FloatArray
    target: FloatArray


def fit_propensity(
    propensity: Propensity,
    columns: FloatArray,
    arm: NDArray[np.intp],
    sample: Sample,
) -> Membership:
    """Propensity model of each replicate.

    Parameters
    ----------
    propensity : Propensity
    columns : array, shape (people, q)
        Columns of the analysis.
    arm : integer array, shape (people,)
        Number of each person's arm.
    sample : Sample
    """
    return fit_membership(
        sample, lambda people: _regressors(propensity, columns[people]), arm, propensity.start
    )


def started(propensity: Propensity, columns: FloatArray, arm: NDArray[np.intp]) -> Propensity:
    """The same, with the fit to the data as observed as the start of every other fit.

    Parameters
    ----------
    propensity : Propensity
    columns : array, shape (people, q)
    arm : integer array, shape (people,)

    Notes
    -----
    Draws differ little from the data: two or three Newton steps are then enough, where from 0 they
    are five or six.
    """
    fit = fit_propensity(propensity, columns, arm, as_observed(len(arm)))
    return propensity._replace(start=fit.beta[0]) if fit.converged[0] else propensity


def propensities(propensity: Propensity, fit: Membership, columns: FloatArray) -> FloatArray:
    """Probability of each arm for some people, shape (replicates, arms, people).

    Parameters
    ----------
    propensity : Propensity
    fit : Membership
        As ``fit_propensity`` gives it.
    columns : array, shape (people, q)
        Columns of the analysis.
    """
    return probabilities(fit.beta, _regressors(propensity, columns))


def _regressors(propensity: Propensity, columns: FloatArray) -> FloatArray:
    made = np.empty((len(propensity.columns) + 1, len(columns)))
    made[0] = 1.0
    made[1:] = columns.T[propensity.columns]
    return made.T


def balancing_weights(
    propensity: Propensity,
    fit: Membership,
    columns: FloatArray,
    arm: NDArray[np.intp],
    counts: FloatArray,
) -> Balancing:
    r"""Weights of people from the propensity model of each replicate.

    Parameters
    ----------
    propensity : Propensity
    fit : Membership
        As ``fit_propensity`` gives it.
    columns : array, shape (people, q)
        Columns of the analysis.
    arm : integer array, shape (people,)
        Number of each person's arm.
    counts : array, shape (replicates, people)
        Copies of each person.

    Returns
    -------
    Balancing

    Notes
    -----
    With :math:`e_a(x)` the probability of arm a, a person's weight is :math:`h(x)/e_A(x)` and the
    target population has density h: 1 for everybody (ATE), :math:`e_t(x)` for the people of arm t
    (ATT, ATC), :math:`1/\sum_a 1/e_a(x)` for overlap weights.

    References
    ----------
    Rosenbaum, Rubin (1983), doi:10.1093/biomet/70.1.41; Li, Morgan, Zaslavsky (2018),
    doi:10.1080/01621459.2016.1260466; Li, Li (2019), doi:10.1214/19-AOAS1282
    """
    chance = propensities(propensity, fit, columns)
    chance = np.maximum(chance, np.finfo(np.float64).tiny ** 0.25)
    if propensity.method == "overlap":
        target = 1.0 / (1.0 / chance).sum(axis=1)
    elif propensity.target is None:
        target = np.ones_like(counts)
    else:
        target = chance[:, propensity.target]
    weight = target / of_own_group(chance, arm)
    if propensity.target is not None and propensity.method != "overlap":
        target = np.broadcast_to((arm == propensity.target).astype(np.float64), counts.shape)
    if propensity.limits != WeightLimits():
        weight, inside = limited(propensity.limits, weight, chance, arm, counts)
        target = target * inside
    return Balancing(weight, target)


def weights_as_observed(
    propensity: Propensity, columns: FloatArray, arm: NDArray[np.intp]
) -> Balancing:
    """Weights of people in the data themselves, as one replicate.

    Parameters
    ----------
    propensity : Propensity
    columns : array, shape (people, q)
    arm : integer array, shape (people,)
    """
    fit = fit_propensity(propensity, columns, arm, as_observed(len(arm)))
    return balancing_weights(propensity, fit, columns, arm, np.ones((1, len(arm))))


def effective_size(weights: FloatArray) -> float:
    """Effective sample size of a set of weights: squared sum over sum of squares.

    Parameters
    ----------
    weights : array, shape (people,)

    References
    ----------
    Kish (1965), Survey Sampling, 11.7

    Examples
    --------
    >>> effective_size(np.array([1.0, 1.0, 1.0, 1.0])), effective_size(np.array([1.0, 0.0]))
    (4.0, 1.0)
    """
    return float(weights.sum() ** 2 / (weights**2).sum())
