"""Analytic covariance of the arm means: by formula, or by jackknife where there is none."""

from __future__ import annotations

import numpy as np

from cpi_econ.kernels.covariance import regression_covariance
from cpi_econ.kernels.draws import as_observed
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.uncertainty.analysis import Analysis
from cpi_econ.uncertainty.jackknife import jackknife_covariance
from cpi_econ.uncertainty.modelled_means import fit_mixed


def analytic_covariance(analysis: Analysis) -> FloatArray:
    """Covariance of the arm means: by formula, or by jackknife where there is none.

    Parameters
    ----------
    analysis : Analysis

    Returns
    -------
    array, shape (2 arms, 2 arms)
    """
    no_formula = (
        analysis.model == "glm" or analysis.propensity is not None or analysis.available is not None
    )
    return jackknife_covariance(analysis) if no_formula else covariance(analysis)


def covariance(analysis: Analysis) -> FloatArray:
    """Analytic covariance of the arm means: all costs first, then all effects.

    Parameters
    ----------
    analysis : Analysis

    Returns
    -------
    array, shape (2 arms, 2 arms)

    Notes
    -----
    Unadjusted without clusters: each arm's own variance over its size. Otherwise the regression's:
    classical, or CR1 or CR2 where there are clusters, or that of the mixed model.
    """
    n_arms = len(analysis.arms)
    if analysis.errors == "CR2":
        return analysis.sandwich().covariance
    if analysis.model == "none" and analysis.clusters is None:
        made = _separate(analysis)
    else:
        full = _regression(analysis)
        second = len(analysis.equations[0])
        rows = np.r_[np.arange(n_arms), second + np.arange(n_arms)]
        made = full[np.ix_(rows, rows)]
    scale = np.repeat(analysis.scale, n_arms)
    return made * np.outer(scale, scale)


def _regression(analysis: Analysis) -> FloatArray:
    if analysis.model == "mixed":
        fit = fit_mixed(analysis, as_observed(analysis.n))
        return np.asarray(np.linalg.inv(fit.information[0]))
    return regression_covariance(
        analysis.columns,
        analysis.equations,
        joint=analysis.model == "sur",
        clusters=analysis.clusters,
    )


def _separate(analysis: Analysis) -> FloatArray:
    n_arms = len(analysis.arms)
    made = np.zeros((2, n_arms, 2, n_arms))
    edges = np.cumsum(analysis.sizes)[:-1]
    for arm, values in enumerate(np.split(analysis.columns[:, -2:], edges)):
        made[:, arm, :, arm] = np.cov(values, rowvar=False) / len(values)
    return made.reshape(2 * n_arms, 2 * n_arms)
