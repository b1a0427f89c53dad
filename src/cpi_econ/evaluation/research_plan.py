"""The next study in one answer: value of information, power, and the size worth its cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import xarray as xr

from cpi_econ.decision.information import effective_population, evpi
from cpi_econ.decision.next_study import NextStudy
from cpi_econ.decision.remarks import population_finding
from cpi_econ.decision.research import StudyCost, best_study, enbs
from cpi_econ.decision.sample_information import decision_change, evsi
from cpi_econ.errors import Finding
from cpi_econ.evaluation.pilot import Pilot
from cpi_econ.evaluation.power_plan import comparisons
from cpi_econ.evaluation.present_spread import spread_findings


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
    ratio: float = 1.0,
    cost_assumed: bool = False,
) -> dict[str, Any]:
    """Everything that the ``design`` command prints, as plain values.

    Parameters
    ----------
    replicates : Dataset
        Of the arms of the studies.
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
    ratio : float
        People of every other arm for one of the reference, in the study that the power needs.
    cost_assumed : bool
        Whether the study's costs are the program's illustration.

    Returns
    -------
    dict
        ``pilot``, ``difference``, ``population``, ``cost``, and under ``thresholds`` for each
        threshold EVPI, a row a study, the best study and the size that the power needs. Values
        are of all arms together; ``powers``, ``differences``, ``net_benefits`` and
        ``needed_by_arm`` are of each arm against the reference, and ``power``, ``difference``,
        ``net_benefit`` and ``needed`` of the arm under ``arm``: the one with the highest net
        benefit at the first threshold.
    """
    grid = np.asarray(wtp, dtype=np.float64)
    versus = comparisons(replicates, known, studies, grid, alpha, power_wanted, ratio)
    chosen = max(versus, key=lambda name: versus[name].benefit[0])
    curves, best = _values(replicates, known, studies, grid, cost, people, study_years)
    whole = effective_population(people.size, people.years, discount=people.discount)
    per_person = evpi(replicates, grid).to_numpy()
    rows = [
        {
            "wtp": threshold,
            "net_benefit": versus[chosen].benefit[at],
            "net_benefits": {name: one.benefit[at] for name, one in versus.items()},
            "evpi": {"per_person": float(value), "population": float(value) * whole},
            "studies": [
                {
                    "clusters": study.n_clusters or None,
                    "participants": study.total,
                    "cost": cost.of(study),
                    **{name: float(values[row, at]) for name, values in curves.items()},
                    "power": float(versus[chosen].power[row, at]),
                    "powers": {name: float(one.power[row, at]) for name, one in versus.items()},
                }
                for row, study in enumerate(studies)
            ],
            "best": {name: best[name][at].item() for name in map(str, best)},
            "needed": versus[chosen].needed[at],
            "needed_by_arm": {name: one.needed[at] for name, one in versus.items()},
        }
        for at, (threshold, value) in enumerate(zip(grid.tolist(), per_person, strict=True))
    ]
    findings = [population_finding(replicates, grid[0], **asdict(people))]
    findings += [cost_finding()] if cost_assumed else []
    findings += spread_findings(replicates, known, grid[0])
    return {
        "reference": str(replicates.attrs["reference"]),
        "arm": chosen,
        "difference": versus[chosen].difference,
        "differences": {name: one.difference for name, one in versus.items()},
        "pilot": {"variation": asdict(known.variation), **_shape(known.study)},
        "population": {**asdict(people), "people": whole, "study_years": study_years},
        "cost": asdict(cost),
        "alpha": alpha,
        "power_wanted": power_wanted,
        "thresholds": rows,
        "findings": [str(found) for found in findings],
    }


def _values(
    replicates: xr.Dataset,
    known: Pilot,
    studies: Sequence[NextStudy],
    grid: np.ndarray,
    cost: StudyCost,
    people: People,
    study_years: float,
) -> tuple[dict[str, xr.DataArray], xr.Dataset]:
    """Value and chance of another decision of every study, and the best study."""
    value = evsi(replicates, studies, known.variation, grid)
    worth = enbs(value, studies, cost, **asdict(people), study_years=study_years)
    change = decision_change(replicates, studies, known.variation, grid)
    return {"evsi": value, "enbs": worth, "change": change}, best_study(worth)


def _shape(study: NextStudy) -> dict[str, Any]:
    return {
        "participants": dict(study.participants),
        "clusters": None if study.clusters is None else dict(study.clusters),
        "size_cv": study.size_cv,
        "dropout": study.dropout,
    }


def cost_finding() -> Finding:
    """``W090``: the costs of the next study are the program's illustration.

    Examples
    --------
    >>> cost_finding().code
    'W090'
    """
    message = (
        "the costs of the next study are an illustration; give next_study: in the study file, or "
        "--fixed-cost, --cost-per-person and --cost-per-cluster."
    )
    return Finding("W090", message)
