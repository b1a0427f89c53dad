"""Rubin's rules: estimates of several imputed data sets to one, with its covariance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cpi_econ.kernels.resample import FloatArray


@dataclass(frozen=True, slots=True)
class Pooled:
    """Estimates pooled over imputations.

    Parameters
    ----------
    estimate : array, shape (k,)
        Mean over imputations.
    total, within, between : array, shape (k, k)
        Covariance of the estimate; its mean within imputations; that of the estimates between them.
    imputations : int
    """

    estimate: FloatArray
    total: FloatArray
    within: FloatArray
    between: FloatArray
    imputations: int

    def df(self, contrast: FloatArray, complete: float) -> float:
        """Degrees of freedom of a linear combination of the estimates (Barnard, Rubin).

        Parameters
        ----------
        contrast : array, shape (k,)
        complete : float
            Degrees of freedom had nothing been missing.
        """
        within = float(contrast @ self.within @ contrast)
        between = float(contrast @ self.between @ contrast)
        return barnard_rubin(within, between, self.imputations, complete)


def rubin(estimates: FloatArray, covariances: FloatArray) -> Pooled:
    r"""Pooled estimate and covariance by Rubin's rules.

    Parameters
    ----------
    estimates : array, shape (m, k)
        One row an imputed data set.
    covariances : array, shape (m, k, k)
        Covariance of each estimate had its data set been observed.

    Returns
    -------
    Pooled

    Notes
    -----
    :math:`T = \bar W + (1 + 1/m) B`, B with denominator m - 1.

    References
    ----------
    Rubin (1987), Multiple Imputation for Nonresponse in Surveys, doi:10.1002/9780470316696

    Examples
    --------
    >>> made = rubin(np.array([[1.0], [3.0]]), np.array([[[1.0]], [[2.0]]]))
    >>> made.estimate.tolist(), made.total.tolist()
    ([2.0], [[4.5]])
    """
    m = len(estimates)
    middle = estimates.mean(axis=0)
    within = covariances.mean(axis=0)
    away = estimates - middle
    between = away.T @ away / (m - 1)
    return Pooled(middle, within + (1 + 1 / m) * between, within, between, m)


def barnard_rubin(within: float, between: float, m: int, complete: float) -> float:
    r"""Degrees of freedom of a pooled estimate in a sample that is not large.

    Parameters
    ----------
    within, between : float
        Variance within and between imputations.
    m : int
        Number of imputations.
    complete : float
        Degrees of freedom had nothing been missing; infinite for a large sample.

    Notes
    -----
    With :math:`\lambda = (1 + 1/m) B / T`,
    :math:`\nu_m = (m - 1)/\lambda^2` and
    :math:`\nu_o = (\nu_c + 1)/(\nu_c + 3) \, \nu_c (1 - \lambda)`, the result is
    :math:`\nu_m \nu_o / (\nu_m + \nu_o)`.

    References
    ----------
    Barnard, Rubin (1999), doi:10.1093/biomet/86.4.948

    Examples
    --------
    >>> round(barnard_rubin(1.0, 0.5, 5, 100.0), 2)
    19.43
    >>> round(barnard_rubin(1.0, 0.0, 5, 100.0), 2)
    98.06
    """
    extra = (1 + 1 / m) * between
    share = extra / (within + extra) if within + extra > 0 else 0.0
    seen = complete if np.isinf(complete) else (complete + 1) / (complete + 3) * complete
    observed = seen * (1 - share)
    if share == 0:
        return float(observed)
    between_df = (m - 1) / share**2
    if np.isinf(observed):
        return float(between_df)
    return float(between_df * observed / (between_df + observed))
