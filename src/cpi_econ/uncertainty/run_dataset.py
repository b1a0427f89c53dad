"""Replicates of a run as the Dataset that decisions take."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from cpi_econ.contracts import ARM, COST, EFFECT, MEAN, REPLICATE, SANDWICH, mean_labels
from cpi_econ.errors import EstimationError, stop
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.kernels.sandwich import Sandwich
from cpi_econ.uncertainty.blocks import Block
from cpi_econ.uncertainty.jackknife import influence_values
from cpi_econ.uncertainty.runs import Run


def influence_of(run: Run) -> FloatArray:
    """What each person, or cluster, does to the means of a run, shape (units, arms, 2).

    Raises
    ------
    EstimationError
        ``E071`` values were imputed, so there is no estimate without one unit.
    """
    if run.attrs.get("missing") == "impute":
        message = (
            "interval bca needs the estimate without each person or cluster, which imputed data do "
            "not have; use interval t or percentile."
        )
        stop(EstimationError, "E071", message)
    return influence_values(run.analysis)


def dataset(
    run: Run, blocks: Sequence[Block], order: list[str], influence: FloatArray | None = None
) -> xr.Dataset:
    """Replicates, estimates and analytic covariance of a run.

    Parameters
    ----------
    run : Run
    blocks : sequence
        Means and counts of each block of replicates.
    order : list of str
        Arms in the order of the answer.
    influence : array, shape (units, arms, 2), optional
        As ``influence_of`` gives it.
    """
    draws = np.concatenate([block[0] for block in blocks])
    n_left_out, n_separated = np.sum([block[1] for block in blocks], axis=0).tolist()
    attrs = {"df": run.df, "interval": _headline(run), "n_replicates": len(draws)}
    attrs |= {"n_participants": run.analysis.n}
    attrs |= {"n_left_out": n_left_out, "n_separated": n_separated}
    arms, spread = list(run.analysis.arms), run.spread
    place = [arms.index(name) for name in order]
    data: dict[str, tuple[tuple[str, ...], FloatArray]] = {}
    for number, name in enumerate((COST, EFFECT)):
        data[name] = ((REPLICATE, ARM), draws[:, place, number])
        data[f"{name}_hat"] = ((ARM,), run.estimate[place, number])
        if influence is not None:
            data[f"{name}_influence"] = (("unit", ARM), influence[:, place, number])
        if run.imputed is not None:
            data[f"{name}_imputed"] = (("imputation", ARM), run.imputed[:, place, number])
    data |= {name: ((ARM,), values[place]) for name, values in run.extra.items()}
    coords = {ARM: order, REPLICATE: np.arange(len(draws))}
    if run.sandwich is not None:
        labels, wanted = mean_labels(arms), mean_labels(order)
        coords[MEAN] = wanted
        data |= _stored(run.sandwich.chosen([labels.index(name) for name in wanted]))
    if spread is None:
        return xr.Dataset(data, coords, attrs)
    cost, effect = np.array(place), len(arms) + np.array(place)
    data["cov_cost_cost"] = ((ARM, "arm_"), spread[np.ix_(cost, cost)])
    data["cov_cost_effect"] = ((ARM, "arm_"), spread[np.ix_(cost, effect)])
    data["cov_effect_effect"] = ((ARM, "arm_"), spread[np.ix_(effect, effect)])
    return xr.Dataset(data, coords | {"arm_": order}, attrs)


def _headline(run: Run) -> str:
    """Interval where none is named: that of the draws, or of the analytic error asked for."""
    return "cr2" if run.sandwich is not None and run.analysis.errors == "CR2" else "t"


def _stored(sandwich: Sandwich) -> dict[str, tuple[tuple[str, ...], FloatArray]]:
    values = (sandwich.covariance, sandwich.expected, sandwich.square)
    return {name: (dims, part) for (name, dims), part in zip(SANDWICH.items(), values, strict=True)}
