"""Cost and effect by degree of exposure, such as fidelity, weighted by its propensity."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from cpi_econ.contracts import ARM, CLUSTER, COST, EFFECT, REPLICATE
from cpi_econ.errors import EstimationError, stop
from cpi_econ.kernels.leastsq import cross_products, solve
from cpi_econ.kernels.resample import FloatArray, resampled_weights, rows_at_once
from cpi_econ.uncertainty.blocks import Means, step_work
from cpi_econ.uncertainty.checks import check_values
from cpi_econ.uncertainty.design import check_covariates, design
from cpi_econ.uncertainty.missing import complete_cases
from cpi_econ.uncertainty.modelled_means import LEFT_OUT
from cpi_econ.uncertainty.parallel import run_blocks
from cpi_econ.uncertainty.people import check_people
from cpi_econ.uncertainty.weight_limits import WeightLimits, check_limits, weight_quantile

_MOST = 300.0
"""Logarithm of the largest weight, reached where covariates all but decide the exposure."""


class Doses(NamedTuple):
    """Arrays of a dose-response analysis.

    Parameters
    ----------
    regressors : array, shape (people, k)
        Ones and standardised covariates of the exposure.
    exposure : array, shape (people,)
        Standardised.
    doses : array, shape (doses,)
        On the same scale.
    outcomes : array, shape (people, 2)
        Standardised cost and effect.
    units : integer array, shape (units,)
        People in each unit that is resampled.
    truncate : float, optional
        Quantile of the weights above which they are set to it.
    """

    regressors: FloatArray
    exposure: FloatArray
    doses: FloatArray
    outcomes: FloatArray
    units: NDArray[np.int64]
    truncate: float | None = None


def dose_response(
    table: pd.DataFrame,
    *,
    exposure: str,
    doses: Sequence[float],
    reference: float,
    propensity: Sequence[str],
    categorical: Sequence[str] = (),
    cluster: str | None = None,
    truncate: float | None = 0.99,
    n_replicates: int = 5000,
    seed: int = 1,
    jobs: int = 1,
    currency: str = "",
    effect_unit: str = "",
) -> xr.Dataset:
    r"""Mean cost and effect, had everyone had each dose of a continuous exposure.

    Parameters
    ----------
    table : DataFrame
        The outcomes table with the column of the exposure; participants with a missing value are
        left out. Arms play no part.
    exposure : str
        Column of the exposure, such as a fidelity score.
    doses : sequence of float
        Doses of interest, within the range observed.
    reference : float
        Dose that the others are compared with.
    propensity : sequence of str
        Covariates of the exposure.
    categorical : sequence of str
        Numeric covariates whose values are categories.
    cluster : str, optional
        Column of the cluster; whole clusters are then resampled.
    truncate : float, optional
        Quantile of the weights above which they are set to it.
    n_replicates, seed, jobs : int
    currency, effect_unit : str

    Returns
    -------
    Dataset
        Replicates as from ``bootstrap``, with doses in the place of arms, named by exposure and
        dose, and coordinate ``dose``. Increments, net benefit and curves are made from it as usual.

    Raises
    ------
    EstimationError
        ``E071`` a dose outside the range, ``E077`` an exposure without variation, ``E076`` a
        column that cannot be used, and those of the data.

    Notes
    -----
    The exposure given covariates is normal with density f(t | x), the generalised propensity
    score. People are weighted by :math:`f(T) / f(T | X)`; each outcome is regressed on T, T squared
    and the covariates, and predictions are averaged over everyone. It is enough that one of the two
    models is right. Both are fitted again in each replicate. Regression on the score itself
    (Hirano, Imbens 2004) was tried and left most of the confounding in a made-up linear example.

    References
    ----------
    Imbens (2000), doi:10.1093/biomet/87.3.706; Robins, Hernan, Brumback (2000),
    doi:10.1097/00001648-200009000-00011; Hirano, Imbens (2004),
    doi:10.1002/0470090456.ch7

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> people = pd.DataFrame({"participant": np.arange(50).astype(str), "age": rng.random(50)})
    >>> people["fidelity"] = people["age"] + rng.random(50)
    >>> people["cost"], people["effect"] = rng.random(50), people["fidelity"] + rng.random(50)
    >>> made = dose_response(people, exposure="fidelity", doses=[0.5, 1.5], reference=0.5,
    ...                      propensity=["age"], n_replicates=20)
    >>> made["arm"].values.tolist()
    ['fidelity 0.5', 'fidelity 1.5']
    """
    names = [f"{exposure} {dose:g}" for dose in dict.fromkeys([reference, *doses])]
    data, centre, scale = _prepared(
        table, exposure, [reference, *doses], propensity, categorical, cluster
    )
    check_limits(WeightLimits(truncate=truncate))
    data = data._replace(truncate=truncate)
    at_once = max(1, rows_at_once(4 * len(data.exposure)))
    blocks = run_blocks(step_work(partial(_step, data), at_once, seed), n_replicates, jobs=jobs)
    observed = _curves(data, np.ones((1, len(data.exposure))))[0][0] * scale + centre
    draws = np.concatenate([block[0] for block in blocks]) * scale + centre
    doses_kept = list(dict.fromkeys([float(reference), *map(float, doses)]))
    return xr.Dataset(
        {
            COST: ((REPLICATE, ARM), draws[:, :, 0]),
            EFFECT: ((REPLICATE, ARM), draws[:, :, 1]),
            f"{COST}_hat": ((ARM,), observed[:, 0]),
            f"{EFFECT}_hat": ((ARM,), observed[:, 1]),
        },
        {ARM: names, REPLICATE: np.arange(len(draws)), "dose": ((ARM,), doses_kept)},
        {
            "reference": names[0],
            "currency": currency,
            "effect_unit": effect_unit,
            "seed": seed,
            "resample": "individuals" if cluster is None else "clusters",
            "model": "dose_response",
            "df": float(len(data.units) - 2),
            "interval": "t",
            "n_replicates": n_replicates,
            "n_participants": len(data.exposure),
        },
    )


def _prepared(
    table: pd.DataFrame,
    exposure: str,
    doses: Sequence[float],
    propensity: Sequence[str],
    categorical: Sequence[str],
    cluster: str | None,
) -> tuple[Doses, FloatArray, FloatArray]:
    """Arrays, and the centre and scale of the outcomes."""
    people = check_people(table.assign(**{ARM: "all"}), cluster, "individuals", [*propensity])
    check_covariates(people, [exposure])
    check_values(people)
    people = complete_cases(people, [exposure, *propensity], "complete_cases")
    _check_exposure(people, exposure, doses)
    group = pd.factorize(people[CLUSTER])[0] if cluster is not None else np.arange(len(people))
    people = people.iloc[np.argsort(group, kind="stable")].reset_index(drop=True)
    regressors = design(
        people, people[ARM], ["all"], None, categorical, propensity=propensity
    ).columns
    given = people[exposure].to_numpy(dtype=np.float64)
    outcomes = people[[COST, EFFECT]].to_numpy(dtype=np.float64)
    centre, spread = outcomes.mean(axis=0), outcomes.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    wanted = np.array(list(dict.fromkeys(map(float, doses))))
    data = Doses(
        regressors,
        (given - given.mean()) / given.std(),
        (wanted - given.mean()) / given.std(),
        (outcomes - centre) / scale,
        np.bincount(group),
    )
    return data, centre, scale


def _check_exposure(people: pd.DataFrame, exposure: str, doses: Sequence[float]) -> None:
    column = people[exposure]
    if not pd.api.types.is_numeric_dtype(column):
        stop(EstimationError, "E076", f'"{exposure}" holds text; a dose is a number.')
    if column.nunique() < 3:
        message = f'"{exposure}" has {column.nunique()} values; a curve needs 3. Use them as arms.'
        stop(EstimationError, "E077", message)
    low, high = float(column.min()), float(column.max())
    outside = [dose for dose in doses if not low <= dose <= high]
    if outside:
        listing = ", ".join(f"{dose:g}" for dose in outside)
        message = f"doses {listing} lie outside what was observed, {low:g} to {high:g}."
        stop(EstimationError, "E071", f"{message} Nothing is known there.")


def _step(data: Doses, rows: int, stream: np.random.Generator) -> Means:
    return _curves(data, resampled_weights([data.units], rows, stream))


def _curves(data: Doses, counts: FloatArray) -> Means:
    """Means at each dose, shape (replicates, doses, 2), on the standardised scale."""
    given = data.exposure
    weights, out = _weights(data, counts)
    columns = np.column_stack([data.regressors, given, given**2, data.outcomes])
    total = cross_products(counts * weights, columns)
    beta, also_out = solve(total[:, :-2, :-2], total[:, :-2, -2:])
    k = data.regressors.shape[1]
    everyone = counts @ data.regressors / counts.sum(axis=1, keepdims=True)
    level = everyone[:, None, :] @ beta[:, :k]
    shape = np.column_stack([data.doses, data.doses**2]) @ beta[:, k:]
    flags = LEFT_OUT * np.asarray(out | also_out.any(axis=1)).astype(np.int8)
    return np.asarray(level + shape), np.asarray(flags)


def _weights(data: Doses, counts: FloatArray) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Density of the exposure over its density given covariates, in each replicate."""
    share = counts / counts.sum(axis=1, keepdims=True)
    total = cross_products(share, np.column_stack([data.regressors, data.exposure]))
    gamma, out = solve(total[:, :-1, :-1], total[:, :-1, -1:])
    marginal = _log_density(data.exposure, (share @ data.exposure)[:, None], share)
    given = _log_density(data.exposure, gamma[:, :, 0] @ data.regressors.T, share)
    weights = np.exp(np.minimum(marginal - given, _MOST))
    if data.truncate is not None:
        most = weight_quantile(weights, counts, data.truncate)
        weights = np.minimum(weights, most[:, None])
    return weights, np.asarray(out.any(axis=1))


def _log_density(values: FloatArray, mean: FloatArray, share: FloatArray) -> FloatArray:
    """Normal log density with the variance around the mean, up to a constant."""
    squares = (values - mean) ** 2
    variance = np.maximum((share * squares).sum(axis=1, keepdims=True), 1e-9)
    return np.asarray(-squares / (2 * variance) - np.log(variance) / 2)
