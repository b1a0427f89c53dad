"""The shape of a study's own data, for made-up studies like it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cpi_econ.contracts import ARM, CLUSTER, COST, EFFECT
from cpi_econ.errors import EstimationError, stop
from cpi_econ.kernels.icc import anova_icc
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.simulate.draws import Flags
from cpi_econ.simulate.endpoints import Endpoint
from cpi_econ.simulate.studies import Shape

_MOST, _FEW, _LEAST = 0.9, 5, 2


def study_shape(
    table: pd.DataFrame,
    arms: Sequence[str],
    covariates: Mapping[str, Sequence[str]],
    categorical: Sequence[str] = (),
) -> Shape:
    """Arms, clusters, spread, correlations, confounding and losses of an outcomes table.

    Parameters
    ----------
    table : DataFrame
        Outcomes: ``arm``, ``cost``, ``effect``, ``cluster`` where there is one, covariates.
    arms : sequence of str
        The reference first.
    covariates : mapping
        Covariates of ``cost`` and of ``effect``; those of an outcome are summed up in one, its
        least-squares prediction within arms.
    categorical : sequence of str
        Numeric covariates whose values are categories.

    Returns
    -------
    Shape
        With true increments of 0, so that intervals should hold 0. Costs are gamma unless one is
        negative; their skewness follows from mean and standard deviation.

    Raises
    ------
    EstimationError
        ``E072`` an arm with fewer than two people whose outcome is known.

    Examples
    --------
    >>> table = pd.DataFrame({"arm": ["a", "b"] * 4, "cluster": list("wxyzwxyz"),
    ...                       "cost": [1.0, 2, 4, 3, 8, 5, 2, 1],
    ...                       "effect": [0.1, 0.2, 0.4, 0.3, 0.2, 0.2, 0.5, 0.3]})
    >>> shape = study_shape(table, ["a", "b"], {})
    >>> dict(shape.sizes), shape.cost.gamma
    ({'a': (2, 2), 'b': (2, 2)}, True)
    """
    table = table.assign(**{ARM: table[ARM].astype(str)})
    cost, effect = (
        _part(table, name, covariates.get(name, ()), categorical, arms) for name in (COST, EFFECT)
    )
    with np.errstate(invalid="ignore"):  # one value for everyone correlates with nothing
        together = pd.Series(cost.rest).corr(pd.Series(effect.rest))
    arm = table[ARM].to_numpy(dtype=object)
    lost = table[[COST, EFFECT]].isna().any(axis=1)
    return Shape(
        sizes={arm: _sizes(table[table[ARM] == arm]) for arm in arms},
        cost=cost.endpoint,
        effect=effect.endpoint,
        correlation=float(np.clip(np.nan_to_num(together), -0.99, 0.99)),
        lost={arm: float(np.clip(lost[table[ARM] == arm].mean(), 0.0, _MOST)) for arm in arms},
        lost_slope=_slope(effect.score, arm, lost.to_numpy()),
    )


class _Part(NamedTuple):
    """Endpoint, with the standardised prediction and the residual of every person."""

    endpoint: Endpoint
    score: FloatArray
    rest: FloatArray


def _sizes(people: pd.DataFrame) -> tuple[int, ...]:
    if CLUSTER not in people:
        return (1,) * len(people)
    return tuple(people.groupby(CLUSTER, sort=True).size().tolist())


def _part(
    table: pd.DataFrame,
    outcome: str,
    names: Sequence[str],
    categorical: Sequence[str],
    arms: Sequence[str],
) -> _Part:
    regressors = _regressors(table, names, categorical)
    arm = table[ARM].to_numpy(dtype=object)
    values = table[outcome].to_numpy(np.float64)
    known = ~np.isnan(values) & ~np.isnan(regressors).any(axis=1)
    for name in arms:
        if np.count_nonzero(known & (arm == name)) < _LEAST:
            message = (
                f'arm "{name}" has fewer than {_LEAST} people whose {outcome} is known; their '
            )
            stop(EstimationError, "E072", f"{message}spread cannot be imitated.")
    within = _centred(np.column_stack([values, regressors]), arm, known)
    slopes = np.linalg.lstsq(within[known, 1:], within[known, 0], rcond=None)[0]
    rest = within[:, 0] - within[:, 1:] @ slopes
    free = max(int(known.sum()) - len(arms), 1)
    total, left = (float((part[known] ** 2).sum()) for part in (within[:, 0], rest))
    spare = max(free - len(slopes), 1)
    explained = 1 - left / spare / (total / free) if total > 0 and len(slopes) else 0.0
    line = regressors @ slopes
    spread = float(np.nanstd(line[arm == arms[0]]))
    score = (line - np.nanmean(line)) / spread if spread > 0 else np.zeros(len(line))
    first = [float(np.nanmean(score[arm == name])) for name in arms]
    reference = values[arm == arms[0]]
    mean, sd = float(np.nanmean(reference)), float(np.nanstd(reference, ddof=1))
    gamma = outcome == COST and float(np.nanmin(values)) >= 0 and mean > 0
    lowest = -_MOST * mean / sd if gamma and sd > 0 else -np.inf
    endpoint = Endpoint(
        mean=mean,
        sd=sd,
        increments=(0.0,) * (len(arms) - 1),
        icc=_icc(rest, table, known),
        explained=float(np.clip(explained, 0.0, _MOST)),
        shift=tuple(max(one - first[0], lowest) for one in first[1:]),
        gamma=gamma,
    )
    return _Part(endpoint, score, rest)


def _regressors(
    table: pd.DataFrame, names: Sequence[str], categorical: Sequence[str]
) -> FloatArray:
    columns = [np.empty((len(table), 0))]
    for name in names:
        if name in categorical or not pd.api.types.is_numeric_dtype(table[name]):
            made = pd.get_dummies(table[name].astype("str"), drop_first=True, dtype=float)
            part = made.mask(table[name].isna()).to_numpy(np.float64)
        else:
            part = table[[name]].to_numpy(np.float64, na_value=np.nan)
        columns.append(part)
    return np.column_stack(columns)


def _centred(values: FloatArray, arm: NDArray[np.object_], known: Flags) -> FloatArray:
    """Values less the mean of the arm's people of whom everything is known."""
    made = values.copy()
    for name in np.unique(arm):
        inside = arm == name
        made[inside] -= values[inside & known].mean(axis=0)
    return made


def _icc(rest: FloatArray, table: pd.DataFrame, known: Flags) -> float:
    if CLUSTER not in table:
        return 0.0
    codes = [
        pd.factorize(table[name].to_numpy()[known])[0].astype(np.intp) for name in (ARM, CLUSTER)
    ]
    found = anova_icc(rest[known], codes[0], codes[1])
    return float(np.clip(np.nan_to_num(found), 0.0, _MOST))


def _slope(score: FloatArray, arm: NDArray[np.object_], lost: Flags) -> float:
    """Log odds of being lost per standard deviation, from the difference of the two groups.

    Exact where the score is normal with one variance in both (linear discriminant).
    """
    known = ~np.isnan(score)
    gone, here = lost & known, ~lost & known
    if gone.sum() < _FEW or here.sum() < _FEW:
        return 0.0
    within = _centred(score[:, None], arm, known)[:, 0]
    variance = np.mean([within[gone].var(), within[here].var()])
    return float((within[gone].mean() - within[here].mean()) / variance) if variance > 0 else 0.0
