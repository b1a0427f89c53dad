"""Subgroups of a study: net benefit of each, by interaction, with its own curves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from cpi_econ.contracts import ARM, CLUSTER, COST, EFFECT, REPLICATE
from cpi_econ.decision.sandwich import stored_sandwich, with_sandwich
from cpi_econ.errors import EstimationError, Finding, raise_all
from cpi_econ.evaluation.estimation import study_replicates
from cpi_econ.kernels.block_diagonal import block_diag
from cpi_econ.kernels.sandwich import side_by_side
from cpi_econ.study.config import Arm, Study

_LEAST = 10
MOST_GROUPS = 8
_APART = "\x1f"
_COVARIANCES = (("cov_cost_cost", ARM), ("cov_cost_effect", ARM), ("cov_effect_effect", ARM))
_INFLUENCES = (("cost_influence", "unit"), ("effect_influence", "unit"))
_Cells = Mapping[str, Mapping[str, str]]


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
    joint : Dataset
        Replicates in which every arm of every subgroup is an arm of its own.
    cells : mapping of str to mapping of str to str
        By subgroup and arm, the name of that arm in ``joint``.
    """

    replicates: Mapping[str, xr.Dataset]
    shares: Mapping[str, float]
    findings: tuple[Finding, ...] = ()
    joint: xr.Dataset = field(default_factory=xr.Dataset, repr=False)
    cells: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


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
    subgroup's own spread as it is; differences between subgroups then look less sure than they are.
    With weights or MNAR shifts every subgroup is analysed alone, with draws of its own.

    References
    ----------
    Nixon, Thompson (2005), doi:10.1002/hec.1008
    """
    named = outcomes[outcomes[by].notna()] if by in outcomes else outcomes
    raise_all(_findings(study, named, by), EstimationError)
    group = _words(named[by])
    shares = group.value_counts(normalize=True).sort_index()
    names = [str(name) for name in shares.index]
    told = study.missing
    # shifts and assumptions name arms, which cells of arm and subgroup are not
    alone = study.weights.method != "none" or bool(told and (told.delta or told.assumption))
    make = _alone if alone else _together
    people = named.assign(**{by: group})
    cells = {name: {arm: f"{arm}{_APART}{name}" for arm in study.arms} for name in names}
    made, joint = make(study, people, by, cells, unit, jobs)
    joint = joint.assign_attrs(df=min(one.attrs["df"] for one in made.values()))
    small = tuple(_small(people, by))
    return Subgroups(made, {name: float(shares[name]) for name in names}, small, joint, cells)


def subgroup_words(values: pd.Series) -> pd.Series:
    """Names of subgroups: whole numbers without a point, unknown ones left unknown.

    Parameters
    ----------
    values : Series

    Examples
    --------
    >>> subgroup_words(pd.Series([1.0, 2.0, None])).tolist()
    ['1', '2', None]
    """
    known = values.dropna()
    return _words(known).astype(object).reindex(values.index).where(values.notna(), None)


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
    if not 2 <= count <= MOST_GROUPS:
        message = f'"{by}" has {count} different values; subgroups need 2 to {MOST_GROUPS}.'
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
    study: Study, outcomes: pd.DataFrame, by: str, cells: _Cells, unit: str, jobs: int
) -> tuple[dict[str, xr.Dataset], xr.Dataset]:
    """One run a subgroup, each with a seed of its own, so that their draws are independent."""
    made = {}
    for place, name in enumerate(cells):
        seed = study.uncertainty.seed + place
        plan = study.uncertainty.model_copy(update={"seed": seed})
        own = study.model_copy(update={"uncertainty": plan})
        made[name] = study_replicates(own, outcomes[outcomes[by] == name], unit, jobs)
    return made, _side_by_side(made, cells)


def _side_by_side(made: Mapping[str, xr.Dataset], cells: _Cells) -> xr.Dataset:
    """Independent runs as one, whose arms are the cells."""
    parts = list(made.values())
    data: dict[str, Any] = {}
    for name in (COST, EFFECT):
        drawn = np.hstack([one[name].to_numpy() for one in parts])
        data[name] = ((REPLICATE, ARM), drawn)
        hats = [one[f"{name}_hat"].to_numpy() for one in parts]
        data[f"{name}_hat"] = ((ARM,), np.concatenate(hats))
    for name, first in (*_COVARIANCES, *_INFLUENCES):
        if name in parts[0]:
            blocks = [one[name].to_numpy() for one in parts]
            data[name] = ((first, f"{ARM}_" if first == ARM else ARM), block_diag(*blocks))
    names = [cell for of in cells.values() for cell in of.values()]
    joint = xr.Dataset(data, {ARM: names}, parts[0].attrs | {"reference": names[0]})
    held = [stored_sandwich(one) for one in parts]
    sandwiches = [one for one in held if one is not None]
    if len(sandwiches) < len(parts):
        return joint
    # costs of every cell before the effects
    places = np.arange(2 * len(names)).reshape(len(parts), 2, -1).transpose(1, 0, 2).ravel()
    return with_sandwich(joint, side_by_side(sandwiches).chosen(places.tolist()))


def _together(
    study: Study, outcomes: pd.DataFrame, by: str, cells: _Cells, unit: str, jobs: int
) -> tuple[dict[str, xr.Dataset], xr.Dataset]:
    """One run in which every arm of every subgroup is an arm of its own."""
    arms = {cell: Arm(label=study.labels[arm]) for of in cells.values() for arm, cell in of.items()}
    wide = outcomes.assign(**{ARM: outcomes[ARM] + _APART + outcomes[by]})
    if CLUSTER in wide:
        wide[CLUSTER] = wide[CLUSTER].astype(str) + _APART + outcomes[by]
    run = study_replicates(
        study.model_copy(update={"arms": arms, "reference": next(iter(arms))}), wide, unit, jobs
    )
    made = {}
    for name, of in cells.items():
        own = run.sel({ARM: list(of.values())})
        if "arm_" in own.dims:
            own = own.sel(arm_=own[ARM].values).assign_coords(arm_=list(study.arms))
        df = _df(own, wide[wide[by] == name])
        renamed = own.assign_coords({ARM: list(study.arms)})
        made[name] = with_sandwich(renamed, stored_sandwich(own)).assign_attrs(
            reference=study.reference, df=df
        )
    return made, run


def _df(replicates: xr.Dataset, people: pd.DataFrame) -> float:
    """Clusters or people of the subgroup minus its arms, where the run's own df is of that kind."""
    found = float(replicates.attrs.get("df", math.inf))
    complete = people.dropna(subset=[COST, EFFECT])
    whole = CLUSTER in people and replicates.attrs["resample"] != "individuals"
    units = complete[CLUSTER].nunique() if whole else len(complete)
    return found if math.isinf(found) else float(max(units - replicates.sizes[ARM], 1))
