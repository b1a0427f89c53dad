"""Subgroup effects as parameters: what learning about one of them is worth to everyone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from cpi_econ.contracts import ARM, COST, EFFECT, REPLICATE
from cpi_econ.decision.structural import sampled_parameters
from cpi_econ.evaluation.subgroups import Subgroups


@dataclass(frozen=True, slots=True)
class SubgroupParameters:
    """Replicates of everyone, and the parts that each subgroup has in them.

    Parameters
    ----------
    replicates : Dataset
        Mean over the subgroups by their shares.
    parameters : DataFrame
        Differences in cost and effect of each subgroup, one row a replicate.
    groups : mapping of str to list of str
        Columns of ``parameters`` by subgroup.
    """

    replicates: xr.Dataset
    parameters: pd.DataFrame
    groups: dict[str, list[str]]


def subgroup_parameters(found: Subgroups) -> SubgroupParameters:
    """Everyone as the mean of the subgroups, with the subgroups' differences as parameters.

    Parameters
    ----------
    found : Subgroups
        From `subgroups`; drawn together.

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> gains = {"young": [[0, 2], [0, 4]], "old": [[0, -1], [0, 1]]}
    >>> made = {name: replicates([[0, 0]] * 2, gain, arms=["a", "b"], reference="a")
    ...         for name, gain in gains.items()}
    >>> whole = subgroup_parameters(Subgroups(made, {"young": 0.5, "old": 0.5}))
    >>> whole.replicates["effect"].values.tolist(), list(whole.groups)
    ([[0.0, 0.5], [0.0, 2.5]], ['young', 'old'])
    """
    first = next(iter(found.replicates.values()))
    data = {}
    for name, dims in ((COST, (REPLICATE, ARM)), (EFFECT, (REPLICATE, ARM))):
        for variable, own in ((name, dims), (f"{name}_hat", (ARM,))):
            parts = [
                found.shares[group] * one[variable].to_numpy()
                for group, one in found.replicates.items()
            ]
            data[variable] = (own, np.sum(parts, axis=0))
    whole = xr.Dataset(data, {ARM: first[ARM].values}, {**first.attrs, "interval": "percentile"})
    tables = {
        group: sampled_parameters(one).add_suffix(f" in {group}")
        for group, one in found.replicates.items()
    }
    groups = {group: [str(name) for name in table] for group, table in tables.items()}
    return SubgroupParameters(whole, pd.concat(tables.values(), axis=1), groups)
