"""A run: the estimate on the data, its analytic covariance if any, and the work of its draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from cpi_econ.errors import EstimationError, stop
from cpi_econ.kernels.draws import as_observed
from cpi_econ.kernels.resample import BLOCK, FloatArray
from cpi_econ.kernels.sandwich import Sandwich
from cpi_econ.uncertainty.analysis import Analysis, Resample
from cpi_econ.uncertainty.analytic_covariance import analytic_covariance
from cpi_econ.uncertainty.blocks import Work, block_work
from cpi_econ.uncertainty.design import Adjust
from cpi_econ.uncertainty.estimate import sample_means
from cpi_econ.uncertainty.large_studies import block_size
from cpi_econ.uncertainty.modelled_means import SEPARATED
from cpi_econ.uncertainty.propensity import started


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be analysed, and how.

    Parameters
    ----------
    people : DataFrame
        Outcomes sorted by participant, as observed.
    covariates : sequence of str
        Every covariate of the adjustment and of the propensity model.
    prepare : callable
        Makes the analysis of a complete table.
    reference : str
    resample : {"individuals", "clusters", "two_stage", "bayesian", "none"}
    seed : int
    adjust : mapping, optional
    propensity, categorical : sequence of str
    """

    people: pd.DataFrame
    covariates: Sequence[str]
    prepare: Callable[[pd.DataFrame], Analysis]
    reference: str
    resample: Resample
    seed: int
    adjust: Adjust | None = None
    propensity: Sequence[str] = ()
    categorical: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that is needed to draw replicates.

    Parameters
    ----------
    analysis : Analysis
    estimate : array, shape (arms, 2)
        Mean cost and effect of each arm.
    spread : array, shape (2 arms, 2 arms), optional
        Analytic covariance: all costs, then all effects.
    work : callable
        Makes one block of replicates.
    df : float
        Degrees of freedom.
    attrs : mapping
        What is said of the run beside its numbers.
    extra : mapping
        Further arrays, shape (arms,).
    block : int
        Replicates in a block.
    imputed : array, shape (imputations, arms, 2), optional
        Estimates on each imputed data set.
    sandwich : Sandwich, optional
        CR2 of the means, for interval ``cr2``.
    """

    analysis: Analysis
    estimate: FloatArray
    spread: FloatArray | None
    work: Work
    df: float
    attrs: Mapping[str, object] = field(default_factory=dict)
    extra: Mapping[str, FloatArray] = field(default_factory=dict)
    block: int = BLOCK
    imputed: FloatArray | None = None
    sandwich: Sandwich | None = None


def plain_run(analysis: Analysis, resample: Resample, seed: int) -> Run:
    """Run on complete data.

    Parameters
    ----------
    analysis : Analysis
    resample : {"individuals", "clusters", "two_stage", "bayesian", "none"}
    seed : int
    """
    analysis = well_started(analysis)
    estimate = observed_means(analysis)
    spread = analytic_covariance(analysis) if resample == "none" else None
    work = block_work(analysis, resample, seed, estimate, spread)
    size = block_size(analysis, resample)
    sandwich = analysis.sandwich() if analysis.has_sandwich else None
    return Run(analysis, estimate, spread, work, analysis.df, block=size, sandwich=sandwich)


def observed_means(analysis: Analysis) -> FloatArray:
    """Arm means on the data themselves, shape (arms, 2).

    Raises
    ------
    EstimationError
        ``E089`` covariates of the propensity model separate the arms.
    """
    sample = as_observed(analysis.n) if analysis.in_parts else as_observed(analysis.n, analysis.n)
    means, flags = sample_means(analysis, sample)
    if flags[0] & SEPARATED:
        stop(
            EstimationError,
            "E089",
            "covariates of the propensity model separate the arms: for some people one arm is "
            "certain, so nobody in the other arm can stand for them. Use fewer covariates or join "
            "categories.",
        )
    estimate: FloatArray = means[0]
    return estimate


def well_started(analysis: Analysis) -> Analysis:
    """The same, whose propensity models start from the fit to the data.

    Parameters
    ----------
    analysis : Analysis
    """
    if analysis.propensity is None:
        return analysis
    chosen = started(analysis.propensity, analysis.columns, analysis.arm)
    return replace(analysis, propensity=chosen)
