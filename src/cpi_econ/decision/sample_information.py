"""Value of a study before it is made: EVSI by moment matching, closed form and regression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import ArrayLike

from cpi_econ.contracts import ARM, WTP
from cpi_econ.decision.information import evpi
from cpi_econ.decision.moments import Increments, differences
from cpi_econ.decision.net_benefit import wtp_values
from cpi_econ.decision.next_study import NextStudy, Variations, increment_covariance
from cpi_econ.decision.partial_information import PARAMETER, evppi
from cpi_econ.errors import EstimationError, stop
from cpi_econ.kernels.normal import mean_positive_part, probability_positive
from cpi_econ.kernels.resample import FloatArray

STUDY = "study"


def evsi(
    replicates: xr.Dataset,
    studies: Sequence[NextStudy],
    variation: Variations,
    wtp: ArrayLike,
) -> xr.DataArray:
    r"""Expected value per person of the data of each planned study [currency].

    Parameters
    ----------
    replicates : Dataset
        What is known now: ``cost`` and ``effect`` on ``(replicate, arm)``.
    studies : sequence of NextStudy
        With the arms of the replicates.
    variation : Variation or mapping of arm to Variation
        How people of the next study will vary.
    wtp : array-like, shape (thresholds,)
        Willingness to pay [currency / unit of effect].

    Returns
    -------
    DataArray
        On ``(study, wtp)``; coordinates ``participants`` and ``clusters`` on ``study``. Exact
        (conjugate normal) for two arms with an analytic covariance, else moment matching.

    Raises
    ------
    EstimationError
        ``E093`` no study, or one with other arms.

    Notes
    -----
    With present covariance V of the cost and effect differences and sampling covariance S of the
    study, the posterior means will have covariance :math:`V (V + S)^{-1} V`. Moment matching
    rescales the replicates' net benefits to it, so their skewness is kept.

    References
    ----------
    Raiffa, Schlaifer (1961); Willan, Pinto (2005), doi:10.1002/sim.2069; Heath, Manolopoulou, Baio
    (2018), doi:10.1177/0272989X17738515

    Examples
    --------
    >>> from cpi_econ.decision.next_study import Variation
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[0, -9], [0, 10]], [[0, 1], [0, 1]], arms=["a", "b"], reference="a")
    >>> large = NextStudy(participants={"a": 10**9, "b": 10**9})
    >>> people = Variation(cost_sd=1.0, effect_sd=1.0)
    >>> float(evsi(made, [large], people, [0])[0, 0].round(3))
    4.5
    """
    grid, inc = wtp_values(wtp), differences(replicates)
    _check(replicates, studies)
    reference = str(replicates.attrs["reference"])
    sampling = [
        _in_order(increment_covariance(study, variation, reference), study, inc, reference)
        for study in studies
    ]
    present = present_covariance(replicates, inc)
    value = np.array([_study_value(inc, present, one, grid) for one in sampling])
    value = np.clip(value, 0.0, evpi(replicates, grid).to_numpy())
    made = xr.DataArray(value, {WTP: grid}, (STUDY, WTP), attrs=_units(replicates))
    return made.assign_coords(study_coordinates(studies))


def study_coordinates(studies: Sequence[NextStudy]) -> dict[str, Any]:
    """Coordinates that say which study is which: a label, people, clusters.

    Examples
    --------
    >>> list(study_coordinates([NextStudy(participants={"a": 5, "b": 5})]))
    ['study', 'participants', 'clusters']
    """
    return {
        STUDY: [study.label for study in studies],
        "participants": (STUDY, [study.total for study in studies]),
        "clusters": (STUDY, [study.n_clusters for study in studies]),
    }


def evsi_regression(
    replicates: xr.Dataset,
    summaries: pd.DataFrame | Mapping[str, ArrayLike],
    wtp: ArrayLike,
    *,
    seed: int = 1,
) -> xr.Dataset:
    """Expected value per person of data whose summaries were simulated with the model [currency].

    Parameters
    ----------
    replicates : Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)``.
    summaries : DataFrame or mapping
        Summary statistics of one simulated data set for each replicate, made with that replicate's
        parameters: for example the mean response of a trial of the size at hand.
    wtp : array-like, shape (thresholds,)
    seed : int
        Of the draws behind the standard error.

    Returns
    -------
    Dataset
        ``evsi`` and ``se`` on ``(wtp)``.

    References
    ----------
    Strong, Oakley, Brennan, Breeze (2015), doi:10.1177/0272989X15575286

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> rng = np.random.default_rng(1)
    >>> gain = rng.normal(0, 1, 500)
    >>> made = replicates(np.zeros((500, 2)), np.column_stack([0 * gain, gain]), arms=["a", "b"],
    ...                   reference="a")
    >>> trial = {"mean gain": gain + rng.normal(0, 1, 500)}
    >>> found = evsi_regression(made, trial, [100])
    >>> bool(found["evsi"][0] < evpi(made, [100])[0])
    True
    """
    names = list(dict(summaries))
    found = evppi(replicates, summaries, wtp, by=[names], seed=seed).isel({PARAMETER: 0}, drop=True)
    return found.rename(evppi="evsi")


def decision_change(
    replicates: xr.Dataset, studies: Sequence[NextStudy], variation: Variations, wtp: ArrayLike
) -> xr.DataArray:
    """Probability that the data of each study will change which arm has the most net benefit.

    Parameters
    ----------
    replicates : Dataset
    studies : sequence of NextStudy
    variation : Variation or mapping of arm to Variation
    wtp : array-like, shape (thresholds,)

    Returns
    -------
    DataArray
        On ``(study, wtp)``: how often the best arm by the means after the study is not the best
        arm by the estimates of today. Exact for two arms with an analytic covariance.

    Raises
    ------
    EstimationError
        ``E093``.
    """
    grid, inc = wtp_values(wtp), differences(replicates)
    _check(replicates, studies)
    reference = str(replicates.attrs["reference"])
    present = present_covariance(replicates, inc)
    shares = []
    for study in studies:
        found = increment_covariance(study, variation, reference)
        sampling = _in_order(found, study, inc, reference)
        shares.append([_change(inc, present, sampling, threshold) for threshold in grid])
    made = xr.DataArray(np.array(shares), {WTP: grid}, (STUDY, WTP), attrs={"units": "1"})
    return made.assign_coords(study_coordinates(studies))


def _change(inc: Increments, present: FloatArray, sampling: FloatArray, wtp: float) -> float:
    hat = wtp * inc.effect_hat - inc.cost_hat
    now = int(np.argmax(np.r_[0.0, hat]))
    if inc.exact and len(hat) == 1:
        sd = np.sqrt(_after(present, sampling, wtp)[1][0, 0])
        above = float(probability_positive(hat, np.array([sd]))[0])
        return above if now == 0 else 1.0 - above
    after = _rescaled(inc, present, sampling, wtp, around=hat)
    best = np.column_stack([np.zeros(len(after)), after]).argmax(axis=1)
    return float((best != now).mean())


def present_covariance(replicates: xr.Dataset, inc: Increments) -> FloatArray:
    """Present covariance of the differences: costs first, then effects.

    Parameters
    ----------
    replicates : Dataset
    inc : Increments
        Of the same replicates.

    Returns
    -------
    array, shape (2 * arms compared, 2 * arms compared)
    """
    if not inc.exact:
        return np.atleast_2d(np.cov(np.hstack([inc.cost, inc.effect]), rowvar=False))
    arms = [str(arm) for arm in replicates[ARM].values]
    reference = arms.index(str(replicates.attrs["reference"]))
    contrast = np.delete(np.eye(len(arms)), reference, axis=0)
    contrast[:, reference] = -1.0
    cost, both, effect = (
        contrast @ replicates[f"cov_{pair}"].values @ contrast.T
        for pair in ("cost_cost", "cost_effect", "effect_effect")
    )
    joint: FloatArray = np.block([[cost, both], [both.T, effect]])
    return joint


def _check(replicates: xr.Dataset, studies: Sequence[NextStudy]) -> None:
    arms = {str(arm) for arm in replicates[ARM].values}
    if not studies:
        stop(EstimationError, "E093", "name at least one study.")
    for study in studies:
        if set(study.participants) != arms:
            listing = ", ".join(sorted(study.participants))
            message = f"the study has arms {listing}; the replicates have {', '.join(sorted(arms))}"
            stop(EstimationError, "E093", f"{message}.")


def _in_order(cov: FloatArray, study: NextStudy, inc: Increments, reference: str) -> FloatArray:
    """Rows and columns in the order of the replicates' arms."""
    names = [arm for arm in study.participants if arm != reference]
    order = np.array([names.index(arm) for arm in inc.arms])
    both = np.r_[order, order + len(names)]
    turned: FloatArray = cov[np.ix_(both, both)]
    return turned


def _after(present: FloatArray, sampling: FloatArray, wtp: float) -> tuple[FloatArray, FloatArray]:
    """Covariance of the net benefit differences now, and of their means after the study."""
    arms = len(present) // 2
    value = np.hstack([-np.eye(arms), wtp * np.eye(arms)])
    # scaled by the spread, so that pounds squared and QALYs squared meet at a like size
    scale = np.sqrt(np.diagonal(present + sampling))
    scale[scale == 0] = 1.0
    total = (present + sampling) / np.outer(scale, scale)
    learnt = present @ (np.linalg.pinv(total, hermitian=True) / np.outer(scale, scale)) @ present
    return value @ present @ value.T, value @ learnt @ value.T


def _rescaled(
    inc: Increments, present: FloatArray, sampling: FloatArray, wtp: float, around: FloatArray
) -> FloatArray:
    """Net benefit differences of the replicates, drawn together as far as the study leaves."""
    now, after = _after(present, sampling, wtp)
    draws = wtp * inc.effect - inc.cost
    made: FloatArray = around + (draws - draws.mean(axis=0)) @ _bridge(now, after)
    return made


def _bridge(now: FloatArray, after: FloatArray) -> FloatArray:
    """Symmetric map that takes draws of covariance ``now`` to covariance ``after``."""
    values, vectors = np.linalg.eigh(now)
    kept = values > 1e-12 * max(values[-1], 1e-300)
    root = (vectors[:, kept] * np.sqrt(values[kept])) @ vectors[:, kept].T
    back = (vectors[:, kept] / np.sqrt(values[kept])) @ vectors[:, kept].T
    inner, turn = np.linalg.eigh(root @ after @ root)
    middle = (turn * np.sqrt(np.clip(inner, 0.0, None))) @ turn.T
    made: FloatArray = back @ middle @ back
    return made


def _study_value(
    inc: Increments, present: FloatArray, sampling: FloatArray, grid: FloatArray
) -> list[float]:
    value = []
    for wtp in grid:
        if inc.exact and len(inc.arms) == 1:
            mean = wtp * inc.effect_hat - inc.cost_hat
            sd = np.sqrt(np.clip(_after(present, sampling, wtp)[1][0], 0.0, None))
            value.append(float((mean_positive_part(mean, sd) - np.maximum(mean, 0.0))[0]))
            continue
        mean = (wtp * inc.effect - inc.cost).mean(axis=0)
        after = _rescaled(inc, present, sampling, wtp, around=mean)
        best = np.maximum(after.max(axis=1), 0.0).mean()
        value.append(float(best - max(mean.max(), 0.0)))
    return value


def _units(replicates: xr.Dataset) -> dict[str, str]:
    return {"units": str(replicates.attrs.get("currency", ""))}
