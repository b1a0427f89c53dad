"""Subgroups of a study: net benefit of each, by interaction, with its own curves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import xarray as xr

from cpi_econ.contracts import ARM, CLUSTER, COST, EFFECT
from cpi_econ.errors import EstimationError, Finding, raise_all
from cpi_econ.evaluation.estimation import study_replicates
from cpi_econ.study.config import Arm, Study

_LEAST = 10
_MOST_GROUPS = 8


@dataclass(frozen=True, slots=True)
class Subgroups:
    """Replicates of every subgroup, and its share of the people.

    Parameters
    ----------
    replicates : mapping of str to Dataset
        By subgroup; arms and reference are those of the study.
    shares : mapping of str to float
        Share of the participants whose subgroup is known.
    findings : tuple of Finding
        ``W092`` subgroups with few people in an arm.
    """

    replicates: Mapping[str, xr.Dataset]
    shares: Mapping[str, float]
    findings: tuple[Finding, ...] = ()


def subgroups(
    study: Study, outcomes: pd.DataFrame, by: str, unit: str, *, jobs: int = 1
) -> Subgroups:
    """Replicates of every subgroup of one variable.

    Parameters
    ----------
    study : Study
        The analysis: model, covariates, resampling.
    outcomes : DataFrame
        Outcomes table with the column ``by``.
    by : str
        Column of the subgroup, few different values.
    unit : str
        Unit of the effect.
    jobs : int
        Workers.

    Returns
    -------
    Subgroups

    Raises
    ------
    EstimationError
        ``E099`` no such column, one value or more than eight, or a subgroup that lacks an arm.

    Notes
    -----
    One model of all people with a mean of its own for every arm in every subgroup, that is the
    interaction of arm and subgroup, and shared slopes of the covariates. Units are drawn within arm
    and subgroup; a cluster's people in two subgroups are drawn apart, which leaves each
    subgroup's own spread as it is. With weights or MNAR shifts every subgroup is analysed alone.

    References
    ----------
    Nixon, Thompson (2005), doi:10.1002/hec.1008
    """
    named = outcomes[outcomes[by].notna()] if by in outcomes else outcomes
    raise_all(_findings(study, named, by), EstimationError)
    group = _words(named[by])
    shares = group.value_counts(normalize=True).sort_index()
    names = [str(name) for name in shares.index]
    alone = study.weights.method != "none" or bool(study.missing and study.missing.delta)
    make = _alone if alone else _together
    made = make(study, named.assign(**{by: group}), by, names, unit, jobs)
    small = _small(named.assign(**{by: group}), by)
    return Subgroups(made, {name: float(shares[name]) for name in names}, tuple(small))


def _words(values: pd.Series) -> pd.Series:
    numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    if numeric and (values == values.round()).all():
        return values.astype(int).astype(str)
    return values.astype(str)


def _findings(study: Study, outcomes: pd.DataFrame, by: str) -> list[Finding]:
    if by not in outcomes:
        listing = ", ".join(map(str, outcomes.columns))
        return [Finding("E099", f'there is no column "{by}"; columns are {listing}.')]
    count = outcomes[by].nunique()
    if not 2 <= count <= _MOST_GROUPS:
        message = f'"{by}" has {count} different values; subgroups need 2 to {_MOST_GROUPS}.'
        return [Finding("E099", message)]
    sizes = outcomes.groupby([by, ARM]).size().unstack(fill_value=0)
    sizes = sizes.reindex(columns=list(study.arms), fill_value=0)
    return [
        Finding("E099", f'nobody of subgroup "{name}" is in arm {", ".join(row.index[row == 0])}.')
        for name, row in sizes.iterrows()
        if (row == 0).any()
    ]


def _small(outcomes: pd.DataFrame, by: str) -> list[Finding]:
    sizes = outcomes.groupby([by, ARM]).size()
    few = sizes[sizes < _LEAST]
    if few.empty:
        return []
    listing = ", ".join(f"{name} in {arm}" for name, arm in few.index)
    message = (
        f"{by}: fewer than {_LEAST} people are {listing}; what differs between subgroups is a "
        "question for a larger study."
    )
    return [Finding("W092", message)]


def _alone(
    study: Study, outcomes: pd.DataFrame, by: str, names: list[str], unit: str, jobs: int
) -> dict[str, xr.Dataset]:
    return {
        name: study_replicates(study, outcomes[outcomes[by] == name], unit, jobs) for name in names
    }


def _together(
    study: Study, outcomes: pd.DataFrame, by: str, names: list[str], unit: str, jobs: int
) -> dict[str, xr.Dataset]:
    """One run in which every arm of every subgroup is an arm of its own."""
    apart = "\x1f"
    cells = {
        f"{arm}{apart}{name}": Arm(label=study.labels[arm]) for name in names for arm in study.arms
    }
    wide = outcomes.assign(**{ARM: outcomes[ARM] + apart + outcomes[by]})
    if CLUSTER in wide:
        wide[CLUSTER] = wide[CLUSTER].astype(str) + apart + outcomes[by]
    first = f"{study.reference}{apart}{names[0]}"
    run = study_replicates(
        study.model_copy(update={"arms": cells, "reference": first}), wide, unit, jobs
    )
    made = {}
    for name in names:
        own = run.sel({ARM: [f"{arm}{apart}{name}" for arm in study.arms]})
        if "arm_" in own.dims:
            own = own.sel(arm_=own[ARM].values).assign_coords(arm_=list(study.arms))
        df = _df(own, wide[wide[by] == name])
        made[name] = own.assign_coords({ARM: list(study.arms)}).assign_attrs(
            reference=study.reference, df=df
        )
    return made


def _df(replicates: xr.Dataset, people: pd.DataFrame) -> float:
    """Clusters or people of the subgroup minus its arms, where the run's own df is of that kind."""
    found = float(replicates.attrs.get("df", math.inf))
    complete = people.dropna(subset=[COST, EFFECT])
    whole = CLUSTER in people and replicates.attrs["resample"] != "individuals"
    units = complete[CLUSTER].nunique() if whole else len(complete)
    return found if math.isinf(found) else float(max(units - replicates.sizes[ARM], 1))
