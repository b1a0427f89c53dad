"""Replicates from any model's simulations, in the one form that every decision takes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from cpi_econ.contracts import ARM, COST, EFFECT, REPLICATE, check_replicates
from cpi_econ.errors import EstimationError, Finding, raise_all


def replicates(
    cost: ArrayLike,
    effect: ArrayLike,
    *,
    arms: Sequence[str],
    reference: str,
    cost_hat: ArrayLike | None = None,
    effect_hat: ArrayLike | None = None,
    currency: str = "",
    effect_unit: str = "",
) -> xr.Dataset:
    """Simulated cost and effect of each arm as a Dataset for the decision functions.

    Parameters
    ----------
    cost, effect : array-like, shape (replicates, arms)
        Simulated cost [currency] and effect of each arm; one row one draw of both.
    arms : sequence of str
        Names of the arms, one a column.
    reference : str
        Arm that the others are compared with.
    cost_hat, effect_hat : array-like, shape (arms,), optional
        Estimates. The default is the mean of the simulations, as in a probabilistic model.
    currency, effect_unit : str
        Units.

    Returns
    -------
    Dataset
        ``cost``, ``effect`` on ``(replicate, arm)``, ``cost_hat``, ``effect_hat`` on ``(arm)``.

    Raises
    ------
    EstimationError
        ``E084`` shapes that do not agree or an arm named twice, ``E080`` missing values or a
        reference that is no arm.

    Examples
    --------
    >>> made = replicates([[0, 10], [0, 30]], [[0, 1], [0, 1]], arms=["a", "b"], reference="a")
    >>> made["cost_hat"].values.tolist()
    [0.0, 20.0]
    """
    draws = {COST: np.asarray(cost, np.float64), EFFECT: np.asarray(effect, np.float64)}
    names = [str(arm) for arm in arms]
    raise_all(_shape_findings(draws, names), EstimationError)
    hats = {
        name: draws[name].mean(axis=0) if given is None else np.asarray(given, np.float64)
        for name, given in ((COST, cost_hat), (EFFECT, effect_hat))
    }
    raise_all(
        [
            Finding("E084", f"{name}_hat has shape {hat.shape}; it needs one value an arm.")
            for name, hat in hats.items()
            if hat.shape != (len(names),)
        ],
        EstimationError,
    )
    made = xr.Dataset(
        {name: ((REPLICATE, ARM), values) for name, values in draws.items()}
        | {f"{name}_hat": ((ARM,), values) for name, values in hats.items()},
        {ARM: names, REPLICATE: np.arange(len(draws[COST]))},
        {
            "reference": reference,
            "currency": currency,
            "effect_unit": effect_unit,
            "df": math.inf,
            "interval": "percentile",
            "n_replicates": len(draws[COST]),
        },
    )
    return check_replicates(made)


def _shape_findings(draws: dict[str, np.ndarray], names: list[str]) -> list[Finding]:
    findings = [
        Finding(
            "E084",
            f"{name} has shape {values.shape}; it needs a row a replicate (at least 2) and a "
            f"column for each of the {len(names)} arms.",
        )
        for name, values in draws.items()
        if values.ndim != 2 or values.shape[1] != len(names) or len(values) < 2
    ]
    if draws[COST].shape != draws[EFFECT].shape:
        findings.append(Finding("E084", "cost and effect must have the same shape."))
    if len(set(names)) < max(len(names), 2):
        findings.append(Finding("E084", "name at least two arms, each once."))
    return findings


def with_reference(replicates: xr.Dataset, reference: str) -> xr.Dataset:
    """The same replicates, the arms compared with another one of them.

    Parameters
    ----------
    replicates : Dataset
    reference : str
        Arm that the others are compared with.

    Raises
    ------
    EstimationError
        ``E080`` a reference that is no arm.

    Examples
    --------
    >>> made = replicates([[0, 10], [0, 30]], [[0, 1], [0, 1]], arms=["a", "b"], reference="a")
    >>> with_reference(made, "b").attrs["reference"]
    'b'
    """
    return check_replicates(replicates.assign_attrs(reference=reference))
