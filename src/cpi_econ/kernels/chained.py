"""Chained equations with predictive mean matching, for many replicates at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.donors import IntArray, draw_donors
from cpi_econ.kernels.resample import FloatArray

DONORS = 5
CYCLES = 10
RIDGE = 1e-5
"""Penalty per unit of weight on each standardised regressor, so that collinear ones do no harm."""


class Target(NamedTuple):
    """One incomplete variable.

    Parameters
    ----------
    match : int
        Column that is regressed.
    taken : integer array
        Columns taken over from the donor: the column itself, or it and its indicators.
    regressors : integer array
        Columns of its regression; the first is the constant.
    penalty : array, shape (regressors,)
        Added to the diagonal of the cross-products; positive for random cluster terms, else 0.
    residual : bool
        Take the donor's residual, added to the recipient's own predicted mean, instead of the
        donor's value.
    least, most : float
        Bounds of a value that is made of a residual.
    """

    match: int
    taken: IntArray
    regressors: IntArray
    penalty: FloatArray
    residual: bool = False
    least: float = -np.inf
    most: float = np.inf


def chained(
    values: FloatArray,
    known: NDArray[np.bool_],
    weights: FloatArray,
    targets: tuple[Target, ...],
    rng: np.random.Generator,
    *,
    cycles: int = CYCLES,
    k: int = DONORS,
    fit: FloatArray | None = None,
) -> FloatArray:
    r"""Completed values of one arm in every replicate.

    Parameters
    ----------
    values : array, shape (replicates, columns, slots)
        Standardised variables; whatever stands where a target is not known is replaced.
    known : array of bool, shape (replicates, targets, slots)
        Where each target is known.
    weights : array, shape (replicates, slots)
        Weight of each slot; 0 for empty ones.
    targets : tuple of Target
        In the order in which they are visited.
    rng : Generator
        Random stream.
    cycles : int
        Rounds through all targets; one is enough for a single target.
    k : int
        Donors to choose from.
    fit : array, shape (replicates, slots), optional
        Weights in the regressions and among donors, where those differ from ``weights``: 0 for
        people who are to be imputed as if they belonged to the others.

    Returns
    -------
    array, shape (replicates, columns, slots)

    Notes
    -----
    Each visit regresses the target on its regressors among those in whom it is known, draws
    coefficients from their posterior (:math:`\sigma^{2*} = RSS/\chi^2_{n-p}`,
    :math:`\beta^* = \hat\beta + \sigma^* L z` with :math:`LL' = (X'WX + \Lambda)^{-1}`), and gives
    each recipient the value of one of the k donors whose :math:`x\hat\beta` is nearest to the
    recipient's :math:`x\beta^*`; or that donor's residual, added to :math:`x\beta^*` (local
    residual draws).

    References
    ----------
    van Buuren, Groothuis-Oudshoorn (2011), doi:10.18637/jss.v045.i03; White, Royston, Wood (2011),
    doi:10.1002/sim.4067; Morris, White, Royston (2014), doi:10.1186/1471-2288-14-75

    Examples
    --------
    >>> values = np.array([[[1.0, 1, 1, 1], [5, 6, 7, 0]]])
    >>> known = np.array([[[True, True, True, False]]])
    >>> target = Target(1, np.array([1]), np.array([0]), np.zeros(1))
    >>> made = chained(values, known, np.ones((1, 4)), (target,), np.random.default_rng(1))
    >>> made[0, 1, 3] in (5.0, 6.0, 7.0)
    True
    """
    values = values.copy()
    places = [np.nonzero(~known[:, t] & (weights > 0)) for t in range(len(targets))]
    base = weights if fit is None else fit
    donors = [base * known[:, t] for t in range(len(targets))]
    for target, (replicate, slot), weight in zip(targets, places, donors, strict=True):
        nowhere = np.zeros_like(weight)
        drawn = draw_donors(
            nowhere, weight, replicate, np.zeros(len(slot)), rng.random(len(slot)), k
        )
        _take(values, target.taken, replicate, slot, drawn)
    for _ in range(cycles if len(targets) > 1 else 1):
        for target, (replicate, slot), weight in zip(targets, places, donors, strict=True):
            fitted, wanted = _scores(values, weight, target, rng)
            uniform = rng.random(len(slot))
            score = wanted[replicate, slot]
            drawn = draw_donors(fitted, weight, replicate, score, uniform, k)
            if target.residual:
                column = values[:, target.match]
                moved = column[replicate, drawn] + score - fitted[replicate, drawn]
                column[replicate, slot] = np.clip(moved, target.least, target.most)
            else:
                _take(values, target.taken, replicate, slot, drawn)
    return values


def _take(
    values: FloatArray, taken: IntArray, replicate: IntArray, slot: IntArray, donor: IntArray
) -> None:
    for column in taken:
        values[replicate, column, slot] = values[replicate, column, donor]


def _scores(
    values: FloatArray, weight: FloatArray, target: Target, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Predicted means by the estimated and by the drawn coefficients, everywhere."""
    used = np.append(target.regressors, target.match)
    part = values[:, used]
    products = (part * weight[:, None]) @ part.transpose(0, 2, 1)
    total = weight.sum(axis=1)
    normal, right = products[:, :-1, :-1], products[:, :-1, -1]
    diagonal = np.arange(1, len(target.regressors))
    normal[:, np.arange(len(used) - 1), np.arange(len(used) - 1)] += target.penalty
    normal[:, diagonal, diagonal] += RIDGE * total[:, None]
    root = np.linalg.inv(np.linalg.cholesky(normal))
    half = root @ right[:, :, None]
    rest = np.maximum(products[:, -1, -1] - (half[:, :, 0] ** 2).sum(axis=1), 0.0)
    free = np.maximum(total - (target.penalty == 0).sum(), 1.0)
    sigma = np.sqrt(rest / (2 * rng.standard_gamma(free / 2)))
    noise = sigma[:, None, None] * rng.standard_normal(half.shape)
    beta = root.transpose(0, 2, 1) @ np.concatenate([half, half + noise], axis=2)
    made = beta.transpose(0, 2, 1) @ part[:, :-1]
    return made[:, 0], made[:, 1]
