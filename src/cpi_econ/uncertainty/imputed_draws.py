"""Imputation and resampling together, in each of the three orders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from cpi_econ.errors import EstimationError, stop
from cpi_econ.kernels.copies import Copies, draw_copies, everyone
from cpi_econ.kernels.resample import FloatArray, block_stream, rows_at_once
from cpi_econ.uncertainty.analysis import Analysis, Resample
from cpi_econ.uncertainty.analytic_covariance import analytic_covariance
from cpi_econ.uncertainty.blocks import Means, Step, block_work, draw_step, step_work
from cpi_econ.uncertainty.combine import rubin
from cpi_econ.uncertainty.completed import (
    Imputer,
    analysed,
    complete,
    completed_means,
    completed_parts,
    with_columns,
)
from cpi_econ.uncertainty.runs import Run, well_started

OBSERVED = 2**31
"""Number of the random stream that imputes the data as observed; no block has it."""
TRIES = 200
STEP = 100
"""Replicates imputed at once; more are hardly faster."""


def imputed_run(imputer: Imputer, resample: Resample, seed: int) -> Run:
    """Pooled estimate of the data as observed, and replicates in the order of the plan.

    Parameters
    ----------
    imputer : Imputer
    resample : {"individuals", "clusters", "two_stage", "bayesian", "none"}
    seed : int

    Returns
    -------
    Run

    Notes
    -----
    ``impute_in_bootstrap``: each draw resamples the incomplete data, imputes every copy once and
    estimates. Two-stage draws need complete outcomes: there each draw imputes the data as observed
    anew, then resamples the completed data. ``bootstrap_in_imputation``: the imputed data sets take
    turns. ``rubin``: analytic errors within imputations, normal draws from the total covariance.

    References
    ----------
    Schomaker, Heumann (2018), doi:10.1002/sim.7654; Brand and others (2019),
    doi:10.1002/sim.7956
    """
    analysis, plan = well_started(imputer.analysis), imputer.plan
    imputer = replace(imputer, analysis=analysis)
    pools = plan.order == "rubin" or resample == "none"
    turns = not pools and plan.order == "bootstrap_in_imputation"
    means, spreads, sets = [], [], []
    for copies, parts in observed_parts(imputer, seed):
        columns, weights = analysed(imputer, parts, copies)
        means.append(completed_means(imputer, columns, weights, copies)[0])
        if pools or turns:
            pairs = zip(columns, weights, strict=True)
            made = [with_columns(analysis, rows, weight) for rows, weight in pairs]
            spreads += [analytic_covariance(one) for one in made] if pools else []
            sets += made if turns else []
    imputed = np.concatenate(means)
    if pools:
        return _pooled(imputer, np.stack(spreads), imputed, seed)
    if turns:
        step, at_once = _taking_turns(sets, resample)
    elif resample == "two_stage":
        step, at_once = partial(_two_stage_step, imputer), _at_once(imputer)
    else:
        step, at_once = partial(_imputed_step, imputer, resample == "bayesian"), _at_once(imputer)
    work = step_work(step, at_once, seed)
    return Run(analysis, imputed.mean(axis=0), None, work, analysis.df, imputed=imputed)


def observed_parts(imputer: Imputer, seed: int) -> Iterator[tuple[list[Copies], list[FloatArray]]]:
    """The data as observed, imputed as often as the plan says.

    Parameters
    ----------
    imputer : Imputer
    seed : int

    Yields
    ------
    copies : list of Copies
        Everyone once, one an arm.
    parts : list of arrays, shape (imputations, columns, people)
        Completed variables of some of the imputations, as ``completed_parts`` gives them; so many
        at a time that memory stays bounded.
    """
    left, stream = imputer.plan.imputations, block_stream(seed, OBSERVED)
    while left:
        rows = min(left, _bounded(imputer))
        copies = _observed(imputer.analysis, rows)
        yield copies, completed_parts(imputer, copies, stream)
        left -= rows


def _at_once(imputer: Imputer) -> int:
    return min(STEP, _bounded(imputer))


def _bounded(imputer: Imputer) -> int:
    """Replicates whose variables fill no more than some memory."""
    widest = max(len(chain.values) for chain in imputer.chains)
    return rows_at_once(imputer.analysis.n * widest // 4)


def _observed(analysis: Analysis, rows: int) -> list[Copies]:
    return [everyone(int(size), rows) for size in analysis.sizes]


def _pooled(imputer: Imputer, spreads: FloatArray, means: FloatArray, seed: int) -> Run:
    analysis, n_arms = imputer.analysis, len(imputer.analysis.arms)
    flat = means.transpose(0, 2, 1).reshape(len(means), -1)
    pooled = rubin(flat, spreads)
    estimate = pooled.estimate.reshape(2, n_arms).T
    contrasts = _contrasts(n_arms, imputer.reference)
    # one number serves cost, effect and net benefit at any threshold: the smallest is the safe one
    df = min(pooled.df(contrast, analysis.df) for contrast in contrasts)
    work = block_work(analysis, "none", seed, estimate, pooled.total)
    return Run(analysis, estimate, pooled.total, work, df, imputed=means)


def _contrasts(n_arms: int, reference: int) -> list[FloatArray]:
    unit = np.eye(2 * n_arms)
    return [
        unit[start + arm] - unit[start + reference]
        for start in (0, n_arms)
        for arm in range(n_arms)
        if arm != reference
    ]


def _taking_turns(sets: Sequence[Analysis], resample: Resample) -> tuple[Step, int]:
    """Replicate r is drawn from imputed data set r modulo m."""
    steps = [draw_step(one, resample) for one in sets]
    each = max(1, rows_at_once(sets[0].n) // len(sets))

    def step(rows: int, stream: np.random.Generator) -> Means:
        made = [one(rows // len(steps), stream) for one in steps]
        means = np.stack([part[0] for part in made], axis=1)
        flags = np.stack([part[1] for part in made], axis=1)
        return means.reshape(rows, *means.shape[2:]), flags.ravel()

    return step, each * len(sets)


def _two_stage_step(imputer: Imputer, rows: int, stream: np.random.Generator) -> Means:
    columns, weights = complete(imputer, _observed(imputer.analysis, rows), stream)
    made = [
        draw_step(with_columns(imputer.analysis, one, w), "two_stage")(1, stream)
        for one, w in zip(columns, weights, strict=True)
    ]
    return np.concatenate([part[0] for part in made]), np.concatenate([part[1] for part in made])


def _imputed_step(
    imputer: Imputer, bayesian: bool, rows: int, stream: np.random.Generator
) -> Means:
    copies = [
        _with_donors(imputer, arm, rows, stream, bayesian=bayesian)
        for arm in range(len(imputer.chains))
    ]
    return completed_means(imputer, *complete(imputer, copies, stream), copies)


def _with_donors(
    imputer: Imputer, arm: int, rows: int, stream: np.random.Generator, *, bayesian: bool
) -> Copies:
    """Copies of one arm; rows in which nobody has some variable are drawn again."""
    sizes, known = imputer.analysis.units[arm], imputer.chains[arm].known
    made = draw_copies(sizes, rows, stream, bayesian=bayesian)
    for _ in range(TRIES):
        bad = np.flatnonzero(_without_donors(made, known))
        if not len(bad):
            break
        made = _replaced(made, bad, draw_copies(sizes, len(bad), stream, bayesian=bayesian))
    else:
        _refuse(imputer.analysis.arms[arm])
    return made


def _refuse(arm: str) -> NoReturn:
    message = (
        f'almost every draw of arm "{arm}" leaves some variable without a known value, so '
        "nothing can be imputed there. Use order bootstrap_in_imputation, or leave the variable "
        "out."
    )
    stop(EstimationError, "E127", message)


def _without_donors(made: Copies, known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    weight = made.weight[:, None] * known[:, made.person].transpose(1, 0, 2)
    bad: NDArray[np.bool_] = (weight.sum(axis=2) == 0).any(axis=1)
    return bad


def _replaced(made: Copies, rows: NDArray[np.intp], fresh: Copies) -> Copies:
    slots = max(made.person.shape[1], fresh.person.shape[1])
    person = np.pad(made.person, _to(made.person.shape[1], slots))
    weight = np.pad(made.weight, _to(made.weight.shape[1], slots))
    person[rows] = np.pad(fresh.person, _to(fresh.person.shape[1], slots))
    weight[rows] = np.pad(fresh.weight, _to(fresh.weight.shape[1], slots))
    if made.unit is None or fresh.unit is None:
        return Copies(person, weight)
    unit = np.pad(made.unit, _to(made.unit.shape[1], slots))
    unit[rows] = np.pad(fresh.unit, _to(fresh.unit.shape[1], slots))
    return Copies(person, weight, unit)


def _to(width: int, slots: int) -> tuple[tuple[int, int], tuple[int, int]]:
    return (0, 0), (0, slots - width)
