"""What the two stages of a bootstrap draw from: cluster means, and residuals of people."""

from __future__ import annotations

import numpy as np

from cpi_econ.kernels.leastsq import cross_products, ols
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.kernels.twostage import shrink
from cpi_econ.uncertainty.analysis import Analysis
from cpi_econ.uncertainty.modelled_means import coefficients
from cpi_econ.uncertainty.propensity import weights_as_observed


def two_stage_parts(analysis: Analysis) -> tuple[FloatArray, FloatArray]:
    """Fitted values with shrunken cluster means, and standardised residuals.

    Parameters
    ----------
    analysis : Analysis
        With whole clusters as units.

    Returns
    -------
    level, residuals : array, shape (people, 2)
        As ``two_stage_draws`` takes them, on the standardised scale.
    """
    weight = _observed_weights(analysis)
    fitted: FloatArray = analysis.columns[:, :-2] @ _resampling_model(analysis, weight)
    residuals = analysis.columns[:, -2:] - fitted
    edges = np.cumsum(analysis.sizes)[:-1]
    level, rest = [], []
    for part, share, sizes in zip(
        np.split(residuals, edges), np.split(weight, edges), analysis.units, strict=True
    ):
        means, standardised = shrink(part, sizes)
        # with weights the means would else move every replicate off the estimate
        level.append(means - np.average(means, axis=0, weights=share))
        rest.append(standardised)
    centred: FloatArray = fitted + np.concatenate(level)
    return centred, np.concatenate(rest)


def _observed_weights(analysis: Analysis) -> FloatArray:
    if analysis.propensity is None:
        return np.ones(analysis.n)
    made = weights_as_observed(analysis.propensity, analysis.columns, analysis.arm)
    return np.asarray(made.weight[0])


def _resampling_model(analysis: Analysis, weight: FloatArray) -> FloatArray:
    """Coefficients whose residuals are resampled, shape (p, 2).

    With weights, least squares on all covariates of any model with those weights: only then do
    drawn outcomes keep their relation to what the weights are made of.
    """
    products = cross_products(weight[None], analysis.columns)
    if analysis.propensity is None:
        return np.asarray(coefficients(analysis, products)[0][0])
    everything = np.arange(analysis.columns.shape[1] - 2)
    return np.asarray(ols(products, (everything, everything))[0][0])
