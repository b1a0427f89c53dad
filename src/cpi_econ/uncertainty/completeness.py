"""Model of being complete, behind weights for missing outcomes: arm by arm where people allow."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cpi_econ.errors import EstimationError, stop
from cpi_econ.kernels.draws import as_observed
from cpi_econ.kernels.logit import fit_membership
from cpi_econ.kernels.resample import FloatArray

BY_ARM = "arm by arm"
MAIN_EFFECTS = "main effects"
_FEWEST = 10  # complete, and incomplete, people of an arm for each predictor


class Completeness(NamedTuple):
    """Model of having every outcome.

    Parameters
    ----------
    regressors : array, shape (people, q)
        With a column of ones; products of arm and predictor where each arm has at least ten
        complete and ten incomplete people for each predictor, and no product decides who is lost.
    entered : {"arm by arm", "main effects"}
        How the arms enter it.
    start : array, shape (1, q)
        Coefficients in the data as observed.
    """

    regressors: FloatArray
    entered: str
    start: FloatArray


def completeness_model(columns: FloatArray, n_arms: int, seen: NDArray[np.bool_]) -> Completeness:
    """Logistic model of having every outcome, arm by arm where people allow.

    Parameters
    ----------
    columns : array, shape (people, arms + p)
        Indicators of the arms, then the predictors.
    n_arms : int
        Number of arms.
    seen : array of bool, shape (people,)
        Who is complete.

    Returns
    -------
    Completeness

    Raises
    ------
    EstimationError
        ``E127`` the arm or the predictors decide for some people that they are lost.

    References
    ----------
    Seaman, White (2013), doi:10.1177/0962280210395740; Peduzzi, Concato, Kemper, Holford,
    Feinstein (1996), doi:10.1016/S0895-4356(96)00236-3, on ten events for each variable

    Examples
    --------
    >>> arm, x = np.repeat([0.0, 1.0], 60), np.tile(np.arange(60.0), 2)
    >>> columns = np.column_stack([1 - arm, arm, x])
    >>> [completeness_model(columns, 2, x % one > 0).entered for one in (3, 9)]
    ['arm by arm', 'main effects']
    """
    arms, predictors = columns[:, :n_arms], columns[:, n_arms:]
    main = [np.ones(len(columns)), *columns[:, 1:].T]
    if _carried(arms, predictors, seen):
        products = [predictor * arm for arm in arms[:, 1:].T for predictor in predictors.T]
        by_arm = np.array([*main, *products]).T
        if (start := _settled(by_arm, seen)) is not None:
            return Completeness(by_arm, BY_ARM, start)
    plain = np.array(main).T
    start = _settled(plain, seen)
    if start is None:
        message = (
            "predictors, or the arm, decide for some people that something is missing, so nobody "
            "who is complete can stand for them. Use fewer predictors, or impute."
        )
        stop(EstimationError, "E127", message)
    return Completeness(plain, MAIN_EFFECTS, start)


def _carried(arms: FloatArray, predictors: FloatArray, seen: NDArray[np.bool_]) -> bool:
    """Whether every arm has enough people on both sides for a model of its own."""
    number = predictors.shape[1]
    sides = np.concatenate([arms[seen].sum(axis=0), arms[~seen].sum(axis=0)])
    return number > 0 and bool((sides >= _FEWEST * number).all())


def _settled(regressors: FloatArray, seen: NDArray[np.bool_]) -> FloatArray | None:
    """Coefficients of a model that converges: nothing decides who is lost."""
    sample = as_observed(len(regressors))
    fit = fit_membership(sample, regressors.__getitem__, seen.astype(np.intp))
    coefficients: FloatArray = fit.beta[0]
    return coefficients if fit.converged[0] else None
