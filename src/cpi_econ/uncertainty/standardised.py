"""Arm means of cost from a model with a log link, standardised over everyone's covariates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cpi_econ.errors import EstimationError, stop
from cpi_econ.kernels.glm import log_link
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.uncertainty.analysis import Analysis

POWERS = {"poisson": 1, "gamma": 2}


def standardised_costs(
    analysis: Analysis,
    weights: FloatArray,
    target: FloatArray,
    added: FloatArray | None = None,
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Mean cost of each arm, had everyone been in that arm, on the standardised scale.

    Parameters
    ----------
    analysis : Analysis
    weights : array, shape (replicates, people)
        Of the fit.
    target : array, shape (replicates, people)
        People over whose covariates predictions are averaged.
    added : array, shape (replicates, people), optional
        Weights of the residuals that augment each arm's mean.

    Returns
    -------
    means : array, shape (replicates, arms)
    left_out : array of bool, shape (replicates,)

    Raises
    ------
    EstimationError
        ``E089`` the model did not converge in a replicate.

    Notes
    -----
    Predictions are averaged over the covariates of everybody in the replicate, the same for each
    arm (recycled predictions), never over each arm's own people.

    References
    ----------
    Barber, Thompson (2004), doi:10.1258/1355819042250249; Basu, Rathouz (2005),
    doi:10.1093/biostatistics/kxh020
    """
    regressors = analysis.columns[:, analysis.equations[0]]
    cost = analysis.columns[:, -2] * analysis.scale[0] + analysis.location[0]
    unit = cost.mean()
    beta, left_out, converged = log_link(
        weights, regressors, np.clip(cost / unit, 0.0, None), power=POWERS[analysis.family]
    )
    if not converged.all():
        stop(
            EstimationError,
            "E089",
            f"the {analysis.family} model of cost did not converge in {int((~converged).sum())} of "
            f"{len(converged)} draws, as when nobody in an arm has a cost. Use ols or sur.",
        )
    n_arms = len(analysis.arms)
    factor = np.exp(beta[:, n_arms:] @ regressors[:, n_arms:].T)
    everyone = (target * factor).sum(axis=1) / target.sum(axis=1)
    level = np.exp(beta[:, :n_arms])
    means = level * everyone[:, None]
    if added is not None:
        indicators = regressors[:, :n_arms]
        residuals = cost / unit - level[:, analysis.arm] * factor
        means += ((added * residuals) @ indicators) / (added @ indicators)
    means *= unit
    return (means - analysis.location[0]) / analysis.scale[0], left_out
