"""Chained equations with predictive mean matching, for many replicates at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.donors import anyone, matched
from cpi_econ.kernels.pools import IntArray, Pool, pool
from cpi_econ.kernels.posterior import draw_coefficients
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
        people who are to be imputed as if they belonged to the others, and for empty slots.

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

    Sums of products are kept over everybody. Those over people in whom a target is known leave out
    the recipients, who are few, and a visit changes only the target's own row and column.

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
    base = weights if fit is None else fit
    rows, columns, slots = values.shape
    # every replicate ends in an empty slot, whose values are 0
    cells = np.zeros((rows, slots + 1, columns))
    cells[:, :-1] = values.transpose(0, 2, 1)
    visits = [
        _visit(target, columns, known[:, t], weights, base, k) for t, target in enumerate(targets)
    ]
    flat = cells.reshape(-1, columns)
    for visit in visits:
        donor = visit.origin + anyone(visit.pool, rng.random(len(visit.cell)))
        for column in visit.target.taken:
            flat[visit.cell, column] = flat[donor, column]
    products = _products(cells[:, :-1], base[:, :, None])
    for _ in range(cycles if len(targets) > 1 else 1):
        for visit in visits:
            _impute(cells, products, visit, rng)
    return cells[:, :-1].transpose(0, 2, 1)


class _Visit(NamedTuple):
    """One target: what is the same in every cycle.

    Parameters
    ----------
    target : Target
    system : integer array, shape (regressors + 1, regressors + 1)
        Where its cross-products stand among those of all columns, the target last.
    cell : integer array, shape (recipients,)
        Number of each recipient's slot among those of all replicates.
    origin : integer array, shape (recipients,)
        Number of the first slot of the recipient's replicate.
    square : integer array, shape (replicates, most)
        The cells of each replicate, filled up with its empty slot.
    among : integer array, shape (recipients,)
        Place of each recipient in the square.
    share : array, shape (replicates, most, 1), optional
        Weights of recipients, where those are not 1.
    ridge : array, shape (replicates, regressors)
        Added to the diagonal of the cross-products.
    free : array, shape (replicates,)
        Degrees of freedom.
    pool : Pool
    """

    target: Target
    system: IntArray
    cell: IntArray
    origin: IntArray
    square: IntArray
    among: IntArray
    share: FloatArray | None
    ridge: FloatArray
    free: FloatArray
    pool: Pool


def _visit(
    target: Target,
    columns: int,
    known: NDArray[np.bool_],
    weights: FloatArray,
    base: FloatArray,
    k: int,
) -> _Visit:
    rows, slots = known.shape
    replicate, slot = np.nonzero(~known & (weights > 0))
    donors = base * known
    made = pool(donors, replicate, k, slot)
    most = int(made.rank.max(initial=0)) + 1
    origin = replicate * (slots + 1)
    square = np.repeat(slots + (slots + 1) * np.arange(rows)[:, None], most, axis=1)
    square[replicate, made.rank] = origin + slot
    share = np.zeros((rows, most, 1))
    share[replicate, made.rank, 0] = base[replicate, slot]
    total = donors.sum(axis=1)
    ridge = target.penalty + RIDGE * total[:, None]
    ridge[:, 0] = target.penalty[0]
    used = np.append(target.regressors, target.match)
    return _Visit(
        target=target,
        system=used[:, None] * columns + used,
        cell=origin + slot,
        origin=origin,
        square=square,
        among=replicate * most + made.rank,
        share=None if (base[replicate, slot] == 1).all() else share,
        ridge=ridge,
        free=np.maximum(total - (target.penalty == 0).sum(), 1.0),
        pool=made,
    )


def _impute(
    cells: FloatArray, products: FloatArray, visit: _Visit, rng: np.random.Generator
) -> None:
    """New values of one target, and of the sums of products with it, in place."""
    flat = cells.reshape(-1, cells.shape[2])
    lost = flat.take(visit.square, axis=0)
    known = products - _products(lost, visit.share)
    estimated, drawn = _coefficients(known, visit, rng)
    fitted = (cells @ estimated)[:, :, 0]
    score = (lost @ drawn).reshape(-1).take(visit.among)
    donor = visit.origin + matched(visit.pool, fitted[:, :-1], score, rng.random(len(score)))
    target = visit.target
    if target.residual:
        moved = flat[donor, target.match] + score - fitted.reshape(-1).take(donor)
        made = {target.match: np.clip(moved, target.least, target.most)}
    else:
        made = {column: flat[:, column][donor] for column in target.taken.tolist()}
    for column, value in made.items():
        flat[:, column][visit.cell] = value
        lost.reshape(-1, flat.shape[1])[:, column][visit.among] = value
    columns = list(made)
    new = lost[:, :, columns] if visit.share is None else lost[:, :, columns] * visit.share
    changed = known[:, columns] + new.transpose(0, 2, 1) @ lost
    products[:, columns] = changed
    products[:, :, columns] = changed.transpose(0, 2, 1)


def _coefficients(known: FloatArray, visit: _Visit, rng: np.random.Generator) -> FloatArray:
    """Estimated and drawn coefficients of all columns, 0 where a column is no regressor."""
    rows, columns = known.shape[:2]
    system = known.reshape(rows, -1).take(visit.system, axis=1)
    diagonal = np.einsum("rii->ri", system)
    diagonal[:, :-1] += visit.ridge
    gamma = rng.standard_gamma(visit.free / 2)
    drawn = draw_coefficients(system, gamma, rng.standard_normal(visit.ridge.shape))
    beta = np.zeros((2, rows, columns, 1))
    beta[:, :, visit.target.regressors, 0] = drawn.transpose(0, 2, 1)
    return beta


def _products(rows: FloatArray, share: FloatArray | None) -> FloatArray:
    """Sums of products of all columns over the rows of each replicate."""
    columns = rows.shape[2]
    made = np.empty((len(rows), columns, columns))
    if share is not None:
        return np.matmul(rows.transpose(0, 2, 1), rows * share, out=made)
    # of a matrix with itself numpy makes one half and mirrors it, which takes longer
    np.matmul(rows[:, :, 1:].transpose(0, 2, 1), rows, out=made[:, 1:])
    made[:, 0, 1:] = made[:, 1:, 0]
    made[:, 0, 0] = np.einsum("rs,rs->r", rows[:, :, 0], rows[:, :, 0])
    return made
