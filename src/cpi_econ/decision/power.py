"""Power and sample size of a study that asks whether net benefit is positive."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike
from scipy.special import nctdtr, ndtr, ndtri

from cpi_econ.contracts import WTP
from cpi_econ.decision.net_benefit import wtp_values
from cpi_econ.decision.next_study import (
    NextStudy,
    Variations,
    increment_covariance,
    variation_of,
)
from cpi_econ.decision.sample_information import STUDY, study_coordinates
from cpi_econ.errors import EstimationError, stop
from cpi_econ.kernels.intervals import critical_value
from cpi_econ.kernels.resample import FloatArray

_NEARLY_NORMAL = 5000.0
_MOST = 10_000_000


@dataclass(frozen=True, slots=True)
class SampleSize:
    """People, and clusters, that a study needs.

    Parameters
    ----------
    study : NextStudy
        Study of that size, people lost included.
    power : float
        Power that whole people and clusters give.
    exact : float
        People of the reference arm before rounding, clusters and loss.
    """

    study: NextStudy
    power: float
    exact: float


def power(
    difference: tuple[float, float],
    variation: Variations,
    studies: Sequence[NextStudy],
    wtp: ArrayLike,
    *,
    reference: str,
    alpha: float = 0.05,
    normal: bool = False,
) -> xr.DataArray:
    r"""Probability that each study's interval of the net benefit lies on the side of the truth.

    Parameters
    ----------
    difference : tuple of float
        True difference in cost and in effect, arm minus reference.
    variation : Variation or mapping of arm to Variation
    studies : sequence of NextStudy
        Of two arms.
    wtp : array-like, shape (thresholds,)
        Willingness to pay [currency / unit of effect].
    reference : str
        Reference arm.
    alpha : float
        Two-sided level.
    normal : bool
        Normal in place of t with the study's degrees of freedom.

    Returns
    -------
    DataArray
        On ``(study, wtp)``.

    Raises
    ------
    EstimationError
        ``E092`` a study not of two arms, ``E094`` a level out of range.

    Notes
    -----
    :math:`P(T_{df}(|b|/s) > t_{1-\alpha/2, df})` with net benefit b and its standard error s; the
    tail on the wrong side does not count.

    References
    ----------
    Glick (2011), doi:10.2165/11585070-000000000-00000

    Examples
    --------
    >>> from cpi_econ.decision.next_study import Variation
    >>> people = Variation(cost_sd=2000, effect_sd=0.2)
    >>> study = NextStudy(participants={"usual": 300, "new": 300})
    >>> found = power((200, 0.04), people, [study], [30_000], reference="usual")
    >>> round(float(found[0, 0]), 3)
    0.489
    """
    grid = wtp_values(wtp)
    _check_level(alpha)
    rows = []
    for study in studies:
        _check_two(study)
        cov = increment_covariance(study, variation, reference)
        df = math.inf if normal or study.df > _NEARLY_NORMAL else study.df
        rows.append([_power_at(difference, cov, threshold, alpha, df) for threshold in grid])
    made = xr.DataArray(np.array(rows), {WTP: grid}, (STUDY, WTP), attrs={"units": "1"})
    return made.assign_coords(study_coordinates(studies))


def _power_at(
    difference: tuple[float, float], cov: FloatArray, wtp: float, alpha: float, df: float
) -> float:
    value = np.array([-1.0, wtp])
    benefit = abs(float(value @ np.array(difference)))
    se = math.sqrt(max(float(value @ cov @ value), 0.0))
    if se == 0.0:
        return float(benefit > 0)
    if df < 1:
        return 0.0
    critical = critical_value(1.0 - alpha, df)
    if math.isinf(df):
        return float(ndtr(benefit / se - critical))
    return float(1.0 - nctdtr(df, benefit / se, critical))


def sample_size(
    difference: tuple[float, float],
    variation: Variations,
    wtp: float,
    *,
    reference: str,
    arm: str,
    power_wanted: float = 0.8,
    alpha: float = 0.05,
    ratio: float = 1.0,
    cluster_size: float | None = None,
    size_cv: float = 0.0,
    dropout: float = 0.0,
    normal: bool = False,
) -> SampleSize:
    r"""Smallest study of two arms with the power wanted for the net benefit at a threshold.

    Parameters
    ----------
    difference : tuple of float
        True difference in cost and in effect, arm minus reference.
    variation : Variation or mapping of arm to Variation
    wtp : float
        Willingness to pay [currency / unit of effect].
    reference, arm : str
        Names of the arms.
    power_wanted, alpha : float
        Power, and two-sided level.
    ratio : float
        People of the arm for one of the reference.
    cluster_size : float, optional
        Mean people recruited in a cluster; people come one by one when absent.
    size_cv : float
        Coefficient of variation of cluster sizes.
    dropout : float
        Share of people lost.
    normal : bool
        Stop at the closed form with the normal; else the study grows until t gives the power.

    Returns
    -------
    SampleSize

    Raises
    ------
    EstimationError
        ``E094`` a net benefit of 0 at this threshold, or a power, level or ratio out of range.

    Notes
    -----
    :math:`n = (z_{1-\alpha/2} + z_{power})^2 (D_0 s_0^2 + D_1 s_1^2 / r) / b^2` with
    :math:`b = k\Delta E - \Delta C`, :math:`s^2 = s_c^2 + k^2 s_e^2 - 2 k \rho s_c s_e` and the
    design effect D.

    References
    ----------
    Briggs, Gray (1998), doi:10.1177/0272989X98018002S10; Glick (2011),
    doi:10.2165/11585070-000000000-00000; Eldridge, Ashby, Kerry (2006), doi:10.1093/ije/dyl129

    Examples
    --------
    >>> from cpi_econ.decision.next_study import Variation
    >>> people = Variation(cost_sd=2000, effect_sd=0.2)
    >>> found = sample_size((200, 0.04), people, 30_000, reference="usual", arm="new", normal=True)
    >>> dict(found.study.participants)
    {'usual': 628, 'new': 628}
    """
    _check_wish(difference, wtp, power_wanted, alpha, ratio)
    benefit = wtp * difference[1] - difference[0]
    kept = None if cluster_size is None else cluster_size * (1.0 - dropout)
    spread = [_inflated(variation, name, wtp, kept, size_cv) for name in (reference, arm)]
    need = (ndtri(1.0 - alpha / 2) + ndtri(power_wanted)) ** 2 * (spread[0] + spread[1] / ratio)
    exact = float(need / benefit**2)

    def grown(number: float) -> NextStudy:
        return _study(number, (reference, arm), ratio, cluster_size, size_cv, dropout)

    def reached(study: NextStudy) -> float:
        found = power(
            difference, variation, [study], wtp, reference=reference, alpha=alpha, normal=normal
        )
        return float(found[0, 0])

    step = 1.0 if kept is None else kept
    number, study = exact, grown(exact)
    while not normal and reached(study) < power_wanted and number < _MOST:
        number += max(step * min(1.0, 1.0 / ratio), 1e-3 * number)
        study = grown(number)
    return SampleSize(study, reached(study), exact)


def _inflated(
    variations: Variations, arm: str, wtp: float, size: float | None, size_cv: float
) -> float:
    """Variance of a person's net benefit times the design effect."""
    total, between = variation_of(variations, arm).net_benefit(wtp)
    if size is None:
        return total
    return total + between * ((1.0 + size_cv**2) * size - 1.0)


def _study(
    number: float,
    arms: tuple[str, str],
    ratio: float,
    cluster_size: float | None,
    size_cv: float,
    dropout: float,
) -> NextStudy:
    # a hair less, so that rounding does not add a person to a whole number
    recruited = [part / (1.0 - dropout) * (1 - 1e-12) for part in (number, ratio * number)]
    if cluster_size is None:
        people = {arm: max(math.ceil(part), 2) for arm, part in zip(arms, recruited, strict=True)}
        return NextStudy(participants=people, dropout=dropout)
    clusters = {
        arm: max(math.ceil(part / cluster_size), 2)
        for arm, part in zip(arms, recruited, strict=True)
    }
    people = {arm: round(cluster_size * count) for arm, count in clusters.items()}
    return NextStudy(participants=people, clusters=clusters, size_cv=size_cv, dropout=dropout)


def _check_two(study: NextStudy) -> None:
    if len(study.participants) != 2:
        count = len(study.participants)
        stop(EstimationError, "E092", f"power is for studies of 2 arms; this one has {count}.")


def _check_level(alpha: float) -> None:
    if not 0.0 < alpha < 1.0:
        stop(EstimationError, "E094", f"alpha is {alpha:g}; it lies between 0 and 1, such as 0.05.")


def _check_wish(
    difference: tuple[float, float], wtp: float, power_wanted: float, alpha: float, ratio: float
) -> None:
    _check_level(alpha)
    if not 0.0 < power_wanted < 1.0 or ratio <= 0:
        message = f"power is {power_wanted:g} and ratio {ratio:g}; give a share and a ratio above 0"
        stop(EstimationError, "E094", f"{message}.")
    if wtp * difference[1] == difference[0]:
        message = f"the net benefit is 0 at {wtp:,.0f}; no study can show which side it lies on"
        stop(EstimationError, "E094", f"{message}. Take another threshold or difference.")
