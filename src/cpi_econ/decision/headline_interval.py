"""Interval of a study that names none."""

from __future__ import annotations

import xarray as xr

from cpi_econ.decision.moments import is_exact
from cpi_econ.decision.sandwich import stored_sandwich


def headline_interval(replicates: xr.Dataset) -> str:
    """Interval of a study that names none: ``cr2`` where draws carry its sandwich.

    Replicates themselves name the interval of their draws, t; an analytic error that was asked for
    keeps the interval that goes with it.

    Parameters
    ----------
    replicates : Dataset
    """
    carried = not is_exact(replicates) and stored_sandwich(replicates) is not None
    return "cr2" if carried else str(replicates.attrs.get("interval", "percentile"))
