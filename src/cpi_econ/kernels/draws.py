"""What a replicate holds of each person: copies, and sums of outcomes over copies."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cpi_econ.kernels.leastsq import cross_products, upper_triangle
from cpi_econ.kernels.resample import FloatArray


class Draws(NamedTuple):
    """Drawn copies of each person; sums only where copies have values of their own.

    Parameters
    ----------
    counts : array, shape (replicates, people)
        Copies, or weight, of the person.
    totals : array, shape (replicates, people, outcomes), optional
        Sum of the outcomes of the copies. Left out, every copy has the person's own outcomes.
    squares : array, shape (replicates, people, outcomes (outcomes + 1) / 2), optional
        Sums of products of outcomes, upper triangle row by row.
    """

    counts: FloatArray
    totals: FloatArray | None = None
    squares: FloatArray | None = None


def draw_products(
    draws: Draws, columns: FloatArray, factor: FloatArray | None = None
) -> FloatArray:
    """Cross-products of regressors and drawn outcomes, as ``cross_products`` gives them.

    Parameters
    ----------
    draws : Draws
    columns : array, shape (people, p + outcomes)
        Regressors, then the outcomes as observed.
    factor : array, shape (replicates, people), optional
        Weight of each person, the same for all copies.

    Returns
    -------
    array, shape (replicates, p + outcomes, p + outcomes)

    Examples
    --------
    >>> draws = Draws(np.array([[2.0]]), np.array([[[5.0]]]), np.array([[[13.0]]]))
    >>> draw_products(draws, np.array([[1.0, 2.0]])).tolist()
    [[[2.0, 5.0], [5.0, 13.0]]]
    """
    counts = draws.counts if factor is None else draws.counts * factor
    if draws.totals is None or draws.squares is None:
        return cross_products(counts, columns)
    totals = draws.totals if factor is None else draws.totals * factor[:, :, None]
    squares = (draws.squares if factor is None else draws.squares * factor[:, :, None]).sum(axis=1)
    outcomes = totals.shape[2]
    regressors = columns[:, :-outcomes]
    own = cross_products(counts, regressors)
    mixed = np.stack([part @ regressors for part in np.moveaxis(totals, 2, 0)], axis=2)
    first, second = upper_triangle(outcomes)
    corner = np.empty((len(counts), outcomes, outcomes))
    corner[:, first, second] = squares
    corner[:, second, first] = squares
    upper = np.concatenate([own, mixed], axis=2)
    lower = np.concatenate([mixed.transpose(0, 2, 1), corner], axis=2)
    return np.concatenate([upper, lower], axis=1)
