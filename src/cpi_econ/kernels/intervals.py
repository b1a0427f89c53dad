"""Interval estimates: normal, t, percentile, BCa, and Fieller's for a ratio."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtr, ndtri, stdtrit

from cpi_econ.kernels.resample import FloatArray

FiellerKind = Literal["bounded", "two rays", "everything"]


def critical_value(level: float, df: float = math.inf) -> float:
    """Two-sided critical value of Student's t, or of the normal where ``df`` is infinite.

    Parameters
    ----------
    level : float
        Confidence level, such as 0.95.
    df : float
        Degrees of freedom.

    Examples
    --------
    >>> round(critical_value(0.95), 4), round(critical_value(0.95, 14), 4)
    (1.96, 2.1448)
    """
    upper = 0.5 + level / 2
    return float(ndtri(upper) if math.isinf(df) else stdtrit(df, upper))


def symmetric(
    estimate: FloatArray, se: FloatArray, level: float, df: float | FloatArray = math.inf
) -> tuple[FloatArray, FloatArray]:
    """Estimate plus and minus a critical value times its standard error.

    Parameters
    ----------
    estimate, se : array
        Of one shape and one unit.
    level : float
        Confidence level.
    df : float or array
        Degrees of freedom, one or one each; infinite for the normal interval.

    Returns
    -------
    lower, upper : array

    Examples
    --------
    >>> lower, upper = symmetric(np.array([10.0]), np.array([1.0]), 0.95)
    >>> lower.round(2).tolist(), upper.round(2).tolist()
    ([8.04], [11.96])
    """
    critical = np.array([critical_value(level, one) for one in np.ravel(df)]).reshape(np.shape(df))
    half = critical * se
    return estimate - half, estimate + half


def percentile(draws: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """Percentile interval over the first axis.

    Parameters
    ----------
    draws : array, shape (replicates, ...)
    level : float
        Confidence level.

    Returns
    -------
    lower, upper : array, shape (...)

    References
    ----------
    Efron (1981), doi:10.2307/3314608

    Examples
    --------
    >>> [round(float(end), 6) for end in percentile(np.arange(101.0), 0.9)]
    [5.0, 95.0]
    """
    lower, upper = np.quantile(draws, [0.5 - level / 2, 0.5 + level / 2], axis=0)
    return lower, upper


def acceleration(influence: FloatArray) -> FloatArray:
    r"""Acceleration of the BCa interval, :math:`\sum l^3 / 6 (\sum l^2)^{3/2}`.

    Parameters
    ----------
    influence : array, shape (units, ...)
        Empirical influence of each unit on the estimate, within its stratum divided by its size.

    Returns
    -------
    array, shape (...)
        0 where no unit has any influence.

    References
    ----------
    Davison, Hinkley (1997), Bootstrap Methods and their Application, 5.3.2

    Examples
    --------
    >>> acceleration(np.array([[-1.0], [-1.0], [2.0]])).round(4).tolist()
    [0.068]
    """
    spread = (influence**2).sum(axis=0) ** 1.5
    skewness = (influence**3).sum(axis=0)
    return np.asarray(np.divide(skewness, 6 * spread, out=np.zeros_like(spread), where=spread > 0))


def bca(
    draws: FloatArray, estimate: FloatArray, accelerated: FloatArray, level: float
) -> tuple[FloatArray, FloatArray]:
    r"""Bias-corrected and accelerated percentile interval.

    Parameters
    ----------
    draws : array, shape (replicates, m)
    estimate : array, shape (m,)
        On the data as observed.
    accelerated : array, shape (m,)
        As ``acceleration`` gives it.
    level : float
        Confidence level.

    Returns
    -------
    lower, upper : array, shape (m,)

    Notes
    -----
    Quantiles at :math:`\Phi(z_0 + (z_0 + z)/(1 - a(z_0 + z)))`, with :math:`z_0` the normal
    quantile of the share of draws below the estimate, ties counted by half. Where all draws are on
    one side, half a draw is put on the other.

    References
    ----------
    Efron (1987), doi:10.1080/01621459.1987.10478410

    Examples
    --------
    >>> draws = np.arange(101.0)[:, None]
    >>> ends = bca(draws, np.array([50.0]), np.array([0.0]), 0.9)
    >>> [end.round(6).tolist() for end in ends]
    [[5.0], [95.0]]
    """
    below = (np.sign(estimate - draws).mean(axis=0) + 1.0) / 2.0
    least = 0.5 / len(draws)
    shift = ndtri(np.clip(below, least, 1.0 - least))
    ends = []
    for z in (ndtri(0.5 - level / 2), ndtri(0.5 + level / 2)):
        share = ndtr(shift + (shift + z) / (1.0 - accelerated * (shift + z)))
        ends.append(np.array([np.quantile(*pair) for pair in zip(draws.T, share, strict=True)]))
    return ends[0], ends[1]


def studentised(
    draws: FloatArray, draw_se: FloatArray, estimate: FloatArray, se: FloatArray, level: float
) -> tuple[FloatArray, FloatArray]:
    r"""Bootstrap-t interval: quantiles of the draws' own t statistics in place of Student's.

    Parameters
    ----------
    draws, draw_se : array, shape (replicates, m)
        Estimates of each draw, and their standard errors.
    estimate, se : array, shape (m,)
        On the data as observed.
    level : float
        Confidence level.

    Returns
    -------
    lower, upper : array, shape (m,)

    Notes
    -----
    :math:`\hat\theta - t^*_{1-\alpha/2} s, \hat\theta - t^*_{\alpha/2} s` with
    :math:`t^* = (\theta^* - \hat\theta) / s^*`. A draw without spread lies beyond all others.

    References
    ----------
    Davison, Hinkley (1997), Bootstrap Methods and their Application, 5.2.1; Hall (1988),
    doi:10.1214/aos/1176350933

    Examples
    --------
    >>> draws = np.arange(101.0)[:, None]
    >>> ends = studentised(draws, np.full((101, 1), 2.0), np.array([50.0]), np.array([2.0]), 0.9)
    >>> [end.round(6).tolist() for end in ends]
    [[5.0], [95.0]]
    """
    away = draws - estimate
    beyond = np.where(away == 0, 0.0, np.copysign(np.inf, away))
    t = np.divide(away, draw_se, out=beyond, where=draw_se > 0)
    # no interpolation, since an infinite t has no neighbour to be weighed with
    low, high = np.quantile(t, [0.5 - level / 2, 0.5 + level / 2], axis=0, method="nearest")
    return estimate - high * se, estimate - low * se


@dataclass(frozen=True, slots=True)
class Fieller:
    """Confidence set of a ratio.

    Parameters
    ----------
    lower, upper : float
        Ends of the interval, or of the gap between two rays; NaN when everything is inside.
    kind : {"bounded", "two rays", "everything"}
        Shape of the set. It is an interval only when bounded.
    """

    lower: float
    upper: float
    kind: FiellerKind


def fieller(
    numerator: float,
    denominator: float,
    variances: tuple[float, float],
    covariance: float,
    critical: float,
) -> Fieller:
    r"""Confidence set of numerator / denominator by Fieller's theorem.

    Parameters
    ----------
    numerator, denominator : float
        Estimates, such as the differences in cost and in effect.
    variances : tuple of float
        Their variances.
    covariance : float
        Their covariance.
    critical : float
        Critical value of the normal or of t.

    Returns
    -------
    Fieller

    Notes
    -----
    All ratios R for which :math:`(a - R b)^2 \le z^2 (s_a^2 - 2 R s_{ab} + R^2 s_b^2)`. The set is
    an interval only when the denominator differs from 0 at this level.

    References
    ----------
    Fieller (1954), doi:10.1111/j.2517-6161.1954.tb00159.x; Willan, O'Brien (1996),
    doi:10.1002/(SICI)1099-1050(199607)5:4<297::AID-HEC216>3.0.CO;2-T

    Examples
    --------
    >>> fieller(10.0, 2.0, (1.0, 0.01), 0.0, 1.96).kind
    'bounded'
    >>> fieller(10.0, 0.1, (1.0, 0.01), 0.0, 1.96).kind
    'two rays'
    """
    square = critical**2
    a = denominator**2 - square * variances[1]
    b = numerator * denominator - square * covariance
    c = numerator**2 - square * variances[0]
    root = b**2 - a * c
    if a == 0.0 or root < 0.0:
        return Fieller(math.nan, math.nan, "everything")
    ends = sorted(((b - math.sqrt(root)) / a, (b + math.sqrt(root)) / a))
    return Fieller(ends[0], ends[1], "bounded" if a > 0 else "two rays")
