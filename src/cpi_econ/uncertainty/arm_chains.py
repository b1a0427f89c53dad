"""Targets and regressors of each arm's chained equations, with a random term for clusters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cpi_econ.contracts import CLUSTER
from cpi_econ.kernels.chained import Target
from cpi_econ.kernels.icc import anova_icc
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.uncertainty.imputation import Encoded, Variable
from cpi_econ.uncertainty.imputation_plan import Matching

LEAST_ICC = 0.01
MOST_ICC = 0.9
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class ArmChain:
    """One arm, ready for chained equations.

    Parameters
    ----------
    values : array, shape (columns, people)
        The encoded columns, then an indicator of each cluster.
    known : array of bool, shape (targets, people)
    targets : tuple of Target
    names : tuple of str
        Name of each target.
    columns : tuple of str
        Name of each encoded column.
    """

    values: FloatArray
    known: NDArray[np.bool_]
    targets: tuple[Target, ...]
    names: tuple[str, ...]
    columns: tuple[str, ...]


def arm_chains(
    encoded: Encoded, table: pd.DataFrame, sizes: NDArray[np.int64], matching: Matching = "donors"
) -> tuple[ArmChain, ...]:
    """Each arm's columns and targets, with a random term for clusters where there are any.

    Parameters
    ----------
    encoded : Encoded
        Rows stand arm after arm.
    table : DataFrame
        The same rows, with column ``cluster`` where there are clusters.
    sizes : integer array, shape (arms,)
        People in each arm.
    matching : {"donors", "residuals"}
        Categories always come from donors.

    Returns
    -------
    tuple of ArmChain

    Notes
    -----
    The cluster term is a random intercept: an indicator of each cluster of the arm, penalised by
    (1 - ICC) / ICC with the target's intraclass correlation by analysis of variance, held between
    0.01 and 0.9. A cluster in which nobody has the target gets an intercept drawn from the
    distribution of intercepts. It is left out where clusters hold fewer than two people on average.
    """
    arm = np.repeat(np.arange(len(sizes)), sizes)
    cluster = pd.factorize(table[CLUSTER])[0] if CLUSTER in table.columns else None
    order = sorted(encoded.variables, key=lambda variable: int((~variable.known).sum()))
    shares = {v.name: _share(encoded, v, arm, cluster) for v in order}
    return tuple(
        _chain(
            encoded,
            order,
            arm == code,
            None if cluster is None else cluster[arm == code],
            shares,
            matching,
        )
        for code in range(len(sizes))
    )


def _share(
    encoded: Encoded,
    variable: Variable,
    arm: NDArray[np.intp],
    cluster: NDArray[np.intp] | None,
) -> float:
    if cluster is None:
        return LEAST_ICC
    known = variable.known
    found = anova_icc(encoded.columns[known, variable.match], arm[known], cluster[known])
    return float(np.clip(np.nan_to_num(found, nan=LEAST_ICC), LEAST_ICC, MOST_ICC))


def _chain(
    encoded: Encoded,
    order: Sequence[Variable],
    inside: NDArray[np.bool_],
    cluster: NDArray[np.intp] | None,
    shares: dict[str, float],
    matching: Matching,
) -> ArmChain:
    values = encoded.columns[inside].T
    groups = np.unique(cluster) if cluster is not None else np.zeros(0, dtype=np.intp)
    use = len(groups) > 1 and 2 * len(groups) <= values.shape[1]
    if use and cluster is not None:
        values = np.concatenate([values, (cluster == groups[:, None]).astype(np.float64)])
    terms = np.arange(len(encoded.names), len(values))
    chosen = [v for v in order if not v.known[inside].all()]
    targets = []
    for target in chosen:
        others = [v.columns for v in order if v.name != target.name]
        regressors = np.concatenate([[0], *others, terms]).astype(np.intp)
        penalty = np.zeros(len(regressors))
        penalty[len(regressors) - len(terms) :] = (1 - shares[target.name]) / shares[target.name]
        taken = np.unique(np.append(target.columns, target.match))
        residual = matching == "residuals" and len(taken) == 1
        bounds = _bounds(encoded, target)
        targets.append(Target(target.match, taken, regressors, penalty, residual, *bounds))
    known = np.array([v.known[inside] for v in chosen], dtype=bool).reshape(-1, int(inside.sum()))
    names = tuple(v.name for v in chosen)
    return ArmChain(values, known, tuple(targets), names, encoded.names)


def _bounds(encoded: Encoded, variable: Variable) -> tuple[float, float]:
    """On the standardised scale: 0 where no value is below 0, 1 where none is above 1."""
    location, scale = encoded.location[variable.match], encoded.scale[variable.match]
    seen = encoded.columns[variable.known, variable.match] * scale + location
    least = -location / scale if seen.min() >= -ROUNDING else -np.inf
    most = (1 - location) / scale if seen.max() <= 1 + ROUNDING else np.inf
    return least, most
