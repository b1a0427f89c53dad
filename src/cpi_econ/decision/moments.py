"""Differences from the reference arm: estimates, draws, and their joint spread."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import xarray as xr

from cpi_econ.contracts import ARM, COST, DRAW_ERRORS, EFFECT, REPLICATE, check_replicates
from cpi_econ.decision.draw_errors import DrawErrors, check_ends, stored_draw_errors
from cpi_econ.decision.sandwich import stored_sandwich
from cpi_econ.errors import EstimationError, stop
from cpi_econ.kernels.block_diagonal import block_diag
from cpi_econ.kernels.intervals import acceleration, bca, percentile, studentised, symmetric
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.kernels.sandwich import Sandwich

Interval = Literal["t", "cr2", "percentile", "bca", "studentised", "normal"]


@dataclass(frozen=True, slots=True)
class Increments:
    """Arm minus reference, for every arm but the reference.

    Parameters
    ----------
    arms : tuple of str
        Arms compared with the reference.
    cost_hat, effect_hat : array, shape (arms,)
        Estimated differences.
    cost, effect : array, shape (replicates, arms)
        Differences in each replicate.
    var_cost, var_effect, cov : array, shape (arms,)
        Variances and covariance of the differences.
    exact : bool
        Whether the spread is an analytic normal, not that of the replicates.
    free : float
        Degrees of freedom of t; infinite for the normal.
    cost_influence, effect_influence : array, shape (units, arms), optional
        What each person or cluster does to the differences; only where it was asked for.
    sandwich : Sandwich, optional
        CR2 of the differences in cost, then in effect; only for interval ``cr2``.
    draw_errors : DrawErrors, optional
        Standard errors of each draw; only for interval ``studentised``.
    """

    arms: tuple[str, ...]
    cost_hat: FloatArray
    effect_hat: FloatArray
    cost: FloatArray
    effect: FloatArray
    var_cost: FloatArray
    var_effect: FloatArray
    cov: FloatArray
    exact: bool
    free: float = math.inf
    cost_influence: FloatArray | None = None
    effect_influence: FloatArray | None = None
    sandwich: Sandwich | None = None
    draw_errors: DrawErrors | None = None

    def df(self, cost: float, effect: float) -> FloatArray:
        """Degrees of freedom of ``cost * inc_cost + effect * inc_effect``, shape (arms,)."""
        count = len(self.arms)
        if self.sandwich is None:
            return np.full(count, self.free)
        contrasts = np.hstack([cost * np.eye(count), effect * np.eye(count)])
        return np.array([self.sandwich.df(contrast) for contrast in contrasts])

    def ratio_df(self, arm: int) -> float:
        """Degrees of freedom of an arm's net benefit where its estimate is 0, for Fieller's set."""
        return float(self.df(-self.effect_hat[arm], self.cost_hat[arm])[arm])


def is_exact(replicates: xr.Dataset) -> bool:
    """Whether the replicates carry an analytic covariance."""
    return "cov_cost_cost" in replicates


def differences(replicates: xr.Dataset, interval: Interval = "normal") -> Increments:
    """Differences of every arm from the reference.

    Parameters
    ----------
    replicates : Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)`` with their estimates.
    interval : {"t", "cr2", "percentile", "bca", "studentised", "normal"}
        What they are for: under ``cr2`` their spread is that of the sandwich.

    Returns
    -------
    Increments

    Raises
    ------
    EstimationError
        ``E080`` the Dataset does not keep the contract, or has one arm only.
    """
    check_replicates(replicates)
    names = [str(arm) for arm in replicates[ARM].values]
    if len(names) < 2:
        stop(EstimationError, "E080", f"{names[0]} is the only arm; there is nothing to compare.")
    reference = names.index(str(replicates.attrs["reference"]))
    contrast = np.delete(np.eye(len(names)), reference, axis=0)
    contrast[:, reference] = -1.0
    cost, effect = (replicates[name].values @ contrast.T for name in (COST, EFFECT))
    sandwich = stored_sandwich(replicates) if interval == "cr2" else None
    errors = stored_draw_errors(replicates, contrast) if interval == "studentised" else None
    if sandwich is not None:
        sandwich = sandwich.turned(block_diag(contrast, contrast))
        spread = _of_sandwich(sandwich)
    elif errors is not None:
        spread = errors.observed
    else:
        spread = _analytic(replicates, contrast) if is_exact(replicates) else _sampled(cost, effect)
    influence = [
        replicates[name].values @ contrast.T if name in replicates else None
        for name in ("cost_influence", "effect_influence")
    ]
    return Increments(
        tuple(np.delete(names, reference).tolist()),
        contrast @ replicates["cost_hat"].values,
        contrast @ replicates["effect_hat"].values,
        cost,
        effect,
        *spread,
        exact=is_exact(replicates),
        free=float(replicates.attrs.get("df", math.inf)) if interval == "t" else math.inf,
        sandwich=sandwich,
        draw_errors=errors,
        cost_influence=influence[0],
        effect_influence=influence[1],
    )


def _of_sandwich(sandwich: Sandwich) -> tuple[FloatArray, FloatArray, FloatArray]:
    variances = np.clip(np.diagonal(sandwich.covariance), 0.0, None)
    cost, effect = np.split(variances, 2)
    return cost, effect, np.diagonal(sandwich.covariance, len(cost))


def _analytic(
    replicates: xr.Dataset, contrast: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    cost, effect, both = (
        np.diagonal(contrast @ replicates[f"cov_{pair}"].values @ contrast.T)
        for pair in ("cost_cost", "effect_effect", "cost_effect")
    )
    return np.clip(cost, 0.0, None), np.clip(effect, 0.0, None), both


def _sampled(cost: FloatArray, effect: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    from_cost, from_effect = cost - cost.mean(axis=0), effect - effect.mean(axis=0)
    free = max(len(cost) - 1, 1)
    return (
        (from_cost**2).sum(axis=0) / free,
        (from_effect**2).sum(axis=0) / free,
        (from_cost * from_effect).sum(axis=0) / free,
    )


def chosen_interval(replicates: xr.Dataset, interval: str | None, level: float) -> Interval:
    """Kind of interval asked for, else the one that came with the replicates.

    Parameters
    ----------
    replicates : Dataset
    interval : {"t", "cr2", "percentile", "bca", "studentised", "normal"}, optional
    level : float
        Confidence level.

    Raises
    ------
    EstimationError
        ``E085`` unknown, without the jackknife that ``bca`` needs, the sandwich that ``cr2`` needs
        or the degrees of freedom that ``t`` needs, one replicate only, or a level outside 0 to 1.

    Notes
    -----
    Replicates that were mixed or moved after they were drawn have lost their sandwich; where none
    is named, their interval is t.
    """
    kind = interval or str(replicates.attrs.get("interval", "percentile"))
    if kind == "cr2" and stored_sandwich(replicates) is None:
        if interval is not None:
            message = (
                "interval cr2 needs clusters (10,000 at most), and least squares on whole data: "
                "model none, ols or sur without weights or imputation; or use t."
            )
            stop(EstimationError, "E085", message)
        kind = "t"
    if kind == "studentised" and f"draw_{DRAW_ERRORS[0]}" not in replicates:
        if interval is not None:
            message = (
                "interval studentised needs the standard error of each draw: bootstrap(..., "
                "studentised=True); or use t."
            )
            stop(EstimationError, "E085", message)
        kind = "t"
    allowed: dict[str, Interval] = {name: name for name in get_args(Interval)}
    if kind == "bca" and "cost_influence" not in replicates:
        message = "interval bca needs the jackknife: bootstrap(..., jackknife=True); or use t."
        stop(EstimationError, "E085", message)
    if kind not in allowed:
        stop(EstimationError, "E085", f"interval is {kind!r}; allowed are {', '.join(allowed)}.")
    if not 0.0 < level < 1.0:
        stop(EstimationError, "E085", f"level is {level:g}; it lies between 0 and 1, such as 0.95.")
    _check_spread(replicates, kind)
    return allowed[kind]


def _check_spread(replicates: xr.Dataset, kind: str) -> None:
    """Refuse an interval of one replicate, and t without degrees of freedom."""
    if not is_exact(replicates) and replicates.sizes[REPLICATE] < 2:
        message = "one replicate shows no spread, so there is no interval; give two or more."
        stop(EstimationError, "E085", message)
    if kind == "t" and not float(replicates.attrs.get("df", math.inf)) > 0:
        message = (
            "t has no degrees of freedom: there are no more clusters than arms. Use interval "
            "percentile or normal or, where people were allocated within clusters, leave the "
            "cluster out."
        )
        stop(EstimationError, "E085", message)


def interval_attrs(
    replicates: xr.Dataset, interval: Interval, level: float, df: FloatArray
) -> dict[str, object]:
    """What is said of intervals beside their ends; one number of degrees of freedom, the smallest.

    Parameters
    ----------
    replicates : Dataset
    interval : {"t", "cr2", "percentile", "bca", "studentised", "normal"}
    level : float
    df : array
        Degrees of freedom used.
    """
    own = interval == "cr2" and df.size > 0
    smallest = float(df.min()) if own else replicates.attrs.get("df", math.inf)
    kept = {"reference": replicates.attrs["reference"], "interval": interval, "level": level}
    return kept | {"df": float(smallest)}


def limits(
    estimate: FloatArray,
    se: FloatArray,
    draws: FloatArray | None,
    *,
    interval: Interval,
    level: float,
    df: float | FloatArray,
    influence: FloatArray | None = None,
    draw_se: FloatArray | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Ends of an interval; percentile and BCa are the normal where there are no draws.

    Parameters
    ----------
    estimate, se : array, shape (arms,)
    draws : array, shape (replicates, arms), optional
        Replicates; left out where the spread is an analytic normal.
    interval : {"t", "cr2", "percentile", "bca", "studentised", "normal"}
    level : float
    df : float or array, shape (arms,)
        Degrees of freedom; infinite where the interval has none.
    influence : array, shape (units, arms), optional
        For ``bca``, what each unit does to the estimate.
    draw_se : array, shape (replicates, arms), optional
        For ``studentised``, the standard error of each draw.

    Returns
    -------
    lower, upper : array, shape (arms,)

    Examples
    --------
    >>> ends = limits(np.array([0.0]), np.array([1.0]), None, interval="t", level=0.95, df=14)
    >>> [end.round(3).tolist() for end in ends]
    [[-2.145], [2.145]]
    """
    if interval == "percentile" and draws is not None:
        return percentile(draws, level)
    if interval == "bca" and draws is not None and influence is not None:
        return bca(draws, estimate, acceleration(influence), level)
    if interval == "studentised" and draws is not None and draw_se is not None:
        return check_ends(studentised(draws, draw_se, estimate, se, level), estimate, se)
    return symmetric(estimate, se, level, df)
