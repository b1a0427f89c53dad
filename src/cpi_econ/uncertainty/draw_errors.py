"""Standard errors within each draw, which interval ``studentised`` needs."""

from __future__ import annotations

from functools import partial

import numpy as np
import xarray as xr

from cpi_econ.contracts import ARM, DRAW_ERRORS, REPLICATE
from cpi_econ.errors import EstimationError, stop
from cpi_econ.kernels.draw_errors import draw_covariances
from cpi_econ.kernels.resample import FloatArray, resampled_weights
from cpi_econ.uncertainty.analysis import Analysis
from cpi_econ.uncertainty.blocks import Means, step_work
from cpi_econ.uncertainty.large_studies import LARGE, is_large, rows_of_step
from cpi_econ.uncertainty.parallel import run_blocks
from cpi_econ.uncertainty.runs import Job, Run


def with_draw_errors(made: xr.Dataset, run: Run, job: Job, jobs: int) -> xr.Dataset:
    """Replicates with the covariance of the means in each draw, and on the data themselves.

    Parameters
    ----------
    made : Dataset
        Replicates of the run.
    run : Run
    job : Job
    jobs : int
        Workers.

    Returns
    -------
    Dataset
        With ``draw_cov_cost_cost``, ``draw_cov_cost_effect``, ``draw_cov_effect_effect`` on
        ``(replicate, arm, arm_)``, and the same of the data, ``data_cov_...``, on ``(arm, arm_)``.

    Raises
    ------
    EstimationError
        ``E071`` draws or an estimate whose own standard error has no formula.

    Notes
    -----
    The weights of the draws are made once more from the same streams.
    """
    _check(run, job)
    analysis = run.analysis
    step = partial(_step, analysis)
    work = step_work(step, rows_of_step(analysis, job.resample), job.seed)
    blocks = run_blocks(work, made.sizes[REPLICATE], jobs=jobs, size=run.block)
    draws = np.concatenate([block[0] for block in blocks])
    observed = _covariances(analysis, np.ones((1, analysis.n)))[0]
    data = _named("draw", draws, (REPLICATE, ARM, f"{ARM}_"))
    data |= _named("data", observed, (ARM, f"{ARM}_"))
    arms = list(analysis.arms)
    held = xr.Dataset(data, {ARM: arms, f"{ARM}_": arms})
    order = made[ARM].values.tolist()
    return made.assign(held.sel({ARM: order, f"{ARM}_": order}).data_vars)


def _check(run: Run, job: Job) -> None:
    analysis = run.analysis
    alike = np.array_equal(*analysis.equations)
    squares = analysis.model in ("none", "ols") or (analysis.model == "sur" and alike)
    whole = analysis.propensity is None and analysis.available is None
    if squares and whole and run.attrs.get("missing") != "impute":
        if job.resample in ("individuals", "clusters") and not is_large(analysis, job.resample):
            return
        message = (
            "interval studentised needs resample clusters or individuals, and fewer than "
            f"{LARGE:,} people; otherwise use t, which is then nearly the same."
        )
        stop(EstimationError, "E071", message)
    message = (
        "interval studentised needs the standard error of every draw, which is there for least "
        "squares of each outcome (model none or ols) without weights and imputed values; use t."
    )
    stop(EstimationError, "E071", message)


def _step(analysis: Analysis, rows: int, stream: np.random.Generator) -> Means:
    weights = resampled_weights(list(analysis.units), rows, stream, bayesian=False)
    return _covariances(analysis, weights), np.zeros(rows, dtype=np.int8)


def _covariances(analysis: Analysis, weights: FloatArray) -> FloatArray:
    count = len(analysis.arms)
    units = tuple(tuple(part.tolist()) for part in analysis.units)
    made = draw_covariances(weights, analysis.columns, analysis.equations, count, units)
    scale = np.repeat(analysis.scale, count)
    scaled: FloatArray = made * np.outer(scale, scale)
    return scaled


def _named(
    prefix: str, values: FloatArray, dims: tuple[str, ...]
) -> dict[str, tuple[tuple[str, ...], FloatArray]]:
    cut = values.shape[-1] // 2
    cost, effect = slice(None, cut), slice(cut, None)
    places = ((cost, cost), (cost, effect), (effect, effect))
    return {
        f"{prefix}_{pair}": (dims, values[..., row, column])
        for pair, (row, column) in zip(DRAW_ERRORS, places, strict=True)
    }
