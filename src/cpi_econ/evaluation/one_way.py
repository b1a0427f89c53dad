"""One-way analysis of a study: each input at its ends, all else as in the base case."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import xarray as xr

from cpi_econ.contracts import ARM
from cpi_econ.costs.perspective import carries
from cpi_econ.costs.totals import baseline_cost, total_costs
from cpi_econ.decision.moments import differences
from cpi_econ.decision.sensitivity import TippingPoint, tipping_point, tornado, two_way
from cpi_econ.errors import DataError, EstimationError, StudyFileError, raise_all, stop
from cpi_econ.evaluation.estimation import study_replicates
from cpi_econ.evaluation.person_table import PersonTable, person_table
from cpi_econ.study.blinding import blinded, plan_hash
from cpi_econ.study.config import Study
from cpi_econ.study.kept import Kept
from cpi_econ.study.load import study_with
from cpi_econ.study.plan_checks import check_plan

_FEWEST = 100
Overrides = Mapping[str, Any]
Outcome = tuple[float, float]


@dataclass(frozen=True)
class OneWay:
    """A study whose estimates are made again and again, without intervals.

    Parameters
    ----------
    study : Study
    table : PersonTable
        Of the base case.
    arm : str
        Arm compared with the reference.
    kept : Kept
        What plans of this analysis have read.
    """

    study: Study
    table: PersonTable
    arm: str
    kept: Kept = field(default_factory=Kept, repr=False, compare=False)

    def base(self) -> Outcome:
        """Differences in cost and effect of the base case."""
        return _estimate(self.study, self.table, self.arm)

    def with_overrides(self, overrides: Overrides) -> Outcome:
        """Differences with entries of the study file overridden.

        Parameters
        ----------
        overrides : mapping
            As in a scenario: for example another value set, recall rule or MNAR shift.
        """
        if not overrides:
            return self.base()
        plan = study_with(self.study, overrides)
        raise_all(check_plan(plan), StudyFileError)
        plan = blinded(plan, plan_hash(self.study))
        return _estimate(plan, _checked(plan, self.kept), self.arm)

    def with_unit_costs(self, factors: Mapping[str, float]) -> Outcome:
        """Differences with unit costs multiplied.

        Parameters
        ----------
        factors : mapping of str to float
            Factor of the unit cost of each item or service named; others stay.

        Raises
        ------
        EstimationError
            ``E099`` a service without a cost line, or costs that came as finished values.
        """
        lines = self.table.costs.lines
        known: set[str] = set() if lines is None else {*lines["item"], *lines["service"]}
        missing = [name for name in factors if name not in known]
        if lines is None or missing:
            message = f"no cost line is for {', '.join(missing) or 'any service'}"
            stop(EstimationError, "E099", f"{message}; name a service of the study file.")
        factor = lines["item"].map(factors).fillna(lines["service"].map(factors)).fillna(1.0)
        scale = factor.astype(float)
        columns = {name: lines[name] * scale for name in ("unit_cost", "cost")}
        moved = lines.assign(**columns)
        perspective = self.study.perspective
        costs = dataclasses.replace(
            self.table.costs,
            cost=total_costs(moved, perspective),
            baseline=baseline_cost(moved, perspective, time=next(iter(self.study.times))),
            lines=moved,
        )
        return _estimate(self.study, dataclasses.replace(self.table, costs=costs), self.arm)

    def services(self, most: int = 10) -> list[str]:
        """Items whose cost differs most between the arms, the largest difference first."""
        lines = self.table.costs.lines
        if lines is None:
            return []
        counted = lines[carries(lines["sector"], self.study.perspective) & lines["counts"]]
        arm = self.table.trial.participants.set_index("participant")[ARM]
        sums = counted.groupby(["item", counted["participant"].map(arm)])["cost"].sum()
        wide = (sums / arm.value_counts().rename_axis("participant")).unstack().fillna(0.0)
        gap = (wide[self.arm] - wide[self.study.reference]).abs()
        return [str(name) for name in gap.sort_values(ascending=False, kind="stable").index[:most]]


def one_way(study: Study, arm: str | None = None) -> OneWay:
    """A study made ready for one-way analysis.

    Parameters
    ----------
    study : Study
    arm : str, optional
        Arm compared with the reference; needed with more than two arms.

    Raises
    ------
    DataError
        Every error of the data.
    EstimationError
        ``E086`` an arm that is none, or no arm named where there are several.
    """
    others = [name for name in study.arms if name != study.reference]
    chosen = others[0] if arm is None and len(others) == 1 else arm
    if chosen not in others:
        message = f"name an arm to compare with {study.reference}: {', '.join(others)}."
        stop(EstimationError, "E086", message)
    kept = Kept()
    return OneWay(study, _checked(study, kept), chosen, kept)


def one_way_table(
    base: OneWay,
    wtp: float,
    *,
    unit_costs: Sequence[str] | None = None,
    factors: tuple[float, float] = (0.75, 1.25),
    overrides: Mapping[str, tuple[Overrides, Overrides]] | None = None,
) -> pd.DataFrame:
    """Tornado of a study: unit costs by a factor, and any entries of the study file.

    Parameters
    ----------
    base : OneWay
    wtp : float
        Willingness to pay [currency / unit of effect].
    unit_costs : sequence of str, optional
        Items whose unit cost is moved; the ten that differ most between the arms when absent.
    factors : tuple of float
        Low and high factor of the unit costs.
    overrides : mapping of str to a pair of mappings, optional
        Name of an input, and the overrides of the study file at its low and its high end.

    Returns
    -------
    DataFrame
        As from `tornado`: ``input, base, low, high, width, changes``.
    """
    cases: dict[str, tuple[Outcome, Outcome]] = {}
    for name in base.services() if unit_costs is None else unit_costs:
        low, high = (base.with_unit_costs({name: factor}) for factor in factors)
        cases[f"unit cost of {name}"] = (low, high)
    for name, ends in (overrides or {}).items():
        cases[name] = (base.with_overrides(ends[0]), base.with_overrides(ends[1]))
    return tornado(base.base(), cases, wtp)


def unit_cost_tipping_point(
    base: OneWay, service: str, wtp: float, *, most: float = 10.0, steps: int = 4
) -> TippingPoint:
    """Factor of a unit cost at which the decision changes.

    Parameters
    ----------
    base : OneWay
    service : str
    wtp : float
    most : float
        Largest factor that is tried.
    steps : int
        Places of the range that are tried before the search between two of them.
    """

    def benefit(factor: float) -> float:
        return _benefit(base.with_unit_costs({service: factor}), wtp)

    name = f"the factor on the unit cost of {service}"
    return tipping_point(benefit, 0.0, most, name=name, steps=steps)


def shift_grid(
    base: OneWay, wtp: float, cost_shifts: Sequence[float], effect_shifts: Sequence[float]
) -> xr.DataArray:
    """Net benefit where the arm's people have other mean costs and effects than estimated.

    Parameters
    ----------
    base : OneWay
    wtp : float
    cost_shifts, effect_shifts : sequence of float
        Added to the arm's mean cost [currency] and mean effect, for example for what is not known
        of those who were lost.

    Returns
    -------
    DataArray
        On ``(cost shift, effect shift)`` [currency]: the tipping contour is where it is 0.
    """
    cost, effect = base.base()
    return two_way(
        lambda more_cost, more_effect: _benefit((cost + more_cost, effect + more_effect), wtp),
        list(cost_shifts),
        list(effect_shifts),
        names=("cost shift", "effect shift"),
    )


def two_way_grid(
    base: OneWay,
    wtp: float,
    first: tuple[str, Sequence[float]],
    second: tuple[str, Sequence[float]],
) -> xr.DataArray:
    """Net benefit over factors of two unit costs.

    Parameters
    ----------
    base : OneWay
    wtp : float
    first, second : tuple of str and sequence of float
        Item and the factors of its unit cost.
    """
    make: Callable[[float, float], float] = lambda x, y: _benefit(  # noqa: E731 - one expression
        base.with_unit_costs({first[0]: x, second[0]: y}), wtp
    )
    return two_way(make, list(first[1]), list(second[1]), names=(first[0], second[0]))


def _benefit(outcome: Outcome, wtp: float) -> float:
    return wtp * outcome[1] - outcome[0]


def _checked(study: Study, kept: Kept) -> PersonTable:
    table = person_table(study, kept)
    raise_all(table.findings([study.primary]), DataError)
    return table


def _estimate(study: Study, table: PersonTable, arm: str) -> Outcome:
    """Estimated differences; the few replicates that come with them are thrown away."""
    plan = study.uncertainty.model_copy(update={"replicates": _FEWEST})
    quick = study.model_copy(update={"uncertainty": plan})
    name = study.primary
    made = study_replicates(quick, table.outcomes(study, name), table.effects[name].unit)
    inc = differences(made)
    at = inc.arms.index(arm)
    return float(inc.cost_hat[at]), float(inc.effect_hat[at])
