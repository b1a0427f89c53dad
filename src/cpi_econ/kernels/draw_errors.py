"""Covariance of least-squares arm means within each draw, for intervals studentised by it."""

from __future__ import annotations

import numpy as np

from cpi_econ.kernels.leastsq import Equation, cross_products, ols, solve
from cpi_econ.kernels.resample import FloatArray


def draw_covariances(
    weights: FloatArray,
    columns: FloatArray,
    equations: tuple[Equation, Equation],
    n_arms: int,
    units: tuple[tuple[int, ...], ...],
) -> FloatArray:
    r"""Sandwich covariance of the coefficients of the arms, on each drawn data set.

    Parameters
    ----------
    weights : array, shape (replicates, people)
        Copies of each person, one number for all of a unit.
    columns : array, shape (people, p + 2)
        Arm indicators, covariates, then the two outcomes; people of a unit stand together.
    equations : tuple of two integer arrays
        Regressors of each outcome, those of the arms first.
    n_arms : int
    units : tuple of tuples of int
        For each arm, people in each unit that is drawn.

    Returns
    -------
    array, shape (replicates, 2 n_arms, 2 n_arms)
        Of the first outcome's coefficients, then the second's.

    Notes
    -----
    :math:`\sum_u w_u \frac{m}{m-1} s_u s_u'` with :math:`s_u` the sum over the people of unit u of
    :math:`(X'WX)^{-1} x_i e_i`, each copy a unit of its own among the m of its arm. Without
    covariates and clusters that is the variance of a mean, :math:`s^2/n`, of each draw.

    References
    ----------
    Davison, Hinkley (1997), Bootstrap Methods and their Application, 5.2.1

    Examples
    --------
    >>> data = np.array([[1.0, 1, 2], [1, 3, 2], [1, 5, 5]])
    >>> same = (np.array([0]), np.array([0]))
    >>> made = draw_covariances(np.ones((1, 3)), data, same, 1, ((1, 1, 1),))
    >>> made.round(4).tolist()
    [[[1.3333, 1.0], [1.0, 1.0]]]
    """
    sizes = np.concatenate([np.asarray(part, dtype=np.intp) for part in units])
    starts = np.cumsum(sizes) - sizes
    many = np.repeat([len(part) for part in units], [len(part) for part in units])
    products = cross_products(weights, columns)
    beta = ols(products, equations)[0]
    residuals = columns[:, -2:] - columns[:, :-2] @ beta
    parts = []
    for outcome, members in enumerate(equations):
        normal = products[:, members[:, None], members]
        unit = np.broadcast_to(np.eye(len(members)), normal.shape)
        rows = solve(normal, unit)[0][:, :n_arms]
        scores = columns[:, members] @ rows.transpose(0, 2, 1)
        parts.append(np.add.reduceat(scores * residuals[:, :, [outcome]], starts, axis=1))
    total = np.concatenate(parts, axis=2)
    copies = weights[:, starts] * (many / (many - 1.0))
    made: FloatArray = (total * copies[:, :, None]).transpose(0, 2, 1) @ total
    return made
