"""Standard errors within each draw that replicates carry for interval ``studentised``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from cpi_econ.contracts import DRAW_ERRORS
from cpi_econ.errors import EstimationError, stop
from cpi_econ.kernels.resample import FloatArray

Moments = tuple[FloatArray, FloatArray, FloatArray]

_FARTHEST = 1000.0
"""Standard errors between an estimate and the end of an interval that says anything."""


@dataclass(frozen=True, slots=True)
class DrawErrors:
    """Spread of the differences by a formula: on the data, and on each draw.

    Parameters
    ----------
    observed : tuple of array, shape (arms,)
        Variances of the differences in cost and in effect, and their covariance.
    drawn : tuple of array, shape (replicates, arms)
        The same in each replicate.
    """

    observed: Moments
    drawn: Moments

    def se(self, cost: float, effect: float) -> FloatArray:
        """Standard error of ``cost * inc_cost + effect * inc_effect`` in each replicate."""
        var_cost, var_effect, both = self.drawn
        variance = cost**2 * var_cost + effect**2 * var_effect + 2 * cost * effect * both
        return np.asarray(np.sqrt(np.clip(variance, 0.0, None)))


def stored_draw_errors(replicates: xr.Dataset, contrast: FloatArray) -> DrawErrors | None:
    """Spread of contrasts of the arms, None where the replicates carry none.

    Parameters
    ----------
    replicates : Dataset
    contrast : array, shape (contrasts, arms)
    """
    if f"draw_{DRAW_ERRORS[0]}" not in replicates:
        return None
    observed, drawn = (_moments(replicates, prefix, contrast) for prefix in ("data", "draw"))
    return DrawErrors(observed, drawn)


def check_ends(
    ends: tuple[FloatArray, FloatArray], estimate: FloatArray, se: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """The ends of a studentised interval, refused where draws without error decide them.

    Parameters
    ----------
    ends : tuple of array, shape (arms,)
        Lower and upper.
    estimate, se : array, shape (arms,)

    Raises
    ------
    EstimationError
        ``E085`` an end a thousand standard errors away, or none at all.
    """
    if not all((np.abs(end - estimate) <= _FARTHEST * se).all() for end in ends):
        message = (
            "too many draws have hardly any standard error of their own, as when they hold one "
            "cluster or one value again and again, so a studentised interval has no ends; use cr2 "
            "or t."
        )
        stop(EstimationError, "E085", message)
    return ends


def _moments(replicates: xr.Dataset, prefix: str, contrast: FloatArray) -> Moments:
    cost, both, effect = (
        np.einsum("ca,...ab,cb->...c", contrast, replicates[f"{prefix}_{pair}"].values, contrast)
        for pair in DRAW_ERRORS
    )
    return cost, effect, both
