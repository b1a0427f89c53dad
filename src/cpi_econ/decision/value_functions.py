"""Value of effects that is not one straight line: kinks, and losses that weigh more than gains."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import xarray as xr

from cpi_econ.contracts import ARM
from cpi_econ.decision.moments import differences
from cpi_econ.errors import EstimationError, stop
from cpi_econ.kernels.intervals import percentile
from cpi_econ.kernels.resample import FloatArray

Value = Callable[[FloatArray], FloatArray]


def kinked_value(
    wtp: float,
    *,
    wta: float | None = None,
    kink: float | None = None,
    beyond: float | None = None,
) -> Value:
    """Value in money of a difference in effect, in straight pieces.

    Parameters
    ----------
    wtp : float
        Willingness to pay for a unit gained [currency / unit of effect].
    wta : float, optional
        Willingness to accept for a unit lost; the same as ``wtp`` when absent.
    kink, beyond : float, optional
        Gain above which a further unit is worth ``beyond`` in place of ``wtp``.

    Returns
    -------
    callable
        From differences in effect to money.

    Raises
    ------
    EstimationError
        ``E097`` a negative value, or only one of ``kink`` and ``beyond``.

    References
    ----------
    O'Brien, Gertsen, Willan, Faulkner (2002), doi:10.1002/hec.655

    Examples
    --------
    >>> value = kinked_value(20_000, wta=40_000, kink=0.1, beyond=10_000)
    >>> value(np.array([-0.1, 0.05, 0.2])).tolist()
    [-4000.0, 1000.0, 3000.0]
    """
    loss = wtp if wta is None else wta
    if (kink is None) != (beyond is None):
        stop(EstimationError, "E097", "a kink needs both the gain (kink) and the value beyond it.")
    if min(wtp, loss, kink or 0.0, beyond or 0.0) < 0:
        stop(EstimationError, "E097", "wtp, wta, kink and beyond must not be negative.")
    edge = np.inf if kink is None else kink
    further = 0.0 if beyond is None else beyond

    def value(effect: FloatArray) -> FloatArray:
        gain = np.clip(effect, 0.0, None)
        past = np.clip(gain - edge, 0.0, None)
        made: FloatArray = wtp * (gain - past) + further * past + loss * np.minimum(effect, 0.0)
        return made

    return value


def valued_benefit(replicates: xr.Dataset, value: Value, *, level: float = 0.95) -> xr.Dataset:
    """Incremental net benefit of each arm over the reference with any value of effects.

    Parameters
    ----------
    replicates : Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)``.
    value : callable
        Money for differences in effect, for example from `kinked_value`.
    level : float
        Of the percentile interval.

    Returns
    -------
    Dataset
        ``estimate`` at the estimated differences, ``expected`` over the replicates (not equal to it
        where the value bends), ``lower``, ``upper`` [currency] and ``probability`` above 0, on
        ``(arm)``.

    Notes
    -----
    With a bend the choice of reference matters: gains of one arm over another are losses the other
    way. Each arm is compared with the reference alone.

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[0, 0], [0, 0]], [[0, -1], [0, 2]], arms=["a", "b"], reference="a")
    >>> found = valued_benefit(made, kinked_value(10, wta=20))
    >>> found["estimate"].item(), found["expected"].item(), found["probability"].item()
    (5.0, 0.0, 0.5)
    """
    inc = differences(replicates)
    draws = value(inc.effect) - inc.cost
    lower, upper = percentile(draws, level)
    parts = {
        "estimate": value(inc.effect_hat) - inc.cost_hat,
        "expected": draws.mean(axis=0),
        "lower": lower,
        "upper": upper,
    }
    units = {"units": str(replicates.attrs.get("currency", ""))}
    share = (np.sign(draws).mean(axis=0) + 1.0) / 2.0
    return xr.Dataset(
        {name: ((ARM,), values, units) for name, values in parts.items()}
        | {"probability": ((ARM,), share, {"units": "1"})},
        {ARM: list(inc.arms)},
        {"reference": replicates.attrs["reference"], "interval": "percentile", "level": level},
    )
