"""Value of learning some parameters: EVPPI by regression, with closed forms as checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import ArrayLike

from cpi_econ.contracts import WTP
from cpi_econ.decision.information import evpi
from cpi_econ.decision.moments import Increments, differences
from cpi_econ.decision.net_benefit import wtp_values
from cpi_econ.errors import EstimationError, Finding, raise_all, stop
from cpi_econ.kernels.normal import mean_positive_part
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.kernels.splines import SplineFit, spline_fit

Method = Literal["spline", "linear", "normal"]
PARAMETER = "parameter"


def evppi(
    replicates: xr.Dataset,
    parameters: pd.DataFrame | Mapping[str, ArrayLike],
    wtp: ArrayLike,
    *,
    by: Sequence[str | Sequence[str]] | None = None,
    method: Method = "spline",
    draws: int = 100,
    seed: int = 1,
) -> xr.Dataset:
    r"""Expected value per person of learning one or several parameters exactly [currency].

    Parameters
    ----------
    replicates : Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)``.
    parameters : DataFrame or mapping
        Value of each parameter in each replicate, in the order of the replicates. A parameter with
        at most eight values, or of words, counts as a category.
    wtp : array-like, shape (thresholds,)
        Willingness to pay [currency / unit of effect].
    by : sequence, optional
        Parameters, or groups of them as lists; default each parameter alone.
    method : {"spline", "linear", "normal"}
        How conditional means are found: regression splines, straight lines, or straight lines with
        the closed form for normal net benefits (two arms only).
    draws, seed : int
        Draws behind the standard error, and their seed.

    Returns
    -------
    Dataset
        ``evppi`` and ``se`` on ``(wtp, parameter)``; groups are named ``a + b``.

    Raises
    ------
    EstimationError
        ``E090`` parameters that do not fit the replicates or are not named, ``E091`` an unknown
        method, or ``normal`` with more than two arms.

    Notes
    -----
    :math:`E_\phi \max_d E[NB_d \mid \phi] - \max_d E[NB_d]`; the inner mean is a regression of the
    simulated cost and effect differences on the parameters, made once for all thresholds. It is
    never reported above EVPI or below 0: what lies beyond is noise of the regression.

    References
    ----------
    Strong, Oakley, Brennan (2014), doi:10.1177/0272989X13505910

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> gain = np.random.default_rng(1).normal(0, 1, 500)
    >>> made = replicates(np.zeros((500, 2)), np.column_stack([0 * gain, gain]), arms=["a", "b"],
    ...                   reference="a")
    >>> found = evppi(made, {"gain": gain}, [100])
    >>> bool(np.isclose(found["evppi"], evpi(made, [100])))
    True
    """
    grid, inc = wtp_values(wtp), differences(replicates)
    table = _table(parameters, len(inc.cost))
    groups = [
        [group] if isinstance(group, str) else list(group) for group in by or list(map(str, table))
    ]
    _check(table, groups, method, inc)
    most = evpi(replicates, grid).to_numpy()
    found = [_group(_columns(table, group), inc, grid, method, draws, seed) for group in groups]
    value = np.column_stack([np.clip(one, 0.0, most) for one, _ in found])
    units = {"units": str(replicates.attrs.get("currency", ""))}
    return xr.Dataset(
        {
            "evppi": ((WTP, PARAMETER), value, units),
            "se": ((WTP, PARAMETER), np.column_stack([se for _, se in found]), units),
        },
        {WTP: grid, PARAMETER: [" + ".join(group) for group in groups]},
        {"reference": replicates.attrs["reference"], "method": method},
    )


def _table(parameters: pd.DataFrame | Mapping[str, ArrayLike], count: int) -> pd.DataFrame:
    try:
        table = pd.DataFrame(dict(parameters)).reset_index(drop=True)
    except ValueError:
        stop(EstimationError, "E090", "parameters differ in length; give one value a replicate.")
    if len(table) != count:
        message = f"parameters have {len(table)} rows and there are {count} replicates."
        stop(EstimationError, "E090", message)
    return table


def _check(
    table: pd.DataFrame, groups: Sequence[Sequence[str]], method: str, inc: Increments
) -> None:
    listing = ", ".join(map(str, table))
    findings = [
        Finding("E090", f'"{name}" is no parameter; parameters are {listing}.')
        for group in groups
        for name in group
        if name not in table
    ]
    named = [name for group in groups for name in group if name in table]
    findings += [
        Finding("E090", f'parameter "{name}" holds missing values; give one value a replicate.')
        for name in dict.fromkeys(named)
        if table[name].isna().any()
    ]
    if method not in ("spline", "linear", "normal"):
        findings.append(
            Finding("E091", f"method is {method!r}; allowed are spline, linear, normal.")
        )
    if method == "normal" and len(inc.arms) > 1:
        message = "the normal closed form is for two arms; use method spline."
        findings.append(Finding("E091", message))
    raise_all(findings, EstimationError)


def _columns(table: pd.DataFrame, group: Sequence[str]) -> FloatArray:
    """Values of a group of parameters; words become numbers, which splines treat as categories."""
    columns = []
    for name in group:
        column = table[name]
        if pd.api.types.is_numeric_dtype(column):
            columns.append(column.to_numpy(np.float64))
        else:
            columns.append(pd.factorize(column, sort=True)[0].astype(np.float64))
    return np.column_stack(columns)


def _group(
    values: FloatArray, inc: Increments, grid: FloatArray, method: str, draws: int, seed: int
) -> tuple[FloatArray, FloatArray]:
    outcomes = np.hstack([inc.cost, inc.effect])
    fit = spline_fit(values, outcomes) if method == "spline" else _straight(values, outcomes)
    if method == "normal":
        value = _normal_value(fit.fitted, grid)
    else:
        value = learning_value(fit.fitted, grid)
    around = [
        learning_value(fit.fitted + deviation, grid) for deviation in _deviations(fit, draws, seed)
    ]
    return value, np.std(around, axis=0, ddof=1)


def _deviations(fit: SplineFit, draws: int, seed: int) -> FloatArray:
    if draws < 2:
        stop(EstimationError, "E091", f"draws is {draws}; a standard error needs 2 or more.")
    return fit.draws(draws, seed)


def _straight(values: FloatArray, outcomes: FloatArray) -> SplineFit:
    columns = np.column_stack([np.ones(len(values)), values])
    left, size, _ = np.linalg.svd(columns, full_matrices=False)
    basis = left[:, size > size[0] * 1e-12]
    fitted = basis @ (basis.T @ outcomes)
    residual = outcomes - fitted
    free = max(len(outcomes) - basis.shape[1], 1)
    ones = np.ones((basis.shape[1], outcomes.shape[1]))
    return SplineFit(fitted, basis, ones, residual.T @ residual / free)


def learning_value(means: FloatArray, grid: FloatArray) -> FloatArray:
    """Mean of the best conditional net benefit, less the best of the means, at each threshold.

    Parameters
    ----------
    means : array, shape (replicates, 2 * arms compared)
        Conditional differences from the reference: of cost for every arm, then of effect.
    grid : array, shape (thresholds,)

    Examples
    --------
    >>> learning_value(np.array([[0.0, 1.0], [0.0, -1.0]]), np.array([10.0])).tolist()
    [5.0]
    """
    cost, effect = np.split(np.ascontiguousarray(means.T), 2)
    highest = np.maximum((grid[:, None] * effect.mean(axis=1) - cost.mean(axis=1)).max(axis=1), 0.0)
    best, benefit = np.empty_like(cost[0]), np.empty_like(cost[0])
    value = np.empty(len(grid))
    for row, threshold in enumerate(grid):
        best.fill(0.0)
        for arm_cost, arm_effect in zip(cost, effect, strict=True):
            np.multiply(arm_effect, threshold, out=benefit)
            np.subtract(benefit, arm_cost, out=benefit)
            np.maximum(best, benefit, out=best)
        value[row] = best.mean()
    gained: FloatArray = value - highest
    return gained


def _normal_value(means: FloatArray, grid: FloatArray) -> FloatArray:
    """Unit normal loss with the mean and spread of the conditional net benefit of two arms."""
    benefit = grid[:, None] * means[:, 1] - means[:, 0]
    mean, sd = benefit.mean(axis=1), benefit.std(axis=1, ddof=1)
    value: FloatArray = mean_positive_part(mean, sd) - np.maximum(mean, 0.0)
    return value
