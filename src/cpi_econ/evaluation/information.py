"""Value of information of a trial: in all, for its data, its unit costs and its choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from cpi_econ.contracts import ARM, REPLICATE
from cpi_econ.decision.acceptability import ceaf, expected_loss
from cpi_econ.decision.information import effective_population, evpi
from cpi_econ.decision.partial_information import evppi
from cpi_econ.decision.remarks import population_finding
from cpi_econ.decision.structural import mixed_scenarios, sampled_parameters, with_uncertain_costs
from cpi_econ.errors import EstimationError, stop
from cpi_econ.evaluation.pilot import Pilot
from cpi_econ.evaluation.present_spread import spread_findings
from cpi_econ.evaluation.research_plan import People

_MOST_SERVICES = 5


def service_means(services: pd.DataFrame, arms: Sequence[str]) -> dict[str, dict[str, float]]:
    """Mean cost of each service by arm, of the services that every arm's mean is known for.

    Parameters
    ----------
    services : DataFrame
        Costs by service of one scenario: columns ``service``, ``arm`` and ``mean_cost``.
    arms : sequence of str

    Examples
    --------
    >>> table = pd.DataFrame({"service": ["gp", "gp"], "arm": ["a", "b"], "mean_cost": [5.0, 7]})
    >>> service_means(table, ["a", "b"])
    {'gp': {'a': 5.0, 'b': 7.0}}
    """
    table = services.assign(mean_cost=pd.to_numeric(services["mean_cost"], errors="coerce"))
    wide = table.pivot_table(index="service", columns=ARM, values="mean_cost", sort=False)
    known = wide.reindex(columns=list(arms)).dropna()
    return {str(name): row.to_dict() for name, row in known.iterrows()}  # type: ignore[misc]


def information(
    replicates: xr.Dataset,
    wtp: Sequence[float],
    *,
    people: People | None = None,
    parameters: pd.DataFrame | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    parts: Mapping[str, Mapping[str, float]] | None = None,
    unit_cost_cv: float = 0.0,
    scenarios: Mapping[str, xr.Dataset] | None = None,
    known: Pilot | None = None,
    seed: int = 1,
) -> dict[str, Any]:
    """Everything that the ``voi`` command prints, as plain values.

    Parameters
    ----------
    replicates : Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)``.
    wtp : sequence of float
        Thresholds.
    people : People, optional
        Population; values are per person alone when absent.
    parameters : DataFrame, optional
        Parameters of a model, one row a replicate; else the parts of a trial are taken.
    groups : mapping of str to sequence of str, optional
        Columns of ``parameters`` that are learnt together, by name; each alone when absent.
    parts : mapping of str to mapping, optional
        Mean cost of each service by arm, for what unit costs may be worth learning.
    unit_cost_cv : float
        Coefficient of variation of what is not known of each unit cost.
    scenarios : mapping of str to Dataset, optional
        Analyses among which the choice is open, the base case included.
    known : Pilot, optional
        How people and clusters of the study vary, to compare the replicates' spread with.
    seed : int
        Of the added uncertainty.

    Returns
    -------
    dict
        ``wtp``, ``best``, ``evpi`` (per person, and population where given), ``expected_loss`` by
        arm, and ``evppi``: rows of a name, values and standard errors by threshold, most valuable
        first. ``evpi_named`` is the EVPI with unit costs and choices uncertain as well.
    """
    grid = np.asarray(wtp, dtype=np.float64)
    joint, table, by = replicates, parameters, groups
    if table is None:
        joint, table, by = _trial(replicates, parts, unit_cost_cv, scenarios, seed)
    elif len(table) != replicates.sizes[REPLICATE]:
        message = f"parameters have {len(table)} rows; there are {replicates.sizes[REPLICATE]} "
        stop(EstimationError, "E090", f"{message}replicates.")
    partial = _partial(joint, table, by, grid, seed)
    per_person = evpi(replicates, grid)
    loss = expected_loss(replicates, grid)
    block: dict[str, Any] = {"per_person": per_person.values.tolist(), "population": None}
    findings = []
    if people is not None:
        whole = effective_population(people.size, people.years, discount=people.discount)
        block["population"] = (per_person.values * whole).tolist()
        block["people"] = whole
        findings = [str(population_finding(replicates, grid[0], **asdict(people)))]
    if known is not None:
        findings += [str(found) for found in spread_findings(replicates, known, grid[0])]
    return {
        "wtp": grid.tolist(),
        "currency": str(replicates.attrs.get("currency", "")),
        "effect_unit": str(replicates.attrs.get("effect_unit", "")),
        "best": ceaf(replicates, grid)["best"].values.tolist(),
        "evpi": block,
        "evpi_named": evpi(joint, grid).values.tolist(),
        "expected_loss": {str(arm): loss.sel(arm=arm).values.tolist() for arm in loss[ARM].values},
        "evppi": partial,
        "findings": findings,
    }


def _trial(
    replicates: xr.Dataset,
    parts: Mapping[str, Mapping[str, float]] | None,
    unit_cost_cv: float,
    scenarios: Mapping[str, xr.Dataset] | None,
    seed: int,
) -> tuple[xr.Dataset, pd.DataFrame, dict[str, list[str]]]:
    """Joint replicates, their parameters, and the groups of parameters with their names."""
    table = sampled_parameters(replicates)
    groups = {
        f"{name} data": [column for column in map(str, table) if column.startswith(f"{name} of ")]
        for name in ("cost", "effect")
    }
    joint = replicates
    if scenarios is not None and len(scenarios) > 1:
        joint, chosen = mixed_scenarios(scenarios, name="choice of scenario", seed=seed)
        table = pd.concat([table, chosen], axis=1)
        groups["choice of scenario"] = ["choice of scenario"]
    if parts and unit_cost_cv > 0:
        joint, factors = with_uncertain_costs(joint, parts, unit_cost_cv, seed=seed)
        spread = {name: max(means.values()) - min(means.values()) for name, means in parts.items()}
        chief = sorted(spread, key=spread.__getitem__, reverse=True)[:_MOST_SERVICES]
        named = factors.add_prefix("unit cost of ")
        # the sum over services moves the decision; it stands for all unit costs as one parameter
        weight = np.array([_difference(replicates, parts[name]) for name in parts])
        all_ = pd.Series(factors.to_numpy() @ weight, name="all unit costs")
        table = pd.concat([table, named, all_], axis=1)
        groups["all unit costs"] = ["all unit costs"]
        groups |= {f"unit cost of {name}": [f"unit cost of {name}"] for name in chief}
    return joint, table, groups


def _difference(replicates: xr.Dataset, means: Mapping[str, float]) -> float:
    reference = str(replicates.attrs["reference"])
    others = [mean for arm, mean in means.items() if arm != reference]
    return float(np.mean(others) - means[reference])


def _partial(
    joint: xr.Dataset,
    table: pd.DataFrame,
    groups: Mapping[str, Sequence[str]] | None,
    grid: np.ndarray,
    seed: int,
) -> list[dict[str, Any]]:
    by = {str(name): [str(name)] for name in table} if groups is None else groups
    found = evppi(joint, table, grid, by=list(by.values()), seed=seed)
    rows = [
        {
            "name": name,
            "value": found["evppi"][:, at].values.tolist(),
            "se": found["se"][:, at].values.tolist(),
        }
        for at, name in enumerate(by)
    ]
    return sorted(rows, key=lambda row: -max(row["value"]))
