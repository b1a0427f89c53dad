"""Estimated and drawn coefficients of least squares, from stacked cross-products.

As in ``leastsq``, replicates stand last in memory: a step for all of them runs along contiguous
memory.
"""

from __future__ import annotations

import numpy as np

from cpi_econ.kernels.resample import FloatArray


def draw_coefficients(system: FloatArray, gamma: FloatArray, normal: FloatArray) -> FloatArray:
    r"""Coefficients by least squares, and a draw from their posterior, in every replicate.

    Parameters
    ----------
    system : array, shape (replicates, p + 1, p + 1)
        Cross-products of regressors and, last, the outcome, ridge included; used up.
    gamma : array, shape (replicates,)
        Draws from the gamma of half the degrees of freedom.
    normal : array, shape (replicates, p)
        Standard normal draws.

    Returns
    -------
    array, shape (2, p, replicates)
        Estimated, then drawn.

    Notes
    -----
    With :math:`N = U'U` by Cholesky and :math:`U' h = X'y` the estimate is :math:`U^{-1} h` and the
    draw :math:`U^{-1} (h + \sigma^* z)`, :math:`\sigma^{2*} = RSS/(2 \gamma)`. Elimination of the
    outcome's row with the others leaves :math:`h` and the residual sum of squares behind.

    References
    ----------
    Rubin (1987), doi:10.1002/9780470316696, 5.3; Golub, Van Loan (2013), Matrix Computations, 4.2

    Examples
    --------
    >>> system = np.array([[[2.0, 6.0], [6.0, 20.0]]])
    >>> draw_coefficients(system, np.ones(1), np.zeros((1, 1))).round(12).tolist()
    [[[3.0]], [[3.0]]]
    """
    square = system[:, -1, -1].copy()
    # positive definite whatever the residual sum of squares: the last pivot is not used
    system[:, -1, -1] = 2 * square + 1
    lower = np.ascontiguousarray(np.linalg.cholesky(system).transpose(1, 2, 0))
    half = lower[-1, :-1]
    rest = np.maximum(square - (half * half).sum(axis=0), 0.0)
    made = np.empty((2, *half.shape))
    made[0] = half
    np.multiply(np.sqrt(rest / (2 * gamma)), normal.T, out=made[1])
    made[1] += half
    for j in range(len(half) - 1, 0, -1):
        made[:, j] /= lower[j, j]
        made[:, :j] -= lower[j, :j] * made[:, j, None]
    made[:, 0] /= lower[0, 0]
    return made
