"""Covariate names to regressors: numbers as they are, categories as indicators, all centred."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cpi_econ.contracts import COST, EFFECT
from cpi_econ.errors import EstimationError, Finding, raise_all
from cpi_econ.kernels.leastsq import Equation, solve
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.uncertainty.checks import is_constant

Adjust = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Design:
    """Regressors of both equations.

    Parameters
    ----------
    arm : Series of str
        Arm of each participant.
    covariates : array, shape (participants, p - arms)
        Covariates with mean 0 and standard deviation 1.
    names : tuple of str
        Name of each column, those of the arms first.
    equations : tuple of two integer arrays
        Columns of the cost equation and of the effect equation.
    propensity : integer array
        Columns of the propensity model.
    """

    arm: pd.Series[str]
    covariates: FloatArray
    names: tuple[str, ...]
    equations: tuple[Equation, Equation]
    propensity: Equation

    @property
    def columns(self) -> FloatArray:
        """Indicators of the arms, then the covariates, shape (participants, p)."""
        arms = self.names[: len(self.names) - self.covariates.shape[1]]
        rows = [(self.arm == name).to_numpy() for name in arms]
        return np.array([*rows, *self.covariates.T], dtype=np.float64).T


def covariate_names(adjust: Adjust | None) -> list[str]:
    """Every covariate of either equation, once, cost's first.

    Parameters
    ----------
    adjust : mapping, optional
        Covariates of ``cost`` and of ``effect``.

    Raises
    ------
    EstimationError
        ``E076`` a key other than ``cost`` and ``effect``.

    Examples
    --------
    >>> covariate_names({"cost": ["age"], "effect": ["age", "baseline_utility"]})
    ['age', 'baseline_utility']
    """
    adjust = adjust or {}
    findings = [
        Finding("E076", f'adjust has "{key}"; allowed are cost and effect.')
        for key in adjust
        if key not in (COST, EFFECT)
    ]
    findings += [
        Finding("E076", f"adjust.{key} is {value!r}; write a list of column names.")
        for key, value in adjust.items()
        if isinstance(value, str)
    ]
    raise_all(findings, EstimationError)
    return list(dict.fromkeys(name for key in (COST, EFFECT) for name in adjust.get(key, ())))


def check_covariates(table: pd.DataFrame, names: Sequence[str]) -> None:
    """Raise ``EstimationError`` (``E076``) for every covariate that is no column of the table."""
    raise_all(
        [
            Finding(
                "E076",
                f'covariate "{name}" is no column of the participants table; columns '
                f"are {', '.join(map(str, table.columns))}.",
            )
            for name in names
            if name not in table.columns
        ],
        EstimationError,
    )


def design(
    table: pd.DataFrame,
    arm: pd.Series[str],
    arms: Sequence[str],
    adjust: Adjust | None = None,
    categorical: Sequence[str] = (),
    propensity: Sequence[str] = (),
) -> Design:
    """Regressors of the cost and the effect equation.

    Parameters
    ----------
    table : DataFrame
        Participants without missing covariates.
    arm : Series of str
        Arm of each participant.
    arms : sequence of str
        Order of the arm indicators.
    adjust : mapping, optional
        Covariates of ``cost`` and of ``effect``.
    categorical : sequence of str
        Numeric columns whose values are categories.
    propensity : sequence of str
        Covariates of the propensity model.

    Returns
    -------
    Design

    Raises
    ------
    EstimationError
        ``E077`` a covariate is constant, ``E078`` it follows from the arms and the covariates
        before it.

    Notes
    -----
    Covariates are centred over everyone analysed, so the coefficient of an arm's indicator is that
    arm's adjusted mean over one common distribution of covariates.

    Examples
    --------
    >>> people = pd.DataFrame({"arm": ["a", "a", "b", "b"], "age": [30, 50, 40, 60]})
    >>> made = design(people, people["arm"], ["a", "b"], {"cost": ["age"]})
    >>> made.names, [part.tolist() for part in made.equations]
    (('a', 'b', 'age'), [[0, 1, 2], [0, 1]])
    """
    names = list(dict.fromkeys([*covariate_names(adjust), *propensity]))
    blocks = {name: _regressors(table[name], name in categorical) for name in names}
    findings = [
        Finding("E077", f'covariate "{name}" has one value for everyone analysed. Leave it out.')
        for name, block in blocks.items()
        if not block
    ]
    raise_all(findings, EstimationError)
    columns = {
        name: _standardised(values) for block in blocks.values() for name, values in block.items()
    }
    arm_columns = np.arange(len(arms), dtype=np.intp)
    position = _positions(blocks, len(arms))
    cost, effect, balance = (
        np.concatenate([np.empty(0, np.intp), *(position[name] for name in chosen)])
        for chosen in ((adjust or {}).get(COST, ()), (adjust or {}).get(EFFECT, ()), propensity)
    )
    made = Design(
        arm,
        np.array(list(columns.values())).reshape(len(columns), len(table)).T,
        (*arms, *columns),
        (np.concatenate([arm_columns, cost]), np.concatenate([arm_columns, effect])),
        balance,
    )
    if blocks:
        raise_all(_collinear(made, len(arms)), EstimationError)
    return made


def _regressors(column: pd.Series[float], is_category: bool) -> dict[str, FloatArray]:
    """Number as one column, categories as indicators of all but the first; none when constant."""
    if not is_category and pd.api.types.is_numeric_dtype(column):
        values = np.asarray(column, dtype=np.float64)
        return {} if (values == values[0]).all() else {str(column.name): values}
    if is_constant(column):
        return {}
    levels = _levels(column)
    codes = pd.Categorical(column.astype(str), categories=levels).codes
    return {
        f"{column.name}: {level}": (codes == code).astype(np.float64)
        for code, level in enumerate(levels)
        if code
    }


def _levels(column: pd.Series[float]) -> list[str]:
    """Categories in their declared order, else sorted; only those that occur."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return [str(level) for level in column.cat.remove_unused_categories().cat.categories]
    return [str(level) for level in sorted(column.unique())]


def _standardised(values: FloatArray) -> FloatArray:
    made: FloatArray = (values - values.mean()) / values.std()
    return made


def _positions(blocks: Mapping[str, Mapping[str, FloatArray]], before: int) -> dict[str, Equation]:
    """Columns of each covariate, after those of the arms."""
    edges = before + np.cumsum([0] + [len(block) for block in blocks.values()])
    return {
        name: np.arange(start, end, dtype=np.intp)
        for name, start, end in zip(blocks, edges[:-1], edges[1:], strict=True)
    }


def _collinear(made: Design, n_arms: int) -> list[Finding]:
    found: dict[str, Finding] = {}
    arm_columns = np.arange(n_arms, dtype=np.intp)
    every = (*made.equations, np.concatenate([arm_columns, made.propensity]))
    columns = made.columns
    products = columns.T @ columns
    for equation in {members.tobytes(): members for members in every}.values():
        part = products[np.ix_(equation, equation)]
        left_out = solve(part[None], np.zeros((1, len(equation), 1)))[1][0]
        for number in equation[left_out]:
            name = made.names[number]
            found[name] = Finding(
                "E078",
                f'covariate "{name}" follows exactly from the arms and the covariates before it. '
                "Leave it out, or the one that it repeats; a covariate that is constant within "
                "every arm cannot be adjusted for.",
            )
    return list(found.values())
