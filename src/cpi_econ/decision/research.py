"""Is the next study worth its cost, and at what size: expected net benefit of sampling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from cpi_econ.decision.information import effective_population
from cpi_econ.decision.next_study import NextStudy
from cpi_econ.decision.sample_information import STUDY
from cpi_econ.errors import EstimationError, stop


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyCost:
    """What a study costs.

    Parameters
    ----------
    fixed : float
        Of any study [currency].
    per_participant, per_cluster : float
        Of each person recruited and each cluster [currency].

    Raises
    ------
    EstimationError
        ``E095`` a negative amount.

    Examples
    --------
    >>> study = NextStudy(participants={"a": 50, "b": 50})
    >>> StudyCost(fixed=1000.0, per_participant=20.0).of(study)
    3000.0
    """

    fixed: float = 0.0
    per_participant: float = 0.0
    per_cluster: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a negative amount."""
        if min(self.fixed, self.per_participant, self.per_cluster) < 0:
            stop(EstimationError, "E095", "costs of a study must not be negative.")

    def of(self, study: NextStudy) -> float:
        """Cost of a study [currency]."""
        variable = self.per_participant * study.total + self.per_cluster * study.n_clusters
        return float(self.fixed + variable)


def enbs(
    evsi: xr.DataArray,
    studies: Sequence[NextStudy],
    cost: StudyCost,
    *,
    size: float,
    years: float,
    discount: float = 0.0,
    study_years: float = 0.0,
) -> xr.DataArray:
    r"""Expected net benefit of sampling of each study, for the whole population [currency].

    Parameters
    ----------
    evsi : DataArray
        Per person on ``(study, wtp)``, from `evsi`.
    studies : sequence of NextStudy
        The same studies.
    cost : StudyCost
    size, years, discount : float
        People a year, years for which the decision stands, discount rate a year.
    study_years : float
        Years until the study reports; people of these years gain nothing from it.

    Returns
    -------
    DataArray
        On ``(study, wtp)``.

    Raises
    ------
    EstimationError
        ``E095`` studies that are not those of ``evsi``, or that report after the decision's years.

    Notes
    -----
    :math:`\mathrm{ENBS} = \mathrm{EVSI} \cdot N - C` with N people met after the study reports.

    References
    ----------
    Claxton, Posnett (1996), doi:10.1002/(SICI)1099-1050(199611)5:6<513::AID-HEC237>3.0.CO;2-9

    Examples
    --------
    >>> study = NextStudy(participants={"a": 50, "b": 50})
    >>> per_person = xr.DataArray([[2.0]], {"wtp": [100.0]}, ("study", "wtp"))
    >>> enbs(per_person, [study], StudyCost(per_participant=10.0), size=1000, years=5).item()
    9000.0
    """
    if evsi.sizes[STUDY] != len(studies):
        message = f"evsi holds {evsi.sizes[STUDY]} studies and {len(studies)} are named."
        stop(EstimationError, "E095", message)
    if study_years > years:
        message = f"the study reports after {study_years:g} years and the decision stands {years:g}"
        stop(EstimationError, "E095", f"{message}; nobody gains from it.")
    people = effective_population(size, years, discount=discount)
    people -= effective_population(size, study_years, discount=discount)
    costs = xr.DataArray([cost.of(study) for study in studies], dims=STUDY)
    made = evsi * people - costs
    return made.assign_attrs(evsi.attrs, population=people)


def best_study(enbs: xr.DataArray) -> xr.Dataset:
    """Study of the highest expected net benefit of sampling at each threshold.

    Parameters
    ----------
    enbs : DataArray
        On ``(study, wtp)``.

    Returns
    -------
    Dataset
        ``number`` of the study in its order, ``enbs`` [currency] and ``worthwhile``, whether it is
        above 0, on ``(wtp)``. ``at_edge`` where the best is the largest study looked at, so that a
        larger one may be better still.

    Examples
    --------
    >>> made = xr.DataArray([[5.0], [7.0], [1.0]], {"wtp": [100.0]}, ("study", "wtp"))
    >>> found = best_study(made)
    >>> found["number"].item(), found["worthwhile"].item(), found["at_edge"].item()
    (1, True, False)
    """
    number = enbs.argmax(STUDY)
    highest = enbs.max(STUDY)
    last = enbs.sizes[STUDY] - 1
    return xr.Dataset(
        {
            "number": number,
            "enbs": highest.assign_attrs(enbs.attrs),
            "worthwhile": highest > 0,
            "at_edge": (number == last) & np.bool_(last > 0),
        }
    )
