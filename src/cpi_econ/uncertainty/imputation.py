"""An incomplete outcomes table as standardised columns of an imputation model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cpi_econ.contracts import ARM, CLUSTER, COST, EFFECT
from cpi_econ.kernels.pools import IntArray
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.uncertainty.analysis import WHOLE_CLUSTERS, Resample
from cpi_econ.uncertainty.arms import arms_of
from cpi_econ.uncertainty.design import design
from cpi_econ.uncertainty.imputation_plan import ImputationPlan


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of the imputation model.

    Parameters
    ----------
    name : str
    match : int
        Column that is matched on.
    columns : integer array
        Columns by which it enters other regressions.
    known : array of bool, shape (people,)
    """

    name: str
    match: int
    columns: IntArray
    known: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Encoded:
    """Every variable of the imputation model on the standardised scale.

    Parameters
    ----------
    columns : array, shape (people, columns)
        A constant, covariates and predictors, cost, effect, components, codes of categories.
    variables : tuple of Variable
        Those that are imputed or predict; a total with components is not among them.
    names : tuple of str
        Name of each column.
    covariates : tuple of str
        Covariates and predictors, by their name in the table.
    location, scale : array, shape (columns,)
        What was taken out of each column.
    """

    columns: FloatArray
    variables: tuple[Variable, ...]
    names: tuple[str, ...]
    covariates: tuple[str, ...]
    location: FloatArray
    scale: FloatArray


def model_names(covariates: Sequence[str], plan: ImputationPlan) -> list[str]:
    """Variables of the imputation model besides cost, effect and their components.

    Parameters
    ----------
    covariates : sequence of str
        Columns of the adjustment.
    plan : ImputationPlan

    Examples
    --------
    >>> model_names(["age"], ImputationPlan(predictors=("sex", "age", "cost")))
    ['age', 'sex']
    """
    return [
        name
        for name in dict.fromkeys([*covariates, *plan.predictors])
        if name not in (COST, EFFECT)
    ]


def in_order(people: pd.DataFrame, resample: Resample) -> pd.DataFrame:
    """People arm after arm, and cluster after cluster where whole clusters are drawn.

    Parameters
    ----------
    people : DataFrame
        Sorted by participant.
    resample : {"individuals", "clusters", "two_stage", "bayesian", "none"}
    """
    arm = arms_of(people[ARM]).codes
    whole = CLUSTER in people.columns and resample in WHOLE_CLUSTERS
    second = pd.factorize(people[CLUSTER])[0] if whole else np.arange(len(people))
    return people.iloc[np.lexsort((second, arm))].reset_index(drop=True)


def filled(table: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """The table with each gap holding some known value of the same arm.

    Parameters
    ----------
    table : DataFrame
        Somebody in each arm has each variable.
    names : sequence of str
        Columns to fill.

    Notes
    -----
    The values only hold the places that imputation overwrites.

    Examples
    --------
    >>> people = pd.DataFrame({"arm": ["a", "a", "b"], "cost": [1.0, None, 3.0]})
    >>> filled(people, ["cost"])["cost"].tolist()
    [1.0, 1.0, 3.0]
    """
    made = table.copy()
    for name in names:
        for _, rows in table.groupby(ARM, sort=False):
            gaps = rows.index[rows[name].isna()]
            known = rows[name].dropna().to_numpy()
            if len(gaps):
                made.loc[gaps, name] = np.resize(known, len(gaps))
    return made


def encode(
    table: pd.DataFrame,
    whole: pd.DataFrame,
    covariates: Sequence[str],
    plan: ImputationPlan,
    categorical: Sequence[str] = (),
) -> Encoded:
    """Variables of the imputation model as standardised columns.

    Parameters
    ----------
    table : DataFrame
        The table as observed.
    whole : DataFrame
        The same rows as ``filled`` makes them.
    covariates : sequence of str
        Columns of the adjustment.
    plan : ImputationPlan
    categorical : sequence of str
        Numeric columns whose values are categories.

    Returns
    -------
    Encoded
    """
    names = model_names(covariates, plan)
    arm = whole[ARM].astype(str)
    made = design(whole, arm, list(dict.fromkeys(arm)), {COST: names}, categorical)
    n_arms = arm.nunique()
    parts = [name for of in plan.components.values() for name in of]
    plain = [name for name in dict.fromkeys([COST, EFFECT, *parts]) if name not in names]
    numbers = whole[plain].to_numpy(dtype=np.float64)
    location, spread = numbers.mean(axis=0), numbers.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    columns = [np.ones((len(whole), 1)), made.covariates, (numbers - location) / scale]
    own = ["", *made.names[n_arms:], *plain]
    codes = [name for name in names if name not in own]
    columns.append(np.column_stack([_codes(whole[name]) for name in codes] or [numbers[:, :0]]))
    labels = (*own, *(f"{name} (code)" for name in codes))
    place = {label: number for number, label in enumerate(labels)}
    totals = set(plan.components)
    variables = [
        Variable(
            name,
            place.get(name, place.get(f"{name} (code)", 0)),
            _columns_of(name, own),
            table[name].notna().to_numpy(),
        )
        for name in (*names, *plain)
        if name not in totals
    ]
    return Encoded(
        np.concatenate(columns, axis=1),
        tuple(variables),
        labels,
        tuple(names),
        *_units(whole, labels, dict(zip(plain, zip(location, scale, strict=True), strict=True))),
    )


def _columns_of(name: str, own: Sequence[str]) -> IntArray:
    """Its own column, or the indicators of its categories."""
    hits = [number for number, label in enumerate(own) if label == name]
    return np.array(
        hits or [number for number, label in enumerate(own) if label.startswith(f"{name}: ")],
        dtype=np.intp,
    )


def _codes(column: pd.Series[str]) -> FloatArray:
    """Categories as 0, 1, ... in their declared or sorted order, standardised."""
    declared = isinstance(column.dtype, pd.CategoricalDtype)
    codes = column.cat.codes if declared else pd.Categorical(column.astype(str)).codes
    values = np.asarray(codes, dtype=np.float64)
    spread = values.std()
    return np.asarray((values - values.mean()) / (spread if spread > 0 else 1.0))


def _units(
    whole: pd.DataFrame, labels: Sequence[str], plain: dict[str, tuple[float, float]]
) -> tuple[FloatArray, FloatArray]:
    location, scale = np.zeros(len(labels)), np.ones(len(labels))
    for number, label in enumerate(labels):
        if label in plain:
            location[number], scale[number] = plain[label]
        elif label in whole.columns and pd.api.types.is_numeric_dtype(whole[label]):
            column = whole[label].to_numpy(dtype=np.float64)
            location[number], scale[number] = column.mean(), column.std()
    return location, scale
