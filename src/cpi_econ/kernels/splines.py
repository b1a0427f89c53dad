"""Regression of simulated outcomes on parameters by penalised splines, all outcomes at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from cpi_econ.kernels.resample import FloatArray

_CATEGORIES = 8
_KNOTS = 10
_PAIR_KNOTS = 3
_MOST_COLUMNS = 400
_CAUTION = 1.4
_ROUNDING = 1e-13
"""Differences below this share of the largest value are rounding, which splines cannot part."""


@dataclass(frozen=True, slots=True)
class SplineFit:
    """Fitted conditional means, and what is needed to draw others as likely.

    Parameters
    ----------
    fitted : array, shape (replicates, outcomes)
        Conditional mean of each outcome given the parameters.
    basis : array, shape (replicates, columns)
        Orthonormal columns, the constant among them.
    shrinkage : array, shape (columns, outcomes)
        Factor between 0 and 1 on each coefficient; their sum is the degrees of freedom.
    residual_cov : array, shape (outcomes, outcomes)
        Covariance of the outcomes around the fit.
    """

    fitted: FloatArray
    basis: FloatArray
    shrinkage: FloatArray
    residual_cov: FloatArray

    def draws(self, count: int, seed: int) -> FloatArray:
        """Deviations of the fit, shape (count, replicates, outcomes), as likely as the data allow.

        Parameters
        ----------
        count : int
            Number of draws.
        seed : int
            Of the random numbers.
        """
        rng = np.random.default_rng(seed)
        root = _root(self.residual_cov)
        shape = (count, *self.shrinkage.shape)
        coefficients = (rng.standard_normal(shape) @ root.T) * np.sqrt(self.shrinkage)
        made: FloatArray = self.basis @ coefficients
        return made


def spline_fit(parameters: FloatArray, outcomes: FloatArray) -> SplineFit:
    r"""Conditional means of the outcomes given the parameters, by penalised regression splines.

    Parameters
    ----------
    parameters : array, shape (replicates, parameters)
        A parameter with at most eight different values counts as a category.
    outcomes : array, shape (replicates, outcomes)
        Simulated results, such as costs and effects of each arm.

    Returns
    -------
    SplineFit

    Notes
    -----
    A cubic B-spline of each parameter with knots at its quantiles and a second-difference penalty,
    and products of coarse splines for each pair. The penalty of each outcome minimises the
    generalised cross-validation score :math:`\mathrm{RSS}/(n-1.4\,\mathrm{edf})^2`, whose factor
    1.4 guards against following noise. Straight lines are not penalised. Products of three or more
    parameters are left out.

    References
    ----------
    Eilers, Marx (1996), doi:10.1214/ss/1038425655; Kim, Gu (2004),
    doi:10.1046/j.1369-7412.2003.05316.x; Strong, Oakley, Brennan (2014),
    doi:10.1177/0272989X13505910

    Examples
    --------
    >>> x = np.linspace(0, 1, 200)[:, None]
    >>> fit = spline_fit(x, np.sin(3 * x))
    >>> bool(np.abs(fit.fitted - np.sin(3 * x)).max() < 1e-3)
    True
    """
    columns, penalty = _design(parameters)
    basis, roughness = _rotated(columns, penalty)
    shrinkage = _shrinkage(basis, roughness, outcomes)
    fitted = basis @ (shrinkage * (basis.T @ outcomes))
    residual = outcomes - fitted
    free = np.maximum(len(outcomes) - shrinkage.sum(axis=0), 1.0)
    spread = residual.T @ residual / np.sqrt(np.outer(free, free))
    return SplineFit(fitted, basis, shrinkage, spread)


def _design(parameters: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Columns of the regression and their penalty; the first column is the constant."""
    parameters = _without_noise(parameters)
    parts = [_main_effect(values) for values in parameters.T]
    parts += _pairs(parameters, sum(part.shape[1] for part, _ in parts))
    blocks = [np.ones((len(parameters), 1)), *(part for part, _ in parts)]
    sizes = np.cumsum([block.shape[1] for block in blocks])
    penalty = np.zeros((sizes[-1], sizes[-1]))
    for start, (_, own) in zip(sizes[:-1], parts, strict=True):
        penalty[start : start + len(own), start : start + len(own)] = own
    return np.hstack(blocks), penalty


def _without_noise(parameters: FloatArray) -> FloatArray:
    """Values that differ by no more than sums in another order do, made equal."""
    size = np.abs(parameters).max(axis=0)
    grain = np.where(size > 0, _ROUNDING * size, 1.0)
    rounded: FloatArray = np.round(parameters / grain) * grain
    return rounded


def _main_effect(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    levels = np.unique(values)
    if len(levels) <= _CATEGORIES:
        columns = (values[:, None] == levels[1:]).astype(np.float64)
        return columns, np.zeros((columns.shape[1], columns.shape[1]))
    basis, places = bspline_columns(values, _KNOTS)
    # the coefficients of a straight line lie on a line over these places, not over their number
    slopes = np.diff(np.eye(len(places)), axis=0) / np.diff(places)[:, None]
    bend = np.diff(slopes, axis=0) * np.ptp(places)
    return basis[:, 1:], (bend.T @ bend)[1:, 1:]


def _pairs(parameters: FloatArray, taken: int) -> list[tuple[FloatArray, FloatArray]]:
    """Products of every pair: of coarse splines where there is room, else of the values."""
    pairs = list(combinations(range(parameters.shape[1]), 2))
    most = min(_MOST_COLUMNS, len(parameters) // 10)
    fine = [_coarse(values) for values in parameters.T] if pairs else []
    wanted = sum(fine[a].shape[1] * fine[b].shape[1] for a, b in pairs)
    made = []
    for a, b in pairs if taken + wanted <= most else ():
        product = (fine[a][:, :, None] * fine[b][:, None, :]).reshape(len(parameters), -1)
        spread = product.var(axis=0).sum() / max(product.shape[1], 1)
        made.append((product, np.eye(product.shape[1]) * spread))
    if taken + len(pairs) > most:
        return made
    varies = np.ptp(parameters, axis=0) > 0
    away = np.where(varies, parameters - parameters.mean(axis=0), 0.0)
    z = away / np.where(varies, parameters.std(axis=0), 1.0)
    return made + [(z[:, [a]] * z[:, [b]], np.zeros((1, 1))) for a, b in pairs]


def _coarse(values: FloatArray) -> FloatArray:
    levels = np.unique(values)
    if len(levels) <= _CATEGORIES:
        indicators: FloatArray = (values[:, None] == levels[1:]).astype(np.float64)
        return indicators
    basis = bspline_columns(values, _PAIR_KNOTS)[0][:, 1:]
    centred: FloatArray = basis - basis.mean(axis=0)
    return centred


def bspline_columns(values: FloatArray, pieces: int) -> tuple[FloatArray, FloatArray]:
    """Cubic B-splines of a variable over ``pieces`` intervals between its quantiles.

    Parameters
    ----------
    values : array, shape (replicates,)
    pieces : int
        Intervals with about equal numbers of values.

    Returns
    -------
    basis : array, shape (replicates, pieces + 3)
        Each row sums to 1. Fewer columns where quantiles coincide.
    places : array, shape (pieces + 3,)
        Greville's abscissae: coefficients equal to them make the variable itself.

    References
    ----------
    de Boor (1978), A Practical Guide to Splines

    Examples
    --------
    >>> basis, places = bspline_columns(np.array([0.0, 1.0, 2.0]), 1)
    >>> basis[1].tolist(), (basis @ places).round(9).tolist()
    ([0.125, 0.375, 0.375, 0.125], [0.0, 1.0, 2.0])
    """
    inner = np.unique(np.quantile(values, np.linspace(0, 1, pieces + 1)))
    knots = np.r_[[inner[0]] * 3, inner, [inner[-1]] * 3]
    last = values == inner[-1]
    basis = ((knots[:-1] <= values[:, None]) & (values[:, None] < knots[1:])).astype(np.float64)
    basis[last, len(inner) + 1] = 1.0
    for degree in (1, 2, 3):
        width = knots[degree:] - knots[:-degree]
        safe = np.where(width > 0, width, 1.0)
        rise = np.where(width > 0, (values[:, None] - knots[:-degree]) / safe, 0.0)
        fall = np.where(width > 0, (knots[degree:] - values[:, None]) / safe, 0.0)
        basis = rise[:, :-1] * basis[:, :-1] + fall[:, 1:] * basis[:, 1:]
    return basis, (knots[1:-3] + knots[2:-2] + knots[3:-1]) / 3.0


def _rotated(columns: FloatArray, penalty: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Orthonormal columns of the same span, each with the roughness that the penalty sees."""
    tall, square = np.linalg.qr(columns)
    left, size, right = np.linalg.svd(square)
    kept = size > size[0] * 1e-9
    back = right[kept].T / size[kept]
    roughness, turn = np.linalg.eigh(back.T @ penalty @ back)
    # what is a straight line up to rounding must not be shrunk by a huge penalty
    roughness[roughness < 1e-10 * max(roughness[-1], 1e-300)] = 0.0
    return tall @ (left[:, kept] @ turn), np.clip(roughness, 0.0, None)


def _shrinkage(basis: FloatArray, roughness: FloatArray, outcomes: FloatArray) -> FloatArray:
    """Shrinkage of each coefficient at the penalty of least cross-validation score."""
    rough = roughness[roughness > 0]
    if not len(rough):
        return np.ones((basis.shape[1], outcomes.shape[1]))
    grid = np.exp(np.linspace(np.log(1e-4 / rough.max()), np.log(1e6 / rough.min()), 60))
    factors = 1.0 / (1.0 + grid[:, None] * roughness)
    weight = (basis.T @ outcomes) ** 2
    total = (outcomes**2).sum(axis=0)
    # residual sum of squares: everything, less the fit, with shrunken coefficients
    rss = total - (2 * factors - factors**2) @ weight
    free = np.maximum(len(outcomes) - _CAUTION * factors.sum(axis=1), 1.0)
    score = np.clip(rss, 0.0, None) / free[:, None] ** 2
    chosen: FloatArray = factors[score.argmin(axis=0)].T
    return chosen


def _root(cov: FloatArray) -> FloatArray:
    values, vectors = np.linalg.eigh(cov)
    made: FloatArray = vectors * np.sqrt(np.clip(values, 0.0, None))
    return made
