"""Bias-reduced cluster sandwich (CR2) of arm means, with degrees of freedom for every contrast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.block_diagonal import block_diag
from cpi_econ.kernels.leastsq import Equation, cross_products, ols, residual_products
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.kernels.sur import inverse_sigma, system

_SINGULAR = 1e-10
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Sandwich:
    r"""Variance of any contrast of means, and its Satterthwaite degrees of freedom.

    Parameters
    ----------
    covariance : array, shape (m, m)
        CR2 covariance of the means.
    expected : array, shape (m, m)
        :math:`R`, its expectation under the working model.
    square : array, shape (m, m, m, m)
        :math:`T`, with :math:`\sum_{gh} P_{gh}(c)^2 = \sum T_{ijkl} c_i c_j c_k c_l` for the matrix
        P of the quadratic form of the variance of contrast c.

    Notes
    -----
    Degrees of freedom are :math:`(c'Rc)^2 / T(c, c, c, c)`. None of the three grows with the number
    of clusters.

    References
    ----------
    Bell, McCaffrey (2002), Survey Methodology 28:169-181; Pustejovsky, Tipton (2018),
    doi:10.1080/07350015.2016.1247004
    """

    covariance: FloatArray
    expected: FloatArray
    square: FloatArray

    def variance(self, contrast: FloatArray) -> float:
        """Variance of a contrast of the means."""
        return max(float(contrast @ self.covariance @ contrast), 0.0)

    def df(self, contrast: FloatArray) -> float:
        """Degrees of freedom of a contrast of the means; 1 where it has no variance.

        Examples
        --------
        >>> made = Sandwich(np.eye(1), np.full((1, 1), 4.0), np.full((1, 1, 1, 1), 4.0))
        >>> made.df(np.ones(1))
        4.0
        """
        pairs = np.outer(contrast, contrast).ravel()
        below = float(pairs @ self.square.reshape(pairs.size, pairs.size) @ pairs)
        above = float(pairs @ self.expected.ravel()) ** 2
        return max(above / below, 1.0) if below > 0.0 else 1.0

    def chosen(self, places: Sequence[int]) -> Sandwich:
        """Sandwich of some of the means, in the order given."""
        two, four = np.ix_(places, places), np.ix_(places, places, places, places)
        return Sandwich(self.covariance[two], self.expected[two], self.square[four])

    def turned(self, turn: FloatArray) -> Sandwich:
        """Sandwich of linear combinations of the means, shape of ``turn`` (combinations, m)."""
        square = self.square
        for _ in range(4):
            # the first axis goes to the end, so that four turns take every axis once
            square = np.tensordot(square, turn, axes=(0, 1))
        return Sandwich(turn @ self.covariance @ turn.T, turn @ self.expected @ turn.T, square)


def side_by_side(parts: Sequence[Sandwich]) -> Sandwich:
    """Sandwich of the means of independent data sets, one after another.

    Parameters
    ----------
    parts : sequence of Sandwich

    Examples
    --------
    >>> one = Sandwich(np.eye(1), np.full((1, 1), 4.0), np.full((1, 1, 1, 1), 4.0))
    >>> side_by_side([one, one]).df(np.array([1.0, -1.0]))
    8.0
    """
    sizes = [len(part.covariance) for part in parts]
    square = np.zeros((sum(sizes),) * 4)
    for part, end in zip(parts, np.cumsum(sizes), strict=True):
        own = slice(end - len(part.covariance), end)
        square[own, own, own, own] = part.square
    covariance = block_diag(*(part.covariance for part in parts))
    return Sandwich(covariance, block_diag(*(part.expected for part in parts)), square)


def cr2_sandwich(
    columns: FloatArray,
    equations: tuple[Equation, Equation],
    clusters: NDArray[np.intp],
    n_arms: int,
    *,
    joint: bool,
) -> Sandwich:
    r"""CR2 sandwich of the coefficients of the arms in two regressions, the first outcome's first.

    Parameters
    ----------
    columns : array, shape (people, p + 2)
        Arm indicators, covariates, then the two outcomes.
    equations : tuple of two integer arrays
        Numbers of the regressors of each outcome, those of the arms first.
    clusters : integer array, shape (people,)
        Cluster of each person, from 0.
    n_arms : int
    joint : bool
        Feasible generalised least squares (SUR) instead of least squares by equation.

    Returns
    -------
    Sandwich
        Of ``2 n_arms`` coefficients.

    Notes
    -----
    Both equations are stacked and multiplied by a root of the inverse residual covariance
    :math:`\Sigma` (of its diagonal without ``joint``); CR2 of that regression takes the transformed
    errors as independent with one variance:

    .. math:: B \sum_g X_g' A_g e_g e_g' A_g X_g B, \quad A_g = (I - X_g B X_g')^{-1/2},
        \quad B = (X'X)^{-1} .

    With equal regressors this is CR2 of each equation, whatever :math:`\Sigma`. Everything is
    computed from :math:`X_g'X_g`, so that large clusters cost little.

    References
    ----------
    Bell, McCaffrey (2002), Survey Methodology 28:169-181; Pustejovsky, Tipton (2018),
    doi:10.1080/07350015.2016.1247004; Zellner (1962), doi:10.1080/01621459.1962.10480664

    Examples
    --------
    >>> data = np.array([[1.0, 1, 2], [1, 3, 2], [1, 5, 5]])
    >>> same = (np.array([0]), np.array([0]))
    >>> made = cr2_sandwich(data, same, np.arange(3), 1, joint=False)
    >>> made.covariance.round(4).tolist(), round(made.df(np.array([1.0, 0.0])), 9)
    ([[1.3333, 1.0], [1.0, 1.0]], 2.0)
    """
    products = cross_products(np.ones((1, len(columns))), columns)
    sigma = residual_products(products, ols(products, equations)[0])
    omega = inverse_sigma(sigma if joint else sigma * np.eye(2))
    normal, right = (part[0] for part in system(products, equations, omega))
    root: FloatArray = np.linalg.inv(np.linalg.cholesky(normal)).T
    beta = root @ (root.T @ right[:, 0])
    whiten = partial(_whitened, columns, equations, np.linalg.cholesky(omega[0]).T)
    members = np.split(np.argsort(clusters, kind="stable"), np.cumsum(np.bincount(clusters))[:-1])
    arms = np.r_[np.arange(n_arms), len(equations[0]) + np.arange(n_arms)]
    m, k = len(arms), len(beta)
    sums = _Sums(np.zeros((m, m)), np.zeros((m, m)), np.zeros((m,) * 4), np.zeros((k, m, k, m)))
    for start in range(0, len(members), _AT_ONCE):
        group = members[start : start + _AT_ONCE]
        gram, score = np.empty((len(group), k, k)), np.empty((len(group), k))
        for place, people in enumerate(group):
            rows, outcomes = whiten(people)
            inside = rows @ root
            gram[place] = inside.T @ inside
            score[place] = inside.T @ (outcomes - rows @ beta)
        _add(sums, gram, score, root[arms])
    joined = np.einsum("aibk,ajbl->ijkl", sums.cross, sums.cross, optimize=True)
    return Sandwich(sums.covariance, sums.expected, sums.square + joined)


def _whitened(
    columns: FloatArray,
    equations: tuple[Equation, Equation],
    turn: FloatArray,
    people: NDArray[np.intp],
) -> tuple[FloatArray, FloatArray]:
    """Stacked regressors, two rows a person, and outcomes."""
    own = columns[people]
    first = len(equations[0])
    rows = np.empty((len(own), 2, first + len(equations[1])))
    rows[:, :, :first] = turn[:, :1] * own[:, None, equations[0]]
    rows[:, :, first:] = turn[:, 1:] * own[:, None, equations[1]]
    return rows.reshape(2 * len(own), -1), (own[:, -2:] @ turn.T).ravel()


class _Sums(NamedTuple):
    """What clusters add up to."""

    covariance: FloatArray
    expected: FloatArray
    square: FloatArray
    cross: FloatArray


def _add(sums: _Sums, gram: FloatArray, score: FloatArray, chosen: FloatArray) -> None:
    """What some clusters add to the covariance and to its degrees of freedom.

    In coordinates in which the normal matrix is the identity; ``chosen`` leads back to the arms.
    """
    values, vectors = np.linalg.eigh(gram)
    left = 1.0 - values
    # a cluster that decides a coefficient alone has no residual there
    root = np.where(left > _SINGULAR, left, np.inf) ** -0.5
    back = chosen @ vectors
    turned = (vectors.transpose(0, 2, 1) @ score[:, :, None])[:, :, 0]
    total = (back @ (root * turned)[:, :, None])[:, :, 0]
    own = (back * (values * root**2)[:, None]) @ back.transpose(0, 2, 1)
    moved = vectors @ (back * (values * root)[:, None]).transpose(0, 2, 1)
    taken = moved.transpose(0, 2, 1) @ moved
    sums.covariance[:] += total.T @ total
    sums.expected[:] += (own - taken).sum(axis=0)
    sums.cross[:] += _summed(moved, moved)
    sums.square[:] += _summed(own, own) - _summed(own, taken) - _summed(taken, own)


def _summed(one: FloatArray, other: FloatArray) -> FloatArray:
    """Sum over clusters of the outer products of two stacks of matrices."""
    made: FloatArray = np.tensordot(one, other, axes=(0, 0))
    return made
