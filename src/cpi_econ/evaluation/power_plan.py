"""Power of planned studies, arm by arm against the reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from cpi_econ.decision.moments import differences
from cpi_econ.decision.next_study import NextStudy
from cpi_econ.decision.power import power, sample_size
from cpi_econ.evaluation.pilot import Pilot
from cpi_econ.kernels.resample import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One arm against the reference in studies to come.

    Parameters
    ----------
    difference : mapping of str to float
        Estimated difference in ``cost`` and ``effect``, taken as true.
    benefit : list of float
        Net benefit at each threshold [currency].
    power : DataArray
        On ``(study, wtp)``.
    needed : list of (dict or None)
        At each threshold the ``participants``, ``clusters`` and ``power`` of the smallest study of
        these two arms with the power wanted; None where the net benefit is nought.
    """

    difference: dict[str, float]
    benefit: list[float]
    power: xr.DataArray
    needed: list[dict[str, Any] | None]


def comparisons(
    replicates: xr.Dataset,
    known: Pilot,
    studies: Sequence[NextStudy],
    wtp: FloatArray,
    alpha: float,
    power_wanted: float,
    ratio: float = 1.0,
) -> dict[str, Comparison]:
    """Power of every arm against the reference, by the name of the arm.

    Parameters
    ----------
    replicates : Dataset
        Whose estimates are taken as true.
    known : Pilot
    studies : sequence of NextStudy
        With the arms of the replicates.
    wtp : array, shape (thresholds,)
    alpha, power_wanted : float
    ratio : float
        People of every other arm for one of the reference, in the study that the power needs.
    """
    inc = differences(replicates)
    reference = str(replicates.attrs["reference"])
    found = {}
    for at, arm in enumerate(inc.arms):
        gap = (float(inc.cost_hat[at]), float(inc.effect_hat[at]))
        pairs = [two_arms(study, reference, arm) for study in studies]
        found[arm] = Comparison(
            difference={"cost": gap[0], "effect": gap[1]},
            benefit=[float(k) * gap[1] - gap[0] for k in wtp],
            power=power(gap, known.variation, pairs, wtp, reference=reference, alpha=alpha),
            needed=[
                _needed(
                    gap, known, pairs[0], float(k), (reference, arm), (alpha, power_wanted, ratio)
                )
                for k in wtp
            ],
        )
    return found


def two_arms(study: NextStudy, reference: str, arm: str) -> NextStudy:
    """Part of a study that compares one arm with the reference.

    Examples
    --------
    >>> whole = NextStudy(participants={"a": 20, "b": 30, "c": 40})
    >>> two_arms(whole, "a", "c").label
    '60 people'
    """
    pair = (reference, arm)
    people = {name: study.participants[name] for name in pair}
    groups = None if study.clusters is None else {name: study.clusters[name] for name in pair}
    return NextStudy(
        participants=people, clusters=groups, size_cv=study.size_cv, dropout=study.dropout
    )


def power_curve(
    answer: dict[str, Any], known: Pilot, studies: Sequence[NextStudy], most: float
) -> xr.DataArray:
    """Power of the chosen comparison of a plan from a threshold of 0 up, for its figure.

    Parameters
    ----------
    answer : dict
        From `research_plan`.
    known : Pilot
    studies : sequence of NextStudy
    most : float
        Highest willingness to pay.
    """
    gap = (answer["difference"]["cost"], answer["difference"]["effect"])
    pairs = [two_arms(study, answer["reference"], answer["arm"]) for study in studies]
    grid = np.linspace(0.0, most, 51)
    return power(
        gap, known.variation, pairs, grid, reference=answer["reference"], alpha=answer["alpha"]
    )


def _needed(
    difference: tuple[float, float],
    known: Pilot,
    like: NextStudy,
    wtp: float,
    arms: tuple[str, str],
    wishes: tuple[float, float, float],
) -> dict[str, Any] | None:
    """Smallest study with the power wanted, None where the net benefit is nought."""
    if wtp * difference[1] == difference[0]:
        return None
    alpha, power_wanted, ratio = wishes
    size = None if like.clusters is None else like.total / like.n_clusters
    found = sample_size(
        difference,
        known.variation,
        wtp,
        reference=arms[0],
        arm=arms[1],
        power_wanted=power_wanted,
        alpha=alpha,
        ratio=ratio,
        cluster_size=size,
        size_cv=like.size_cv,
        dropout=like.dropout,
    )
    return {
        "participants": found.study.total,
        "clusters": found.study.n_clusters or None,
        "power": found.power,
    }
