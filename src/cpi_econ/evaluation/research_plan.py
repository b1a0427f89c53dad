"""The next study in one answer: value of information, power, and the size worth its cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import xarray as xr

from cpi_econ.decision.information import effective_population, evpi
from cpi_econ.decision.moments import differences
from cpi_econ.decision.net_benefit import inmb_intervals
from cpi_econ.decision.next_study import NextStudy, increment_covariance
from cpi_econ.decision.power import power, sample_size
from cpi_econ.decision.research import StudyCost, best_study, enbs
from cpi_econ.decision.sample_information import decision_change, evsi
from cpi_econ.errors import EstimationError, Finding, stop
from cpi_econ.evaluation.pilot import Pilot

Outcome = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """People whose decision rests on the answer.

    Parameters
    ----------
    size : float
        People a year.
    years : float
        Years for which the decision stands.
    discount : float
        Rate a year.
    """

    size: float
    years: float
    discount: float = 0.0


def research_plan(
    replicates: xr.Dataset,
    known: Pilot,
    studies: Sequence[NextStudy],
    wtp: Sequence[float],
    *,
    people: People,
    cost: StudyCost,
    study_years: float = 0.0,
    alpha: float = 0.05,
    power_wanted: float = 0.8,
    cost_assumed: bool = False,
) -> dict[str, Any]:
    """Everything that the ``design`` command prints, as plain values.

    Parameters
    ----------
    replicates : Dataset
        Of two arms.
    known : Pilot
        Variation, shape and losses that the next study is expected to have.
    studies : sequence of NextStudy
        Sizes to be compared, the smallest first.
    wtp : sequence of float
        Thresholds.
    people, cost, study_years
        As in `enbs`.
    alpha, power_wanted : float
        Two-sided level, and power to reach.
    cost_assumed : bool
        Whether the study's costs are the program's illustration.

    Returns
    -------
    dict
        ``pilot``, ``difference``, ``population``, ``cost``, and under ``thresholds`` for each
        threshold EVPI, a row a study, the best study and the size that the power needs.

    Raises
    ------
    EstimationError
        ``E092`` more than two arms.
    """
    if replicates.sizes["arm"] != 2:
        stop(EstimationError, "E092", "the design of the next study is for two arms.")
    arms, difference = _difference(replicates)
    grid = np.asarray(wtp, dtype=np.float64)
    curves, best = _curves(
        replicates, known, studies, grid, cost, people, study_years, difference, alpha
    )
    whole = effective_population(people.size, people.years, discount=people.discount)
    per_person = evpi(replicates, grid).to_numpy()
    rows = [
        {
            "wtp": threshold,
            "net_benefit": threshold * difference[1] - difference[0],
            "evpi": {"per_person": float(value), "population": float(value) * whole},
            "studies": [
                {
                    "clusters": study.n_clusters or None,
                    "participants": study.total,
                    "cost": cost.of(study),
                    **{name: float(values[row, at]) for name, values in curves.items()},
                }
                for row, study in enumerate(studies)
            ],
            "best": {name: best[name][at].item() for name in map(str, best)},
            "needed": _needed(difference, known, studies[0], threshold, arms, alpha, power_wanted),
        }
        for at, (threshold, value) in enumerate(zip(grid.tolist(), per_person, strict=True))
    ]
    findings = plan_findings(whole, people, cost_assumed)
    findings += spread_findings(replicates, known, grid[0])
    return {
        "reference": arms[0],
        "arm": arms[1],
        "difference": {"cost": difference[0], "effect": difference[1]},
        "pilot": {"variation": asdict(known.variation), **_shape(known.study)},
        "population": {**asdict(people), "people": whole, "study_years": study_years},
        "cost": asdict(cost),
        "alpha": alpha,
        "power_wanted": power_wanted,
        "thresholds": rows,
        "findings": [str(found) for found in findings],
    }


def _difference(replicates: xr.Dataset) -> tuple[tuple[str, str], Outcome]:
    """Names of the reference and the arm, and the estimated differences in cost and effect."""
    inc = differences(replicates)
    outcome = (float(inc.cost_hat[0]), float(inc.effect_hat[0]))
    return (str(replicates.attrs["reference"]), inc.arms[0]), outcome


def _curves(
    replicates: xr.Dataset,
    known: Pilot,
    studies: Sequence[NextStudy],
    grid: np.ndarray,
    cost: StudyCost,
    people: People,
    study_years: float,
    difference: Outcome,
    alpha: float,
) -> tuple[dict[str, xr.DataArray], xr.Dataset]:
    """Value, power and chance of another decision of every study, and the best study."""
    value = evsi(replicates, studies, known.variation, grid)
    worth = enbs(value, studies, cost, **asdict(people), study_years=study_years)
    reference = str(replicates.attrs["reference"])
    curves = {
        "evsi": value,
        "enbs": worth,
        "power": power(
            difference, known.variation, studies, grid, reference=reference, alpha=alpha
        ),
        "change": decision_change(replicates, studies, known.variation, grid),
    }
    return curves, best_study(worth)


def _shape(study: NextStudy) -> dict[str, Any]:
    return {
        "participants": dict(study.participants),
        "clusters": None if study.clusters is None else dict(study.clusters),
        "size_cv": study.size_cv,
        "dropout": study.dropout,
    }


def _needed(
    difference: Outcome,
    known: Pilot,
    like: NextStudy,
    wtp: float,
    arms: tuple[str, str],
    alpha: float,
    power_wanted: float,
) -> dict[str, Any] | None:
    """Smallest study with the power wanted, None where the net benefit is nought."""
    if wtp * difference[1] == difference[0]:
        return None
    size = None if like.clusters is None else like.total / like.n_clusters
    found = sample_size(
        difference,
        known.variation,
        wtp,
        reference=arms[0],
        arm=arms[1],
        power_wanted=power_wanted,
        alpha=alpha,
        cluster_size=size,
        size_cv=like.size_cv,
        dropout=like.dropout,
    )
    return {
        "participants": found.study.total,
        "clusters": found.study.n_clusters or None,
        "power": found.power,
    }


def spread_findings(replicates: xr.Dataset, known: Pilot, wtp: float) -> list[Finding]:
    """Warning where replicates spread otherwise than the people of the pilot say they should.

    Parameters
    ----------
    replicates : Dataset
        Of two arms.
    known : Pilot
    wtp : float
        Threshold at which net benefits are compared.
    """
    reference = str(replicates.attrs["reference"])
    value = np.array([-1.0, wtp])
    cov = increment_covariance(known.study, known.variation, reference)
    expected = float(np.sqrt(value @ cov @ value))
    seen = float(inmb_intervals(replicates, [wtp])["se"][0, 0])
    if expected == 0 or 0.8 <= seen / expected <= 1.25:
        return []
    way = "narrower" if seen < expected else "wider"
    message = (
        f"the replicates' standard error of the net benefit at {wtp:,.0f} is {seen:,.0f}; that of "
        f"people and clusters as they vary here is {expected:,.0f}. Value of information follows "
        f"the replicates, which are {way}; few clusters in an arm make them too narrow. Compare "
        "--uncertainty people."
    )
    return [Finding("W091", message)]


def plan_findings(whole: float, people: People, cost_assumed: bool) -> list[Finding]:
    """What a reader of a value of information must be told.

    Parameters
    ----------
    whole : float
        Discounted number of people.
    people : People
    cost_assumed : bool
        Whether the study's costs are the program's illustration.

    Examples
    --------
    >>> plan_findings(60_000.0, People(size=12_000, years=5), False)[0].code
    'N143'
    """
    found = [
        Finding(
            "N143",
            f"population values are per person times {whole:,.0f} ({people.size:,.0f} a year, "
            f"{people.years:g} years, {100 * people.discount:g}% a year). Sampling uncertainty "
            "only; not confounding.",
        )
    ]
    if cost_assumed:
        found.append(
            Finding(
                "W090",
                "the costs of the next study are an illustration; give --fixed-cost, "
                "--cost-per-person and --cost-per-cluster.",
            )
        )
    return found
