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
from cpi_econ.decision.preposterior import change_probability, present_covariance, study_value
from cpi_econ.errors import EstimationError, stop
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
    value = np.array([study_value(inc, present, one, grid) for one in sampling])
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
        shares.append([change_probability(inc, present, sampling, threshold) for threshold in grid])
    made = xr.DataArray(np.array(shares), {WTP: grid}, (STUDY, WTP), attrs={"units": "1"})
    return made.assign_coords(study_coordinates(studies))


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


def _units(replicates: xr.Dataset) -> dict[str, str]:
    return {"units": str(replicates.attrs.get("currency", ""))}
