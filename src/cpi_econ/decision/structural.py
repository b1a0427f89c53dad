"""Uncertainty beyond sampling, named, so that its value can be told: factors and choices."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import ArrayLike

from cpi_econ.contracts import ARM, COST, EFFECT, REPLICATE, check_replicates
from cpi_econ.decision.sandwich import without_errors
from cpi_econ.errors import EstimationError, stop

_COVARIANCES = ("cov_cost_cost", "cov_cost_effect", "cov_effect_effect")


def sampled_parameters(replicates: xr.Dataset) -> pd.DataFrame:
    """Differences of each replicate as parameters: what cost data, or effect data, would settle.

    Parameters
    ----------
    replicates : Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)``.

    Returns
    -------
    DataFrame
        Columns ``cost of ARM`` and ``effect of ARM`` for every arm but the reference, one row a
        replicate; input for `evppi`.

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[0, 10], [0, 30]], [[0, 1], [0, 1]], arms=["a", "b"], reference="a")
    >>> sampled_parameters(made)["cost of b"].tolist()
    [10.0, 30.0]
    """
    check_replicates(replicates)
    reference = replicates.attrs["reference"]
    others = [str(arm) for arm in replicates[ARM].values if arm != reference]
    return pd.DataFrame(
        {
            f"{name} of {arm}": (
                replicates[name].sel(arm=arm) - replicates[name].sel(arm=reference)
            )
            .to_numpy()
            .astype(np.float64)
            for arm in others
            for name in (COST, EFFECT)
        }
    )


def with_uncertain_costs(
    replicates: xr.Dataset,
    parts: Mapping[str, Mapping[str, float]],
    cv: float | Mapping[str, float],
    *,
    seed: int = 1,
) -> tuple[xr.Dataset, pd.DataFrame]:
    """Replicates in which unit costs vary too, and the factor of each of them.

    Parameters
    ----------
    replicates : Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)``.
    parts : mapping of str to mapping of arm to float
        Mean cost per person of each service in each arm [currency].
    cv : float or mapping of str to float
        Coefficient of variation of what is not known of each unit cost.
    seed : int
        Of the factors, gamma distributed with mean 1.

    Returns
    -------
    replicates : Dataset
        With costs moved by the factors; the estimates stay. An analytic covariance is dropped.
    parameters : DataFrame
        One column a service, one row a replicate; input for `evppi`.

    Raises
    ------
    EstimationError
        ``E098`` a part that names other arms, or a negative coefficient of variation.

    References
    ----------
    Briggs, Sculpher, Claxton (2006), Decision Modelling for Health Economic Evaluation, chapter 4

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[0, 10], [0, 30]], [[0, 1], [0, 1]], arms=["a", "b"], reference="a")
    >>> moved, factors = with_uncertain_costs(made, {"gp": {"a": 0.0, "b": 5.0}}, 0.2)
    >>> bool(np.allclose(moved["cost"].sel(arm="b") - [10, 30], 5 * (factors["gp"] - 1)))
    True
    """
    check_replicates(replicates)
    arms = [str(arm) for arm in replicates[ARM].values]
    spread = {name: cv if isinstance(cv, float | int) else cv.get(name, 0.0) for name in parts}
    wrong = [name for name, means in parts.items() if set(means) != set(arms)]
    if wrong or min(spread.values(), default=0.0) < 0:
        message = "each part needs one mean cost an arm, and a coefficient of variation from 0 up"
        stop(EstimationError, "E098", f"{message}; wrong: {', '.join(wrong) or 'negative cv'}.")
    rng = np.random.default_rng(seed)
    count = replicates.sizes[REPLICATE]
    factors = pd.DataFrame(
        {
            name: np.ones(count) if width == 0 else rng.gamma(width**-2, width**2, count)
            for name, width in spread.items()
        }
    )
    means = np.array([[parts[name][arm] for arm in arms] for name in parts])
    moved = replicates[COST] + (factors.to_numpy() - 1.0) @ means
    kept = replicates.drop_vars([name for name in _COVARIANCES if name in replicates])
    return without_errors(kept).assign({COST: moved}), factors


def mixed_scenarios(
    datasets: Mapping[str, xr.Dataset],
    weights: Mapping[str, float] | None = None,
    *,
    name: str = "scenario",
    seed: int = 1,
) -> tuple[xr.Dataset, pd.DataFrame]:
    """Replicates that come from one of several analyses, and which one each came from.

    Parameters
    ----------
    datasets : mapping of str to Dataset
        Replicates of each analysis, such as one for each value set; same arms, same number.
    weights : mapping of str to float, optional
        Belief in each analysis; equal when absent.
    name : str
        Name of the parameter, such as ``value set``.
    seed : int
        Of the choice.

    Returns
    -------
    replicates : Dataset
        A mixture; its estimates are the weighted means of the estimates.
    parameters : DataFrame
        One column ``name`` of words, input for `evppi`: the value of settling the choice.

    Raises
    ------
    EstimationError
        ``E098`` analyses that differ in arms or number of replicates, or weights that are none.

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> old = replicates([[0, 1]] * 50, [[0, 1]] * 50, arms=["a", "b"], reference="a")
    >>> new = replicates([[0, 1]] * 50, [[0, 3]] * 50, arms=["a", "b"], reference="a")
    >>> mixed, chosen = mixed_scenarios({"3L": old, "5L": new}, name="value set")
    >>> bool(((chosen["value set"] == "5L") == (mixed["effect"].sel(arm="b") == 3)).all())
    True
    """
    names, all_ = list(datasets), [check_replicates(one) for one in datasets.values()]
    belief = _beliefs(names, weights)
    first = all_[0]
    for other, made in zip(names, all_, strict=True):
        same = made[COST].shape == first[COST].shape
        if not same or made[ARM].values.tolist() != first[ARM].values.tolist():
            message = f"{other} has other arms or another number of replicates than {names[0]}."
            stop(EstimationError, "E098", message)
    drawn = np.random.default_rng(seed).choice(len(names), first.sizes[REPLICATE], p=belief)
    rows = np.arange(len(drawn))
    parts: dict[str, tuple[tuple[str, ...], ArrayLike]] = {}
    for key in (COST, EFFECT):
        stacked = np.stack([made[key].to_numpy() for made in all_])
        hats = np.stack([made[f"{key}_hat"].to_numpy() for made in all_])
        parts[key] = ((REPLICATE, ARM), stacked[drawn, rows])
        parts[f"{key}_hat"] = ((ARM,), belief @ hats)
    kept = first.drop_vars([cov for cov in _COVARIANCES if cov in first])
    return without_errors(kept).assign(parts), pd.DataFrame({name: np.array(names)[drawn]})


def _beliefs(names: list[str], weights: Mapping[str, float] | None) -> np.ndarray:
    given = dict.fromkeys(names, 1.0) if weights is None else weights
    belief = np.array([float(given.get(name, 0.0)) for name in names])
    if set(given) - set(names) or (belief < 0).any() or not belief.sum() > 0:
        message = f"weights must be from 0 up and name only {', '.join(names)}."
        stop(EstimationError, "E098", message)
    return np.asarray(belief / belief.sum())
