"""Difference in differences for two waves: outcomes as changes from baseline."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from cpi_econ.contracts import COST, EFFECT
from cpi_econ.errors import EstimationError, Finding, raise_all


def changes(
    table: pd.DataFrame, before: Mapping[str, str], factor: Mapping[str, float] | None = None
) -> pd.DataFrame:
    r"""Outcomes table whose cost and effect are changes from baseline.

    Parameters
    ----------
    table : DataFrame
        The outcomes table.
    before : mapping
        Columns with the baseline of ``cost`` and of ``effect``, or of one of them.
    factor : mapping, optional
        What a baseline is multiplied by, so that it covers the same time as the outcome: years of
        follow-up for a utility against QALYs, length of the period over the recall of baseline for
        a cost. Default 1.

    Returns
    -------
    DataFrame
        The table with ``cost`` and ``effect`` less their baselines; missing where either is.

    Raises
    ------
    EstimationError
        ``E076`` a key other than cost and effect, or a column that is not there or holds text.

    Notes
    -----
    A difference of arms in changes is the difference in differences,
    :math:`(\bar y_{11} - \bar y_{10}) - (\bar y_{01} - \bar y_{00})`. It assumes that without the
    exposure the arms would have changed alike. Any estimator and any resampling takes the table, so
    both waves of a person are drawn together.

    References
    ----------
    Angrist, Pischke (2009), Mostly Harmless Econometrics, 5.2

    Examples
    --------
    >>> people = pd.DataFrame({"cost": [900.0], "effect": [0.6], "baseline_cost": [100.0],
    ...                        "baseline_utility": [0.5]})
    >>> made = changes(people, {"cost": "baseline_cost", "effect": "baseline_utility"},
    ...                {"cost": 3.0, "effect": 0.75})
    >>> made[["cost", "effect"]].round(6).values.tolist()
    [[600.0, 0.225]]
    """
    factor = factor or {}
    findings = [
        Finding("E076", f'changes have "{key}"; allowed are cost and effect.')
        for key in sorted({*before, *factor})
        if key not in (COST, EFFECT)
    ]
    findings += [
        Finding("E076", f'"{name}" is no column of numbers; the baseline of {key} must be one.')
        for key, name in before.items()
        if name not in table.columns or not pd.api.types.is_numeric_dtype(table[name])
    ]
    raise_all(findings, EstimationError)
    changed = {
        key: table[key].astype(np.float64) - factor.get(key, 1.0) * table[name].astype(np.float64)
        for key, name in before.items()
    }
    return table.assign(**changed)
