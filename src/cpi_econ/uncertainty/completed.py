"""Completed data sets of drawn copies, and the arm means on each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from cpi_econ.contracts import COST, EFFECT
from cpi_econ.kernels.chained import chained
from cpi_econ.kernels.copies import Copies
from cpi_econ.kernels.draws import Draws, weighted_squares
from cpi_econ.kernels.pools import IntArray
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.uncertainty.analysis import Analysis
from cpi_econ.uncertainty.arm_chains import ArmChain
from cpi_econ.uncertainty.completed_clusters import mixed_means
from cpi_econ.uncertainty.estimate import arm_means, draw_means
from cpi_econ.uncertainty.imputation import Encoded
from cpi_econ.uncertainty.imputation_plan import ImputationPlan, factor_and_addition
from cpi_econ.uncertainty.mnar import as_in_reference, carry_last_means
from cpi_econ.uncertainty.modelled_means import Flags, means_of_products

OUTCOMES = (COST, EFFECT)


@dataclass(frozen=True, slots=True)
class Imputer:
    """Everything needed to complete drawn copies of an incomplete table.

    Parameters
    ----------
    analysis : Analysis
        Of the filled table; its columns are replaced in each completed data set.
    encoded : Encoded
        Variables of the imputation model.
    chains : tuple of ArmChain
        One an arm.
    covariates : integer array
        Encoded columns of the covariates of the analysis.
    whole_covariates : bool
        Whether every covariate of the analysis is known for everybody.
    lost : array of bool, shape (people, 2)
        Whose cost and effect are not known.
    reference : int
        Number of the reference arm.
    plan : ImputationPlan
    shares : mapping
        For each total with components, their factors, shape (components, people) or (components,
        1), and what is added, shape (people,) or (1,).
    """

    analysis: Analysis
    encoded: Encoded
    chains: tuple[ArmChain, ...]
    covariates: IntArray
    whole_covariates: bool
    lost: NDArray[np.bool_]
    reference: int
    plan: ImputationPlan
    shares: Mapping[str, tuple[FloatArray, FloatArray]]

    def place(self, name: str) -> int:
        """Encoded column of a name."""
        return self.encoded.names.index(name)


def complete(
    imputer: Imputer, copies: list[Copies], rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Columns of the analysis for drawn copies, every gap imputed.

    Parameters
    ----------
    imputer : Imputer
    copies : list of Copies
        One an arm.
    rng : Generator
        Random stream.

    Returns
    -------
    columns : array, shape (replicates, p + 2, slots)
        Arm indicators, covariates, cost and effect, arm after arm.
    weights : array, shape (replicates, slots)
    """
    return analysed(imputer, completed_parts(imputer, copies, rng), copies)


def analysed(
    imputer: Imputer, parts: list[FloatArray], copies: list[Copies]
) -> tuple[FloatArray, FloatArray]:
    """Columns of the analysis, as ``complete`` gives them, of completed variables.

    Parameters
    ----------
    imputer : Imputer
    parts : list of arrays, shape (replicates, columns, slots)
        As ``completed_parts`` gives them.
    copies : list of Copies
        One an arm.
    """
    return _columns(imputer, parts), np.concatenate([drawn.weight for drawn in copies], axis=1)


def completed_parts(
    imputer: Imputer, copies: list[Copies], rng: np.random.Generator
) -> list[FloatArray]:
    """Every variable of the imputation model for drawn copies, every gap imputed.

    Parameters
    ----------
    imputer : Imputer
    copies : list of Copies
        One an arm.
    rng : Generator
        Random stream.

    Returns
    -------
    list of arrays, shape (replicates, columns, slots)
        One an arm, standardised.
    """
    plan, width = imputer.plan, len(imputer.encoded.names)
    parts = []
    for chain, drawn in zip(imputer.chains, copies, strict=True):
        made = chained(
            np.ascontiguousarray(chain.values.T)[drawn.person].transpose(0, 2, 1),
            chain.known[:, drawn.person].transpose(1, 0, 2),
            drawn.weight,
            chain.targets,
            rng,
            cycles=plan.cycles,
            k=plan.k,
        )
        parts.append(made[:, :width])
    if plan.assumption == "last_mean":
        for part, chain, drawn in zip(parts, imputer.chains, copies, strict=True):
            for named in plan.components.values():
                places = np.array([imputer.place(name) for name in named], dtype=np.intp)
                units = (imputer.encoded.location, imputer.encoded.scale)
                carry_last_means(part, chain, drawn, places, units)
    elif plan.assumption is not None:
        as_in_reference(
            parts, imputer.chains, copies, imputer.reference, _outcome_names(imputer), plan, rng
        )
    starts = np.cumsum(imputer.analysis.sizes) - imputer.analysis.sizes
    for arm, (part, drawn) in enumerate(zip(parts, copies, strict=True)):
        _finish(imputer, part, arm, starts[arm] + drawn.person)
    return parts


def _outcome_names(imputer: Imputer) -> frozenset[str]:
    """Outcomes and components that are not covariates or predictors as well."""
    plan = imputer.plan
    parts = {name for made in plan.components.values() for name in made}
    return frozenset({*OUTCOMES, *parts} - set(imputer.encoded.covariates))


def _finish(imputer: Imputer, part: FloatArray, arm: int, person: IntArray) -> None:
    """Totals of imputed components, then shifts, for those whose outcome is not known."""
    encoded, plan, lost = imputer.encoded, imputer.plan, imputer.lost[person]
    for number, outcome in enumerate(OUTCOMES):
        column = imputer.place(outcome)
        location, scale = encoded.location[column], encoded.scale[column]
        value = part[:, column]
        if outcome in plan.components:
            value = (_total(imputer, outcome, part, person) - location) / scale
        factor, addition = factor_and_addition(plan, outcome, imputer.analysis.arms[arm])
        if (factor, addition) != (1.0, 0.0):
            value = value * factor + (addition + (factor - 1) * location) / scale
        part[:, column] = np.where(lost[:, :, number], value, part[:, column])


def _total(imputer: Imputer, outcome: str, part: FloatArray, person: IntArray) -> FloatArray:
    """Sum of the components by each person's factors, and of what is added, in its units."""
    encoded = imputer.encoded
    factors, total = (_of(one, person) for one in imputer.shares[outcome])
    for factor, name in zip(factors, imputer.plan.components[outcome], strict=True):
        place = imputer.place(name)
        total = total + factor * (part[:, place] * encoded.scale[place] + encoded.location[place])
    return total


def _of(values: FloatArray, person: IntArray) -> FloatArray:
    """Values of the people drawn; the last axis holds everybody, or one value for all."""
    return values[..., person] if values.shape[-1] > 1 else values[..., None]


def _columns(imputer: Imputer, parts: list[FloatArray]) -> FloatArray:
    wanted = [*imputer.covariates, imputer.place(COST), imputer.place(EFFECT)]
    slots = np.repeat(np.arange(len(parts)), [part.shape[2] for part in parts])
    indicators = (slots == np.arange(len(parts))[:, None]).astype(np.float64)
    values = np.concatenate([part[:, wanted] for part in parts], axis=2)
    rows = np.broadcast_to(indicators, (len(values), *indicators.shape))
    return np.concatenate([rows, values], axis=1)


def completed_means(
    imputer: Imputer, columns: FloatArray, weights: FloatArray, copies: list[Copies]
) -> tuple[FloatArray, Flags]:
    """Arm means on each completed data set, in their units.

    Parameters
    ----------
    imputer : Imputer
    columns : array, shape (replicates, p + 2, slots)
    weights : array, shape (replicates, slots)
    copies : list of Copies
        One an arm.

    Returns
    -------
    means : array, shape (replicates, arms, 2)
    flags : integer array, shape (replicates,)

    Notes
    -----
    With complete covariates only the outcomes differ between copies of a person, and all replicates
    are estimated at once; without weights and a log link too. Else each completed data set is
    estimated on its own.
    """
    analysis = imputer.analysis
    if analysis.model == "mixed":
        return mixed_means(analysis, columns, weights, copies)
    if imputer.whole_covariates and analysis.model != "glm":
        return draw_means(analysis, _sums(analysis, columns[:, -2:], weights, copies))
    if analysis.propensity is None and analysis.model != "glm":
        products = (columns * weights[:, None]) @ columns.transpose(0, 2, 1)
        means, flags = means_of_products(analysis, products)
        return means * analysis.scale + analysis.location, flags
    pairs = zip(columns, weights, strict=True)
    made = [arm_means(with_columns(analysis, rows, w), w[None, w > 0]) for rows, w in pairs]
    return np.concatenate([one[0] for one in made]), np.concatenate([one[1] for one in made])


def _sums(
    analysis: Analysis, outcomes: FloatArray, weights: FloatArray, copies: list[Copies]
) -> Draws:
    """Counts of each person, and sums of outcomes and of their products over copies."""
    rows, n = len(weights), analysis.n
    starts = np.cumsum(analysis.sizes) - analysis.sizes
    person = np.concatenate(
        [start + drawn.person for start, drawn in zip(starts, copies, strict=True)], axis=1
    )
    cells = (person + n * np.arange(rows)[:, None]).ravel()
    cost, effect = outcomes[:, 0], outcomes[:, 1]
    ones = np.ones_like(cost)
    counts, *rest = (
        np.bincount(cells, (weights * value).ravel(), minlength=rows * n).reshape(rows, n)
        for value in (ones, cost, effect, cost * cost, cost * effect, effect * effect)
    )
    squares = partial(weighted_squares, np.stack(rest[2:], axis=2))
    return Draws(counts.astype(np.float64), np.stack(rest[:2], axis=2), squares)


def with_columns(analysis: Analysis, columns: FloatArray, weights: FloatArray) -> Analysis:
    """The analysis of one completed data set.

    Parameters
    ----------
    analysis : Analysis
    columns : array, shape (p + 2, slots)
    weights : array, shape (slots,)
        Empty slots, of weight 0, are dropped.
    """
    inside = columns[:, weights > 0].T
    sizes = inside[:, : len(analysis.arms)].sum(axis=0).astype(np.int64)
    return replace(analysis, columns=inside, sizes=sizes)
